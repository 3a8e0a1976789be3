//! An order in which every slot comes after all that it depends on, or the circle that makes it impossible.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::problem::{Problem, Problems};
use crate::space::Space;
use crate::table::SpannedText;

/// Orders the slots, those of the file first wherever there is a choice (A. B. Kahn, "Topological sorting of large
/// networks", CACM 1962). Slots in or behind a circle are left out and the circle is reported at a `when`, or at one
/// of `repeats`.
pub(super) fn order(
    space: &mut Space,
    whens: &[Option<SpannedText>],
    repeats: &[Range<usize>],
    problems: &mut Problems,
) {
    let mut waits_for: Vec<BTreeSet<usize>> =
        space.slots.iter().map(|slot| slot.depends_on.iter().copied().collect()).collect();
    let mut leads_to: Vec<Vec<usize>> = vec![Vec::new(); waits_for.len()];
    for (slot, before) in waits_for.iter().enumerate() {
        for leader in before {
            leads_to[*leader].push(slot);
        }
    }
    let mut ready: BTreeSet<usize> = (0..waits_for.len()).filter(|slot| waits_for[*slot].is_empty()).collect();
    while let Some(slot) = ready.pop_first() {
        space.order.push(slot);
        for follower in &leads_to[slot] {
            waits_for[*follower].remove(&slot);
            if waits_for[*follower].is_empty() {
                ready.insert(*follower);
            }
        }
    }
    report_circles(space, &waits_for, whens, repeats, problems);
}

fn report_circles(
    space: &Space,
    waits_for: &[BTreeSet<usize>],
    whens: &[Option<SpannedText>],
    repeats: &[Range<usize>],
    problems: &mut Problems,
) {
    let mut walked = vec![false; waits_for.len()];
    let mut reported: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for start in 0..waits_for.len() {
        // Whoever still waits, waits for somebody who still waits: walking on must come to a circle.
        let mut path = Vec::new();
        let mut at = start;
        while !walked[at] {
            let Some(next) = waits_for[at].first() else { break };
            walked[at] = true;
            path.push(at);
            at = *next;
        }
        let Some(begin) = path.iter().position(|slot| *slot == at) else { continue };
        let circle = &path[begin..];
        // The copies of a block all have the same circle.
        if !reported.insert(circle.iter().map(|slot| space.slots[*slot].parameter).collect()) {
            continue;
        }
        let names: Vec<String> =
            circle.iter().chain([&at]).map(|slot| format!("`{}`", space.slots[*slot].name)).collect();
        let conditional = circle.iter().find_map(|slot| whens[space.slots[*slot].parameter].as_ref());
        let repeated = circle.iter().find_map(|slot| space.slots[*slot].copy.map(|(block, _)| repeats[block].clone()));
        let span = conditional.map(|when| when.span.clone()).or(repeated).unwrap_or_default();
        let message = match circle {
            [_] => format!("{} waits for itself", names[0]),
            _ => format!("{} wait for each other", names.join(" → ")),
        };
        let problem = Problem::new(message, span).label("a circle");
        problems.push(problem.help("remove one of the conditions: something must be drawn first"));
    }
}
