//! How a candidate is trained, in types.

use kiln_search::candidate::Candidate;

use super::augment::Augmentation;
use super::parameters::TABLE;
use super::schedule::{self, Position, Schedule};
use crate::network::choice;
use crate::network::settings::Settings;

choice! {
    /// The rule by which the weights follow the gradient.
    Method {
        /// Stochastic gradient descent, with momentum if there is any.
        Sgd = "sgd",
        /// Adam with weight decay as part of the gradient.
        Adam = "adam",
        /// Adam with decoupled weight decay.
        AdamW = "adamw",
        /// Adam that divides by the greatest mean of squares so far.
        AmsGrad = "amsgrad",
        /// Division by the root of a running mean of squares.
        RmsProp = "rmsprop",
        /// Division by the root of the sum of squares.
        AdaGrad = "adagrad",
        /// Division by a factored mean of squares.
        Adafactor = "adafactor",
        /// Adam with Nesterov momentum.
        Adan = "adan",
        /// Adam with steps as long as the weights.
        Lamb = "lamb",
        /// The sign of a mean of gradients.
        Lion = "lion",
        /// Orthogonal steps for matrices, [`AdamW`](Method::AdamW) for the rest.
        Muon = "muon",
    }
}

choice! {
    /// How the learning rate changes over the training.
    Pace {
        /// Not at all.
        Constant = "constant",
        /// Half a cosine from the learning rate down to zero after the last epoch.
        Cosine = "cosine",
        /// Half cosines that begin anew.
        Restarts = "cosine-restarts",
        /// Multiplied by a factor every few epochs.
        Step = "step",
        /// Up and down once.
        OneCycle = "one-cycle",
    }
}

choice! {
    /// How much the images of each class count.
    ClassWeights {
        /// All alike.
        None = "none",
        /// Those of rare classes more, so that all classes count alike.
        Balanced = "balanced",
    }
}

choice! {
    /// What becomes of blended images.
    MixupStyle {
        /// Each batch is blended with itself in another order; labels are blended alike.
        Soft = "soft",
        /// A fifth more images are blended once before training and labelled by the larger share.
        Enlarge = "enlarge",
    }
}

/// How a candidate is trained; every number within the bounds of its row in [`TABLE`].
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// The rule of the steps.
    pub method: Method,
    /// Share of the last step that the next one keeps, for [`Method::Sgd`] and [`Method::RmsProp`].
    pub momentum: f64,
    /// Whether momentum looks ahead, for [`Method::Sgd`].
    pub nesterov: bool,
    /// Pull towards zero.
    pub weight_decay: f64,
    /// Learning rate, before the schedule.
    pub learning_rate: f64,
    /// The learning rate's course.
    pub schedule: Schedule,
    /// Epochs, or parts of one, in which the learning rate rises from nearly zero.
    pub warmup_epochs: f64,
    /// The greatest norm of the whole gradient, if there is a limit.
    pub gradient_clip: Option<f64>,
    /// Images a batch.
    pub batch_size: usize,
    /// Batches a step.
    pub accumulation: usize,
    /// Share of each label that all classes get alike.
    pub label_smoothing: f64,
    /// How much the images of each class count.
    pub class_weights: ClassWeights,
    /// What the moving average of the weights keeps at a step, if they are averaged.
    pub ema: Option<f64>,
    /// Whether activations that are cheap to compute are computed again in the backward pass.
    pub activation_checkpointing: bool,
    /// Passes over the training images.
    pub epochs: u32,
    /// Blending of images: the parameter of the Beta distribution and what becomes of them.
    pub mixup: Option<(f64, MixupStyle)>,
    /// Patches of other images: the parameter of the Beta distribution of their area.
    pub cutmix: Option<f64>,
    /// What is done to each image by itself.
    pub augmentation: Augmentation,
}

impl Recipe {
    /// Reads what a candidate says of its training; `epochs` counts where it says nothing of them.
    ///
    /// The error names the parameter, its value and what is allowed.
    pub fn read(candidate: &Candidate, epochs: u32) -> Result<Self, String> {
        let settings = Settings::new(candidate, TABLE).global();
        let epochs = if settings.given("epochs") { settings.int("epochs")? as u32 } else { epochs };
        let schedule = match settings.choice("schedule")? {
            Pace::Constant => Schedule::Constant,
            Pace::Cosine => Schedule::Cosine { epochs },
            Pace::Restarts => Schedule::Restarts {
                every: settings.int("schedule_every")? as u32,
                growth: settings.int("schedule_growth")? as u32,
            },
            Pace::Step => Schedule::Step {
                every: settings.int("schedule_every")? as u32,
                factor: settings.float("schedule_factor")?,
            },
            Pace::OneCycle => Schedule::OneCycle { epochs },
        };
        let positive = |value: f64| (value > 0.0).then_some(value);
        let style = settings.choice("mixup_style")?;
        Ok(Self {
            method: settings.choice("optimizer")?,
            momentum: settings.float("momentum")?,
            nesterov: settings.bool("nesterov")?,
            weight_decay: settings.float("weight_decay")?,
            learning_rate: settings.float("learning_rate")?,
            schedule,
            warmup_epochs: settings.float("warmup_epochs")?,
            gradient_clip: positive(settings.float("gradient_clip")?),
            batch_size: settings.int("batch_size")? as usize,
            accumulation: settings.int("accumulation")? as usize,
            label_smoothing: settings.float("label_smoothing")?,
            class_weights: settings.choice("class_weights")?,
            ema: positive(settings.float("ema")?),
            activation_checkpointing: settings.bool("activation_checkpointing")?,
            epochs,
            mixup: positive(settings.float("mixup")?).map(|alpha| (alpha, style)),
            cutmix: positive(settings.float("cutmix")?),
            augmentation: Augmentation::read(settings)?,
        })
    }

    /// Images a step.
    pub fn step_size(&self) -> usize {
        self.batch_size.saturating_mul(self.accumulation)
    }

    /// The learning rate of a step.
    pub fn rate(&self, at: Position) -> f64 {
        self.learning_rate * self.schedule.factor(at) * schedule::warm_up(self.warmup_epochs, at)
    }
}

#[cfg(test)]
mod tests {
    use kiln_search::candidate::Value;

    use super::*;

    fn candidate(values: &[(&str, Value)]) -> Candidate {
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn an_empty_candidate_takes_the_defaults() {
        let recipe = Recipe::read(&Candidate::default(), 12).expect("defaults are valid");
        assert_eq!(
            recipe,
            Recipe {
                method: Method::Adam,
                momentum: 0.0,
                nesterov: false,
                weight_decay: 0.0,
                learning_rate: 0.001,
                schedule: Schedule::Constant,
                warmup_epochs: 0.0,
                gradient_clip: None,
                batch_size: 32,
                accumulation: 1,
                label_smoothing: 0.0,
                class_weights: ClassWeights::None,
                ema: None,
                activation_checkpointing: false,
                epochs: 12,
                mixup: None,
                cutmix: None,
                augmentation: Augmentation::default(),
            }
        );
    }

    #[test]
    fn the_candidates_epochs_go_before_the_studys_and_end_the_cosine() {
        let values = [("epochs", Value::Int(3)), ("schedule", Value::Text("cosine".into()))];
        let recipe = Recipe::read(&candidate(&values), 12).expect("valid");
        assert_eq!((recipe.epochs, recipe.schedule), (3, Schedule::Cosine { epochs: 3 }));
    }

    #[test]
    fn a_value_out_of_bounds_is_refused_by_name() {
        for (name, value) in [
            ("learning_rate", Value::Float(0.0)),
            ("learning_rate", Value::Float(f64::NAN)),
            ("momentum", Value::Float(1.0)),
            ("batch_size", Value::Int(0)),
            ("optimizer", Value::Text("lbfgs".into())),
            ("ema", Value::Float(1.0)),
            ("accumulation", Value::Int(0)),
            ("mixup", Value::Text("soft".into())),
        ] {
            let error = Recipe::read(&candidate(&[(name, value)]), 1).expect_err(name);
            assert!(error.contains(name), "{error}");
        }
    }
}
