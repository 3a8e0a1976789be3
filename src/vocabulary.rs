//! What the built-in trainer understands, as study files are checked against it.

use kiln_search::pareto::Goal;
use kiln_search::space::vocabulary::{LayerInfo, ParameterInfo, Vocabulary};

use crate::network::Named;
use crate::network::architecture::LayerKind;
use crate::network::parameters::{self, Row, Scope};
use crate::network::plan::STATIC_METRICS;
use crate::train::{self, TOP};

/// The built-in trainer: the layers of [`network`](crate::network), trained by [`train`].
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn;

/// The parameters of the built-in trainer in the order in which a person reads them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    parameters::TABLE.iter().chain(train::parameters::TABLE)
}

impl BuiltIn {
    /// Which way is better for the figure called `metric`; `None` if it is none of the trainer's.
    pub fn goal(self, metric: &str) -> Option<Goal> {
        let mut known = self.static_metrics().iter().chain(self.epoch_metrics());
        let more = (is_share(metric) && metric != "val_calibration_error") || metric == "images_per_second";
        known.any(|known| *known == metric).then_some(if more { Goal::Maximize } else { Goal::Minimize })
    }

    /// The least and the greatest value that the figure called `metric` can have.
    pub fn range(self, metric: &str) -> [f64; 2] {
        match metric {
            "generalization_gap" => [-1.0, 1.0],
            _ if is_share(metric) => [0.0, 1.0],
            _ => [0.0, f64::INFINITY],
        }
    }
}

/// The figures that are shares.
fn is_share(metric: &str) -> bool {
    metric.ends_with("accuracy")
        || TOP.iter().any(|(top, _)| *top == metric)
        || ["val_f1", "val_calibration_error"].contains(&metric)
}

impl Vocabulary for BuiltIn {
    fn parameters(&self) -> Vec<ParameterInfo> {
        rows()
            .map(|row| ParameterInfo { name: row.name, kind: row.kind.clone(), block: row.scope == Scope::Stage })
            .collect()
    }

    fn block(&self) -> &'static str {
        "stage"
    }

    fn layers(&self) -> &'static [&'static str] {
        LayerKind::NAMES
    }

    fn layer(&self, kind: &str) -> Option<LayerInfo> {
        LayerKind::named(kind).map(LayerKind::info)
    }

    fn structure(&self) -> Vec<&'static str> {
        // How weights start, and what the output layer is like, does not depend on who puts a network together.
        let common = |name: &str| name.starts_with("head_") || ["initialization", "quantization_scope"].contains(&name);
        parameters::TABLE.iter().map(|row| row.name).filter(|name| !common(name)).collect()
    }

    fn static_metrics(&self) -> &'static [&'static str] {
        STATIC_METRICS
    }

    fn epoch_metrics(&self) -> &'static [&'static str] {
        &train::METRICS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shares_end_at_one_and_only_a_difference_of_them_may_be_negative() {
        let with = |range: [f64; 2]| -> Vec<&str> {
            let all = BuiltIn.static_metrics().iter().chain(BuiltIn.epoch_metrics());
            all.copied().filter(|metric| BuiltIn.range(metric).map(f64::to_bits) == range.map(f64::to_bits)).collect()
        };
        let shares = ["train_accuracy", "val_accuracy", "val_top3", "val_top5", "val_f1", "val_calibration_error"];
        assert_eq!(with([0.0, 1.0]), shares);
        assert_eq!(with([-1.0, 1.0]), ["generalization_gap"]);
        assert!(with([0.0, f64::INFINITY]).contains(&"val_loss"));
    }
}
