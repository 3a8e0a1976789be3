//! A paragraph for a paper, and the commands that make the study again.

use std::time::Duration;

use kiln_search::pareto::Goal;
use kiln_search::scheduler::Scheduler;
use serde::Serialize;

use super::cost::Cost;
use super::scope::Scope;
use crate::study::Study;
use crate::term::figure::{counted, duration};

/// How a confirmation is made.
const CONFIRMED: &str = "Then the best networks and, for each compared choice, networks that differ in nothing else were \
    trained again from scratch, all on the same fresh seeds. The score of the winner is corrected for choosing it; choices are \
    compared pair by pair, with Holm's correction for several comparisons.";

/// How the study was made, and how to make it again.
#[derive(Debug, Serialize)]
pub struct Methods {
    /// A paragraph.
    pub paragraph: String,
    /// Commands of a shell, in order.
    pub commands: Vec<String>,
}

impl Methods {
    /// Of the study in `scope`, which took `cost`.
    pub fn of(scope: &Scope<'_>, cost: &Cost) -> Self {
        let study = scope.study;
        let mut sentences = vec![searched(scope)];
        sentences.extend(scope.file.map(data));
        sentences.extend(scope.file.map(trained));
        let outcomes: Vec<String> =
            cost.outcomes.iter().map(|tally| format!("{} {}", tally.trials, tally.outcome)).collect();
        if !outcomes.is_empty() {
            sentences.push(format!(
                "Of {}, {} on record in {} of wall time on {}: {}.",
                counted(cost.trials, "trial"),
                counted(cost.epochs, "epoch"),
                duration(Duration::from_secs_f64(cost.wall_seconds.max(0.0))),
                study.device,
                outcomes.join(", ")
            ));
        }
        sentences.push(
            "The value of a trial is that of its last epoch, on images held back from training. The importance of \
             parameters is by fANOVA (Hutter, Hoos and Leyton-Brown 2014) and PED-ANOVA (Watanabe, Bansal and Hutter 2023), \
             with 95 % intervals from resampling; other intervals are 95 % by Student's t over trials."
                .to_owned(),
        );
        sentences.extend(scope.confirmed.map(|_| CONFIRMED.to_owned()));
        let name = &study.name;
        let commands = vec![
            "kiln run space.toml    # with the file below".to_owned(),
            format!("kiln rank {name}"),
            format!("kiln train TRIAL {name}    # trains a trial again and compares"),
            format!("kiln report {name}"),
        ];
        Self { paragraph: sentences.join(" "), commands }
    }
}

fn searched(scope: &Scope<'_>) -> String {
    let study = scope.study;
    let aims = scope.objectives().iter().map(|(metric, goal)| match goal {
        Goal::Maximize => format!("high {metric}"),
        Goal::Minimize => format!("low {metric}"),
    });
    let space = scope.file.map_or_else(String::new, |file| format!(" The space: {}.", file.space.size()));
    format!(
        "We searched for networks of {} with Kiln {} (strategy {}, seed {}; burn 0.22.1).{space}",
        aims.collect::<Vec<_>>().join(" and "),
        study.kiln_version,
        study.strategy.name(),
        study.seed
    )
}

fn data(file: &Study) -> String {
    format!(
        "The images are those of {} ({} scale), of which {:.0} % were held back from training for validation.",
        file.data.source.name(),
        file.data.scale.name(),
        100.0 * file.data.validation
    )
}

fn trained(file: &Study) -> String {
    let early = match &file.fidelity.scheduler {
        Scheduler::None => String::new(),
        Scheduler::Asha(rungs) | Scheduler::Hyperband(rungs) => {
            let epochs: Vec<String> = rungs.epochs().iter().map(u32::to_string).collect();
            format!(", shared out by {} with rungs after {} epochs", file.fidelity.scheduler.name(), epochs.join(", "))
        }
        Scheduler::Median { .. } => ", or ended early where others did better (median rule)".to_owned(),
        Scheduler::Patience { .. } => ", or ended early where it got no better".to_owned(),
    };
    let epochs = file.fidelity.epochs;
    if file.chooses_epochs() {
        return format!(
            "Each was trained for as many epochs as its candidate says, {epochs} where it does not{early}."
        );
    }
    format!("Each was trained for {epochs} epochs{early}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study;
    use crate::vocabulary::BuiltIn;

    #[test]
    fn trials_are_trained_for_the_epochs_of_the_file_or_of_their_candidates() {
        let said = |space: &str| {
            let file = format!(
                "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[fidelity]\nepochs = 7\n\
                 [budget]\ntrials = 1\n[space]\ndense = {{ int = [1, 9] }}\n{space}"
            );
            trained(&study::read("space.toml", &file, &BuiltIn).expect("a sound file"))
        };
        assert_eq!(said(""), "Each was trained for 7 epochs.");
        assert_eq!(
            said("epochs = { int = [1, 9], when = \"dense > 3\" }"),
            "Each was trained for as many epochs as its candidate says, 7 where it does not."
        );
    }
}
