//! What a space does; what is wrong with one is in `tests/mistakes.rs`, laws that hold for all in `tests/laws.rs`.

use std::collections::BTreeMap;

use super::fixture::space;
use super::*;
use crate::problem::Problems;
use crate::rng::{Purpose, Stream};
use crate::table::Table;

mod laws;
mod mistakes;

const DESIGN: &str = r#"
[space]
depth = { int = [1, 4], prior = 2 }
rounding = { one_of = ["none", "hard", "straight-through"], compare = true }
optimizer = { one_of = ["sgd", "adam", "adamw"], weights = [2, 1, 1] }
learning_rate = { float = [1e-4, 1.0], log = true }
momentum = { float = [0.0, 0.9], step = 0.1, when = "optimizer == 'sgd'" }
batch_size = { ordinal = [32, 64, 128] }
tags = { subset_of = ["flip", "crop", "rotate"], max = 2 }
nesterov = false

[space.stage]
repeat = "depth"
channels = { ordinal = [8, 16, 32, 64] }
kernel = { one_of = [1, 3, 5], each = false }
skip = { bool = true, when = "kernel > 1 and rounding != 'hard'" }

[[constraint]]
require = "parameters <= 100_000 and stage[0].channels <= stage[1].channels"
[[constraint]]
forbid = { optimizer = "adam", rounding = "hard" }
"#;

fn candidate(json: &str) -> Candidate {
    serde_json::from_str(json).expect("a candidate in JSON")
}

fn draws(space: &Space, count: u64) -> impl Iterator<Item = Candidate> {
    (0..count).map(|trial| space.draw(&mut Stream::new(7, trial, Purpose::Candidate).rng()))
}

#[test]
fn draws_hold_what_is_active_in_the_order_of_the_file() {
    let space = space(DESIGN);
    let mut seen = BTreeMap::new();
    for candidate in draws(&space, 300) {
        assert_eq!(space.validate(&candidate), Ok(()), "{}", candidate.to_toml());
        let depth = candidate.get("depth").and_then(Value::as_f64).expect("always active") as usize;
        let copies = candidate.iter().filter(|(name, _)| name.ends_with(".channels")).count();
        assert_eq!(copies, depth);
        let sgd = candidate.get("optimizer") == Some(&Value::Text("sgd".to_owned()));
        assert_eq!(candidate.get("momentum").is_some(), sgd);
        assert_eq!(candidate.get("nesterov"), Some(&Value::Bool(false)));
        *seen.entry(depth).or_insert(0) += 1;
        let names: Vec<&str> = candidate.iter().map(|(name, _)| name).collect();
        let place = |name| names.iter().position(|known| *known == name);
        assert!(place("depth") < place("optimizer") && place("batch_size") < place("stage[0].channels"));
        assert!(place("stage[0].kernel") < place("stage[1].channels") || depth == 1);
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(seen[&2] > seen[&4], "draws gather around the prior: {seen:?}");
}

#[test]
fn weights_are_how_often_a_value_is_drawn() {
    let space = space("[space]\nskip = { bool = true, weights = [1, 9] }\n");
    let skips = draws(&space, 2000).filter(|candidate| candidate.get("skip") == Some(&Value::Bool(true))).count();
    assert!((1700..1900).contains(&skips), "{skips}");
}

#[test]
fn subsets_have_the_sizes_asked_for() {
    let space = space("[space]\ntags = { subset_of = ['flip', 'crop', 'rotate'], min = 1, max = 2 }\n");
    let mut seen = BTreeMap::new();
    for candidate in draws(&space, 1200) {
        *seen.entry(candidate.to_toml()).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
    assert!(seen.values().all(|count| (150..250).contains(count)), "alike: {seen:?}");
}

#[test]
fn copies_that_are_written_out() {
    let text = "[space]\nkernel = 3\n[[space.stage]]\nchannels = 64\n[[space.stage]]\nchannels = { ordinal = [64, 128] }\n\
                skip = { bool = true, when = 'channels == 128 and stage[0].channels == 64' }\n";
    let space = space(text);
    assert_eq!(space.size(), SpaceSize::Finite(3));
    let json = r#"{"kernel": 3, "stage[0].channels": 64, "stage[1].channels": 128, "stage[1].skip": true}"#;
    assert_eq!(space.validate(&candidate(json)), Ok(()));
}

#[test]
fn a_sibling_comes_before_a_parameter_of_the_same_name_elsewhere() {
    let text = "[space]\nkernel = 1\n[[space.stage]]\nkernel = 5\nskip = { bool = true, when = 'kernel == 5' }\n\
                [[space.stage]]\nskip = { bool = true, when = 'kernel == 5' }\n";
    let names: Vec<String> = draws(&space(text), 1)
        .flat_map(|candidate| candidate.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
        .collect();
    assert_eq!(names, ["kernel", "stage[0].kernel", "stage[0].skip"]);
}

#[test]
fn what_is_not_a_point_of_the_space_says_why() {
    let space = space(
        "[space]\ndepth = { int = [1, 2] }\noptimizer = { one_of = ['sgd', 'adam'] }\n\
         momentum = { float = [0.0, 0.5], when = \"optimizer == 'sgd'\" }\n\
         [space.stage]\nrepeat = 'depth'\nkernel = { one_of = [1, 3], each = false }\n",
    );
    for (json, reason) in [
        (r#"{"depth": 1, "optimizer": "adam", "stage[0].kernel": 3}"#, Ok(())),
        (r#"{"depth": 1, "optimizer": "adam"}"#, Err("`stage[0].kernel` is active and has no value")),
        (
            r#"{"depth": 1, "optimizer": "adam", "stage[0].kernel": 3, "stage[1].kernel": 3}"#,
            Err("`stage[1].kernel` has a value and is not active"),
        ),
        (
            r#"{"depth": 2, "optimizer": "adam", "stage[0].kernel": 3, "stage[1].kernel": 1}"#,
            Err("`stage[1].kernel` is 1, but holds for all copies of its block"),
        ),
        (
            r#"{"depth": 1, "optimizer": "adam", "momentum": 0.1, "stage[0].kernel": 3}"#,
            Err("`momentum` has a value and is not active"),
        ),
        (r#"{"depth": 3}"#, Err("`depth` cannot be 3: it is drawn from 1 to 2")),
        (
            r#"{"depth": 1, "optimizer": "adam", "stage[0].kernel": 3.0}"#,
            Err("`stage[0].kernel` cannot be 3.0: known here: `1`, `3`"),
        ),
        (r#"{"depht": 1}"#, Err("`depht` is not a parameter of the space")),
    ] {
        assert_eq!(space.validate(&candidate(json)), reason.map_err(str::to_owned), "{json}");
    }
}

#[test]
fn constraints_refuse_by_their_text_and_ask_for_figures_last() {
    let space = space(DESIGN);
    let figures = |_: &str| Some(50_000.0);
    let none = |_: &str| -> Option<f64> { panic!("the cheap constraint decides") };
    let forbidden = candidate(r#"{"optimizer": "adam", "rounding": "hard"}"#);
    assert_eq!(space.admits(&forbidden, none), Err(r#"forbid { optimizer = "adam", rounding = "hard" }"#.to_owned()));
    let rising = candidate(r#"{"stage[0].channels": 8, "stage[1].channels": 16}"#);
    assert_eq!(space.admits(&rising, figures), Ok(()));
    assert!(space.admits(&rising, |_| Some(1e9)).is_err());
    let falling = candidate(r#"{"stage[0].channels": 16, "stage[1].channels": 8}"#);
    let text = space.admits(&falling, figures).expect_err("refused");
    assert_eq!(text, "require \"parameters <= 100_000 and stage[0].channels <= stage[1].channels\"");
    // With one stage there is no second to compare: the rule says nothing.
    assert_eq!(space.admits(&candidate(r#"{"stage[0].channels": 16}"#), figures), Ok(()));
}

#[test]
fn completing_keeps_what_is_given_and_makes_it_active() {
    let space = space(DESIGN);
    let partial = candidate(r#"{"momentum": 0.3, "stage[3].kernel": 5}"#);
    for trial in 0..20 {
        let mut rng = Stream::new(1, trial, Purpose::Candidate).rng();
        let candidate = space.complete(&partial, &mut rng).expect("sgd and a depth of 4 exist");
        assert_eq!(space.validate(&candidate), Ok(()));
        assert_eq!(candidate.get("momentum"), Some(&Value::Float(0.3)));
        assert_eq!(candidate.get("depth"), Some(&Value::Int(4)));
        assert_eq!(candidate.get("stage[0].kernel"), Some(&Value::Int(5)), "one draw for all copies");
    }
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let mut fail = |json| space.complete(&candidate(json), &mut rng).expect_err(json).to_string();
    assert_eq!(fail(r#"{"depht": 1}"#), "`depht` is not a parameter of the space");
    assert_eq!(fail(r#"{"depth": 9}"#), "`depth` cannot be 9");
    assert_eq!(
        fail(r#"{"optimizer": "adam", "momentum": 0.1}"#),
        "`momentum` is never active in 10000 draws with these values"
    );
}

#[test]
fn partial_candidates_are_checked_with_places() {
    let space = space(DESIGN);
    let text = "x = { depth = 9, optimizer = 'adan', channels = 8, 'stage[0].channels' = 8, learning_rate = 1, k = 1 }";
    let mut problems = Problems::new();
    let table = Table::parse(text, &mut problems).take("x").and_then(|node| node.table(&mut problems));
    let partial = space.partial(table.expect("a table"), &mut problems);
    assert_eq!(partial, candidate(r#"{"stage[0].channels": 8, "learning_rate": 1.0}"#));
    let found: Vec<String> = problems
        .into_vec()
        .into_iter()
        .map(|problem| format!("{} @ {} | {}", problem.message, &text[problem.span], problem.help.unwrap_or_default()))
        .collect();
    assert_eq!(
        found[..3],
        [
            "`depth` cannot be 9 @ 9 | it is drawn from 1 to 4",
            "`optimizer` cannot be \"adan\" @ 'adan' | did you mean `adam`?",
            "`channels` is not a parameter of [space] @ channels | say of which copy, in quotes: `\"stage[0].channels\"`",
        ]
    );
    assert!(found[3].starts_with("`k` is not a parameter of [space] @ k |"), "{found:?}");
}

#[test]
fn sizes() {
    let size = |text: &str| space(&format!("[space]\n{text}")).size();
    assert_eq!(size("depth = 1"), SpaceSize::Finite(1));
    assert_eq!(size("depth = { int = [1, 4] }\nrounding = { one_of = ['none', 'hard'] }"), SpaceSize::Finite(8));
    let block = "depth = { int = [1, 3] }\n[space.stage]\nrepeat = 'depth'\nkernel = { one_of = [1, 3, 5] }\n";
    assert_eq!(size(block), SpaceSize::Finite(3 + 9 + 27));
    let siblings = format!("{block}skip = {{ bool = true, when = 'kernel > 1' }}\n");
    assert_eq!(size(&siblings), SpaceSize::Finite(5 + 25 + 125));
    let shared = block.replace("5] }", "5], each = false }");
    assert_eq!(size(&shared), SpaceSize::Finite(9));
    let long = "[space.stage]\nrepeat = 100\nkernel = { int = [1, 11] }\nskip = { bool = true, when = 'kernel > 1' }";
    assert_eq!(size(long), SpaceSize::MoreThan(u128::MAX));
    let chain = "[space.stage]\nrepeat = 30\nkernel = { one_of = [1, 3] }\nskip = { bool = true, when = 'kernel > 1' }";
    assert_eq!(size(chain), SpaceSize::Finite(3_u128.pow(30)));
    let real = "learning_rate = { float = [0.1, 1.0] }\ndropout = { float = [0, 0.5], when = 'learning_rate > 0.5' }";
    assert_eq!(size(real), SpaceSize::Continuous { dimensions: 2 });
    let wide = "batch_size = { int = [1, 100_000] }\nskip = { bool = true, when = 'batch_size > 3' }";
    assert!(matches!(size(wide), SpaceSize::MoreThan(count) if count >= 4_000));
}

#[test]
fn sizes_read_well() {
    assert_eq!(SpaceSize::Finite(1_234_567).to_string(), "1,234,567 candidates");
    assert_eq!(SpaceSize::Finite(1).to_string(), "1 candidate");
    assert_eq!(SpaceSize::MoreThan(u128::MAX).to_string(), "more than 3.4e38 candidates");
    assert_eq!(SpaceSize::Continuous { dimensions: 3 }.to_string(), "a continuum, with up to 3 real parameters");
}

#[test]
fn a_probe_tells_how_much_is_refused() {
    let space = space("[space]\ndepth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth < 4'\n");
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let probe = space.probe(&mut rng, |_| Ok(BTreeMap::new()));
    assert_eq!(probe.draws, 1000);
    assert!((0.2..0.3).contains(&probe.share()));
    assert_eq!(probe.reasons.keys().collect::<Vec<_>>(), ["require \"depth < 4\""]);
    let probe = space.probe(&mut rng, |_| Err("the map shrinks to nothing".to_owned()));
    assert_eq!((probe.refused, probe.draws), (10_000, 10_000));
}
