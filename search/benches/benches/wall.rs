//! The time of one trial, asked and told, by method and by the number of trials before it.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kiln_search::sampler::strategy::Strategy;
use kiln_search_benches::Study;

/// Trials that follow one another before the past is restored: few beside those that the method learns from.
const RUN: u64 = 20;

fn ask_and_tell(criterion: &mut Criterion) {
    let one = [
        Strategy::Random,
        Strategy::Sobol,
        Strategy::Tpe,
        Strategy::Evolution,
        Strategy::LocalSearch,
        Strategy::Nsga2,
    ];
    let cases = one.map(|strategy| (strategy, 1)).into_iter().chain([(Strategy::Tpe, 2), (Strategy::Nsga2, 2)]);
    for (strategy, objectives) in cases {
        let mut group = criterion.benchmark_group(format!("{}/{objectives}", strategy.name()));
        for finished in [100, 1_000, 5_000, 100_000] {
            let study = Study::new(strategy, objectives, finished);
            group.bench_function(BenchmarkId::from_parameter(finished), |bencher| {
                bencher.iter_custom(|trials| time(&study, trials));
            });
        }
    }
}

/// How long so many trials take, each after about as many others.
fn time(study: &Study, trials: u64) -> Duration {
    let mut time = Duration::ZERO;
    let mut left = trials;
    while left > 0 {
        let run = left.min(RUN);
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
    targets = ask_and_tell
}
criterion_main!(benches);
