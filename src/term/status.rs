//! The state of a running study in a few lines.

use std::time::Duration;

use kiln_trials::rank;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{State, Trial};

use crate::runner::clock::trained_for;
use crate::term::candidates;
use crate::term::figure::{counted, duration};
use crate::term::sparkline::sparkline;
use crate::term::trial::word;
use crate::term::{Snapshot, objectives_of};

/// What is running, the best so far, and what is left of the budget; a line each.
pub fn status(now: &Snapshot<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(trial) = now.trained.values().find(|trial| trial.state == State::Running) {
        lines.push(format!("trial {}  {}", trial.number, candidates::line(&trial.candidate, |_| true)));
        lines.push(format!(
            "         epoch {}/{}  {}  {}",
            trial.epochs.len(),
            now.fidelity.epochs_of(&trial.candidate),
            curve(now.study, trial),
            objectives_of(now.study, |metric| trial.figure(metric))
        ));
    }
    if let Some(best) = rank::best(now.trials, &now.study.objectives) {
        let objectives = objectives_of(now.study, |metric| best.figure(metric));
        lines.push(format!("best     trial {}  {objectives}", best.number));
    }
    lines.push(match now.confirmed {
        Some((over, all)) => format!("confirm  {over} of {}", counted(all, "training")),
        None => format!("budget   {}", budget(now)),
    });
    lines
}

/// One line about a trial that is over.
pub fn ended(study: &StudyRecord, trial: &Trial) -> String {
    let (mark, outcome) =
        if trial.is_complete() { ("✓", String::new()) } else { ("✗", format!("{}  ", word(&trial.state))) };
    let warned = if trial.warnings.is_empty() { "" } else { "  (has warnings: see `kiln show`)" };
    format!(
        "{mark} trial {}  {outcome}{}  {}  {}{warned}",
        trial.number,
        objectives_of(study, |metric| trial.figure(metric)),
        curve(study, trial),
        duration(trained_for(trial)),
    )
}

/// The curve of the first objective that is measured by epoch.
fn curve(study: &StudyRecord, trial: &Trial) -> String {
    let measured = |metric: &&String| trial.epochs.iter().any(|epoch| epoch.metrics.contains_key(metric));
    let metric = study.objectives.iter().map(|(metric, _)| metric).find(measured);
    let value = |metric: &String| {
        trial.epochs.iter().map(|epoch| epoch.metrics.get(metric).copied().unwrap_or(f64::NAN)).collect::<Vec<_>>()
    };
    metric.map_or_else(String::new, |metric| sparkline(&value(metric)))
}

fn budget(now: &Snapshot<'_>) -> String {
    let rested = now.rested().count();
    let mut parts = vec![match now.budget.trials {
        Some(trials) => format!("{rested} of {trials} trials"),
        None => format!("{rested} trials"),
    }];
    let paused = now.rested().filter(|trial| trial.state == State::Paused).count();
    parts.extend((paused > 0).then(|| format!("{paused} of them paused")));
    parts.push(match now.budget.wall {
        Some(wall) => format!("{} of {}", duration(now.spent), duration(wall)),
        None => duration(now.spent),
    });
    if let Some(left) = left(now, rested) {
        parts.push(format!("about {} left", duration(left)));
    }
    parts.join("  ·  ")
}

/// The time until the budget is used up, at the pace so far.
fn left(now: &Snapshot<'_>, rested: usize) -> Option<Duration> {
    let by_trials = now.budget.trials.filter(|_| rested > 0).map(|trials| {
        let running = now.trained.values().filter(|trial| trial.state == State::Running);
        let share = |trial: &Trial| {
            let full = now.fidelity.epochs_of(&trial.candidate);
            (trial.epochs.len() as f64 / f64::from(full)).min(1.0)
        };
        let done = rested as f64 + running.map(share).sum::<f64>();
        now.spent.mul_f64((f64::from(trials) / done - 1.0).max(0.0))
    });
    let by_wall = now.budget.wall.map(|wall| wall.saturating_sub(now.spent));
    [by_trials, by_wall].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kiln_search::candidate::{Candidate, Value};
    use kiln_search::pareto::Goal;
    use kiln_search::sampler::strategy::Strategy;
    use kiln_search::scheduler::Scheduler;
    use kiln_trials::trial::{Epoch, Origin, Outcome, Standing, TrialNumber};

    use super::*;
    use crate::study::{Budget, Fidelity};

    fn trial(number: u32, state: State, accuracies: &[f64]) -> Trial {
        let epoch = |(index, accuracy): (usize, &f64)| Epoch {
            epoch: index as u32 + 1,
            metrics: [("val_accuracy".to_owned(), *accuracy), ("seconds".to_owned(), 10.0)].into(),
        };
        let candidate = Candidate::from_iter([("depth".to_owned(), Value::Int(2))]);
        let statics = [("parameters".to_owned(), 1_234.0)].into();
        Trial {
            state,
            epochs: accuracies.iter().enumerate().map(epoch).collect(),
            warnings: vec!["mind the gap".to_owned()],
            ..Trial::new(number, candidate, Origin::Sampled, statics, 0)
        }
    }

    /// Where trials stand, and the running one whole.
    fn known(trials: &[Trial]) -> (Vec<Standing>, BTreeMap<TrialNumber, Trial>) {
        let running = trials.iter().filter(|trial| trial.state == State::Running);
        let standings = trials.iter().map(|trial| trial.standing(None)).collect();
        (standings, running.map(|trial| (trial.number, trial.clone())).collect())
    }

    fn study() -> StudyRecord {
        StudyRecord {
            name: "s".into(),
            seed: 1,
            space_toml: String::new(),
            objectives: vec![("parameters".into(), Goal::Minimize), ("val_accuracy".into(), Goal::Maximize)],
            created_at: 0,
            kiln_version: String::new(),
            data_digest: String::new(),
            device: "cpu".into(),
            strategy: Strategy::Random,
            reason: None,
            file_revision: 1,
        }
    }

    #[test]
    fn the_running_trial_the_best_and_the_budget_have_a_line_each() {
        let trials = [
            trial(0, State::Ended(Outcome::Complete), &[0.5, 0.75, 0.625]),
            trial(1, State::Ended(Outcome::TimedOut { cause: None }), &[0.9]),
            trial(2, State::Running, &[0.25]),
        ];
        let budget = Budget { trials: Some(5), ..Budget::default() };
        let fidelity = Fidelity { epochs: 3, scheduler: Scheduler::None };
        let spent = Duration::from_secs(70);
        let (trials, trained) = (&known(&trials).0, &known(&trials).1);
        let now =
            Snapshot { study: &study(), trials, trained, budget: &budget, fidelity: &fidelity, spent, confirmed: None };
        assert_eq!(
            status(&now),
            [
                "trial 2  depth=2",
                "         epoch 1/3  ▅  parameters 1,234  val_accuracy 0.2500",
                "best     trial 0  parameters 1,234  val_accuracy 0.6250",
                // Two trials and a third took 70 s, so that five take 150 s.
                "budget   2 of 5 trials  ·  1m 10s  ·  about 1m 20s left",
            ]
        );
    }

    #[test]
    fn a_paused_trial_has_had_its_turn() {
        let trials = [
            trial(0, State::Ended(Outcome::Complete), &[0.5, 0.75, 0.625]),
            trial(1, State::Paused, &[0.9]),
            trial(2, State::Running, &[0.25]),
        ];
        let budget = Budget { trials: Some(4), ..Budget::default() };
        let fidelity = Fidelity { epochs: 3, scheduler: Scheduler::None };
        let spent = Duration::from_secs(70);
        let (trials, trained) = (&known(&trials).0, &known(&trials).1);
        let now =
            Snapshot { study: &study(), trials, trained, budget: &budget, fidelity: &fidelity, spent, confirmed: None };
        // Two trials and a third took 70 s, so that four take 120 s.
        let expected = "budget   2 of 4 trials  ·  1 of them paused  ·  1m 10s  ·  about 50.0s left";
        assert_eq!(status(&now).last().map(String::as_str), Some(expected));
    }

    #[test]
    fn the_end_of_a_trial_says_how_and_whether_there_are_warnings() {
        let warned = "(has warnings: see `kiln show`)";
        assert_eq!(
            ended(&study(), &trial(3, State::Ended(Outcome::TimedOut { cause: None }), &[0.5, 0.25])),
            format!("✗ trial 3  timed-out  parameters 1,234  val_accuracy 0.2500  █▁  20.0s  {warned}")
        );
    }
}
