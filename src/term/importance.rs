//! Which parameters matter: for people, programs and spreadsheets.

use kiln_search::importance::{Importance, Method};
use kiln_search::pareto::Goal;
use kiln_search::thousands::thousands;
use kiln_trials::store::StudyRecord;
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
    pub fn of(study: &'a StudyRecord, objective: &'a (String, Goal), method: Method, found: Importance) -> Self {
        let weights = found.parameters.into_iter().map(|parameter| Weight {
            parameter: parameter.name,
            importance: parameter.share.value,
            low: parameter.share.low,
            high: parameter.share.high,
            active: parameter.active,
        });
        Self {
            study: &study.name,
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
        let of = match self.explained {
            Some(_) => "the variance of",
            None => "what tells the best tenth by",
        };
        let drawn = if self.compared < self.trials {
            format!("{} drawn from {}", thousands(self.compared as u128), counted(self.trials, "complete trial"))
        } else {
            counted(self.trials, "complete trial")
        };
        format!("shares in {of} {}, {drawn}\n\n", self.objective.metric)
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
