use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

const STUDY: &str = r#"
[study]
name = "tiny"
seed = 7
[data]
source = "digits"
[search]
enqueue = [{ optimizer = "adam" }]
[fidelity]
epochs = 3
[budget]
trials = 40
wall = "1h"
trial_wall = "1m"
[space]
channels  = { ordinal = [2, 4] }
dropout   = { float = [0.0, 0.5] }
optimizer = { one_of = ["sgd", "adam"] }
"#;

fn read(text: &str) -> Study {
    study::read("space.toml", text, &BuiltIn).expect("a study")
}

/// What becomes of the study where `part` of its file is `other`.
fn change(part: &str, other: &str) -> Change {
    assert!(STUDY.contains(part), "{part}");
    Change::between(&read(STUDY), &read(&STUDY.replace(part, other)))
}

#[test]
fn what_says_the_same_is_the_same() {
    for (part, other) in [
        ("[search]", "[checkpoints]\nkeep = 4\n[search] # faster\nworkers = 2\nrepeats = false\nstrategy = 'auto'"),
        ("seed = 7\n[data]", "seed    = 7\n[[objective]]\nmetric = 'val_accuracy'\ngoal = 'maximize'\n[data]"),
        (
            "channels  = { ordinal = [2, 4] }\ndropout   = { float = [0.0, 0.5] }",
            "dropout = { float = [0, 0.5] }\nchannels.ordinal = [2, 4]",
        ),
        ("wall = \"1h\"", "wall = \"60m\""),
    ] {
        assert_eq!(change(part, other), Change::None, "{other}");
    }
}

#[test]
fn what_is_wider_is_told() {
    for (part, other, gains) in [
        ("[2, 4]", "[2, 4, 8]", "`channels` can be 8, too"),
        ("trials = 40", "trials = 30", "`trials` is 30 instead of 40"),
        ("[budget]", "[confirm]\nseeds = 4\n[budget]", "[confirm] is the best 5 on 4 seeds instead of absent"),
        (
            "wall = \"1h\"",
            "target = { val_accuracy = 0.9 }",
            "`wall` is without a limit instead of 1h 00m / `target` is val_accuracy 0.9 instead of without a limit",
        ),
        ("trial_wall = \"1m\"", "trial_wall = \"2m\"", "`trial_wall` is 2m 00s instead of 1m 00s"),
        ("trial_wall = \"1m\"", "", "`trial_wall` is without a limit instead of 1m 00s"),
    ] {
        match change(part, other) {
            Change::Wider(found) => assert_eq!(found.join(" / "), gains, "{other}"),
            change => panic!("{other}: {change:?}"),
        }
    }
}

#[test]
fn what_makes_another_study_is_told_and_all_of_it() {
    for (part, other, reasons) in [
        ("seed = 7", "seed = 8", "`seed`: "),
        ("[search]", "validation = 0.5\n[search]", "[data]: "),
        ("[search]", "[[objective]]\nmetric = 'val_loss'\ngoal = 'minimize'\n[search]", "[[objective]]: "),
        ("epochs = 3", "epochs = 4", "[fidelity]: "),
        ("epochs = 3", "epochs = 3\nscheduler = 'median'", "[fidelity]: "),
        ("[search]", "[search]\nstrategy = 'gp'", "`strategy`: "),
        ("[search]", "[search]\nrepeats = true", "`repeats`: "),
        ("{ optimizer = \"adam\" }", "{ optimizer = \"adam\" }, { channels = 4 }", "`enqueue`: "),
        ("trial_wall = \"1m\"", "trial_wall = \"1s\"", "`trial_wall` is 1.0s instead of 1m 00s: "),
        (
            "trial_wall = \"1m\"",
            "trial_wall = \"1m\"\ntrial_memory = \"1GiB\"",
            "`trial_memory` is 1.0 GiB instead of without a limit: ",
        ),
        ("[2, 4]", "[4, 8]", "`channels` cannot be 2 any more"),
        ("[space]", "[space]\ndepth = 2", "`depth` is new"),
    ] {
        match change(part, other) {
            Change::Other(found) => assert!(found.len() == 1 && found[0].starts_with(reasons), "{other}: {found:?}"),
            change => panic!("{other}: {change:?}"),
        }
    }
    let both = STUDY.replace("[2, 4]", "[4, 8]").replace("seed = 7", "seed = 8");
    assert!(matches!(Change::between(&read(STUDY), &read(&both)), Change::Other(reasons) if reasons.len() == 2));
}

#[test]
fn the_method_that_a_study_began_with_stays_while_it_serves() {
    let finite = STUDY.replace("dropout   = { float = [0.0, 0.5] }", "dropout = 0.0");
    assert_eq!(read(&finite).search.strategy, Strategy::Grid);
    assert!(still_serves(Strategy::Grid, &read(&finite.replace("[2, 4]", "[2, 4, 8]"))));
    assert!(
        !still_serves(Strategy::Grid, &read(&finite.replace("trials = 40", "trials = 3"))),
        "it would not get round"
    );
    assert!(!still_serves(Strategy::Grid, &read(STUDY)), "a continuum has no grid");
    assert!(still_serves(Strategy::Grid, &read(&finite.replace("[search]", "[search]\nstrategy = 'grid'"))), "named");
    assert!(still_serves(Strategy::Evolution, &read(STUDY)), "though another would be chosen today");
}
