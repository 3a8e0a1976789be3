//! `[data]`.

use std::ops::Bound;
use std::path::PathBuf;

use kiln_search::problem::{Problem, Problems};
use kiln_search::table::Table;

use crate::data::{DataSpec, Labels, Scale, Source};

/// Images are not enlarged beyond this many pixels a side.
const LARGEST_SIZE: i64 = 1_024;

/// What is learned.
pub fn read(file: &mut Table<'_>, problems: &mut Problems) -> Option<DataSpec> {
    let mut table = file.require("data", "a table [data] with `source = \"digits\"`", problems)?.table(problems)?;
    let source = table.require("source", "`source = \"digits\"`", problems);
    let source = source.and_then(|node| node.choice(&Source::ALL.map(|source| (source.name(), source)), problems));
    let mut spec = DataSpec::new(source.as_ref().map_or(Source::Digits, |source| source.value));
    if let Some(node) = table.take("validation") {
        let share = node.number((Bound::Excluded(0.0), Bound::Excluded(1.0)), problems);
        spec.validation = share.map_or(spec.validation, |share| share.value);
    }
    if let Some(node) = table.take("scale") {
        let scale = node.choice(&Scale::ALL.map(|scale| (scale.name(), scale)), problems);
        spec.scale = scale.map_or(spec.scale, |scale| scale.value);
    }
    if source.is_none() {
        // What the other keys may say depends on the source; they are known all the same.
        for key in ["path", "labels", "size"] {
            table.take(key);
        }
    } else {
        spec.path = only(&mut table, "path", spec.source != Source::Digits, "`digits` is bundled", problems)
            .and_then(|node| node.text(problems))
            .map(|text| PathBuf::from(text.value));
        spec.labels = only(&mut table, "labels", spec.source == Source::Cifar100, "only `cifar100` has two", problems)
            .and_then(|node| node.choice(&Labels::ALL.map(|labels| (labels.name(), labels)), problems))
            .map(|labels| labels.value);
        spec.size = only(&mut table, "size", spec.source == Source::Images, "only `images` are resized", problems)
            .and_then(|node| node.integer(1..=LARGEST_SIZE, problems))
            .and_then(|size| u32::try_from(size.value).ok());
        if spec.source == Source::Images && spec.path.is_none() && problems.is_empty() {
            let problem = Problem::new("[data] has no `path`", table.span());
            problems.push(problem.label("missing here").help("add `path = \"folder\"`: one subfolder a class"));
        }
    }
    table.finish(problems);
    source.is_some().then_some(spec)
}

/// The value of `key`, which only some sources have.
fn only<'i>(
    table: &mut Table<'i>,
    key: &str,
    has_it: bool,
    why_not: &str,
    problems: &mut Problems,
) -> Option<kiln_search::table::Node<'i>> {
    let (key, node) = table.take_entry(key)?;
    if has_it {
        return Some(node);
    }
    let problem = Problem::new(format!("`{}` has no meaning for this source", key.value), key.span);
    problems.push(problem.label("not for this source").help(format!("{why_not}: remove the line")));
    None
}
