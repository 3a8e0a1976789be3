use rand_pcg::Pcg64;

use super::*;
use crate::candidate::Value;
use crate::rng::{Purpose, Stream};
use crate::space::fixture::{space, text};
use proptest::prelude::*;

const BLOCKS: &str = "[space]\ndepth = { int = [1, 6] }\n[space.stage]\nrepeat = 'depth'\n\
                      channels = { int = [1, 1000] }\nkernel = { int = [1, 11] }\n";

fn candidate(json: &str) -> Candidate {
    serde_json::from_str(json).expect("a candidate in JSON")
}

/// Channels and kernel of each copy.
fn copies(candidate: &Candidate) -> Vec<(f64, f64)> {
    let number = |copy: usize, name: &str| candidate.get(&format!("stage[{copy}].{name}")).and_then(Value::as_f64);
    (0..).map_while(|copy| Some((number(copy, "channels")?, number(copy, "kernel")?))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_step_leads_to_another_value_of_the_domain(text in text(true), seed: u64) {
        let space = space(&text);
        let mut rng = Stream::new(seed, 0, Purpose::Candidate).rng();
        for parameter in space.parameters() {
            let domain = parameter.domain();
            let mut value = domain.draw(true, &mut rng);
            for _ in 0..20 {
                let there = step::step(domain, &value, &mut rng);
                prop_assert_eq!(domain.admit(&there), Ok(there.clone()));
                prop_assert_eq!(there == value, domain.count() == Some(1), "{} from {}", there, value);
                value = there;
            }
        }
    }

    #[test]
    fn a_mutant_differs_from_its_parent(text in text(true), seed: u64) {
        let space = space(&text);
        let mut rng = Stream::new(seed, 0, Purpose::Candidate).rng();
        let parent = space.draw(&mut rng);
        let mutant = child(&space, [&parent; 2], &mut rng);
        prop_assert_eq!(space.validate(&mutant), Ok(()));
        // What is never active counts in the size of a space.
        let only = (0..100).all(|_| space.draw(&mut rng) == parent);
        // Two changes may undo each other, but seldom.
        let other = (0..20).any(|_| child(&space, [&parent; 2], &mut rng) != parent);
        prop_assert_eq!(other, !only);
    }
}

#[test]
fn steps_are_short_for_numbers_and_ordinals() {
    let space = space("[space]\nmomentum = { float = [0.0, 0.8] }\nbatch_size = { ordinal = [8, 16, 32, 64] }\n");
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let mut steps: Vec<f64> = (0..999)
        .map(|_| step::step(space.parameters()[0].domain(), &Value::Float(0.4), &mut rng))
        .filter_map(|value| value.as_f64().map(|value| (value - 0.4).abs() / 0.8))
        .collect();
    steps.sort_by(f64::total_cmp);
    assert!(
        (0.03..0.12).contains(&steps[499]) && steps[10] < 0.005 && steps[990] > 0.3,
        "{} {}",
        steps[10],
        steps[990]
    );
    for _ in 0..50 {
        let there = step::step(space.parameters()[1].domain(), &Value::Int(16), &mut rng);
        assert!(there == Value::Int(8) || there == Value::Int(32), "{there}");
    }
}

#[test]
fn growing_keeps_the_copies_and_shrinking_drops_one_of_them() {
    let space = space(BLOCKS);
    let parent = candidate(
        r#"{"depth": 3, "stage[0].channels": 10, "stage[0].kernel": 1, "stage[1].channels": 20, "stage[1].kernel": 2,
            "stage[2].channels": 30, "stage[2].kernel": 3}"#,
    );
    let before = copies(&parent);
    let (mut shrunk, mut duplicated, mut drawn) = (std::collections::BTreeSet::new(), 0, 0);
    for trial in 0..200 {
        let mut rng = Stream::new(2, trial, Purpose::Candidate).rng();
        let resized = |depth: i64, rng: &mut Pcg64| {
            let mut genome = Genome::new(&space, &parent);
            genome.set(genome.variable()[0], Value::Int(depth), rng);
            copies(&genome.express(rng))
        };
        let fewer = resized(2, &mut rng);
        let kept: Vec<bool> = before.iter().map(|copy| fewer.contains(copy)).collect();
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 2, "{fewer:?}");
        shrunk.insert(kept);
        let more = resized(4, &mut rng);
        let new = (0..4).find(|new| {
            let mut rest = more.clone();
            rest.remove(*new);
            rest == before
        });
        let new = more[new.expect("three copies stay in their order")];
        if before.contains(&new) { duplicated += 1 } else { drawn += 1 }
    }
    assert_eq!(shrunk.len(), 3, "any copy may go");
    assert!(duplicated > 60 && drawn > 60, "{duplicated} {drawn}");
}

#[test]
fn a_child_has_whole_copies_of_its_parents() {
    let space = space(BLOCKS);
    let parents = [
        r#"{"depth": 1, "stage[0].channels": 10, "stage[0].kernel": 1}"#,
        r#"{"depth": 2, "stage[0].channels": 30, "stage[0].kernel": 3, "stage[1].channels": 40, "stage[1].kernel": 4}"#,
    ]
    .map(candidate);
    let mut seen = std::collections::BTreeSet::new();
    for trial in 0..60 {
        let mut rng = Stream::new(3, trial, Purpose::Candidate).rng();
        let mut genome = Genome::new(&space, &parents[0]);
        genome.inherit(&Genome::new(&space, &parents[1]), &mut rng);
        let child = copies(&genome.express(&mut rng));
        assert!(child[0] == (10.0, 1.0) || child[0] == (30.0, 3.0), "{child:?}");
        assert!(child.len() == 1 || child[1] == (40.0, 4.0), "{child:?}");
        seen.insert((child.len(), child[0].0 as u32));
    }
    assert_eq!(seen.len(), 4, "either depth with either copy");
}
