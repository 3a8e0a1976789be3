//! What is concluded from what was trained, however little or odd it is.

use proptest::prelude::*;

use super::*;

/// A design of blocks of `arms` networks each, found with each arm in turn; the first network of each block is a
/// finalist.
fn blocks(count: usize, arms: usize, seeds: u32) -> Design {
    let names = ["sgd", "adam", "adamw"];
    let network = |place: usize| Network {
        candidate: candidate(place as i64, names[place % arms]),
        statics: std::collections::BTreeMap::new(),
        trial: Some(place as u32),
        finalist: place.is_multiple_of(arms),
        arms: vec![Some(place % arms)],
    };
    let block = |number: usize| Block {
        own: number * arms + number % arms,
        arms: (0..arms).map(|arm| Some(number * arms + arm)).collect(),
    };
    let comparison = Comparison {
        parameter: "optimizer".to_owned(),
        arms: names[..arms].iter().map(|name| Value::Text((*name).to_owned())).collect(),
        blocks: (0..count).map(block).collect(),
    };
    Design { seeds, networks: (0..count * arms).map(network).collect(), comparisons: vec![comparison] }
}

/// Trainings whose value is that of `value` for the block, the arm and the seed.
fn trained(design: &Design, value: impl Fn(usize, usize, u32) -> Training) -> Vec<Vec<Training>> {
    let arms = design.comparisons[0].arms.len();
    let of = |network: usize| (0..design.seeds).map(|seed| value(network / arms, network % arms, seed)).collect();
    (0..design.networks.len()).map(of).collect()
}

/// A deviation that looks like chance, below 1.
fn noise(block: usize, arm: usize, seed: u32) -> f64 {
    ((block * 37 + arm * 101 + seed as usize * 59 + block * arm * 13) % 41) as f64 / 20.5 - 1.0
}

fn verdicts(answer: &Answer) -> Vec<Verdict> {
    answer.questions[0].arms.iter().map(|arm| arm.verdict).collect()
}

#[test]
fn the_better_arm_is_selected_whichever_way_is_better() {
    let design = blocks(6, 2, 3);
    for (goal, sign) in [(Maximize, 1.0), (Minimize, -1.0)] {
        let value = |block, arm, seed| Training::Value(sign * (70.0 + 2.0 * arm as f64 + noise(block, arm, seed)));
        let found = answer(&design, goal, &trained(&design, value));
        assert_eq!(verdicts(&found), [Verdict::NotSelected, Verdict::Selected]);
        let contrast = found.questions[0].contrast(1, 0).expect("two arms");
        assert!(contrast.gain.is_some_and(|gain| (gain - 2.0).abs() < 0.5) && contrast.pairs == 18, "{contrast:?}");
        assert_eq!(found.questions[0].arms[0].rival, Some(1));
    }
}

#[test]
fn without_a_difference_it_is_said_what_would_decide() {
    let design = blocks(6, 2, 3);
    let value = |block, arm, seed| Training::Value(70.0 + 0.2 * arm as f64 + noise(block, arm, seed));
    let found = answer(&design, Maximize, &trained(&design, value));
    let contrast = &found.questions[0].contrasts[0];
    let wanted = pairs_for(contrast.gain.expect("pairs") / contrast.deviation.expect("pairs"), ALPHA, POWER);
    let seeds = (wanted.expect("not too many") - contrast.pairs).div_ceil(6);
    let more = Some(More { seeds, trainings: 12 * seeds });
    assert_eq!(verdicts(&found), [Verdict::NotEnoughEvidence(more); 2]);
    let alike = answer(&design, Maximize, &trained(&design, |block, _, _| Training::Value(block as f64)));
    assert_eq!(verdicts(&alike), [Verdict::NotEnoughEvidence(None); 2]);
}

#[test]
fn of_three_arms_the_worst_can_be_known_before_the_best() {
    let design = blocks(6, 3, 3);
    let means = [70.0, 70.0, 64.0];
    let value = |block, arm: usize, seed| Training::Value(means[arm] + noise(block, arm, seed));
    let found = answer(&design, Maximize, &trained(&design, value));
    assert!(matches!(verdicts(&found)[..2], [Verdict::NotEnoughEvidence(_), Verdict::NotEnoughEvidence(_)]));
    assert_eq!(verdicts(&found)[2], Verdict::NotSelected);
    assert!(found.questions[0].contrasts.iter().all(|contrast| contrast.adjusted_p >= contrast.p));
}

#[test]
fn each_arm_best_on_its_own_networks_is_no_evidence() {
    let design = blocks(6, 2, 3);
    // The gain of the second arm is 6 on its own networks, and a loss of 3 on the others.
    let gain = |block: usize, arm: usize| {
        if arm == 0 {
            0.0
        } else if block.is_multiple_of(2) {
            -3.0
        } else {
            6.0
        }
    };
    let value = |block, arm, seed| Training::Value(70.0 + gain(block, arm) + noise(block, arm, seed));
    let found = answer(&design, Maximize, &trained(&design, value));
    assert!(found.questions[0].contrasts[0].divided);
    assert_eq!(verdicts(&found), [Verdict::NotEnoughEvidence(None); 2]);
}

#[test]
fn where_a_gain_differs_but_never_turns_more_seeds_decide() {
    let design = blocks(6, 2, 3);
    // The second arm gains much on its own networks, and little on the others.
    let gain = |block: usize, arm: usize| [0.0, if block.is_multiple_of(2) { 0.3 } else { 6.0 }][arm];
    let value = |block, arm, seed| Training::Value(70.0 + gain(block, arm) + noise(block, arm, seed));
    let found = answer(&design, Maximize, &trained(&design, value));
    assert!(found.questions[0].contrasts[0].divided);
    let decides = |verdict| matches!(verdict, Verdict::NotEnoughEvidence(Some(More { seeds: 1.., .. })));
    assert!(verdicts(&found).into_iter().all(decides), "{:?}", found.questions);
}

#[test]
fn failures_count_against_an_arm() {
    let design = blocks(6, 2, 3);
    let diverges = |block, arm, seed| match arm {
        0 => Training::Value(60.0 + noise(block, arm, seed)),
        _ if seed == 0 => Training::Value(90.0),
        _ if seed == 1 => Training::Value(f64::NAN),
        _ => Training::Failed,
    };
    let found = answer(&design, Maximize, &trained(&design, diverges));
    let contrast = &found.questions[0].contrasts[0];
    assert_eq!((contrast.better, contrast.worse, contrast.failed, contrast.test), (12, 6, 12, Test::Sign));
    assert!(verdicts(&found).iter().all(|verdict| *verdict != Verdict::Selected));
    let always = |block, arm, seed| if arm == 0 { Training::Value(noise(block, arm, seed)) } else { Training::Failed };
    let found = answer(&design, Maximize, &trained(&design, always));
    assert_eq!(verdicts(&found), [Verdict::Selected, Verdict::NotSelected]);
    assert_eq!(found.questions[0].arms[1].failed, 18);
}

#[test]
fn the_winner_is_scored_by_seeds_that_did_not_choose_it() {
    let mut design = blocks(3, 2, 3);
    design.networks.iter_mut().for_each(|network| network.finalist = true);
    let rows = [[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0], [1.0; 3], [1.0; 3], [1.0; 3]];
    let trainings: Vec<Vec<Training>> = rows.iter().map(|row| row.map(Training::Value).to_vec()).collect();
    let winner = answer(&design, Maximize, &trainings).winner.expect("there are values");
    assert_eq!((winner.network, winner.corrected, winner.values), (2, true, 3));
    assert!((winner.mean - 4.0 / 3.0).abs() < 1e-12);
    // Without the first or second seed the third network is best, which has nothing there; without the third the first.
    assert!(winner.score.abs() < 1e-12 && winner.interval.is_some_and(|interval| interval.holds(0.0)));
}

#[test]
fn a_network_that_failed_does_not_win_over_one_that_did_not() {
    let design = blocks(2, 2, 2);
    let value = |block, _, seed| match (block, seed) {
        (0, 0) => Training::Failed,
        (0, _) => Training::Value(99.0),
        _ => Training::Value(1.0),
    };
    let winner = answer(&design, Maximize, &trained(&design, value)).winner.expect("there are values");
    assert_eq!((winner.network, winner.corrected), (2, false), "alone without a failure, it was not chosen by a value");
    let failed = answer(&design, Maximize, &trained(&design, |_, _, _| Training::Failed));
    assert_eq!(failed.winner, None);
}

#[test]
fn a_single_seed_chooses_and_cannot_correct() {
    let design = blocks(4, 2, 1);
    let value = |block, arm, seed| Training::Value(noise(block, arm, seed));
    let found = answer(&design, Maximize, &trained(&design, value));
    let winner = found.winner.expect("there are values");
    assert_eq!((winner.corrected, winner.interval), (false, None));
    assert_eq!(found.questions[0].contrasts[0].pairs, 4, "there are pairs all the same");
}

#[test]
fn two_choices_have_a_table_each_way() {
    let mut design = blocks(4, 2, 2);
    let mut other = design.comparisons[0].clone();
    other.parameter = "rounding".to_owned();
    for (place, network) in design.networks.iter_mut().enumerate() {
        network.arms.push(Some(place / 4));
    }
    other.blocks.clear();
    design.comparisons.push(other);
    let value = |block: usize, arm: usize, seed| {
        Training::Value(if block < 2 { arm as f64 } else { 5.0 * arm as f64 } + 0.1 * noise(block, arm, seed))
    };
    let found = answer(&design, Maximize, &trained(&design, value));
    let table = &found.interactions[0];
    assert_eq!((found.interactions.len(), table.parameter.as_str(), table.by.as_str()), (2, "optimizer", "rounding"));
    let gains = table.rows.iter().map(|row| -row.contrasts[0].gain.expect("pairs"));
    assert!(gains.zip([1.0, 5.0]).all(|(found, gain)| (found - gain).abs() < 0.3));
}

fn training() -> impl Strategy<Value = Training> {
    let odd = prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::MAX, f64::MIN, 0.0, -0.0]);
    prop_oneof![
        4 => (-9_i8..9).prop_map(|value| Training::Value(value.into())),
        1 => odd.prop_map(Training::Value),
        1 => Just(Training::Failed),
        1 => Just(Training::Missing),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_was_trained_there_is_an_answer(
        arms in 2..4_usize, count in 0..4_usize, seeds in 0..4_u32,
        trainings in prop::collection::vec(prop::collection::vec(training(), 0..5), 0..14), minimize: bool,
    ) {
        let design = blocks(count, arms, seeds);
        let goal = if minimize { Goal::Minimize } else { Goal::Maximize };
        let found = answer(&design, goal, &trainings);
        let selected = found.questions[0].arms.iter().filter(|arm| arm.verdict == Verdict::Selected).count();
        prop_assert!(selected <= 1);
        for contrast in &found.questions[0].contrasts {
            prop_assert!((0.0..=1.0).contains(&contrast.p) && contrast.adjusted_p >= contrast.p, "{:?}", contrast);
            prop_assert_eq!(&contrast.reversed().reversed(), contrast);
        }
        if let Some(winner) = &found.winner {
            prop_assert!(design.networks[winner.network].finalist);
            prop_assert!(Trainings(&trainings).values(winner.network).next().is_some());
        }
        prop_assert!(serde_json::to_string(&found).is_ok());
    }
}
