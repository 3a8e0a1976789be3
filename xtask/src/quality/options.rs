//! What `cargo xtask quality` is asked for.

use std::path::PathBuf;
use std::str::FromStr;

/// How to call it.
pub const USAGE: &str = "\
usage: cargo xtask quality [--seeds N] [--first-seed N] [--evaluations N] [--problems A,B] [--methods A,B]
                           [--tables FOLDER] [--with FILE.csv]... [--out NAME]
    --seeds 20, --first-seed 0, --evaluations 100, all problems and methods unless named
    a method `sampler+scheduler` has the epochs of so many full trainings
    --tables ../shared/benchmarks    where the benchmark tables are
    --with FILE.csv                  show these results of others in the table too
    --out quality                    write NAME.csv and NAME.md";

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many studies of each kind.
    pub seeds: u64,
    /// The seed of the first of them; the others follow.
    pub first_seed: u64,
    /// How many trials each has.
    pub evaluations: usize,
    /// Only these problems.
    pub problems: Option<Vec<String>>,
    /// Only these methods.
    pub methods: Option<Vec<String>>,
    /// The folder of the tables.
    pub tables: PathBuf,
    /// Results of others.
    pub with: Vec<PathBuf>,
    /// Where to write, without extension.
    pub out: PathBuf,
}

impl Options {
    /// Reads the command line; the error is what to say.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            seeds: 20,
            first_seed: 0,
            evaluations: 100,
            problems: None,
            methods: None,
            tables: "../shared/benchmarks".into(),
            with: Vec::new(),
            out: "quality".into(),
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{name}` lacks a value\n{USAGE}"))?;
            match name.as_str() {
                "--seeds" => options.seeds = number(&name, &value)?,
                "--first-seed" => options.first_seed = number(&name, &value)?,
                "--evaluations" => options.evaluations = number(&name, &value)?,
                "--problems" => options.problems = Some(value.split(',').map(str::to_owned).collect()),
                "--methods" => options.methods = Some(value.split(',').map(str::to_owned).collect()),
                "--tables" => options.tables = value.into(),
                "--with" => options.with.push(value.into()),
                "--out" => options.out = value.into(),
                _ => return Err(format!("unknown option `{name}`\n{USAGE}")),
            }
        }
        Ok(options)
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{name}` is a whole number, not `{value}`"))
}

/// Keeps those of `items` that are `wanted`, all if nothing is.
pub fn select<T>(
    items: &mut Vec<T>,
    wanted: Option<&[String]>,
    name: impl Fn(&T) -> &str,
    noun: &str,
) -> Result<(), String> {
    let Some(wanted) = wanted else { return Ok(()) };
    if let Some(unknown) = wanted.iter().find(|wanted| !items.iter().any(|item| name(item) == *wanted)) {
        let known: Vec<&str> = items.iter().map(name).collect();
        return Err(format!("no {noun} `{unknown}`: there are {}", known.join(", ")));
    }
    items.retain(|item| wanted.iter().any(|wanted| name(item) == wanted));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_and_mistakes_named() {
        let options = parse("--seeds 3 --methods tpe,random --with a.csv --with b.csv").expect("valid");
        assert_eq!((options.seeds, options.evaluations, options.with.len()), (3, 100, 2));
        assert_eq!(options.methods, Some(vec!["tpe".to_owned(), "random".to_owned()]));
        assert!(parse("--seeds").expect_err("no value").starts_with("`--seeds` lacks a value"));
        assert_eq!(parse("--seeds few"), Err("`--seeds` is a whole number, not `few`".to_owned()));
        assert!(parse("--speed 1").expect_err("unknown").contains("usage:"));
    }

    #[test]
    fn a_selection_names_what_there_is() {
        let mut items = vec!["tpe", "random"];
        let wanted = ["gp".to_owned()];
        let error = select(&mut items, Some(&wanted), |item| item, "method").expect_err("not there");
        assert_eq!(error, "no method `gp`: there are tpe, random");
        select(&mut items, Some(&["tpe".to_owned()]), |item| item, "method").expect("there");
        assert_eq!(items, ["tpe"]);
    }
}
