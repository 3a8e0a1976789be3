//! Which parameters matter: for people, programs and spreadsheets.

use kiln_search::importance::{Importance, Method};
use kiln_search::pareto::Goal;
use kiln_search::thousands::thousands;
use serde::Serialize;

use crate::term::bar::bar;
use crate::term::figure::counted;
use crate::term::ranking::Aim;
use crate::term::table::Table;

/// How much each parameter of a study matters. Its JSON keys are stable.
#[derive(Debug, Serialize)]
pub struct Weights<'a> {
    study: &'a str,
    objective: Aim<'a>,
    method: &'static str,
    trials: usize,
    compared: usize,
    explained: Option<f64>,
    parameters: Vec<Weight>,
}

#[derive(Debug, Serialize)]
struct Weight {
    parameter: String,
    importance: f64,
    low: f64,
    high: f64,
    active: usize,
}

impl<'a> Weights<'a> {
    /// What `method` `found` for an `objective` of a study.
    pub fn of(study: &'a str, objective: &'a (String, Goal), method: Method, found: Importance) -> Self {
        let weights = found.parameters.into_iter().map(|parameter| Weight {
            parameter: parameter.name,
            importance: parameter.share.value,
            low: parameter.share.low,
            high: parameter.share.high,
            active: parameter.active,
        });
        Self {
            study,
            objective: Aim::of(objective),
            method: match method {
                Method::Fanova => "fanova",
                Method::PedAnova => "ped-anova",
            },
            trials: found.trials,
            compared: found.compared,
            explained: found.explained,
            parameters: weights.collect(),
        }
    }

    /// The parameters, the one with the largest share first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|weight| weight.parameter.as_str())
    }

    /// The parameters with their shares, the largest first, and what these are shares of; lines are cut at `width`.
    pub fn to_text(&self, width: Option<usize>) -> String {
        let mut table = Table::new(["parameter", "importance", "95 % interval", "", "active in"]);
        for weight in &self.parameters {
            table.row([
                weight.parameter.clone(),
                format!("{:.3}", weight.importance),
                format!("{:.3} to {:.3}", weight.low, weight.high),
                bar(weight.importance),
                counted(weight.active, "trial"),
            ]);
        }
        format!("{}{}{}", self.heading(), table.to_text(width), self.trust())
    }

    /// All parameters with all digits.
    pub fn to_csv(&self) -> String {
        let mut table = Table::new(["parameter", "importance", "low", "high", "active"]);
        for weight in &self.parameters {
            let numbers = [weight.importance, weight.low, weight.high].map(|number| number.to_string());
            let [importance, low, high] = numbers;
            table.row([weight.parameter.clone(), importance, low, high, weight.active.to_string()]);
        }
        table.to_csv()
    }

    fn heading(&self) -> String {
        let metric = self.objective.metric;
        let whole = match self.explained {
            Some(_) => format!("the variance of {metric}"),
            None => format!("what sets the best tenth by {metric} apart"),
        };
        let drawn = if self.compared < self.trials {
            format!("{} drawn from {}", thousands(self.compared as u128), counted(self.trials, "complete trial"))
        } else {
            counted(self.trials, "complete trial")
        };
        format!("the share of each parameter in {whole}: {drawn}\n\n")
    }

    /// How far the forest can be trusted.
    fn trust(&self) -> String {
        match self.explained {
            None => String::new(),
            Some(explained) if explained <= 0.0 => {
                "\nThe forest behind the shares explains nothing of trials that it has not seen: they say nothing yet.\n\
                 More trials may help.\n"
                    .to_owned()
            }
            Some(explained) => format!(
                "\nThe forest behind the shares explains {:.0} % of the variance of trials that it has not seen.\n",
                100.0 * explained
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use kiln_search::importance::{Parameter, Share};

    use super::*;

    fn found(explained: Option<f64>) -> Importance {
        let share = Share { value: 0.25, low: 0.125, high: 0.375 };
        let parameters = vec![Parameter { name: "dropout".to_owned(), active: 4_000, share }];
        Importance { trials: 100_000, compared: 5_000, explained, parameters }
    }

    fn text(method: Method, explained: Option<f64>) -> String {
        let objective = ("val_loss".to_owned(), Goal::Minimize);
        Weights::of("s", &objective, method, found(explained)).to_text(None)
    }

    #[test]
    fn a_share_has_an_interval_and_a_bar() {
        assert_eq!(
            text(Method::Fanova, Some(0.914)),
            "the share of each parameter in the variance of val_loss: 5,000 drawn from 100,000 complete trials\n\n\
             parameter  importance   95 % interval            active in\n\
             dropout         0.250  0.125 to 0.375  █████  4,000 trials\n\n\
             The forest behind the shares explains 91 % of the variance of trials that it has not seen.\n"
        );
    }

    #[test]
    fn shares_that_mean_nothing_say_so() {
        assert!(text(Method::Fanova, Some(-0.1)).contains("they say nothing yet"));
        let best = text(Method::PedAnova, None);
        assert!(best.contains(" in what sets the best tenth by val_loss apart: "), "{best}");
        assert!(!best.contains("forest"), "{best}");
    }
}
