//! `[study]`: the name and the seed.

use kiln_search::problem::{Problem, Problems};
use kiln_search::table::{SpannedText, Table};

/// A longer name makes paths that some file systems refuse.
const LONGEST_NAME: usize = 64;

/// The name and the seed of the study.
pub fn read(file: &mut Table<'_>, problems: &mut Problems) -> Option<(String, u64)> {
    let example = "a table [study] with `name = \"small-net\"`";
    let mut table = file.require("study", example, problems)?.table(problems)?;
    let name = table.require("name", "`name = \"small-net\"`", problems).and_then(|node| node.text(problems));
    let name = name.and_then(|name| directory_name(name, problems));
    let seed = table.take("seed").map_or(Some(0), |node| Some(node.integer(0.., problems)?.value.unsigned_abs()));
    table.finish(problems);
    name.zip(seed)
}

/// The name, if a directory can be called so on every system.
fn directory_name(name: SpannedText, problems: &mut Problems) -> Option<String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let sound = name.value.chars().all(allowed) && name.value.starts_with(|first: char| first.is_ascii_alphanumeric());
    if sound && name.value.len() <= LONGEST_NAME {
        return Some(name.value);
    }
    let problem = Problem::new("the study's name cannot be that of a directory", name.span);
    let help = format!("use up to {LONGEST_NAME} letters, digits, `-`, `_` and `.`, a letter or digit first");
    problems.push(problem.label("this name").help(help));
    None
}
