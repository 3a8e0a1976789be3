//! What samplers may know of the past: read-only, and nothing else.

use std::collections::HashSet;

use crate::candidate::Candidate;
use crate::pareto::Goal;

/// What has become of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Not over yet.
    Unfinished,
    /// Over without a usable result.
    Failed,
    /// Over; the value of each objective.
    Complete(Vec<f64>),
}

/// One earlier trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// What was tried.
    pub candidate: Candidate,
    /// What has become of it.
    pub fate: Fate,
}

/// All trials so far, in the order in which they began.
#[derive(Debug, Clone, Default)]
pub struct History {
    goals: Vec<Goal>,
    pasts: Vec<Past>,
    identities: HashSet<String>,
}

impl History {
    /// The history `pasts` of a study with objectives of these `goals`.
    pub fn new(goals: Vec<Goal>, pasts: Vec<Past>) -> Self {
        let identities = pasts.iter().map(|past| past.candidate.canonical()).collect();
        Self { goals, pasts, identities }
    }

    /// Adds a trial, the latest.
    pub fn push(&mut self, past: Past) {
        self.identities.insert(past.candidate.canonical());
        self.pasts.push(past);
    }

    /// The trials with a usable result, by number, with the value of each objective. A result that is not finite in
    /// every objective, or has too few or too many, is none.
    pub fn scored(&self) -> impl Iterator<Item = (usize, &[f64])> {
        self.pasts.iter().enumerate().filter_map(|(number, past)| match &past.fate {
            Fate::Complete(values)
                if values.len() == self.goals.len() && values.iter().all(|value| value.is_finite()) =>
            {
                Some((number, values.as_slice()))
            }
            _ => None,
        })
    }

    /// The goals of the objectives.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// The earlier trials, in the order in which they began.
    pub fn pasts(&self) -> &[Past] {
        &self.pasts
    }

    /// Whether the same candidate has been tried before.
    pub fn contains(&self, candidate: &Candidate) -> bool {
        self.identities.contains(&candidate.canonical())
    }
}
