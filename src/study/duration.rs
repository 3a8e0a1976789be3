//! Durations as people write them: `90s`, `10m`, `1h30m`.

use std::time::Duration;

/// Units in descending order, and their seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The duration that `text` names: whole numbers with units, each unit at most once, the larger first.
/// `None` where it names none, or one of no length.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut seconds = 0_u64;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: u64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        let (_, length) = units.find(|(letter, _)| *letter == unit)?;
        seconds = seconds.checked_add(number.checked_mul(*length)?)?;
        rest = &rest[end + unit.len_utf8()..];
    }
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_up_from_the_largest_unit_down() {
        let seconds = |text| parse(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("2d1s"), Some(172_801));
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in ["", "10", "m", "10x", "10 m", "-1s", "1.5h", "1m1h", "1s1s", "0s", "9é", "99999999999999999999s"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("{}d", u64::MAX)), None);
    }
}
