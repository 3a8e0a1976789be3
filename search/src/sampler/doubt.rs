//! Whether the priors of a space prove bad.
//!
//! The idea that a prior steers early draws and is given up when the results contradict it is that of N. Mallik and
//! others, "`PriorBand`: practical hyperparameter optimization in the age of deep learning", Advances in Neural Information
//! Processing Systems 36, 2023; C. Hvarfner and others, "`πBO`: augmenting acquisition functions with user beliefs for
//! Bayesian optimization", ICLR 2022, let its weight fade with time alone. Here the trials are asked, and nothing fades
//! while they agree with the prior.
//!
//! Each of the first 256 trials that are over is a prior-like one with a probability: by how much likelier its values are
//! under all priors together than under even draws, both being equally likely beforehand. Among the better third, failed
//! trials being worst, there should be as many of these as among all. Where there are fewer, confidence shrinks by the
//! Chernoff bound of the probability that chance left so few: H. Chernoff, "A measure of asymptotic efficiency for tests
//! of a hypothesis based on the sum of observations", Annals of Mathematical Statistics 23(4), 1952. Of ten trials, half
//! of them near the prior, of which none is among the four best, it leaves a sixteenth.

use super::pool::Pool;
use crate::history::{Fate, History};
use crate::space::Space;
use crate::space::axes::Axes;

/// So many trials are asked: what later ones say comes too late to matter, and would cost more and more.
const WITNESSES: usize = 256;

/// How far the priors of `space` have proved bad: from 0, not at all, to 1.
pub(super) fn doubt(space: &Space, history: &History) -> f64 {
    if !space.has_priors() {
        return 0.0;
    }
    let over = |trial: &usize| history.pasts()[*trial].fate != Fate::Unfinished;
    let trials: Vec<usize> = (0..history.pasts().len()).filter(over).take(WITNESSES).collect();
    let scored = trials.iter().copied().filter(|trial| history.values(*trial).is_some()).collect();
    let ranked = Pool::new(history, scored).into_ranked();
    let better = &ranked[..ranked.len().min(trials.len().div_ceil(3))];
    let axes = Axes::decided(space, 0.0);
    let share = |trials: &[usize]| -> f64 {
        let likely = |trial: &usize| 1.0 / (1.0 + (-axes.log_lift(&history.pasts()[*trial].candidate)).exp());
        trials.iter().map(likely).sum::<f64>() / trials.len() as f64
    };
    let (found, usual) = (share(better), share(&trials));
    if found < usual { 1.0 - (-(better.len() as f64) * divergence(found, usual)).exp() } else { 0.0 }
}

/// The Kullback-Leibler divergence of a chance of `found` from one of `usual`.
fn divergence(found: f64, usual: f64) -> f64 {
    let term = |found: f64, usual: f64| if found > 0.0 { found * (found / usual).ln() } else { 0.0 };
    term(found, usual) + term(1.0 - found, 1.0 - usual)
}
