//! Laws that hold for every space, checked on spaces put together at random.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Declarations for each of a few parameters; all combinations of them are spaces.
fn text(real: bool) -> impl Strategy<Value = String> {
    let numbers = if real { "{ float = [0.0, 0.9] }" } else { "{ float = [0.0, 0.9], step = 0.45 }" };
    let depth = select(vec!["2", "{ int = [1, 2] }", "{ ordinal = [0, 1, 2] }", "{ int = [1, 2], when = 'nesterov' }"]);
    let nesterov = select(vec!["true", "{ bool = true }", "{ one_of = [true, false], weights = [1, 2] }"]);
    let optimizer =
        select(vec!["'sgd'", "{ one_of = ['sgd', 'adam'] }", "{ ordinal = ['adam', 'sgd'], compare = true }"]);
    let momentum = select(vec![
        "0.5".to_owned(),
        numbers.to_owned(),
        numbers.replace(" }", ", when = \"optimizer == 'sgd'\" }"),
        numbers.replace(" }", ", prior = 0.3, when = \"not (optimizer == 'sgd' or depth < 2)\" }"),
    ]);
    let tags =
        select(vec!["['flip']", "{ subset_of = ['flip', 'crop'], min = 1 }", "{ subset_of = ['crop', 'flip'] }"]);
    let kernel = select(vec!["3", "{ one_of = [1, 3] }", "{ one_of = [1, 3], each = false }"]);
    let skip = select(vec![
        "true",
        "{ bool = true, when = 'kernel > 1' }",
        "{ bool = true, when = 'depth == 2 and kernel == 3', each = false }",
        "{ bool = true, when = \"stage[0].kernel == 1 or 'flip' in tags\" }",
    ]);
    (depth, nesterov, optimizer, momentum, tags, kernel, skip).prop_map(
        |(depth, nesterov, optimizer, momentum, tags, kernel, skip)| {
            format!(
                "[space]\nmomentum = {momentum}\ndepth = {depth}\nnesterov = {nesterov}\noptimizer = {optimizer}\n\
                 tags = {tags}\n[space.stage]\nrepeat = 'depth'\nskip = {skip}\nkernel = {kernel}\n"
            )
        },
    )
}

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
