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
        let more = metric.ends_with("accuracy")
            || TOP.iter().any(|(top, _)| *top == metric)
            || ["val_f1", "images_per_second"].contains(&metric);
        known.any(|known| *known == metric).then_some(if more { Goal::Maximize } else { Goal::Minimize })
    }
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
