//! Samplers together with schedulers, on problems that are paid for by the epoch.
//!
//! A study with one worker, as `kiln run` has it: a trial that comes to one of its waits gets a verdict; then comes the
//! trial that is promoted, if any; then a new one. Samplers see the trials at the level of the scheduler. What a study
//! would answer is the trial that looks best among those with the most epochs, and its regret is that of its full
//! training. Evaluations are epochs over those of a full training, so that methods that train all trials to the end
//! stand beside.

use std::iter;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::pareto::Goal;
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::propose;
use kiln_search::sampler::strategy::Strategy;
use kiln_search::scheduler::{Curve, Rungs, Scheduler, Standing, Verdict};

use super::problem::{self, Problem};

mod trace;

pub use trace::{Trace, markdown};

/// A sampler with a scheduler.
#[derive(Debug, Clone)]
pub struct Method {
    /// `sampler+scheduler`.
    pub name: String,
    strategy: Strategy,
    scheduler: fn(full: u32) -> Scheduler,
}

/// Those that are compared.
pub fn methods() -> Vec<Method> {
    let schedulers: [fn(u32) -> Scheduler; 3] = [
        |full| Scheduler::Asha(Rungs::geometric(full, Rungs::REDUCTION)),
        |full| Scheduler::Hyperband(Rungs::geometric(full, Rungs::REDUCTION)),
        |_| Scheduler::Median { grace: 1 },
    ];
    let strategies = [Strategy::Random, Strategy::Evolution, Strategy::Tpe];
    let method = |strategy: Strategy, scheduler: fn(u32) -> Scheduler| Method {
        name: format!("{}+{}", strategy.name(), scheduler(1).name()),
        strategy,
        scheduler,
    };
    strategies.iter().flat_map(|strategy| schedulers.map(|scheduler| method(*strategy, scheduler))).collect()
}

/// One study that trains as many epochs as `evaluations` full trainings have; `None` if the problem has no epochs.
pub fn study(problem: &dyn Problem, method: &Method, seed: u64, evaluations: usize) -> Option<Trace> {
    run(problem, method, seed, evaluations).map(|(_, trace)| trace)
}

fn run(problem: &dyn Problem, method: &Method, seed: u64, evaluations: usize) -> Option<(Study, Trace)> {
    let full = problem.epochs()?;
    let (space, goals) = problem::space(problem);
    let sampler = method.strategy.sampler(seed);
    let mut study = Study::new((method.scheduler)(full), goals);
    let mut trace = Trace::new(problem.name(), &method.name, seed, full);
    let mut open = None;
    while trace.paid() < evaluations as u32 * full {
        let trial = open.take().or_else(|| study.promotion()).or_else(|| {
            let stream = Stream::new(seed, study.curves.len() as u64, Purpose::Candidate);
            let none = |_: &Candidate| Ok(iter::empty().collect());
            let proposal = propose(sampler.as_ref(), &space, &study.history, stream, none).ok()?;
            Some(study.begin(problem, proposal.candidate))
        });
        // A space that is used up leaves the regret as it is.
        let Some(trial) = trial else { break };
        let (epochs, goes_on) = study.train(trial, full);
        open = goes_on.then_some(trial);
        trace.push(epochs, study.regret());
    }
    Some((study, trace))
}

struct Study {
    scheduler: Scheduler,
    goals: Vec<Goal>,
    curves: Vec<Curve>,
    /// What each trial will have shown once it is trained to the end.
    futures: Vec<Vec<Vec<f64>>>,
    history: History,
    level: Option<u32>,
}

impl Study {
    fn new(scheduler: Scheduler, goals: Vec<Goal>) -> Self {
        let history = History::new(goals.clone(), Vec::new());
        let level = scheduler.level(&goals, &[]);
        Self { scheduler, goals, curves: Vec::new(), futures: Vec::new(), history, level }
    }

    fn promotion(&self) -> Option<usize> {
        self.scheduler.promotion(&self.goals, &self.curves)
    }

    fn begin(&mut self, problem: &dyn Problem, candidate: Candidate) -> usize {
        self.futures.push(problem.curve(&candidate));
        self.curves.push(Curve { points: Vec::new(), standing: Standing::Running });
        self.history.push(Past { candidate, fate: Fate::Unfinished });
        self.curves.len() - 1
    }

    /// Trains `trial` until it waits for a verdict or is complete: how many epochs that took, and whether it goes on.
    fn train(&mut self, trial: usize, full: u32) -> (u32, bool) {
        let curve = &mut self.curves[trial];
        curve.standing = Standing::Running;
        let begun = curve.points.len();
        let waits = self.scheduler.waits(trial, full);
        let end = waits.into_iter().find(|epoch| *epoch as usize > begun).unwrap_or(full);
        curve.points.extend_from_slice(&self.futures[trial][begun..end as usize]);
        let verdict = match end {
            end if end == full => Verdict::Settle,
            _ => self.scheduler.verdict(&self.goals, &self.curves, trial),
        };
        self.curves[trial].standing = match verdict {
            Verdict::Continue => Standing::Running,
            Verdict::Pause => Standing::Paused,
            Verdict::Prune | Verdict::Settle => Standing::Over,
        };
        let level = self.scheduler.level(&self.goals, &self.curves);
        let changed = if level == self.level { trial..trial + 1 } else { 0..self.curves.len() };
        self.level = level;
        for trial in changed {
            let fate = self.fate(trial, full);
            self.history.settle(trial, fate);
        }
        (end - begun as u32, verdict == Verdict::Continue)
    }

    /// What samplers are told of `trial`.
    fn fate(&self, trial: usize, full: u32) -> Fate {
        let Curve { points, standing } = &self.curves[trial];
        match points.get(self.level.unwrap_or(full) as usize - 1) {
            Some(values) => Fate::Complete(values.clone()),
            None if *standing == Standing::Over => Fate::Failed,
            None => Fate::Unfinished,
        }
    }

    /// The regret of the trial that looks best of those with the most epochs, if it were trained to the end.
    fn regret(&self) -> f64 {
        let longest = self.curves.iter().map(|curve| curve.points.len()).max().unwrap_or(0);
        let trials = self.curves.iter().zip(&self.futures).filter(|(curve, _)| curve.points.len() == longest);
        let seen = trials.filter_map(|(curve, future)| Some((curve.points.last()?[0], future.last()?[0])));
        seen.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(f64::INFINITY, |(_, regret)| regret)
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::super::problem::{Evaluation, number};
    use super::*;

    /// Nine epochs that come ever closer to what the candidate is worth.
    struct Line;

    impl Problem for Line {
        fn name(&self) -> &'static str {
            "line"
        }

        fn space(&self) -> String {
            "[space]\nx0 = { float = [0, 1] }\n".to_owned()
        }

        fn evaluate(&self, candidate: &Candidate, _: &mut dyn Rng) -> Evaluation {
            let regret = number(candidate, "x0");
            Evaluation { seen: vec![regret], regret }
        }

        fn epochs(&self) -> Option<u32> {
            Some(9)
        }

        fn curve(&self, candidate: &Candidate) -> Vec<Vec<f64>> {
            (1..10).map(|epoch| vec![number(candidate, "x0") + 1.0 / f64::from(epoch)]).collect()
        }
    }

    #[test]
    fn a_study_pays_for_each_epoch_once_and_goes_again_alike() {
        for method in methods() {
            let trace = study(&Line, &method, 1, 20).expect("it has epochs");
            assert_eq!(trace, study(&Line, &method, 1, 20).expect("it has epochs"));
            // The last step may have taken it a little further.
            assert!((20 * 9..20 * 9 + 9).contains(&trace.paid()), "{}: {}", method.name, trace.paid());
        }
        assert!(study(&super::super::network::Network, &methods()[0], 1, 20).is_none());
    }

    #[test]
    fn no_epoch_is_paid_twice_and_halving_looks_at_more_candidates() {
        let trials = |method: &Method| {
            let (study, trace) = run(&Line, method, 1, 20).expect("it has epochs");
            let trained: usize = study.curves.iter().map(|curve| curve.points.len()).sum();
            assert_eq!(trained, trace.paid() as usize, "{}", method.name);
            study.curves.len()
        };
        let whole = Method { name: "random".into(), strategy: Strategy::Random, scheduler: |_| Scheduler::None };
        assert_eq!(trials(&whole), 20);
        let trials: Vec<usize> = methods().iter().map(trials).collect();
        // Nine trials of which three have 3 epochs and one has 9 cost 21; early ones are promoted against fewer.
        assert!((60..=77).contains(&trials[0]), "{trials:?}");
    }
}
