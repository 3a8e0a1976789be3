//! What the README tells a newcomer to type works, and does what it promises.

use std::fs;

use crate::kiln::Place;
use crate::serve::Server;

/// Commands of the README that are not the program's.
const OTHERS: [&str; 4] = ["git ", "cd ", "cargo xtask ", "cargo build"];

#[test]
fn its_commands_work() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("there is a README");
    let place = Place::empty();
    let mut ran = Vec::new();
    for line in code_lines(&readme) {
        let line = line.split('#').next().unwrap_or_default().trim().trim_start_matches("$ ");
        let Some(arguments) = ["cargo run --release -- ", "kiln "].iter().find_map(|start| line.strip_prefix(start))
        else {
            assert!(line.is_empty() || OTHERS.iter().any(|other| line.starts_with(other)), "who runs `{line}`?");
            continue;
        };
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        match arguments[..] {
            // It answers until it is stopped.
            ["serve"] => drop(Server::start(&place, &[])),
            ["run"] => {
                let said = place.answer(&arguments);
                for part in [" of the test images right\n", "\nnormalization: ", "\nrounding: "] {
                    assert!(said.contains(part), "the run does not end with an answer: `{part}` is not in: {said}");
                }
            }
            _ => drop(place.answer(&arguments)),
        }
        ran.push(line.to_owned());
    }
    assert!(ran.iter().any(|line| line == "cargo run --release -- run"), "{ran:?}");

    // The main job as promised.
    let ranking = place.json(&["rank", "--format", "json"]);
    let trials = ranking["trials"].as_array().expect("a list");
    assert!(trials.len() >= 30, "{} trials", trials.len());
    let best = trials.iter().filter_map(|trial| trial["metrics"]["val_accuracy"].as_f64()).fold(0.0, f64::max);
    assert!(best > 0.97, "best validation accuracy {best}");
    assert!(trials.iter().any(|trial| trial["on_front"] == true));
}

/// The lines of the code blocks that are marked as shell.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        if let Some(mark) = line.trim_start().strip_prefix("```") {
            inside = matches!(mark, "sh" | "console" | "shell");
            return false;
        }
        inside
    })
}
