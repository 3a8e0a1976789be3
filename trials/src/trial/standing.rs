//! Where a trial stands, without its curve: what ranks it, and what a study needs to know of the trials that nobody
//! trains now. A hundred thousand of them fit where a thousandth of their curves would.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiln_search::candidate::Candidate;

use super::{Measured, Origin, Outcome, Phase, State, Trial, TrialNumber};

/// Where a trial stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its number in the study.
    pub number: TrialNumber,
    /// What is trained.
    pub candidate: Candidate,
    /// How the candidate came about.
    pub origin: Origin,
    /// Its state.
    pub state: State,
    /// Who holds the lease, while it has not run out.
    pub holder: Option<String>,
    /// The revision of its last change.
    pub revision: u64,
    /// How many epochs are on record.
    pub epochs: u32,
    /// What it reached, by name and in the order of names: see [`Trial::figure`].
    pub figures: Box<[(Arc<str>, f64)]>,
}

impl Standing {
    /// The figure called `metric`, if it was asked for and is known: see [`Trial::figure`].
    pub fn figure(&self, metric: &str) -> Option<f64> {
        self.figures.iter().find(|(name, _)| **name == *metric).map(|(_, figure)| *figure)
    }

    /// Whether it was trained to its end.
    pub fn is_complete(&self) -> bool {
        self.state == State::Ended(Outcome::Complete)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.state.phase() == Phase::Ended
    }
}

impl Trial {
    /// Where it stands, with what it reached of `metrics`; `None`: of all.
    pub fn standing(&self, metrics: Option<&[String]>) -> Standing {
        let last = self.epochs.last().map(|epoch| &epoch.metrics);
        let known = self.statics.iter().map(|(name, figure)| (name.as_str(), figure));
        let all: BTreeMap<&str, &f64> = known.chain(last.into_iter().flat_map(Measured::iter)).collect();
        let is_asked = |name: &str| metrics.is_none_or(|metrics| metrics.iter().any(|metric| metric == name));
        let asked = all.into_iter().filter(|(name, _)| is_asked(name));
        Standing {
            number: self.number,
            candidate: self.candidate.clone(),
            origin: self.origin,
            state: self.state.clone(),
            holder: self.holder.clone(),
            revision: self.revision,
            epochs: self.epochs.last().map_or(0, |epoch| epoch.epoch),
            figures: asked.map(|(name, figure)| (name.into(), *figure)).collect(),
        }
    }
}
