//! The learning rate over the epochs, by the definitions of PyTorch's `lr_scheduler` stepped once an epoch.

use std::f64::consts::PI;

/// The course of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// The same in every epoch.
    Constant,
    /// Cosine annealing to zero without restarts: `CosineAnnealingLR` with `T_max = epochs`.
    ///
    /// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5.
    Cosine {
        /// Epochs of the whole training.
        epochs: u32,
    },
    /// Multiplied by `factor` after each `every` epochs: `StepLR`.
    Step {
        /// Epochs between two changes; at least 1.
        every: u32,
        /// In (0, 1].
        factor: f64,
    },
}

impl Schedule {
    /// What the first epoch's learning rate is multiplied by in `epoch`, which counts from 1.
    pub fn factor(self, epoch: u32) -> f64 {
        let past = epoch.saturating_sub(1);
        match self {
            Self::Constant => 1.0,
            Self::Cosine { epochs } => f64::midpoint(1.0, (PI * f64::from(past) / f64::from(epochs)).cos()),
            Self::Step { every, factor } => factor.powf(f64::from(past / every)),
        }
    }
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
                let rate = number("rate") * schedule.factor(epoch);
                close(rate, expected.as_f64().expect("a number"), &format!("{schedule:?}, epoch {epoch}"));
            }
        }
    }
}
