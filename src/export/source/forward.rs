//! The forward pass, layer by layer.

use std::fmt::Write as _;

use super::layer;
use crate::export::parts::Part;
use crate::network::Named;
use crate::network::architecture::{Grid, MinMaxRange};
use crate::network::plan::{Kind, Place};

/// The statements from the images `x` to the expression of the logits.
pub fn text(parts: &[Part<'_>]) -> String {
    let mut writer = Writer { text: String::new(), depth: 2, place: None };
    let flat = parts.len() - parts.iter().rev().take_while(|part| is_flat(&part.planned.kind)).count();
    // Of these, the first that sees all values of an image as a row.
    let dense = (flat..parts.len()).find(|index| parts[*index].planned.kind == Kind::Dense).unwrap_or(parts.len());
    for (index, part) in parts.iter().enumerate() {
        if index == dense {
            writer.line("let x = x.flatten::<2>(1, 3);");
        }
        writer.part(part, "x", index >= dense);
    }
    // The output layer's, which is the last.
    match writer.text.rsplit_once("let x = ") {
        Some((before, last)) => format!("{before}{}", last.replacen(';', "", 1)),
        None => writer.text,
    }
}

/// Whether a layer takes rows of values as well as maps.
fn is_flat(kind: &Kind) -> bool {
    matches!(kind, Kind::Dense | Kind::Activation(_) | Kind::Quantize(_) | Kind::Round(_) | Kind::Dropout(_))
}

struct Writer {
    text: String,
    /// How far lines are indented, in steps of 4.
    depth: usize,
    /// The place of the last layer.
    place: Option<Place>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:1$}{line}", "", 4 * self.depth);
    }

    /// The layer's map of `name`, which is a map, or a row of values if it is `flat`.
    fn part(&mut self, part: &Part<'_>, name: &str, flat: bool) {
        let planned = part.planned;
        let value = match &planned.kind {
            Kind::Dropout(_) | Kind::StochasticDepth(_) => return,
            Kind::Residual { .. } => None,
            Kind::Dense if !flat => {
                let units = planned.output.channels;
                Some(format!("self.{}.forward({name}.flatten::<2>(1, 3)).reshape([-1, {units}, 1, 1])", part.name))
            }
            Kind::MinMax { scope, range: MinMaxRange::Batch } => {
                Some(format!("min_max({name}, {})", layer::dims(*scope)))
            }
            Kind::Round(Grid { decimals, low, high, .. }) => {
                let scale = f64::from(10_u32.pow(*decimals));
                Some(format!("{name}.mul_scalar({scale:?}).round().div_scalar({scale:?}).clamp({low:?}, {high:?})"))
            }
            Kind::Activation(function) => Some(format!("{}({name})", function.name())),
            Kind::Blur => Some(format!("blur({name})")),
            Kind::GlobalAverage => Some(format!("{name}.mean_dims(&[2, 3])")),
            Kind::GlobalMax => Some(format!("{name}.max_dim(3).max_dim(2)")),
            _ => Some(format!("self.{}.forward({name})", part.name)),
        };
        if self.place != Some(planned.place) {
            self.place = Some(planned.place);
            self.line(&format!("// {}, of {}", planned.place, planned.input));
        }
        match value {
            Some(value) => self.line(&format!("let {name} = {value};")),
            None => self.sum(part, name),
        }
    }

    fn sum(&mut self, part: &Part<'_>, name: &str) {
        self.line(&format!("let {name} = {{"));
        self.depth += 1;
        self.line(&format!("let skip = {name}.clone();"));
        part.shortcut.iter().for_each(|part| self.part(part, "skip", false));
        part.body.iter().for_each(|part| self.part(part, name, false));
        self.line(&format!("{name}.add(skip)"));
        self.depth -= 1;
        self.line("};");
    }
}
