//! The page: one file without any reference to another, which a strict policy of its own holds to that.
//!
//! Style and script are built from `web/` and committed under `assets/`; the policy names their digests, so that nothing
//! else is run. The facts stand in the page as JSON, which the script draws.

use sha2::{Digest, Sha256};

use super::Facts;
use crate::failure::Failure;

/// The style sheet.
pub const STYLE: &str = include_str!("assets/report.css");

/// The module that draws facts.
pub const SCRIPT: &str = include_str!("assets/report.js");

/// The page of `facts`.
pub fn page(facts: &Facts<'_>) -> Result<String, Failure> {
    let (name, answer) = (escaped(facts.study.name), escaped(&facts.answer.sentence));
    // `</script` in a text would end the element.
    let json = json(facts)?.replace('<', "\\u003c");
    Ok(format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{name} · Kiln</title>\n\
         <style>{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <div id=\"report\"><main><h1>{name}</h1><p>{answer}</p>\
         <noscript><p>The rest of this page is drawn by its script; <code>kiln report --format md</code> has the same facts \
         as text.</p></noscript></main></div>\n\
         <script type=\"application/json\" id=\"facts\">{json}</script>\n\
         <script type=\"module\">{SCRIPT}</script>\n\
         </body>\n\
         </html>\n",
        policy = policy(),
    ))
}

/// `facts` as JSON in one line. Values that are no numbers are null.
pub fn json(facts: &Facts<'_>) -> Result<String, Failure> {
    serde_json::to_string(facts).map_err(|error| Failure::io("write the facts as JSON")(error.into()))
}

/// What the page may do: run this script, use this style, and nothing else; above all, ask for nothing.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data: blob:; base-uri 'none'; form-action 'none'",
        digest(SCRIPT),
        digest(STYLE)
    )
}

/// As a policy names an inline element.
fn digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn the_assets_ask_for_nothing_and_end_no_element() {
        for asset in [STYLE, SCRIPT] {
            assert!(!asset.contains("</script") && !asset.contains("</style"));
            assert!(!asset.contains("@import") && !asset.contains("url(http"));
        }
    }
}
