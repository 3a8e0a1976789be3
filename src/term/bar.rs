//! A share as a bar of text.

/// From nothing to seven eighths of a character.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// The characters of a whole.
const WIDTH: f64 = 20.0;

/// A bar as long as `share`, from 0 to 1, to an eighth of a character.
pub fn bar(share: f64) -> String {
    let eighths = (share.clamp(0.0, 1.0) * WIDTH * 8.0).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn is_as_long_as_the_share() {
        assert_eq!([bar(0.0), bar(0.1), bar(0.12)], ["", "██", "██▍"]);
        assert_eq!(bar(1.0), bar(7.0));
        assert_eq!(bar(1.0).chars().count(), 20);
    }
}
