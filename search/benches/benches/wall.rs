//! The time of one trial, asked and told, by method and by the number of trials before it.
//!
//! With 100,000 trials before it there is an allocator to be reckoned with that has just taken back a copy of them all:
//! in a study that grows to that length a random trial takes 5 µs, here 20.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kiln_search::sampler::strategy::Strategy;
use kiln_search_benches::Study;

/// So many trials are a long run.
const LONG: u32 = 2_000;

fn ask_and_tell(criterion: &mut Criterion) {
    let cases = [
        (Strategy::Random, 1),
        (Strategy::Sobol, 1),
        (Strategy::Tpe, 1),
        (Strategy::Tpe, 2),
        (Strategy::Evolution, 1),
        (Strategy::LocalSearch, 1),
        (Strategy::Nsga2, 1),
        (Strategy::Nsga2, 2),
    ];
    for (strategy, objectives) in cases {
        let mut group = criterion.benchmark_group(format!("{}/{objectives}", strategy.name()));
        for finished in [100, 1_000, 5_000, 100_000] {
            let study = Study::new(strategy, objectives, finished);
            let run = (finished as u64 / 50).max(20);
            group.bench_function(BenchmarkId::from_parameter(finished), |bencher| {
                bencher.iter_custom(|trials| time(&study, trials, run));
            });
        }
    }
}

/// Over 2,000 trials, in which fronts grow and incumbents run out of neighbours.
fn long_runs(criterion: &mut Criterion) {
    let cases = [(Strategy::LocalSearch, 1), (Strategy::LocalSearch, 2), (Strategy::Nsga2, 2), (Strategy::Tpe, 2)];
    for (strategy, objectives) in cases {
        let mut group = criterion.benchmark_group(format!("{}/{objectives} in a long run", strategy.name()));
        for finished in [5_000, 100_000] {
            let study = Study::new(strategy, objectives, finished);
            group.bench_function(BenchmarkId::from_parameter(finished), |bencher| {
                bencher.iter_custom(|trials| time(&study, u64::from(LONG) * trials, LONG.into()) / LONG);
            });
        }
    }
}

/// A model of all trials, for as many as `auto` uses it.
fn model(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gp/1");
    for finished in [100, 200, 500] {
        let study = Study::new(Strategy::Gp, 1, finished);
        group.bench_function(BenchmarkId::from_parameter(finished), |bencher| {
            bencher.iter_custom(|trials| time(&study, trials, 20));
        });
    }
}

/// How long so many trials take. After so many as `run` the past is restored: few beside those that the method learns
/// from, but enough that it does not matter that all of the past has just been copied.
fn time(study: &Study, trials: u64, run: u64) -> Duration {
    let mut time = Duration::ZERO;
    let mut left = trials;
    while left > 0 {
        let run = left.min(run);
        let mut history = study.history();
        let begin = Instant::now();
        (0..run).for_each(|_| study.trial(&mut history));
        time += begin.elapsed();
        left -= run;
    }
    time
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = ask_and_tell, long_runs, model
}
criterion_main!(benches);
