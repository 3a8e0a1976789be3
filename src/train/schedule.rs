//! The learning rate over the training, by the definitions of `PyTorch`'s `lr_scheduler`.

use std::f64::consts::PI;

/// The share of a cycle in which the learning rate rises, in [`Schedule::OneCycle`].
const RISE: f64 = 0.3;
/// What the learning rate is divided by at the beginning of a cycle.
const START: f64 = 25.0;
/// What it is divided by once more at its end.
const END: f64 = 1e4;

/// Where in a training a step is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// From 1.
    pub epoch: u32,
    /// Step of the epoch, from 0.
    pub step: usize,
    /// Steps an epoch; at least 1.
    pub steps: usize,
}

impl Position {
    /// Whole epochs before this one.
    fn past(self) -> u32 {
        self.epoch.saturating_sub(1)
    }

    /// Steps before this one.
    fn before(self) -> f64 {
        f64::from(self.past()) * self.steps as f64 + self.step as f64
    }
}

/// The course of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// The same in every epoch.
    Constant,
    /// Cosine annealing to zero without restarts, epoch by epoch: `CosineAnnealingLR` with `T_max = epochs`.
    ///
    /// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5.
    Cosine {
        /// Epochs of the whole training.
        epochs: u32,
    },
    /// Cosine annealing to zero, step by step, that begins anew: `CosineAnnealingWarmRestarts`.
    ///
    /// Loshchilov and Hutter 2017, as above.
    Restarts {
        /// Epochs of the first cosine; at least 1.
        every: u32,
        /// How many times as long each is as the one before; at least 1.
        growth: u32,
    },
    /// Multiplied by `factor` after each `every` epochs: `StepLR`.
    Step {
        /// Epochs between two changes; at least 1.
        every: u32,
        /// In (0, 1].
        factor: f64,
    },
    /// Up from a 25th to the learning rate in the first 30 % of the steps, and down to a 250,000th, in half cosines:
    /// `OneCycleLR`, which also moves the momentum, unlike this.
    ///
    /// Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.
    OneCycle {
        /// Epochs of the whole training.
        epochs: u32,
    },
}

impl Schedule {
    /// What the learning rate is multiplied by at a step.
    pub fn factor(self, at: Position) -> f64 {
        let past = at.past();
        match self {
            Self::Constant => 1.0,
            Self::Cosine { epochs } => fall(f64::from(past) / f64::from(epochs)),
            Self::Restarts { every, growth } => {
                let (mut begin, mut length) = (0, every);
                while past - begin >= length {
                    begin += length;
                    length = length.saturating_mul(growth);
                }
                let within = f64::from(past - begin) + at.step as f64 / at.steps as f64;
                fall(within / f64::from(length))
            }
            Self::Step { every, factor } => factor.powf(f64::from(past / every)),
            Self::OneCycle { epochs } => {
                let all = f64::from(epochs) * at.steps as f64;
                let (top, last, step) = (RISE * all - 1.0, all - 1.0, at.before());
                if step <= top {
                    between(1.0 / START, 1.0, step / top)
                } else {
                    between(1.0, 1.0 / (START * END), (step - top) / (last - top))
                }
            }
        }
    }
}

/// What the learning rate is multiplied by at a step because of a linear warm-up of so many `epochs`, of which the last
/// step is the first with the whole rate: `LinearLR`, from one step's share on.
///
/// Goyal et al., "Accurate, large minibatch SGD: training `ImageNet` in 1 hour", 2017, section 2.2.
pub fn warm_up(epochs: f64, at: Position) -> f64 {
    let steps = (epochs * at.steps as f64).round();
    if steps > 0.0 { ((at.before() + 1.0) / steps).min(1.0) } else { 1.0 }
}

/// Half a cosine from 1 down to 0.
fn fall(share: f64) -> f64 {
    f64::midpoint(1.0, (PI * share).cos())
}

/// Half a cosine from `from` to `to`.
fn between(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) * fall(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::fixtures::{close, fixture};

    #[test]
    fn agrees_with_pytorch_in_every_epoch() {
        let cases = fixture()["schedules"].as_array().expect("a list").clone();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let number = |key: &str| case[key].as_f64().expect("a number");
            let schedule = match case["kind"].as_str().expect("a name") {
                "constant" => Schedule::Constant,
                "cosine" => Schedule::Cosine { epochs: number("epochs") as u32 },
                _ => Schedule::Step { every: number("every") as u32, factor: number("factor") },
            };
            let rates = case["rates"].as_array().expect("a list");
            for (epoch, expected) in (1..).zip(rates) {
                let at = Position { epoch, step: 1, steps: 3 };
                let rate = number("rate") * schedule.factor(at);
                close(rate, expected.as_f64().expect("a number"), &format!("{schedule:?}, epoch {epoch}"));
            }
        }
    }

    #[test]
    fn agrees_with_pytorch_in_every_step() {
        let cases = fixture()["steps"].as_array().expect("a list").clone();
        assert_eq!(cases.len(), 8);
        for case in cases {
            let number = |key: &str| case[key].as_f64().expect("a number");
            let whole = |key: &str| number(key) as u32;
            let schedule = match case["kind"].as_str().expect("a name") {
                "one-cycle" => Schedule::OneCycle { epochs: whole("epochs") },
                "cosine-restarts" => Schedule::Restarts { every: whole("every"), growth: whole("growth") },
                "step" => Schedule::Step { every: whole("every"), factor: number("factor") },
                _ => Schedule::Constant,
            };
            let warm = case["warmup"].as_f64().unwrap_or(0.0);
            let steps = number("steps") as usize;
            for (index, expected) in case["rates"].as_array().expect("a list").iter().enumerate() {
                let at = Position { epoch: (index / steps) as u32 + 1, step: index % steps, steps };
                let rate = number("rate") * schedule.factor(at) * warm_up(warm, at);
                close(rate, expected.as_f64().expect("a number"), &format!("{schedule:?}, warm-up {warm}, {at:?}"));
            }
        }
    }
}
