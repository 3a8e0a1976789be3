//! Every bad file of `tests/bad-spaces` with the message that its author gets, and the shipped files as good ones.

use std::fs;
use std::path::{Path, PathBuf};

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::*;
use crate::network;

/// The study files of a directory of the repository, with their texts.
fn files(directory: &str) -> Vec<(PathBuf, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<_> = fs::read_dir(&directory)
        .expect("the directory is part of the repository")
        .map(|entry| entry.expect("its entries can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a text"))).collect()
}

fn rendered(mistakes: &Diagnostics) -> String {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    handler.render_report(&mut text, mistakes).expect("writing to a string");
    text
}

#[test]
fn every_bad_file_has_its_message() {
    let files = files("tests/bad-spaces");
    assert!(files.len() >= 40, "only {} bad files are there", files.len());
    insta::with_settings!({ snapshot_path => "../../tests/bad-spaces/snapshots", prepend_module_to_snapshot => false }, {
        for (path, text) in files {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            match read(&format!("{name}.toml"), &text, &network::vocabulary()) {
                Ok(study) => panic!("{name}.toml has a mistake that nobody noticed: {study:?}"),
                Err(mistakes) => insta::assert_snapshot!(name, rendered(&mistakes)),
            }
        }
    });
}

#[test]
fn the_shipped_files_have_no_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("space.toml");
    let shipped = fs::read_to_string(&root).expect("space.toml is part of the repository");
    for (path, text) in files("examples").into_iter().chain([(root, shipped)]) {
        if let Err(mistakes) = read(&path.display().to_string(), &text, &network::vocabulary()) {
            panic!("{}", rendered(&mistakes));
        }
    }
}

#[test]
fn what_a_file_leaves_out_has_a_value() {
    let text = "[study]\nname = 'a'\n[data]\nsource = 'digits'\n[budget]\nwall = '1h'\n[space]\ndepth = 2\n";
    let study = read("a", text, &network::vocabulary()).unwrap_or_else(|mistakes| panic!("{}", rendered(&mistakes)));
    assert_eq!((study.seed, study.fidelity.epochs), (0, 10));
    assert_eq!(study.objectives, [Objective { metric: "val_accuracy".to_owned(), goal: Goal::Maximize }]);
    assert_eq!(study.budget.wall, Some(Duration::from_secs(3_600)));
    assert!(study.search.enqueue.is_empty());
}

#[test]
fn a_file_of_mistakes_only_is_cut_short() {
    let text = "x = 1\n".to_owned() + &(0..200).map(|key| format!("k{key} = 1\n")).collect::<String>();
    let mistakes = read("a", &text, &network::vocabulary()).expect_err("nothing is known");
    assert!(mistakes.to_string().contains("the first 40"), "{mistakes}");
}
