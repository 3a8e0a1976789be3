//! Numbers as people read them.

/// `12345` as `12,345`.
pub fn thousands(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn groups_of_three_start_at_the_right() {
        let texts = [0_u64, 999, 1_000, 12_345, 1_555_200].map(thousands);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,555,200"]);
    }
}
