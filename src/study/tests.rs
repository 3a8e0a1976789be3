//! Every bad file of `tests/bad-spaces` with the message that its author gets, and good files with what they mean.

use std::fs;
use std::path::{Path, PathBuf};

use kiln_search::candidate::Value;
use kiln_search::scheduler::{Rungs, Scheduler};
use kiln_search::space::SpaceSize;
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::*;
use crate::data::{Labels, Scale, Source};
use crate::vocabulary::BuiltIn;

type Figures = Result<BTreeMap<String, f64>, String>;

/// The files of a directory of the repository that end with `.extension`, in order.
fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<_> = fs::read_dir(&directory)
        .expect("the directory is part of the repository")
        .map(|entry| entry.expect("its entries can be listed").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}

fn rendered(mistakes: &Diagnostics) -> String {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    handler.render_report(&mut text, mistakes).expect("a text takes all that is written");
    text
}

fn good(name: &str, text: &str) -> Study {
    read(name, text, &BuiltIn).unwrap_or_else(|mistakes| panic!("{}", rendered(&mistakes)))
}

#[test]
fn every_bad_file_has_its_message() {
    let files = files("tests/bad-spaces", "toml");
    assert!(files.len() >= 100, "only {} bad files are there", files.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../tests/bad-spaces/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in files {
            let name = stem(&path);
            let text = fs::read_to_string(&path).expect("it is a text");
            match read(&format!("{name}.toml"), &text, &BuiltIn) {
                Ok(study) => panic!("{name}.toml has a mistake that nobody noticed: {study:?}"),
                Err(mistakes) => insta::assert_snapshot!(name, rendered(&mistakes)),
            }
        }
    });
}

#[test]
fn every_message_has_its_bad_file() {
    let bad: Vec<_> = files("tests/bad-spaces", "toml").iter().map(|path| stem(path)).collect();
    let messages: Vec<_> = files("tests/bad-spaces/snapshots", "snap").iter().map(|path| stem(path)).collect();
    assert_eq!(messages, bad);
}

#[test]
fn the_shipped_files_have_no_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("space.toml");
    let examples = files("examples", "toml");
    assert!(!examples.is_empty());
    for path in examples.into_iter().chain([root]) {
        let text = fs::read_to_string(&path).expect("it is part of the repository");
        good(&path.display().to_string(), &text);
    }
}

#[test]
fn all_that_a_file_can_say_is_read() {
    let text = include_str!("../../tests/good-spaces/everything.toml");
    let study = good("everything.toml", text);
    assert_eq!((study.name.as_str(), study.seed), ("small-net", 42));
    assert_eq!(
        study.data,
        DataSpec {
            path: Some("data/cifar-100-binary".into()),
            labels: Some(Labels::Coarse),
            validation: 0.2,
            scale: Scale::Unit,
            ..DataSpec::new(Source::Cifar100)
        }
    );
    let objective = |metric: &str, goal| Objective { metric: metric.to_owned(), goal };
    let objectives = [objective("val_accuracy", Goal::Maximize), objective("parameters", Goal::Minimize)];
    assert_eq!(study.objectives, objectives);
    let text = |word: &str| Value::Text(word.to_owned());
    let enqueued = [("normalization", text("min-max")), ("stage[0].channels", Value::Int(64))];
    let enqueued: Candidate = enqueued.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let batch: Candidate = [("normalization".to_owned(), text("batch"))].into_iter().collect();
    assert_eq!(study.search.enqueue, [enqueued, batch]);
    let rungs = Rungs::new(vec![2, 4, 12], 2).expect("they rise");
    assert_eq!(study.fidelity, Fidelity { epochs: 12, scheduler: Scheduler::Hyperband(rungs) });
    let target = |metric: &str, value| Target { metric: metric.to_owned(), value };
    let budget = Budget {
        trials: Some(60),
        epochs: Some(5000),
        wall: Some(Duration::from_mins(10)),
        trial_wall: Some(Duration::from_mins(2)),
        trial_memory: Some(2 << 30),
        plateau: Some(Plateau { trials: 30, delta: 0.001 }),
        target: vec![target("val_accuracy", 0.98), target("parameters", 5000.0)],
    };
    assert_eq!(study.budget, budget);
    assert_eq!(study.confirm, Some(Confirm { top: 4, seeds: 6 }));
    assert_eq!(study.checkpoints, Checkpoints { keep: Some(3), disk: Some(10 << 30) });
    let names: Vec<_> = study.space.parameters().iter().map(kiln_search::space::Parameter::name).collect();
    assert_eq!(names[..3], ["depth", "normalization", "rounding"]);
    assert!(matches!(study.space.size(), SpaceSize::Continuous { .. }));
}

#[test]
fn what_a_file_leaves_out_has_a_value() {
    let study = good("least.toml", include_str!("../../tests/good-spaces/least.toml"));
    assert_eq!(study.seed, 0);
    assert_eq!(study.data, DataSpec::new(Source::Digits));
    assert_eq!(study.objectives, [Objective { metric: "val_accuracy".to_owned(), goal: Goal::Maximize }]);
    assert_eq!(study.search.enqueue, []);
    assert_eq!(study.fidelity, Fidelity { epochs: 10, scheduler: Scheduler::None });
    assert_eq!(study.budget, Budget { wall: Some(Duration::from_hours(1)), ..Budget::default() });
    assert_eq!(study.space.size(), SpaceSize::Finite(1));
}

#[test]
fn a_file_that_names_no_strategy_gets_one_with_a_reason() {
    let file = |search: &str, budget: &str| {
        let text = format!(
            "[study]\nname = 's'\n[data]\nsource = 'digits'\n[search]\n{search}\n[budget]\n{budget}\n[space]\n\
             depth = {{ int = [1, 4] }}\n"
        );
        good("s.toml", &text).search
    };
    let all = file("", "trials = 4");
    assert_eq!(all.to_string(), "grid, because 4 trials are enough to try every candidate");
    assert_eq!(file("strategy = 'auto'", "trials = 4"), all);
    assert_ne!(file("", "wall = '1h'").strategy, all.strategy, "that may be three trials or a thousand");
    assert_eq!(file("strategy = 'sobol'", "trials = 4").to_string(), "sobol");
}

#[test]
fn each_scheduler_has_its_usual_numbers() {
    let least = include_str!("../../tests/good-spaces/least.toml");
    let scheduler = |fidelity: &str| good("least.toml", &format!("{least}[fidelity]\n{fidelity}\n")).fidelity.scheduler;
    let rungs = |epochs: &[u32]| Rungs::new(epochs.to_vec(), 3).expect("they rise");
    assert_eq!(scheduler("rungs = [2, 4]"), Scheduler::Asha(rungs(&[2, 4, 10])));
    assert_eq!(scheduler("epochs = 12\nrungs = [2, 4, 12]"), Scheduler::Asha(rungs(&[2, 4, 12])));
    assert_eq!(scheduler("epochs = 12\nscheduler = \"asha\""), Scheduler::Asha(rungs(&[1, 4, 12])));
    assert_eq!(scheduler("scheduler = \"hyperband\""), Scheduler::Hyperband(rungs(&[1, 3, 10])));
    assert_eq!(scheduler("scheduler = \"median\""), Scheduler::Median { grace: 1 });
    assert_eq!(scheduler("scheduler = \"patience\""), Scheduler::Patience { epochs: 5, delta: 0.0 });
    let patience = "scheduler = \"patience\"\npatience = 3\ndelta = 0.5";
    assert_eq!(scheduler(patience), Scheduler::Patience { epochs: 3, delta: 0.5 });
    assert_eq!(scheduler("scheduler = \"none\""), Scheduler::None);
    // A candidate that chooses its epochs may have more than others have.
    let longer = format!("{least}epochs = {{ int = [5, 20] }}\n[fidelity]\nscheduler = \"median\"\ngrace = 10\n");
    assert_eq!(good("longer.toml", &longer).fidelity.scheduler, Scheduler::Median { grace: 10 });
}

#[test]
fn with_repeats_an_entry_may_be_enqueued_twice() {
    let text = "[study]\nname = 'twice'\n[data]\nsource = 'digits'\n[budget]\ntrials = 4\n[search]\n\
                enqueue = [{ depth = 2 }, { depth = 2 }]\n[space]\ndepth = { int = [1, 4] }\n";
    let mistakes = read("twice.toml", text, &BuiltIn).expect_err("no repeats");
    assert!(rendered(&mistakes).contains("the entry is nothing new"), "{}", rendered(&mistakes));
    let study = good("twice.toml", &text.replace("[search]", "[search]\nrepeats = true"));
    assert!(study.search.repeats);
}

#[test]
fn a_file_of_mistakes_only_is_cut_short() {
    let text = (0..200).map(|key| format!("k{key} = 1")).collect::<Vec<_>>().join("\n");
    let mistakes = read("a", &text, &BuiltIn).expect_err("nothing is known");
    assert!(mistakes.to_string().contains("204 mistakes; the first 40"), "{mistakes}");
    assert_eq!(rendered(&mistakes).matches("help:").count(), 40);
}

#[test]
fn places_count_letters_whatever_ends_the_lines() {
    let text = include_str!("../../tests/bad-spaces/wide-letters.toml");
    let places = |text: &str| -> Vec<String> {
        let mistakes = read("a", text, &BuiltIn).expect_err("it has mistakes");
        rendered(&mistakes)
            .split("[a:")
            .skip(1)
            .filter_map(|rest| rest.split_once(']'))
            .map(|(place, _)| place.to_owned())
            .collect()
    };
    let expected = ["13:35", "13:45", "13:51", "14:50", "14:62"];
    assert_eq!(places(text), expected);
    assert_eq!(places(&text.replace('\n', "\r\n")), expected);
}

#[test]
fn figures_of_the_networks_can_keep_a_study_from_beginning() {
    let text = include_str!("../../tests/good-spaces/everything.toml");
    let study = good("everything.toml", text);
    let figures = |count: f64| BTreeMap::from([("parameters".to_owned(), count)]);
    assert!(study.can_begin("everything.toml", text, |_| Ok(figures(1e5))).is_ok());
    let refusal = |plan: &dyn Fn(&Candidate) -> Figures| {
        let mistakes = study.can_begin("everything.toml", text, plan).expect_err("it cannot begin");
        rendered(&mistakes)
    };
    let large = refusal(&|_| Ok(figures(1e6)));
    assert!(large.contains("the constraints refuse 10000 draws in a row"), "{large}");
    assert!(large.contains("require = \"parameters <= 100_000\""), "{large}");
    let impossible = refusal(&|_| Err("the map shrinks below the kernel".to_owned()));
    assert!(impossible.contains("because the map shrinks below the kernel"), "{impossible}");
    assert!(impossible.contains("[space]"), "{impossible}");
    let min_max = Some(&Value::Text("min-max".to_owned()));
    let some = refusal(&|candidate| {
        if candidate.get("normalization") == min_max { Err("no min-max".to_owned()) } else { Ok(figures(1.0)) }
    });
    assert!(some.contains("the entry cannot become a trial: no min-max"), "{some}");
    assert!(some.contains("has a mistake"), "only the first entry is refused: {some}");
}
