//! Laws that hold for every space, checked on spaces put together at random.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::space::fixture::text;

/// The candidates of `space`, found by trying every combination of values for the slots from `at` on.
fn count(space: &Space, at: usize, chosen: &mut Candidate) -> u128 {
    let Some(slot) = space.slots.get(at) else { return u128::from(space.validate(chosen).is_ok()) };
    let mut found = count(space, at + 1, chosen);
    for value in space.domain(at).values() {
        let mut more = chosen.clone();
        more.insert(slot.name.clone(), value);
        found += count(space, at + 1, &mut more);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_draw_is_a_point_of_the_space(text in text(true), seed: u64) {
        let space = space(&text);
        for trial in 0..20 {
            let candidate = space.draw(&mut Stream::new(seed, trial, Purpose::Candidate).rng());
            prop_assert_eq!(space.validate(&candidate), Ok(()), "{}", candidate.to_toml());
        }
    }

    #[test]
    fn coordinates_lead_back_to_the_candidate(text in text(true), seed: u64) {
        let space = space(&text);
        let axes = axes::Axes::new(&space);
        for trial in 0..20 {
            let mut rng = Stream::new(seed, trial, Purpose::Candidate).rng();
            let candidate = space.draw(&mut rng);
            let point = axes.point(&candidate);
            let there = |number: &f64| number.is_nan() || (0.0..=1.0).contains(number) || number.fract() == 0.0;
            prop_assert!(point.iter().all(there), "{:?}", point);
            let back = axes.candidate(&mut rng, |group, to, _| {
                for axis in &axes.groups()[group] {
                    to[*axis] = point[*axis];
                }
            });
            for (name, value) in candidate.iter() {
                let same = match (value.as_f64(), back.get(name).and_then(Value::as_f64)) {
                    (Some(one), Some(other)) => (one - other).abs() < 1e-9,
                    _ => back.get(name) == Some(value),
                };
                prop_assert!(same, "{}: {} {:?}", name, value, back.get(name));
            }
            prop_assert_eq!(back.len(), candidate.len());
        }
    }

    #[test]
    fn the_same_stream_draws_the_same_candidate(text in text(true), seed: u64) {
        let stream = Stream::new(seed, 3, Purpose::Candidate);
        let (one, other) = (space(&text).draw(&mut stream.rng()), space(&text).draw(&mut stream.rng()));
        prop_assert_eq!(one.canonical(), other.canonical());
    }

    #[test]
    fn completing_a_part_of_a_draw_keeps_it(text in text(true), seed: u64, keep: u16) {
        let space = space(&text);
        let mut rng = Stream::new(seed, 0, Purpose::Candidate).rng();
        let whole = space.draw(&mut rng);
        let kept = whole.iter().enumerate().filter(|(index, _)| keep >> (index % 16) & 1 == 1);
        let partial: Candidate = kept.map(|(_, (name, value))| (name.to_owned(), value.clone())).collect();
        let completed = space.complete(&partial, &mut rng).expect("part of a draw can be completed");
        prop_assert_eq!(space.validate(&completed), Ok(()));
        for (name, value) in partial.iter() {
            prop_assert_eq!(completed.get(name), Some(value));
        }
    }

    #[test]
    fn the_size_is_the_number_of_candidates(text in text(false)) {
        let space = space(&text);
        prop_assert_eq!(space.size(), SpaceSize::Finite(count(&space, 0, &mut Candidate::new())));
    }

    #[test]
    fn walking_leads_through_every_candidate(text in text(false), seed: u64) {
        let space = space(&text);
        let start = space.draw(&mut Stream::new(seed, 0, Purpose::Candidate).rng());
        let mut seen = BTreeSet::from([start.canonical()]);
        let mut at = space.after(&start);
        while at != start {
            prop_assert_eq!(space.validate(&at), Ok(()));
            prop_assert!(seen.insert(at.canonical()), "twice: {}", at.to_toml());
            at = space.after(&at);
        }
        prop_assert_eq!(SpaceSize::Finite(seen.len() as u128), space.size());
    }

    #[test]
    fn neighbours_are_other_points_and_always_the_same(text in text(true), seed: u64) {
        let space = space(&text);
        let candidate = space.draw(&mut Stream::new(seed, 0, Purpose::Candidate).rng());
        let all = || {
            let neighbours = space.neighbours(&candidate);
            (0..neighbours.len()).map(|number| neighbours.get(number)).collect::<Vec<_>>()
        };
        let neighbours = all();
        for neighbour in &neighbours {
            prop_assert_eq!(space.validate(neighbour), Ok(()));
            prop_assert_ne!(neighbour.canonical(), candidate.canonical());
        }
        // What is never active counts in the size of a space.
        let mut rng = Stream::new(seed, 1, Purpose::Candidate).rng();
        prop_assert_eq!(neighbours.is_empty(), (0..100).all(|_| space.draw(&mut rng) == candidate));
        prop_assert_eq!(all(), neighbours);
    }

    #[test]
    fn json_and_toml_lead_back_to_the_same_point(text in text(true), seed: u64) {
        let space = space(&text);
        let drawn = space.draw(&mut Stream::new(seed, 0, Purpose::Candidate).rng());
        let json = serde_json::to_string(&drawn).expect("plain values");
        prop_assert_eq!(candidate(&json).canonical(), drawn.canonical());
        let mut problems = Problems::new();
        let toml = drawn.to_toml();
        let back = space.partial(Table::parse(&toml, &mut problems), &mut problems);
        prop_assert!(problems.is_empty(), "{:?}", problems.into_vec());
        prop_assert_eq!(back.canonical(), drawn.canonical());
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,200}", cut in 0_usize..2000, paste in 0_usize..2000) {
        let _ = super::super::fixture::read(&text);
        // The example, with the same letters pasted over a part of it.
        let (cut, paste) = (DESIGN.floor_char_boundary(cut), DESIGN.floor_char_boundary(paste));
        let broken = format!("{}{text}{}", &DESIGN[..cut.min(paste)], &DESIGN[cut.max(paste)..]);
        let _ = super::super::fixture::read(&broken);
    }
}
