//! What is wrong with a space is said with its place and a way on.

use super::super::fixture::read;

mod blocks;
mod conditions;
mod constraints;
mod modifiers;
mod network;
mod values;

/// Lines, and what is wrong with them.
type Case = (&'static str, &'static [&'static str]);

/// Checks, for lines of `[space]`, the problems: `message @ what is underlined | help`.
fn check(cases: &[Case]) {
    for (text, expected) in cases {
        let found = read(&format!("[space]\n{text}\n")).1;
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn a_file_without_a_space() {
    let help = "add a table [space] with the choices, for example `depth = { int = [1, 4] }`";
    assert_eq!(read("").1, [format!("`space` is missing @  | {help}")]);
    assert_eq!(read("space = 3").1.len(), 1);
    assert!(read("[space]").1.is_empty(), "a space without choices has one candidate");
}

#[test]
fn all_mistakes_of_a_file_are_found_in_one_go() {
    let text = "[space]\noptimizer = { one_of = ['sgd', 'bacth'] }\ndepth = { int = [4, 1], prior = 9 }\n\
                dropout = { float = [0.0, 0.5], when = 'optimzer == 3', log = true }\nskip = { bool = 1 }\n\
                [space.stage]\nrepeat = 'depth'\nkernle = 3\n[[constraint]]\nrequire = 'macs < true and nothing'\n";
    let found = read(text).1;
    let places: Vec<&str> = found
        .iter()
        .map(|problem| problem.split(" @ ").nth(1).unwrap_or_default().split(" | ").next().unwrap_or(""))
        .collect();
    assert_eq!(places, ["'bacth'", "[4, 1]", "0.0", "1", "kernle", "true", "nothing"], "{found:#?}");
}

#[test]
fn hostile_files_are_read_in_time() {
    let many: Vec<String> = (0..1000).map(|n| format!("p{n} = {{ int = [1, 2] }}")).collect();
    assert_eq!(read(&format!("[space]\n{}", many.join("\n"))).1.len(), 1000);
    let copies = "[[space.stage]]\nkernel = 3\n".repeat(1000);
    assert_eq!(read(&copies).1.len(), 1);
    let list = (0..5000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    assert!(read(&format!("[space]\nbatch_size = {{ one_of = [{}] }}", &list[3..])).1.is_empty());
    let deep = format!("[space]\nx = {}{}", "[".repeat(50_000), "]".repeat(50_000));
    assert!(!read(&deep).1.is_empty());
}
