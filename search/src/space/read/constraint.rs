//! `[[constraint]]`: what to require and what to forbid.

use super::scope::{Figures, Names, refer};
use crate::problem::{Problem, Problems};
use crate::space::Space;
use crate::space::constraint::{Constraint, Rule};
use crate::space::expression::{check, parse};
use crate::space::vocabulary::Vocabulary;
use crate::table::Table;

const EXAMPLE: &str =
    "`require = \"parameters <= 100_000\"` or `forbid = { optimizer = \"adam\", rounding = \"hard\" }`";

/// Reads one constraint.
pub(super) fn read(
    mut table: Table<'_>,
    space: &Space,
    vocabulary: &dyn Vocabulary,
    problems: &mut Problems,
) -> Option<Constraint> {
    let (require, forbid) = (table.take_entry("require"), table.take_entry("forbid"));
    let span = table.span();
    let unknown = table.keys().next().is_some();
    table.finish(problems);
    match (require, forbid) {
        (Some((_, require)), None) => {
            let text = require.text(problems)?;
            let expression = parse(&text, problems)?;
            let names = Names { space, vocabulary, prefix: None, figures: Figures::Static };
            check::condition(&expression, &names, problems);
            Some(Constraint {
                text: format!("require {:?}", text.value),
                span: text.span,
                rule: Rule::Require(refer(&expression, space, None)),
            })
        }
        (None, Some((key, forbid))) => {
            if forbid.kind() == "a text" {
                let problem =
                    Problem::new("`forbid` takes names and values, not a text", forbid.span()).label("a text");
                problems.push(problem.help("write `forbid = { optimizer = \"adam\" }`, or `require = \"not (...)\"`"));
                return None;
            }
            let span = forbid.span();
            let table = forbid.table(problems)?;
            if table.keys().next().is_none() {
                let problem = Problem::new("`forbid` is empty", key.span).label("forbids everything");
                problems.push(problem.help(format!("write {EXAMPLE}")));
                return None;
            }
            let forbidden = space.partial(table, problems);
            let text = forbidden.to_toml().trim_end().replace('\n', ", ");
            let values = forbidden.iter().filter_map(|(name, value)| Some((*space.index.get(name)?, value.clone())));
            let rule = Rule::Forbid(values.collect());
            Some(Constraint { text: format!("forbid {{ {text} }}"), span, rule })
        }
        (None, None) => {
            // A misspelt key has been reported.
            if !unknown {
                let problem = Problem::new("the constraint says nothing", span).label("empty");
                problems.push(problem.help(format!("add {EXAMPLE}")));
            }
            None
        }
        (Some(_), Some((second, _))) => {
            let problem =
                Problem::new("a constraint has `require` or `forbid`, not both", second.span).label("the second");
            problems.push(problem.help("write two [[constraint]] tables"));
            None
        }
    }
}
