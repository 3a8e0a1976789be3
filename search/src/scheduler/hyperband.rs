//! Hyperband: L. Li, K. Jamieson, G. `DeSalvo`, A. Rostamizadeh, A. Talwalkar, "Hyperband: a novel bandit-based approach to
//! hyperparameter optimization", JMLR 18, 2018, over asynchronous halvings as in section 3.2 of the paper of ASHA.
//!
//! How early may a trial be judged? A bracket begins with each rung, the last with the full length, and has about the
//! same number of epochs to spend as each other: of the S + 1 rungs of a study, the bracket that has s above its first
//! gets ⌈(S + 1) ηˢ / (s + 1)⌉ trials. They come as in the paper, the bracket with the earliest verdicts first, and then
//! from the start again; so a trial's number decides its bracket.
//!
//! Deviations: each bracket is an ASHA among its own trials of all rounds and not a synchronous halving, so that nobody
//! waits for the last of a rung. Where rungs are not a factor η apart, the numbers of trials are the same.

use super::{Field, Rungs, asha};

/// The rungs of `trial`: those of its bracket.
pub(super) fn bracket(rungs: &Rungs, trial: usize) -> &[u32] {
    &rungs.epochs()[first_rung(&sizes(rungs), trial)..]
}

/// The trial that is promoted next, if any, from the bracket with the earliest verdicts that has one.
pub(super) fn promotion(field: &Field, rungs: &Rungs) -> Option<usize> {
    let sizes = sizes(rungs);
    let mut brackets = vec![Vec::new(); sizes.len()];
    for trial in 0..field.curves.len() {
        brackets[first_rung(&sizes, trial)].push(trial);
    }
    let promotion = |(first, members): (usize, &Vec<usize>)| {
        asha::promotion(field, &rungs.epochs()[first..], rungs.reduction(), members)
    };
    brackets.iter().enumerate().find_map(promotion)
}

/// How many trials of a round begin at each rung.
fn sizes(rungs: &Rungs) -> Vec<usize> {
    let brackets = rungs.epochs().len();
    let size = |above: usize| {
        // A round that is never filled might as well be endless.
        let growth = (rungs.reduction() as usize).saturating_pow(above as u32);
        brackets.saturating_mul(growth).div_ceil(above + 1)
    };
    (0..brackets).rev().map(size).collect()
}

/// The rung at which `trial` begins.
fn first_rung(sizes: &[usize], trial: usize) -> usize {
    let round = sizes.iter().fold(0_usize, |sum, size| sum.saturating_add(*size));
    let mut place = trial % round;
    for (rung, size) in sizes.iter().enumerate() {
        if place < *size {
            return rung;
        }
        place -= size;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_as_large_as_in_the_paper() {
        // Algorithm 1 of the paper with R = 81 and η = 3.
        assert_eq!(sizes(&Rungs::geometric(81, 3)), [81, 34, 15, 8, 5]);
    }

    #[test]
    fn a_trials_number_decides_where_it_begins() {
        let rungs = Rungs::geometric(9, 3);
        let begins: Vec<u32> = (0..19).map(|trial| bracket(&rungs, trial)[0]).collect();
        assert_eq!(begins, [[1; 9].as_slice(), &[3; 5], &[9; 3], &[1; 2]].concat());
        assert_eq!(bracket(&rungs, 9), [3, 9]);
    }

    #[test]
    fn a_round_without_end_is_none_of_overflow() {
        let rungs = Rungs::new((1..200).collect(), u32::MAX).expect("valid");
        assert_eq!(bracket(&rungs, usize::MAX)[0], 1);
    }
}
