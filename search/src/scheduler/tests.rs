use super::*;
use crate::pareto::Goal::{Maximize, Minimize};
use Standing::{Over, Paused, Running};

mod laws;
mod reference;

fn curve(standing: Standing, values: &[f64]) -> Curve {
    Curve { points: values.iter().map(|value| vec![*value]).collect(), standing }
}

fn asha() -> Scheduler {
    Scheduler::Asha(Rungs::new(vec![1, 3, 9], 3).expect("valid"))
}

#[test]
fn trials_wait_where_their_scheduler_judges() {
    let rungs = Rungs::new(vec![1, 3, 9], 3).expect("valid");
    assert!(Scheduler::None.waits(0, 9).is_empty());
    assert_eq!(Scheduler::Asha(rungs.clone()).waits(40, 9), [1, 3]);
    let hyperband = Scheduler::Hyperband(rungs);
    assert_eq!([0, 9, 14].map(|trial| hyperband.waits(trial, 9)), [vec![1, 3], vec![3], vec![]]);
    assert_eq!(Scheduler::Median { grace: 2 }.waits(0, 5), [2, 3, 4]);
    assert_eq!(Scheduler::Patience { epochs: 2, delta: 0.0 }.waits(0, 5), [3, 4]);
    assert!(Scheduler::Patience { epochs: u32::MAX, delta: 0.0 }.waits(0, 5).is_empty());
}

#[test]
fn one_in_three_goes_on_and_the_highest_rung_comes_first() {
    let mut curves = vec![curve(Running, &[0.5])];
    assert_eq!(asha().verdict(&[Maximize], &curves, 0), Verdict::Pause);
    curves[0].standing = Paused;
    curves.extend([curve(Over, &[0.4]), curve(Running, &[0.6])]);
    assert_eq!(asha().promotion(&[Maximize], &curves), None, "the best of three has not paused");
    assert_eq!(asha().verdict(&[Maximize], &curves, 2), Verdict::Continue);
    assert_eq!(asha().verdict(&[Minimize], &curves, 2), Verdict::Pause);
    curves[2].standing = Paused;
    assert_eq!(asha().promotion(&[Maximize], &curves), Some(2));
    curves.extend([[0.7, 0.7, 0.7], [0.8, 0.8, 0.6], [0.9, 0.9, 0.5]].map(|values| curve(Paused, &values)));
    assert_eq!(asha().promotion(&[Maximize], &curves), Some(3), "the best after three epochs, not after one");
}

#[test]
fn what_is_not_finite_counts_and_is_never_promoted() {
    for worst in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut curves = vec![curve(Paused, &[worst]), curve(Paused, &[worst]), curve(Paused, &[worst])];
        assert_eq!(asha().promotion(&[Maximize], &curves), None);
        assert_eq!(asha().level(&[Maximize], &curves), Some(1));
        curves[2] = curve(Paused, &[0.1]);
        assert_eq!(asha().promotion(&[Maximize], &curves), Some(2));
        curves[1].points[0].clear();
        assert_eq!(asha().promotion(&[Maximize], &curves), Some(2), "a point without values is as bad");
    }
}

#[test]
fn nothing_recorded_is_nothing_decided() {
    for scheduler in [Scheduler::None, asha(), Scheduler::Median { grace: 1 }] {
        assert_eq!(scheduler.promotion(&[Maximize], &[]), None);
        assert_eq!(scheduler.promotion(&[Maximize], &[curve(Paused, &[])]), None);
    }
    assert_eq!(Scheduler::None.level(&[Maximize], &[]), None);
    assert_eq!(asha().level(&[Maximize], &[]), Some(1));
}

#[test]
fn samplers_compare_at_the_highest_rung_with_ten_trials() {
    let at = |long: usize| {
        let short = (0..40).map(|_| curve(Paused, &[0.1]));
        let long = (0..long).map(|_| curve(Over, &[0.1, 0.2, 0.3]));
        asha().level(&[Maximize], &short.chain(long).collect::<Vec<_>>())
    };
    assert_eq!((at(9), at(10)), (Some(1), Some(3)));
}

#[test]
fn who_falls_behind_the_median_is_pruned() {
    let median = Scheduler::Median { grace: 1 };
    // On average 2, 3, 4, 5 and 6 up to the second epoch.
    let mut curves: Vec<Curve> = (0..5).map(|trial| curve(Over, &[f64::from(trial), 4.0 + f64::from(trial)])).collect();
    curves.push(curve(Over, &[90.0]));
    curves.push(curve(Running, &[3.9, 1.0]));
    assert_eq!(median.verdict(&[Maximize], &curves, 6), Verdict::Prune, "its best is below 4");
    curves[6].points[0][0] = 4.0;
    assert_eq!(median.verdict(&[Maximize], &curves, 6), Verdict::Continue, "not worse");
    assert_eq!(median.verdict(&[Minimize], &curves, 6), Verdict::Continue);
    curves[6].points.fill(vec![f64::NAN]);
    assert_eq!(median.verdict(&[Maximize], &curves, 6), Verdict::Prune);
    curves.remove(0);
    assert_eq!(median.verdict(&[Maximize], &curves, 5), Verdict::Continue, "four are no median");
}

#[test]
fn the_median_of_what_is_not_finite_prunes_nobody() {
    let mut curves: Vec<Curve> = (0..6).map(|_| curve(Over, &[f64::NAN, 1.0])).collect();
    curves.push(curve(Running, &[f64::NEG_INFINITY, -9.0]));
    curves.push(curve(Over, &[0.0, 1.0]));
    assert_eq!(Scheduler::Median { grace: 1 }.verdict(&[Maximize], &curves, 6), Verdict::Continue);
}

#[test]
fn with_several_objectives_the_median_prunes_who_is_behind_in_all_that_change() {
    let median = Scheduler::Median { grace: 1 };
    let goals = [Maximize, Minimize, Minimize];
    let trial = |standing, accuracy: f64, loss: f64, parameters: f64| Curve {
        points: vec![vec![accuracy / 2.0, loss * 2.0, parameters], vec![accuracy, loss, parameters]],
        standing,
    };
    let mut curves: Vec<Curve> = (0..5).map(|_| trial(Over, 0.8, 0.5, 100.0)).collect();
    curves.push(trial(Running, 0.3, 1.0, 1.0));
    assert_eq!(median.verdict(&goals, &curves, 5), Verdict::Prune, "being small does not help");
    curves[5] = trial(Running, 0.3, 0.5, 1000.0);
    assert_eq!(median.verdict(&goals, &curves, 5), Verdict::Continue, "its loss is good");
    for curve in &mut curves {
        curve.points.truncate(1);
        curve.points[0] = vec![0.1, 9.0, 9.0];
    }
    curves[5].points[0] = vec![0.0, 99.0, 99.0];
    assert_eq!(median.verdict(&goals, &curves, 5), Verdict::Continue, "nothing is known to change");
}

#[test]
fn who_gets_no_better_settles() {
    let verdict = |delta, values: &[f64]| {
        Scheduler::Patience { epochs: 2, delta }.verdict(&[Maximize], &[curve(Running, values)], 0)
    };
    assert_eq!(verdict(0.0, &[0.5, 0.5, 0.5]), Verdict::Settle);
    assert_eq!(verdict(0.0, &[0.5, 0.4, 0.51]), Verdict::Continue);
    assert_eq!(verdict(0.02, &[0.5, 0.4, 0.51]), Verdict::Settle);
    assert_eq!(verdict(0.0, &[0.1, 0.6, 0.5, f64::INFINITY]), Verdict::Settle, "an infinite value is none");
    assert_eq!(verdict(0.0, &[f64::NAN, f64::NAN, f64::NAN]), Verdict::Settle);
    assert_eq!(verdict(0.0, &[f64::NAN, f64::NAN, 0.0]), Verdict::Continue);
    assert_eq!(verdict(0.0, &[0.5, 0.5]), Verdict::Continue, "too early to tell");
    let both = |last: [f64; 2]| {
        let points = vec![vec![0.5, 100.0], vec![0.5, 100.0], last.to_vec()];
        let curves = [Curve { points, standing: Running }];
        Scheduler::Patience { epochs: 2, delta: 0.0 }.verdict(&[Maximize, Minimize], &curves, 0)
    };
    assert_eq!(both([0.4, 100.0]), Verdict::Settle);
    assert_eq!(both([0.4, 99.0]), Verdict::Continue);
}
