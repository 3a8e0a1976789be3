//! `[confirm]`.

use kiln_search::problem::{Problem, Problems};
use kiln_search::table::{Node, Table};

use crate::study::Confirm;

/// More finalists or seeds are a study of their own.
const MOST: u32 = 1000;

/// What is trained again when the search has ended; nothing where the file has no such table.
pub fn read(node: Option<Node<'_>>, problems: &mut Problems) -> Option<Confirm> {
    let mut table = node?.table(problems)?;
    let default = Confirm::default();
    let top = count(&mut table, "top", problems);
    let place = table.place("seeds");
    let seeds = count(&mut table, "seeds", problems);
    table.finish(problems);
    if let (Some(1), Some(place)) = (seeds, place) {
        let problem = Problem::new("one seed tells nothing of what chance does", place).label("too few");
        problems.push(problem.help("write `seeds = 3` or more: the interval of the answer narrows with each"));
    }
    Some(Confirm { top: top.unwrap_or(default.top), seeds: seeds.unwrap_or(default.seeds) })
}

fn count(table: &mut Table<'_>, key: &str, problems: &mut Problems) -> Option<u32> {
    let number = table.take(key)?.integer(1..=i64::from(MOST), problems)?;
    u32::try_from(number.value).ok()
}
