//! What each value of a compared choice costs, in the networks that it is judged on.

use std::collections::BTreeMap;

use kiln_search::candidate::Value;
use kiln_search::evidence::{Comparison, Design};
use serde::Serialize;

use crate::network::plan::STATIC_METRICS;
use crate::term::figure::{figure, value};
use crate::term::table::Table;

/// What the values of one choice cost.
#[derive(Debug, Serialize)]
pub struct Cost<'a> {
    parameter: &'a str,
    /// In so many networks, each with every value and else the same; those in which constraints leave a value out do not
    /// count.
    networks: usize,
    arms: Vec<Arm<'a>>,
}

#[derive(Debug, Serialize)]
struct Arm<'a> {
    value: &'a Value,
    /// The mean of each figure that is known before training.
    means: BTreeMap<&'a str, f64>,
}

impl<'a> Cost<'a> {
    /// Of each choice that is compared in some network.
    pub fn all(design: &'a Design) -> Vec<Self> {
        design.comparisons.iter().map(|one| Self::of(one, design)).filter(|cost| cost.networks > 0).collect()
    }

    fn of(comparison: &'a Comparison, design: &'a Design) -> Self {
        let whole = comparison.blocks.iter().map(|block| block.arms.iter().copied().collect::<Option<Vec<usize>>>());
        let blocks: Vec<Vec<usize>> = whole.flatten().collect();
        let mean = |arm: usize, name: &str| {
            let figures = blocks.iter().map(|block| design.networks[block[arm]].statics.get(name).copied());
            figures.sum::<Option<f64>>().map(|sum| sum / blocks.len() as f64)
        };
        let arms = comparison.arms.iter().enumerate().map(|(arm, value)| {
            let means = STATIC_METRICS.iter().filter_map(|name| Some((*name, mean(arm, name)?)));
            Arm { value, means: means.collect() }
        });
        Self { parameter: &comparison.parameter, networks: blocks.len(), arms: arms.collect() }
    }

    /// A line for each value.
    pub fn table(&self) -> Table {
        let mut table = Table::new(["mean cost", "networks"].into_iter().chain(STATIC_METRICS.iter().copied()));
        for arm in &self.arms {
            let shown = |name: &&str| arm.means.get(name).map_or_else(|| "-".to_owned(), |mean| figure(name, *mean));
            let cells = [format!("{} = {}", self.parameter, value(arm.value)), self.networks.to_string()];
            table.row(cells.into_iter().chain(STATIC_METRICS.iter().map(shown)));
        }
        table
    }
}
