//! The words of an expression.

use std::ops::Range;

use crate::candidate::Value;

/// A word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    /// `depth` or `stage[0].channels`.
    Name(String),
    /// `and`, `or`, `not`, `in`.
    Keyword(&'static str),
    Symbol(&'static str),
}

/// The words that cannot be names.
pub(super) const KEYWORDS: [&str; 6] = ["and", "or", "not", "in", "true", "false"];

/// Longer symbols before their beginnings.
const SYMBOLS: [&str; 15] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","];

/// Habits from other languages, and what is written here.
const FOREIGN: [(&str, &str); 7] = [
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("!", "write `not`"),
    ("=", "write `==` to compare"),
    ("~", "write `!=` for unequal"),
    ("%", "remainders are not part of the grammar"),
    ("^", "powers are not part of the grammar"),
];

/// What cannot be read, where in the text, and what to do.
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) part: Range<usize>,
    pub(super) help: String,
}

/// The words of `text`, each with its place in it.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = text.len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, length) = if first.is_ascii_digit() || (first == '.' && digits(&rest[1..]) > 0) {
            number(rest, at)?
        } else if first == '\'' || first == '"' {
            quoted(rest, first, at)?
        } else if first.is_alphabetic() || first == '_' {
            word(rest)
        } else {
            symbol(rest, first, at)?
        };
        tokens.push((token, at..at + length));
        at += length;
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'_').count()
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Mistake> {
    let bytes = rest.as_bytes();
    let mut length = digits(rest);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(&rest[length + 1..]);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(rest.get(length + 1 + sign..).unwrap_or_default());
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    // `4GiB` or `3x` is one broken number, not a number and a name.
    length += rest[length..].chars().take_while(|letter| letter.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    let written = rest[..length].replace('_', "");
    let float = written.parse::<f64>().ok().filter(|float| float.is_finite());
    match (written.parse::<i64>(), float) {
        (Ok(int), _) => Ok((Token::Literal(Value::Int(int)), length)),
        (Err(_), Some(float)) => Ok((Token::Literal(Value::Float(float)), length)),
        (Err(_), None) => Err(Mistake {
            message: format!("`{}` is not a number", shortened(&rest[..length])),
            part: at..at + length,
            help: "write 100_000, 0.25 or 1e-4".to_owned(),
        }),
    }
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Token, usize), Mistake> {
    match rest[1..].find(quote) {
        Some(end) => Ok((Token::Literal(Value::Text(rest[1..=end].to_owned())), end + 2)),
        None => Err(Mistake {
            message: "a text is not closed".to_owned(),
            part: at..at + rest.len(),
            help: format!("add the closing {quote}"),
        }),
    }
}

fn word(rest: &str) -> (Token, usize) {
    let letters = |text: &str| {
        let inside = |letter: &char| letter.is_alphanumeric() || *letter == '_';
        text.chars().take_while(inside).map(char::len_utf8).sum::<usize>()
    };
    let mut length = letters(rest);
    match &rest[..length] {
        "true" => return (Token::Literal(Value::Bool(true)), length),
        "false" => return (Token::Literal(Value::Bool(false)), length),
        word => {
            if let Some(keyword) = KEYWORDS.into_iter().find(|keyword| *keyword == word) {
                return (Token::Keyword(keyword), length);
            }
        }
    }
    // The index and the parameter of a copy of a block belong to the name; a layer may hold others.
    loop {
        let inner = rest[length..].strip_prefix('[').map_or(0, digits);
        if inner > 0 && rest[length + 1 + inner..].starts_with(']') {
            length += inner + 2;
        }
        let more = rest[length..].strip_prefix('.').map_or(0, letters);
        if more == 0 {
            break;
        }
        length += 1 + more;
    }
    (Token::Name(rest[..length].to_owned()), length)
}

fn symbol(rest: &str, first: char, at: usize) -> Result<(Token, usize), Mistake> {
    if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
        return Ok((Token::Symbol(symbol), symbol.len()));
    }
    let foreign = FOREIGN.into_iter().find(|(symbol, _)| rest.starts_with(symbol));
    let length = foreign.map_or(first.len_utf8(), |(symbol, _)| symbol.len());
    Err(Mistake {
        message: format!("`{}` means nothing in an expression", rest[..length].escape_debug()),
        part: at..at + length,
        help: foreign.map_or("there are comparisons, in, and, or, not, and + - * /", |(_, help)| help).to_owned(),
    })
}

/// `text`, cut where it is too long for a message.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
