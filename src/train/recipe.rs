//! How a candidate is trained, in types.

use kiln_search::candidate::Candidate;

use super::augment::Augmentation;
use super::parameters::TABLE;
use super::schedule::Schedule;
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
        /// Division by the root of a running mean of squares.
        RmsProp = "rmsprop",
    }
}

choice! {
    /// How the learning rate changes over the epochs.
    Pace {
        /// Not at all.
        Constant = "constant",
        /// Half a cosine from the learning rate down to zero after the last epoch.
        Cosine = "cosine",
        /// Multiplied by a factor every few epochs.
        Step = "step",
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
    /// Learning rate in the first epoch.
    pub learning_rate: f64,
    /// The learning rate's course.
    pub schedule: Schedule,
    /// The greatest norm of the whole gradient, if there is a limit.
    pub gradient_clip: Option<f64>,
    /// Images a step.
    pub batch_size: usize,
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
            Pace::Step => Schedule::Step {
                every: settings.int("schedule_every")? as u32,
                factor: settings.float("schedule_factor")?,
            },
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
            gradient_clip: positive(settings.float("gradient_clip")?),
            batch_size: settings.int("batch_size")? as usize,
            epochs,
            mixup: positive(settings.float("mixup")?).map(|alpha| (alpha, style)),
            cutmix: positive(settings.float("cutmix")?),
            augmentation: Augmentation::read(settings)?,
        })
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
                gradient_clip: None,
                batch_size: 32,
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
            ("optimizer", Value::Text("lion".into())),
            ("mixup", Value::Text("soft".into())),
        ] {
            let error = Recipe::read(&candidate(&[(name, value)]), 1).expect_err(name);
            assert!(error.contains(name), "{error}");
        }
    }
}
