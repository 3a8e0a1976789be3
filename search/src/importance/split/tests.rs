use proptest::prelude::*;

use super::*;

/// The sum of squares around the means of the two sides.
fn left(trials: &[(f64, f64, f64)], cut: &Cut) -> f64 {
    let squares = |side: u8| {
        let on: Vec<_> = trials.iter().filter(|(number, ..)| cut.side(*number) == side).collect();
        let weight: f64 = on.iter().map(|(.., weight)| weight).sum();
        let mean = on.iter().map(|(_, cost, weight)| cost * weight).sum::<f64>() / weight;
        on.iter().map(|(_, cost, weight)| (cost - mean).powi(2) * weight).sum::<f64>()
    };
    squares(0) + squares(1)
}

fn trials() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    let trial = (0..5_u8, -3..3_i8, 1..3_u8);
    let trial = trial.prop_map(|(number, cost, weight)| (f64::from(number), f64::from(cost), f64::from(weight)));
    prop::collection::vec(trial, 2..20).prop_map(|mut trials| {
        trials.sort_by(|a, b| a.0.total_cmp(&b.0));
        trials
    })
}

fn assert_best(trials: &[(f64, f64, f64)], found: Option<Gain>, cuts: impl Iterator<Item = Cut>) {
    let whole = left(trials, &Cut::At(f64::INFINITY));
    let divides = |cut: &Cut| trials.iter().any(|trial| cut.side(trial.0) != cut.side(trials[0].0));
    let least = cuts.filter(divides).map(|cut| left(trials, &cut)).reduce(f64::min);
    assert_eq!(found.is_some(), least.is_some());
    if let (Some((gain, cut)), Some(least)) = (found, least) {
        assert!((left(trials, &cut) - least).abs() < 1e-9, "{cut:?} leaves more than {least}");
        assert!((whole - least - gain).abs() < 1e-9, "{gain} is not {whole} - {least}");
    }
}

proptest! {
    #[test]
    fn no_cut_of_numbers_gains_more(trials in trials()) {
        let cuts = (0..4).map(|below| Cut::At(f64::from(below) + 0.5));
        assert_best(&trials, of_numbers(trials.iter().copied(), None), cuts.clone());
        let edges = [-1.0, 0.2, 1.2, 2.2, 3.2, 5.0];
        let found = of_numbers(trials.iter().copied(), Some(&edges));
        if let Some((_, Cut::At(at))) = &found {
            prop_assert!(edges.contains(at), "{at} is no edge");
        }
        assert_best(&trials, found, cuts);
    }

    #[test]
    fn no_division_of_names_gains_more(trials in trials()) {
        let cuts = (1..31_u8).map(|set| Cut::Names((0..5).map(|name| set >> name & 1 == 1).collect()));
        assert_best(&trials, of_names(trials.iter().copied(), 5), cuts);
    }
}

#[test]
fn neighbouring_floats_are_told_apart() {
    let (low, high) = (0.5, 0.5_f64.next_up());
    let (_, cut) = of_numbers([(low, 0.0, 1.0), (high, 1.0, 1.0)].into_iter(), None).expect("there is a cut");
    assert_eq!([cut.side(low), cut.side(high)], [0, 1]);
}
