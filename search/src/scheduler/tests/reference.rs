//! Algorithm 2 of the paper of ASHA, line by line, and a cluster of workers that it keeps busy.

use std::collections::{BTreeMap, BTreeSet};

/// What a worker does next: train `trial` up to rung number `rung`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    pub trial: usize,
    pub rung: usize,
}

/// A rule that keeps workers busy.
pub trait Rule {
    /// The job of a worker that is free, having just finished `done` if it is not its first.
    fn get_job(&mut self, done: Option<Job>) -> Option<Job>;

    /// What has become of `job`: the loss at its rung, or after how many epochs of it the trial failed.
    fn report(&mut self, job: Job, result: Result<f64, u32>);
}

/// The paper's rule: `rungs[k]` are the losses of rung k, `promoted[k]` the trials that have left it.
pub struct Paper {
    reduction: usize,
    trials: usize,
    begun: usize,
    pub rungs: Vec<BTreeMap<usize, f64>>,
    pub promoted: Vec<BTreeSet<usize>>,
}

impl Paper {
    pub fn new(rungs: usize, reduction: usize, trials: usize) -> Self {
        Self {
            reduction,
            trials,
            begun: 0,
            rungs: vec![BTreeMap::new(); rungs],
            promoted: vec![BTreeSet::new(); rungs],
        }
    }

    fn top_k(&self, rung: usize, k: usize) -> Vec<usize> {
        let mut losses: Vec<(f64, usize)> = self.rungs[rung].iter().map(|(trial, loss)| (*loss, *trial)).collect();
        losses.retain(|(loss, _)| loss.is_finite());
        losses.sort_by(|a, b| a.partial_cmp(b).expect("finite losses"));
        losses.into_iter().take(k).map(|(_, trial)| trial).collect()
    }
}

impl Rule for Paper {
    fn get_job(&mut self, _: Option<Job>) -> Option<Job> {
        for rung in (0..self.rungs.len() - 1).rev() {
            let candidates = self.top_k(rung, self.rungs[rung].len() / self.reduction);
            let mut promotable = candidates.into_iter().filter(|trial| !self.promoted[rung].contains(trial));
            if let Some(trial) = promotable.next() {
                self.promoted[rung].insert(trial);
                return Some(Job { trial, rung: rung + 1 });
            }
        }
        let trial = self.begun;
        (trial < self.trials).then(|| {
            self.begun += 1;
            Job { trial, rung: 0 }
        })
    }

    fn report(&mut self, job: Job, result: Result<f64, u32>) {
        if let Ok(loss) = result {
            self.rungs[job.rung].insert(job.trial, loss);
        }
    }
}

/// How a cluster fares: who finishes next among those at work, and who fails after how many epochs.
#[derive(Debug, Clone)]
pub struct Fortune {
    pub workers: usize,
    /// At step i, the worker number `finishes[i]` of those at work is done.
    pub finishes: Vec<usize>,
    /// `losses[trial][rung]`, or after how many epochs of that job the trial fails.
    pub losses: Vec<Vec<Result<f64, u32>>>,
}

/// All jobs that `rule` gives out, in order.
pub fn jobs(rule: &mut impl Rule, fortune: &Fortune) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut at_work: Vec<Job> = Vec::new();
    let mut finishes = fortune.finishes.iter().cycle();
    let mut done = None;
    loop {
        while at_work.len() < fortune.workers {
            let Some(job) = rule.get_job(done.take()) else { break };
            jobs.push(job);
            at_work.push(job);
        }
        if at_work.is_empty() {
            return jobs;
        }
        let job = at_work.remove(finishes.next().expect("not empty") % at_work.len());
        let result = fortune.losses[job.trial][job.rung];
        rule.report(job, result);
        done = result.is_ok().then_some(job);
    }
}
