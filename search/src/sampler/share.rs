//! A share of the trials for each arm of a compared choice.
//!
//! A sampler hardly tries what it dislikes, and says nothing of what it has not tried. So each arm is tried once before
//! anything else, and an arm with less than half of its even share of the trials begun, 1 / (2 · arms), is tried next: the
//! method is asked as if only the trials with that arm had been, so that each arm is tuned for itself, and what it proposes
//! gets the arm in place of its own. Trials in which the choice is not active do not count: they are no trials of any arm,
//! and a choice that is rarely active shall not become frequent by being compared. With several compared choices each gives
//! its arm, if it has one due, to the same proposal, and the first of them says which trials the method sees.
//!
//! A function of the space and of the candidates of the history, whatever has become of them. A study without compared
//! choices has no arm due.

use std::borrow::Cow;

use rand::Rng;

use crate::candidate::Candidate;
use crate::history::History;
use crate::space::{Question, Space};

/// So often a proposal with what is due is drawn anew before less is demanded.
const TRIES: u32 = 20;

/// The arms that are due: of each compared choice one at the most.
pub(super) struct Due<'s> {
    arms: Vec<(Question<'s>, usize)>,
}

impl<'s> Due<'s> {
    /// The arms of `space` that are due after `history`.
    pub fn after(space: &'s Space, history: &History) -> Self {
        let arms = space.questions().filter_map(|question| {
            let mut tried = vec![0; question.arms().len()];
            for arm in history.pasts().iter().filter_map(|past| question.arm(&past.candidate)) {
                tried[arm] += 1;
            }
            let (arm, least) = tried.iter().enumerate().min_by_key(|(_, tried)| **tried)?;
            let active: usize = tried.iter().sum();
            let is_due = *least == 0 || 2 * tried.len() * least <= active;
            is_due.then_some((question, arm))
        });
        Self { arms: arms.collect() }
    }

    /// What is demanded after so many refusals: all that is due, then one after the other by itself, since two arms may
    /// exclude each other; then nothing.
    pub fn demanded(&self, refusals: u32) -> &[(Question<'s>, usize)] {
        match (refusals / TRIES) as usize {
            0 => &self.arms,
            one if self.arms.len() > 1 => self.arms.get(one - 1..one).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// What the method is to see of `history` where these arms are `demanded`.
pub(super) fn seen<'h>(demanded: &[(Question<'_>, usize)], history: &'h History) -> Cow<'h, History> {
    let Some((question, arm)) = demanded.first() else { return Cow::Borrowed(history) };
    let with_arm = history.pasts().iter().filter(|past| question.arm(&past.candidate) == Some(*arm));
    let seen = History::new(history.goals().to_vec(), with_arm.cloned().collect());
    Cow::Owned(if history.allows_repeats() { seen.allowing_repeats() } else { seen })
}

/// `candidate` with the arms that are `demanded`; where the choice is not active in it, another that is drawn, if one is
/// found.
pub(super) fn with(
    demanded: &[(Question<'_>, usize)],
    candidate: Candidate,
    space: &Space,
    rng: &mut impl Rng,
) -> Candidate {
    let mut with = candidate;
    for _ in 0..TRIES {
        for (question, arm) in demanded {
            with = question.swapped(&with, *arm, &[], rng).unwrap_or(with);
        }
        if demanded.iter().all(|(question, arm)| question.arm(&with) == Some(*arm)) {
            break;
        }
        with = space.draw(rng);
    }
    with
}
