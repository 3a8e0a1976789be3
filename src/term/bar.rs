//! A share as a bar of text.

const EIGHTHS: [char; 8] = ['█', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// The characters of a whole.
const WIDTH: f64 = 20.0;

/// A bar as long as `share`, from 0 to 1, to an eighth of a character.
pub fn bar(share: f64) -> String {
    let eighths = (share.clamp(0.0, 1.0) * WIDTH * 8.0).round() as usize;
    let rest = (eighths % 8 > 0).then_some(EIGHTHS[eighths % 8]);
    std::iter::repeat_n(EIGHTHS[0], eighths / 8).chain(rest).collect()
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
