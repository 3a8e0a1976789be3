//! Networks that the search has not found: one that it has, with another value of a compared choice.

use kiln_search::candidate::Value;
use kiln_search::evidence::Design;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

/// What made a network of one that the search has found.
#[derive(Debug, Serialize)]
pub struct Swap<'a> {
    /// The trial that had the other one.
    of: Option<TrialNumber>,
    parameter: &'a str,
    value: &'a Value,
}

impl<'a> Swap<'a> {
    /// The first that made the network at `place`, if the search has not found it.
    pub fn of(design: &'a Design, place: usize) -> Option<Self> {
        let trial = |place: usize| design.networks[place].trial;
        let found = design.comparisons.iter().find_map(|comparison| {
            let mut blocks = comparison.blocks.iter();
            blocks.find_map(|block| {
                let arm = block.arms.iter().position(|network| *network == Some(place))?;
                let (parameter, value) = (comparison.parameter.as_str(), &comparison.arms[arm]);
                Some(Self { of: trial(block.own), parameter, value })
            })
        });
        found.filter(|_| trial(place).is_none())
    }
}
