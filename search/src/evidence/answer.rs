//! What a confirmation answers, from what has been trained so far.

use serde::Serialize;

use super::ALPHA;
use super::design::Design;
use super::interaction::{Interaction, interactions};
use super::student::{Interval, mean_interval};
use super::verdict::{Question, questions};
use super::winner::{Winner, winner};
use crate::pareto::Goal;

/// What has become of a training of a confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Training {
    /// Not done, or not over.
    #[default]
    Missing,
    /// Over without a usable value: it diverged, say, or ran out of memory. Worse than any value.
    Failed,
    /// The value of the first objective. One that is not finite counts as failed.
    Value(f64),
}

impl Training {
    /// What is known of it, values that are not finite as failures.
    pub(super) fn known(self) -> Self {
        match self {
            Self::Value(value) if !value.is_finite() => Self::Failed,
            other => other,
        }
    }

    /// The value, if there is a usable one.
    pub fn value(self) -> Option<f64> {
        match self.known() {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Failed => None,
        }
    }
}

/// The answer of a confirmation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The best network; nothing as long as none has a value.
    pub winner: Option<Winner>,
    /// Each network of the design, in its order.
    pub networks: Vec<Confirmed>,
    /// Each compared choice, in the order of the file.
    pub questions: Vec<Question>,
    /// Each two compared choices.
    pub interactions: Vec<Interaction>,
}

/// What came out for a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confirmed {
    /// Its trainings that have a value.
    pub values: u32,
    /// Its trainings that failed.
    pub failed: u32,
    /// The mean of the values; of a winner it is too good, because it was chosen by it.
    pub mean: Option<f64>,
    /// The 95 % interval of the mean, from the values of this network alone.
    pub interval: Option<Interval>,
}

/// The trainings of a confirmation: for each network of a design one for each seed, as far as they are there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trainings<'a>(pub &'a [Vec<Training>]);

impl<'a> Trainings<'a> {
    /// What is known of `network` on `seed`.
    pub fn at(self, network: usize, seed: usize) -> Training {
        self.of(network).get(seed).copied().unwrap_or_default().known()
    }

    /// The values of `network`.
    pub fn values(self, network: usize) -> impl Iterator<Item = f64> + use<'a> {
        self.of(network).iter().filter_map(|training| training.value())
    }

    /// How many trainings of `network` failed.
    pub fn failed(self, network: usize) -> u32 {
        self.of(network).iter().filter(|training| training.known() == Training::Failed).count() as u32
    }

    fn of(self, network: usize) -> &'a [Training] {
        self.0.get(network).map_or(&[], Vec::as_slice)
    }
}

/// Judges `trainings`: for each network of `design`, in its order, one for each fresh seed. What is not there is missing.
/// `goal` is that of the first objective.
pub fn answer(design: &Design, goal: Goal, trainings: &[Vec<Training>]) -> Answer {
    let trainings = Trainings(trainings);
    let confirmed = |network| {
        let values: Vec<f64> = trainings.values(network).collect();
        let known = mean_interval(&values, ALPHA);
        Confirmed {
            values: values.len() as u32,
            failed: trainings.failed(network),
            mean: known.map(|(mean, _)| mean),
            interval: known.and_then(|(_, interval)| interval),
        }
    };
    Answer {
        winner: winner(design, goal, trainings),
        networks: (0..design.networks.len()).map(confirmed).collect(),
        questions: questions(design, goal, trainings),
        interactions: interactions(design, goal, trainings),
    }
}
