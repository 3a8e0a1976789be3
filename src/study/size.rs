//! Amounts of memory as people write them: `2GiB`, `512MB`.

/// Units and their bytes.
const UNITS: [(&str, f64); 9] = [
    ("B", 1.0),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// The bytes that `text` names: a number, white space or none, and a unit. `None` where it names none.
pub fn parse(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
    let number: f64 = text[..end].parse().ok()?;
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == text[end..].trim_start())?;
    let bytes = number * unit;
    (1.0..9e18).contains(&bytes).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(parse("2GiB"), Some(2 << 30));
        assert_eq!(parse("1.5 KB"), Some(1500));
        assert_eq!(parse("7B"), Some(7));
        for text in ["", "2", "GiB", "2gib", "-1B", "1..5B", "0B", "0.1B", "1e9B", "99999999TiB", "2 GiB more"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
