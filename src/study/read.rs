//! Reading the study file table by table, so that one reading finds all mistakes.

use std::ops::Range;

use kiln_search::problem::{Problem, Problems};
use kiln_search::space::Space;
use kiln_search::space::vocabulary::Vocabulary;
use kiln_search::table::Table;

use super::{Places, Study, size};

mod budget;
mod checkpoints;
mod confirm;
mod data;
mod fidelity;
mod identity;
mod objectives;
mod search;

/// No count is above this.
const GREATEST_COUNT: u32 = 1_000_000;

/// The study of `text`, or all its mistakes.
pub(super) fn study(text: &str, vocabulary: &dyn Vocabulary) -> Result<Study, Problems> {
    let mut problems = Problems::new();
    let mut file = Table::parse(text, &mut problems);
    if !problems.is_empty() {
        // After a mistake of TOML itself the rest is a guess; its problems would be mere consequences.
        return Err(problems);
    }
    let identity = identity::read(&mut file, &mut problems);
    let data = data::read(&mut file, &mut problems);
    let objectives = objectives::read(&mut file, vocabulary, &mut problems);
    let fidelity = file.take("fidelity");
    let budget = budget::read(&mut file, &objectives, &mut problems);
    let checkpoints = checkpoints::read(file.take("checkpoints"), &mut problems);
    let search = file.take("search");
    let place = file.place("space").unwrap_or_default();
    let space = Space::read(&mut file, vocabulary, &mut problems);
    let fidelity = fidelity::read(fidelity, &space, budget.trials, &mut problems);
    let (search, enqueue) = search::read(search, &space, objectives.len(), budget.trials, &mut problems);
    let confirm = confirm::read(file.take("confirm"), &mut problems);
    file.finish(&mut problems);
    match (identity, data) {
        (Some((name, seed)), Some(data)) if problems.is_empty() => {
            let places = Places { space: place, enqueue };
            Ok(Study { name, seed, data, objectives, search, fidelity, budget, checkpoints, confirm, space, places })
        }
        _ => Err(problems),
    }
}

/// A text that `parse` understands; `what` and `example` are for messages.
fn quantity<T>(
    table: &mut Table<'_>,
    key: &str,
    what: &str,
    example: &str,
    parse: impl Fn(&str) -> Option<T>,
    problems: &mut Problems,
) -> Option<T> {
    let node = table.take(key)?;
    let mut refuse = |found: &str, span: Range<usize>| {
        let problem = Problem::new(format!("`{key}` must be {what}, not {found}"), span);
        let no = format!("no {}", what.trim_start_matches("a "));
        problems.push(problem.label(no).help(example.replace("KEY", key)));
    };
    if node.kind() != "a text" {
        refuse(node.kind(), node.span());
        return None;
    }
    let (span, text) = (node.span(), node.text(&mut Problems::new())?);
    let parsed = parse(&text.value);
    if parsed.is_none() {
        refuse(&format!("{:?}", text.value), span);
    }
    parsed
}

/// An amount of memory or of disk, in bytes.
fn bytes(table: &mut Table<'_>, key: &str, problems: &mut Problems) -> Option<u64> {
    let example = "write a number with its unit, for example `KEY = \"2GiB\"`, \"1.5GB\" or \"512MiB\"";
    quantity(table, key, "a size", example, size::parse, problems)
}

/// A count from 1 on.
fn whole(table: &mut Table<'_>, key: &str, problems: &mut Problems) -> Option<u32> {
    let number = table.take(key)?.integer(1..=i64::from(GREATEST_COUNT), problems)?;
    u32::try_from(number.value).ok()
}
