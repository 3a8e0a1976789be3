use std::collections::BTreeMap;

use proptest::prelude::*;

use super::check::{Scope, Type, condition};
use super::*;
use crate::problem::{Problem, Problems};
use crate::space::vocabulary::Misfit;
use crate::table::SpannedText;

/// `depth` from 1 to 4, `optimizer` sgd or adam, `skip`, and `tags`, a list; a name that starts with an x is inactive.
struct Small;

impl Scope for Small {
    fn type_of(&self, name: &Expression<String>, problems: &mut Problems) -> Option<Type> {
        let Node::Name(word) = &name.node else { return None };
        match word.as_str() {
            "depth" | "stage[1].width" => Some(Type::Number),
            "optimizer" => Some(Type::Text),
            "skip" => Some(Type::Truth),
            "tags" => Some(Type::List),
            _ => {
                problems.push(Problem::new(format!("unknown {word}"), name.span.clone()));
                None
            }
        }
    }

    fn possible(&self, name: &str, value: &Value) -> Result<(), Misfit> {
        let fits = match (name, value) {
            ("depth", Value::Int(int)) => (1..=4).contains(int),
            ("optimizer", Value::Text(word)) => word == "sgd" || word == "adam",
            _ => true,
        };
        if fits { Ok(()) } else { Err(Misfit { reason: format!("cannot be {value}"), help: String::new() }) }
    }
}

fn problems(text: &str) -> Vec<String> {
    let source = format!("{text:?}");
    let mut problems = Problems::new();
    let text = SpannedText::new(text.to_owned(), 0..source.len(), &source);
    if let Some(expression) = parse(&text, &mut problems) {
        condition(&expression, &Small, &mut problems);
    }
    let show = |problem: Problem| format!("{} @ {}", problem.message, &source[problem.span]);
    problems.into_vec().into_iter().map(show).collect()
}

fn truth(text: &str) -> Option<bool> {
    let mut problems = Problems::new();
    let text = SpannedText::new(text.to_owned(), 0..0, "");
    let expression = parse(&text, &mut problems).unwrap_or_else(|| panic!("{problems:?}"));
    let values = BTreeMap::from([
        ("depth", Value::Int(2)),
        ("skip", Value::Bool(true)),
        ("optimizer", Value::Text("sgd".to_owned())),
        ("tags", Value::List(vec![Value::Text("flip".to_owned())])),
        ("stage[1].width", Value::Float(0.5)),
    ]);
    expression.truth(&|name: &String| values.get(name.as_str()).map(Operand::from))
}

#[test]
fn operators_bind_as_in_the_grammar() {
    for text in [
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "10 - 4 - 3 == 3",
        "8 / 4 / 2 == 1",
        "-2 * -3 == 6",
        "- - 2 == 2",
        "not depth == 3",
        "not skip or true",
        "not false and true",
        "true or false and false",
        "depth in [1, 2] and not depth in [-1, 3]",
        "depth not in [1, 3.0]",
        "'flip' in tags and 'crop' not in tags",
        "stage[1].width <= .5 and stage[1].width >= 5e-1",
        "1_000 < 1e4",
        "optimizer == \"sgd\"",
        "depth != 3 and depth > 1 and 3 >= depth",
    ] {
        assert_eq!(truth(text), Some(true), "{text}");
    }
}

#[test]
fn what_is_inactive_is_unknown() {
    for (text, value) in [
        ("x == 1", None),
        ("x != 1", None),
        ("not x == 1", None),
        ("x + 1 > 0", None),
        ("x in [1]", None),
        ("x == 1 or skip", Some(true)),
        ("skip or x == 1", Some(true)),
        ("x == 1 and not skip", Some(false)),
        ("x == 1 and skip", None),
        ("0 / 0 == 1", None),
        ("1 / 0 > 5", Some(true)),
    ] {
        assert_eq!(truth(text), value, "{text}");
    }
}

#[test]
fn mistakes_have_their_places() {
    for (text, expected) in [
        ("depht > 1", "unknown depht @ depht"),
        ("depth > 'x'", "what is ordered must be a number, not a text @ 'x'"),
        ("optimizer == 1", "a text is never equal to a number @ 1"),
        ("1 == optimizer", "a text is never equal to a number @ 1"),
        ("depth == optimizer", "a number is never equal to a text @ optimizer"),
        ("depth == 9", "`depth` cannot be 9 @ 9"),
        ("optimizer in ['sgd', 'adan']", "`optimizer` cannot be \"adan\" @ 'adan'"),
        ("depth in [1, 'x']", "a number is never equal to a text @ 'x'"),
        ("depth in optimizer", "`in` needs a list, not a text @ optimizer"),
        ("depth", "a condition must be a truth value, not a number @ depth"),
        ("depth + skip > 1", "what is calculated with must be a number, not a truth value @ skip"),
        ("not depth", "what follows `not` must be a truth value, not a number @ depth"),
        ("- skip == 1", "what follows `-` must be a number, not a truth value @ skip"),
        ("tags == tags", "lists are not compared as a whole @ tags"),
        ("skip and depth", "each side of `and` and `or` must be a truth value, not a number @ depth"),
        ("[1] == 1", "a list can only stand after `in` @ [1]"),
        ("1 < depth < 4", "comparisons do not chain @ <"),
        ("depth = 1", "`=` means nothing in an expression @ ="),
        ("skip && skip", "`&&` means nothing in an expression @ &&"),
        ("depth >", "a value is missing @ "),
        ("", "a value is missing @ "),
        ("(depth > 1", "`)` is missing @ "),
        ("depth > 1)", "`)` stands where an operator should @ )"),
        ("depth > 3x", "`3x` is not a number @ 3x"),
        ("optimizer == 'sgd", "a text is not closed @ 'sgd"),
        ("depth in [depth]", "`depth` stands where a number or a text of the list should @ depth"),
        ("depth in [1 2]", "`2` stands where `,` or `]` should @ 2"),
        ("depth ⊕ 2", "`⊕` means nothing in an expression @ ⊕"),
        ("stage.width > 1", "unknown stage.width @ stage.width"),
    ] {
        assert_eq!(problems(text), [expected], "{text}");
    }
}

#[test]
fn all_mistakes_of_an_expression_are_found() {
    let found = problems("depht > 1 and optimizer == 'adan' or depth == 'x'");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn hostile_depth_is_refused() {
    for text in [
        "(".repeat(100_000),
        "not ".repeat(100_000),
        "-".repeat(100_000),
        format!("{} 1", "1 + ".repeat(100_000)),
        format!("{} true", "true or not ".repeat(100_000)),
        format!("{}true", "(not ".repeat(100_000)),
    ] {
        let found = problems(&text);
        assert!(found[0].contains("nested more than 100 levels deep"), "{}", &found[0][..80]);
    }
    assert!(problems(&format!("{} skip", "skip or ".repeat(90))).is_empty());
}

/// Words of the grammar in any order: some of the sentences are expressions.
fn sentence() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "depth",
        "x",
        "skip",
        "optimizer",
        "'sgd'",
        "1",
        "2.5",
        "(",
        ")",
        "[",
        "]",
        ",",
        "==",
        "<",
        "and",
        "or",
        "not",
        "in",
        "+",
        "-",
        "*",
        "/",
        "true",
        "é",
        "'",
        "stage[1].width",
        ".",
        "\\",
    ]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_well_typed_has_a_truth_or_is_unknown(text in sentence()) {
        if problems(&text).is_empty() {
            let _ = truth(&text);
        }
    }

    #[test]
    fn any_letters_are_read_or_refused(text in any::<String>()) {
        let _ = problems(&text);
    }

    #[test]
    fn unequal_is_the_opposite_of_equal(left in "(depth|x|2|skip|tags|optimizer)", right in "(depth|x|1|2|skip|'sgd')") {
        prop_assert_eq!(truth(&format!("{left} != {right}")), truth(&format!("not {left} == {right}")));
    }
}
