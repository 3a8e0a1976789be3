//! What holds of any space and any values.

use proptest::prelude::*;

use super::*;
use crate::space::fixture;

/// A space, and as many draws of it as there are values: a few different ones, some not finite.
fn measured() -> impl Strategy<Value = (Space, Measured)> {
    let value = prop_oneof![8 => (-4_i8..5).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
    let values = prop::collection::vec(value, 12..60);
    (any::<bool>().prop_flat_map(fixture::text), any::<u64>(), values).prop_map(|(text, seed, values)| {
        let space = fixture::space(&text);
        let draws = draws(&space, seed, values.len(), |_| 0.0);
        let measured = draws.into_iter().zip(values).map(|((candidate, _), value)| (candidate, value)).collect();
        (space, measured)
    })
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![Just(Fanova), Just(PedAnova)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_are_parts_of_a_whole_and_in_their_intervals((space, measured) in measured(), method in methods()) {
        let Ok(found) = judge(&space, &measured, Minimize, method) else { return Ok(()) };
        for parameter in &found.parameters {
            let Share { value, low, high } = parameter.share;
            prop_assert!(0.0 <= low && low <= value && value <= high && high <= 1.0 + 1e-9, "{parameter:?}");
            prop_assert!(parameter.active > 0 || value == 0.0, "{parameter:?}");
        }
        // A block as a whole repeats its copies, if they are there one by one.
        let is_copy = |parameter: &&Parameter| parameter.name.contains('[');
        let copies: Vec<&str> = found.parameters.iter().filter(is_copy).map(|copy| &*copy.name).collect();
        let repeats = |name: &str| copies.iter().any(|copy| name.split_once('.').is_some_and(|(block, own)| {
            copy.starts_with(&format!("{block}[")) && copy.ends_with(&format!("].{own}"))
        }));
        let single = found.parameters.iter().filter(|parameter| !repeats(&parameter.name));
        let sum: f64 = single.map(|parameter| parameter.share.value).sum();
        prop_assert!(sum < 1.0 + 1e-9, "{found:#?}");
        prop_assert!(method == Fanova || sum > 1.0 - 1e-9 || sum == 0.0, "{found:#?}");
        prop_assert!(found.explained.is_none_or(|explained| explained <= 1.0));
    }

    #[test]
    fn the_order_of_trials_makes_no_difference((space, measured) in measured(), method in methods(), at in 0..60_usize) {
        let mut others = measured.clone();
        others.reverse();
        let at = at % others.len();
        others.rotate_left(at);
        prop_assert_eq!(judge(&space, &others, Minimize, method), judge(&space, &measured, Minimize, method));
    }

    #[test]
    fn what_is_not_active_and_what_is_not_finite_makes_no_difference(
        (space, measured) in measured(), method in methods(),
    ) {
        let mut others = measured.clone();
        for (candidate, _) in &mut others {
            candidate.insert("stage[7].kernel", Value::Int(3));
            for (name, value) in [("momentum", Value::Float(0.45)), ("stage[1].kernel", Value::Int(1))] {
                if candidate.get(name).is_none() {
                    candidate.insert(name, value);
                }
            }
        }
        others.retain(|(_, value)| value.is_finite());
        prop_assert_eq!(judge(&space, &others, Minimize, method), judge(&space, &measured, Minimize, method));
    }

    #[test]
    fn minimizing_the_opposite_is_maximizing((space, measured) in measured(), method in methods()) {
        let opposite = measured.iter().map(|(candidate, value)| (candidate.clone(), -value)).collect();
        prop_assert_eq!(judge(&space, &opposite, Maximize, method), judge(&space, &measured, Minimize, method));
    }

    #[test]
    fn the_best_are_told_by_their_order_alone((space, measured) in measured()) {
        let cubed = measured.iter().map(|(candidate, value)| (candidate.clone(), value.powi(3))).collect();
        prop_assert_eq!(judge(&space, &cubed, Minimize, PedAnova), judge(&space, &measured, Minimize, PedAnova));
    }

    #[test]
    fn units_make_no_difference_to_the_variance((space, measured) in measured()) {
        // A power of two: no digit is rounded differently.
        let scaled = measured.iter().map(|(candidate, value)| (candidate.clone(), value * 1024.0)).collect();
        prop_assert_eq!(judge(&space, &scaled, Minimize, Fanova), judge(&space, &measured, Minimize, Fanova));
    }
}
