//! A curve in one line of text.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar a value, from the lowest value to the highest; a gap for a value that is no number.
pub fn sparkline(values: &[f64]) -> String {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: f64| {
        if !value.is_finite() {
            return ' ';
        }
        let height = if high > low { (value - low) / (high - low) } else { 0.5 };
        BARS[((height * 7.0).round() as usize).min(7)]
    };
    values.iter().map(|&value| bar(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn spans_the_bars_and_leaves_gaps() {
        assert_eq!(sparkline(&[0.0, 0.5, f64::NAN, 1.0]), "▁▅ █");
        assert_eq!(sparkline(&[0.3, 0.3]), "▅▅");
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[f64::INFINITY, 1.0]), " ▅");
    }
}
