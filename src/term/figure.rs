//! Numbers and times as a person reads them.

use std::time::Duration;

use kiln_search::candidate::Value;
use kiln_search::thousands::thousands;

/// The figures that count something: shown whole, with separated thousands.
const COUNTS: [&str; 6] =
    ["parameters", "macs", "weight_bytes", "activation_bytes", "memory_bytes", "predicted_memory_bytes"];

/// The value of the metric `name`.
pub fn figure(name: &str, value: f64) -> String {
    if COUNTS.contains(&name) && value.is_finite() {
        return thousands(value.round() as u128);
    }
    match value.abs() {
        size if size == 0.0 || (1e-3..1e5).contains(&size) => format!("{value:.4}"),
        size if size.is_finite() => format!("{value:.3e}"),
        _ => value.to_string(),
    }
}

/// `1.5 GiB`: so much memory.
pub fn bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let step = (bytes.max(1).ilog2() / 10).min(units.len() as u32 - 1);
    let amount = bytes as f64 / f64::from(1_u32 << 10).powi(step as i32);
    if step == 0 { format!("{bytes} B") } else { format!("{amount:.1} {}", units[step as usize]) }
}

/// The value of a parameter: real numbers to four digits, texts without quotes.
pub fn value(value: &Value) -> String {
    match value {
        Value::Float(float) if *float != 0.0 => {
            let digits = (3 - float.abs().log10().floor() as i32).clamp(0, 7) as usize;
            if !(1e-4..1e7).contains(&float.abs()) {
                return format!("{float:.3e}");
            }
            let text = format!("{float:.digits$}");
            if digits == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
        }
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A duration with its two largest units: `1h 05m`, `2m 07s`, `4.2s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{:.1}s", time.as_secs_f64().min(59.9)),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// `1 trial`, `2 trials`.
pub fn counted(count: usize, word: &str) -> String {
    format!("{} {word}{}", thousands(count as u128), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!(figure("parameters", 1_234_567.0), "1,234,567");
        assert_eq!(figure("val_accuracy", 1.0), "1.0000");
        assert_eq!(figure("train_loss", 0.000_012_3), "1.230e-5");
        assert_eq!(figure("val_loss", f64::NAN), "NaN");
    }

    #[test]
    fn values_are_short() {
        let floats = [0.022_131_8, 0.25, 1.0, 120_000.7, 0.000_012_34, 0.0, -0.5];
        let shown = floats.map(|float| value(&Value::Float(float)));
        assert_eq!(shown, ["0.02213", "0.25", "1", "120001", "1.234e-5", "0.0", "-0.5"]);
        assert_eq!(value(&Value::Text("min-max".into())), "min-max");
    }

    #[test]
    fn durations_show_two_units() {
        let shown = |seconds| duration(Duration::from_secs_f64(seconds));
        assert_eq!([shown(4.25), shown(59.97), shown(127.0), shown(3900.0)], ["4.2s", "59.9s", "2m 07s", "1h 05m"]);
    }
}
