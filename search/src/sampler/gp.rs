//! Bayesian optimisation with a Gaussian process: fit one to the trials and try where improvement is to be expected.
//!
//! D. R. Jones, M. Schonlau, W. J. Welch, "Efficient global optimization of expensive black-box functions", Journal of
//! Global Optimization 13, 1998. Kernel: Matérn 5/2 with a length for each axis. Lengths among names and levels have a
//! prior that grows with the dimension: C. Hvarfner, E. O. Hellsten, L. Nardi, "Vanilla Bayesian optimization performs
//! great in high dimensions", ICML 2024. Lengths of numbers have walls on either side, within which they are free, as in
//! the `GPSampler` of Optuna (T. Akiba and others, KDD 2019): where lengths may be much longer than the unit interval,
//! a fit to few trials takes most numbers for idle, and a rippled funnel of ten of them is never seen. So have the
//! noises, of which some are as likely as none: what is too fine or too sudden for the lengths is noise. Logarithm of the
//! expected improvement: S. Ament and others, Advances in Neural Information Processing Systems 36, 2023; warping of
//! the worse half, unless better trials show plateaus: Vizier (X. Song and others, 2024, arXiv 2408.11527).
//!
//! Two or three objectives have a process each, and what is sought is the logarithm of the volume that a candidate is
//! expected to add to what the front dominates, which is exact ([`front`]). More objectives have one process, of a
//! random augmented Chebyshev scalarisation in each answer: J. Knowles, "`ParEGO`", IEEE Transactions on Evolutionary
//! Computation 10(1), 2006; with four, nearly all trials are on the front, and the boxes beside it are as many as the
//! cube of their number. An objective in which all trials are alike is left out. Beside another process, lengths of
//! numbers have the prior of names: walls hide from it that thirty numbers add up to one, as in ZDT1 to ZDT3, where the
//! volume that is missing is tenfold with them.
//!
//! After 8 finished trials. Names are all as far from each other as the ends of the unit interval; an axis that is
//! inactive in one of two trials sets them apart as if it were a value farther off than any other, and one that is
//! inactive in both says nothing. Failed trials are worse than all others, in every objective; running ones are
//! believed to come out as the model expects. Lengths and noise maximise the posterior by 40 evaluations of a
//! quasi-Newton descent.
//!
//! Deviations: the improvement is sought by draws and stochastic hill climbing before the ascent along its gradient,
//! since the space is mixed and conditional; at most 200 trials are modelled, the better half of them the best, because
//! the time grows with their cube; the improvement is over the lowest *expected* result, which noise cannot fake.

use rand_pcg::Pcg64;

use super::{Capabilities, Sampler};
use crate::candidate::Candidate;
use crate::history::{Fate, History};
use crate::space::Space;
use crate::space::axes::{Axes, Axis};
use front::Front;
use improvement::Improvement;
use model::{Lengths, Model};

mod climb;
mod descent;
mod front;
mod improvement;
mod kernel;
mod model;
mod scores;

/// Finished trials before the first model.
const STARTUP: usize = 8;
/// Trials that are modelled.
const MOST: usize = 200;
/// Running trials that are modelled, the latest.
const MOST_RUNNING: usize = 32;

/// Bayesian optimisation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gp;

impl Sampler for Gp {
    fn name(&self) -> &'static str {
        "gp"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    /// Each answer fits a model anew.
    fn patience(&self) -> u32 {
        8
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        let axes = Axes::new(space);
        if axes.axes().is_empty() || history.scored().take(STARTUP).count() < STARTUP {
            return space.draw(rng);
        }
        let is_real = axes.axes().iter().any(|axis| matches!(axis, Axis::Continuum { .. }));
        let (trials, scores) = scores::scores(history, is_real, MOST, rng);
        let point = |trial: usize| axes.point(&history.pasts()[trial].candidate);
        let points: Vec<Vec<f64>> = trials.into_iter().map(point).collect();
        let running = history.pasts().iter().enumerate().rev().filter(|(_, past)| past.fate == Fate::Unfinished);
        let running: Vec<Vec<f64>> = running.take(MOST_RUNNING).map(|(trial, _)| point(trial)).collect();
        let lengths = if scores.len() > 1 { Lengths::Long } else { Lengths::Walled };
        let fit = |scores| {
            let mut model = Model::fit(axes.axes(), points.clone(), scores, lengths)?;
            model.believe(running.clone());
            Some(model)
        };
        let Some(models) = scores.into_iter().map(fit).collect::<Option<Vec<_>>>() else { return space.draw(rng) };
        if let [model] = &models[..] {
            let improvement = Improvement::new(model);
            climb::best(&axes, &improvement, &improvement.points(), space, history, rng)
        } else {
            let front = Front::new(&models, rng);
            climb::best(&axes, &front, front.points(), space, history, rng)
        }
    }
}

#[cfg(test)]
mod tests;
