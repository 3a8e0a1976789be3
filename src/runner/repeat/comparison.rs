//! What is on record of a trial, beside what training it again has given.

use std::collections::BTreeSet;

use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Outcome, Trial};
use serde::Serialize;

use super::{Repetition, own_end};
use crate::device::Choice;
use crate::runner::prediction::MEASURED;
use crate::term::figure::counted;
use crate::train::TIMINGS;

/// One figure of an epoch, then and now; nothing where it is not known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// From 1.
    pub epoch: u32,
    /// The name of the figure.
    pub metric: String,
    /// On record.
    pub recorded: Option<f64>,
    /// Measured again.
    pub again: Option<f64>,
}

impl Pair {
    /// Whether both are the same, bit for bit; any NaN is like any other.
    pub fn is_equal(&self) -> bool {
        match (self.recorded, self.again) {
            (Some(recorded), Some(again)) => {
                recorded.to_bits() == again.to_bits() || recorded.is_nan() && again.is_nan()
            }
            (recorded, again) => recorded.is_none() && again.is_none(),
        }
    }

    /// How far they are apart; nothing where that is no number.
    pub fn distance(&self) -> Option<f64> {
        if self.is_equal() {
            Some(0.0)
        } else {
            Some((self.recorded? - self.again?).abs()).filter(|far| far.is_finite())
        }
    }
}

/// A trial and its repetition.
#[derive(Debug)]
pub struct Comparison {
    /// Each figure of each epoch, in order.
    pub pairs: Vec<Pair>,
    /// Whether the two must be equal: both were trained on the processor, as far as known.
    pub is_promised: bool,
    /// How each ended by itself, in words.
    pub ends: Ends,
}

/// How a trial ended by itself, then and now; nothing where it did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// On record.
    pub recorded: Option<String>,
    /// This time.
    pub again: Option<String>,
    /// Whether it is the same end.
    pub equal: bool,
}

impl Comparison {
    /// Compares all that does not depend on the speed of the machine. What an earlier Kiln did not measure yet is no
    /// difference.
    pub fn of(study: &StudyRecord, trial: &Trial, repetition: &Repetition) -> Self {
        let (recorded, again) = (&trial.epochs, &repetition.epochs);
        let mut pairs = Vec::new();
        for index in 0..recorded.len().max(again.len()) {
            let (one, other) = (recorded.get(index), again.get(index));
            let names = one.or(other).into_iter().flat_map(|epoch| epoch.metrics.keys());
            let names: BTreeSet<&str> = names.filter(|name| !TIMINGS.contains(name) && *name != MEASURED).collect();
            pairs.extend(names.into_iter().map(|name| Pair {
                epoch: index as u32 + 1,
                metric: name.to_owned(),
                recorded: one.and_then(|epoch| epoch.metrics.get(name)).copied(),
                again: other.and_then(|epoch| epoch.metrics.get(name)).copied(),
            }));
        }
        let processor = Choice::Cpu.to_string();
        Self {
            pairs,
            is_promised: study.device == processor && repetition.device == processor,
            ends: Ends::of(trial, repetition),
        }
    }

    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.ends.equal && self.pairs.iter().all(Pair::is_equal)
    }

    /// What differs first, in words.
    pub fn first_difference(&self) -> Option<String> {
        let pair = self.pairs.iter().find(|pair| !pair.is_equal());
        let text = |value: Option<f64>| value.map_or_else(|| "not there".to_owned(), |value| value.to_string());
        let figures = pair.map(|Pair { epoch, metric, recorded, again }| {
            format!("{metric} of epoch {epoch} is {} on record and {} now", text(*recorded), text(*again))
        });
        figures.or_else(|| {
            let in_words =
                |end: &Option<String>| end.as_ref().map_or_else(|| "went on".to_owned(), |end| format!("was {end}"));
            let Ends { recorded, again, equal } = &self.ends;
            (!equal).then(|| format!("then it {} on record, and now it {}", in_words(recorded), in_words(again)))
        })
    }

    /// In one sentence, how the two compare.
    pub fn summary(&self) -> String {
        let epochs = counted(self.pairs.iter().map(|pair| pair.epoch).max().unwrap_or(0) as usize, "epoch");
        let Some(first) = self.first_difference() else {
            let end = self.ends.again.as_ref().map_or_else(String::new, |end| format!(", then {end}"));
            return format!("came out the same, bit for bit: {epochs}{end}");
        };
        let far = self.pairs.iter().filter_map(Pair::distance).fold(0.0, f64::max);
        let apart =
            if far > 0.0 { format!("; in {epochs} no figure is further apart than {far:.1e}") } else { String::new() };
        format!("did not come out the same: {first}{apart}")
    }
}

impl Ends {
    fn of(trial: &Trial, repetition: &Repetition) -> Self {
        let (recorded, again) = (own_end(trial), repetition.outcome.as_ref());
        let equal = match (recorded, again) {
            // The messages of those that crash have addresses and times in them.
            (Some(Outcome::Crashed { .. }), Some(Outcome::Crashed { .. })) => true,
            (recorded, again) => recorded == again,
        };
        Self { recorded: recorded.map(first_line), again: again.map(first_line), equal }
    }
}

fn first_line(outcome: &Outcome) -> String {
    outcome.to_string().lines().next().unwrap_or_default().to_owned()
}
