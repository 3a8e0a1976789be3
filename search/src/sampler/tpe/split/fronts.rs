//! The first few fronts of a past, without ranking the rest of it.

use crate::history::History;
use crate::pareto::dominates;

/// The first fronts of `history`, just enough to hold `wanted` trials, each in the order of the past. Of trials with
/// equal values the first alone is there.
///
/// One pass for each front, in which most trials are compared with one or a few of those that are on it.
pub(super) fn fronts(history: &History, wanted: usize) -> Vec<Vec<usize>> {
    let mut fronts = vec![history.front().to_vec()];
    let first = history.front().iter().filter_map(|trial| history.values(*trial));
    let mut taken: Vec<Vec<f64>> = first.map(|values| costs(history, values).collect()).collect();
    let mut room = Vec::new();
    while taken.len() < wanted {
        let mut front: Vec<(usize, Vec<f64>)> = Vec::new();
        for (trial, values) in history.scored() {
            room.clear();
            room.extend(costs(history, values));
            let is_beaten = front.iter().any(|(_, known)| dominates(known, &room) || *known == room);
            if !is_beaten && !taken.contains(&room) {
                front.retain(|(_, known)| !dominates(&room, known));
                front.push((trial, room.clone()));
            }
        }
        if front.is_empty() {
            break;
        }
        let (trials, costs): (Vec<usize>, Vec<Vec<f64>>) = front.into_iter().unzip();
        fronts.push(trials);
        taken.extend(costs);
    }
    fronts
}

fn costs<'a>(history: &'a History, values: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    values.iter().zip(history.goals()).map(|(value, goal)| goal.cost(*value))
}
