//! Whether a study can go on with a changed file, as a new revision of it.
//!
//! It can where the change is only [wider](kiln_search::space::Space::widening), or about when the search ends. What a
//! trial is, and what it is worth, stays: data, objectives, seed, length of training, and how candidates are found. See
//! `docs/decisions/0012-revisions.md`.

use std::cmp::Ordering;
use std::fmt;

use kiln_search::sampler::strategy::Strategy;

use crate::study::{Budget, Confirm, Study};
use crate::term::figure::{bytes, duration};

/// The word for no limit.
const UNLIMITED: &str = "without a limit";

/// What a changed file makes of its study.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// The same study.
    None,
    /// A wider one, in these respects.
    Wider(Vec<String>),
    /// Another one, for these reasons.
    Other(Vec<String>),
}

impl Change {
    /// What becomes of the study `old` by the file that says `new`. How many workers there are and which checkpoints stay
    /// does not count.
    pub fn between(old: &Study, new: &Study) -> Self {
        let mut reasons: Vec<String> = Vec::new();
        let mut keep = |same: bool, reason: &str| reasons.extend((!same).then(|| reason.to_owned()));
        keep(old.seed == new.seed, "`seed`: another one makes another study");
        keep(
            old.data == new.data,
            "[data]: results on other images, or on images prepared otherwise, cannot be compared",
        );
        keep(old.objectives == new.objectives, "[[objective]]: trials were found by the former ones");
        keep(old.fidelity == new.fidelity, "[fidelity]: trials that are trained otherwise cannot be compared");
        keep(named(old) == named(new), "`strategy`: a study keeps the one that it began with");
        keep(old.search.repeats == new.search.repeats, "`repeats`: a study keeps what it began with");
        keep(
            old.search.enqueue == new.search.enqueue,
            "`enqueue`: its entries are the first trials; `kiln enqueue` adds to them",
        );
        let mut gains = Vec::new();
        match old.space.widening(&new.space) {
            Ok(wider) => gains.extend(wider),
            Err(different) => reasons.extend(different),
        }
        gains.extend(ends(&old.budget, &new.budget));
        gains.extend(
            (old.confirm != new.confirm)
                .then(|| format!("[confirm] {}", instead(confirmed(new), confirmed(old), "absent"))),
        );
        for (key, moved, told) in limits(&old.budget, &new.budget) {
            match moved {
                Ordering::Equal => {}
                Ordering::Greater => gains.push(format!("`{key}` {told}")),
                Ordering::Less => reasons.push(format!("`{key}` {told}: earlier trials were allowed more")),
            }
        }
        match (gains, reasons) {
            (gains, reasons) if gains.is_empty() && reasons.is_empty() => Self::None,
            (gains, reasons) if reasons.is_empty() => Self::Wider(gains),
            (_, reasons) => Self::Other(reasons),
        }
    }

    /// What to do about a change that nobody has asked for, or that cannot be.
    pub fn help(&self) -> &'static str {
        match self {
            Self::None | Self::Wider(_) => {
                "`--new-revision` continues the study by the changed file; or undo the change"
            }
            Self::Other(_) => {
                "a study keeps its rules to the end. Give the changed file another name under [study], or undo the change"
            }
        }
    }
}

/// `The change only widens it:`, and in which respects; or `The change does more than widen it:`, and why.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, findings) = match self {
            Self::None => return f.write_str("The change changes nothing"),
            Self::Wider(gains) => ("only widens it", gains),
            Self::Other(reasons) => ("does more than widen it", reasons),
        };
        write!(f, "The change {verdict}:")?;
        findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

/// Whether the method that a study began with still serves it where its file leaves the method open: unless it cannot
/// deal with the space any more, or was to try every candidate and there are too many now.
pub fn still_serves(recorded: Strategy, study: &Study) -> bool {
    let chosen_now = study.search.strategy;
    recorded.check(&study.space, study.objectives.len()).is_ok()
        && (recorded != Strategy::Grid || chosen_now == Strategy::Grid)
}

/// The method that the file names.
fn named(study: &Study) -> Option<Strategy> {
    study.search.reason.is_none().then_some(study.search.strategy)
}

/// What has changed of that which ends the search.
fn ends(old: &Budget, new: &Budget) -> Vec<String> {
    let text = |budget: &Budget| {
        [
            ("trials", budget.trials.map(|trials| trials.to_string())),
            ("epochs", budget.epochs.map(|epochs| epochs.to_string())),
            ("wall", budget.wall.map(duration)),
            ("plateau", budget.plateau.map(|plateau| format!("{} trials by {}", plateau.trials, plateau.delta))),
            (
                "target",
                (!budget.target.is_empty()).then(|| {
                    let one = |target: &crate::study::Target| format!("{} {}", target.metric, target.value);
                    budget.target.iter().map(one).collect::<Vec<_>>().join(", ")
                }),
            ),
        ]
    };
    let pairs = text(old).into_iter().zip(text(new)).filter(|(old, new)| old != new);
    pairs.map(|((key, old), (_, new))| format!("`{key}` {}", instead(new, old, UNLIMITED))).collect()
}

/// How the limits on one trial have moved, and what there is to say of it.
fn limits(old: &Budget, new: &Budget) -> [(&'static str, Ordering, String); 2] {
    let wall = compare(old.trial_wall.as_ref(), new.trial_wall.as_ref());
    let memory = compare(old.trial_memory.as_ref(), new.trial_memory.as_ref());
    [
        ("trial_wall", wall, instead(new.trial_wall.map(duration), old.trial_wall.map(duration), UNLIMITED)),
        ("trial_memory", memory, instead(new.trial_memory.map(bytes), old.trial_memory.map(bytes), UNLIMITED)),
    ]
}

/// Which of two limits is the higher one; none at all is the highest.
fn compare<T: Ord>(old: Option<&T>, new: Option<&T>) -> Ordering {
    match (old, new) {
        (Some(old), Some(new)) => new.cmp(old),
        (old, new) => old.is_some().cmp(&new.is_some()),
    }
}

/// `none` is the word for nothing.
fn instead(new: Option<String>, old: Option<String>, none: &str) -> String {
    let word = |value: Option<String>| value.unwrap_or_else(|| none.to_owned());
    format!("is {} instead of {}", word(new), word(old))
}

/// How many are confirmed, and how often.
fn confirmed(study: &Study) -> Option<String> {
    study.confirm.map(|Confirm { top, seeds }| format!("the best {top} on {seeds} seeds"))
}

#[cfg(test)]
mod tests;
