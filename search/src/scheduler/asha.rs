//! Asynchronous successive halving (ASHA): L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-Tzur, M. Hardt, B.
//! Recht, A. Talwalkar, "A system for massively parallel hyperparameter tuning", `MLSys` 2020, Algorithm 2.
//!
//! Every trial stops at every rung. When a worker is free, the rungs are looked through from the top: where a trial
//! waits that is among the best ⌊n/η⌋ of the n trials that have ever reached the rung, the best of those that wait goes
//! on to the next rung. If there is none, a new trial begins. What has become of the trials of a rung since does not
//! matter: one that went on, failed, or is trained just now keeps its place.
//!
//! Several objectives: R. Schmucker, M. Donini, M. B. Zafar, D. Salinas, C. Archambeau, "Multi-objective asynchronous
//! successive halving", 2021 (arXiv 2106.12639). Trials are ranked by non-dominated front, and within a front by
//! crowding distance; the paper's other choice, a greedy cover of the front, is not here.
//!
//! Deviations: a trial with a value that is not finite counts among the n and is never promoted, be the others as bad as
//! they may; of equals the earlier trial is the better one, where the paper says nothing.

use super::Field;
use crate::pareto::{Goal, best_first};

/// The trial of `members` that is promoted next, if any; `rungs` are theirs, the last the full length.
pub(super) fn promotion(field: &Field, rungs: &[u32], reduction: u32, members: &[usize]) -> Option<usize> {
    let (_, below_full) = rungs.split_last()?;
    below_full.iter().rev().find_map(|rung| promotion_at(field, *rung, reduction, members))
}

fn promotion_at(field: &Field, rung: u32, reduction: u32, members: &[usize]) -> Option<usize> {
    let waits = |trial: usize| field.is_paused(trial) && field.curves[trial].epochs() == rung;
    let reached = || members.iter().copied().filter(|trial| field.curves[*trial].epochs() >= rung);
    // Most rungs have nobody waiting most of the time, and ranking is what costs.
    if !reached().any(waits) {
        return None;
    }
    let usable = reached().filter_map(|trial| Some((trial, field.curves[trial].costs(field.goals, rung)?)));
    let (trials, costs): (Vec<usize>, Vec<Vec<f64>>) = usable.unzip();
    let best = reached().count() / reduction as usize;
    best_first(&costs, &vec![Goal::Minimize; field.goals.len()])
        .into_iter()
        .take(best)
        .map(|place| trials[place])
        .find(|trial| waits(*trial))
}
