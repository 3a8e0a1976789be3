use super::*;
use crate::candidate::Value;

/// The problems that `read` finds in `source`, each as `message @ what is underlined | help`.
fn problems(source: &str, read: impl FnOnce(Table<'_>, &mut Problems)) -> Vec<String> {
    let mut problems = Problems::new();
    let table = Table::parse(source, &mut problems);
    read(table, &mut problems);
    let show = |problem: Problem| {
        format!("{} @ {} | {}", problem.message, &source[problem.span], problem.help.unwrap_or_default())
    };
    problems.into_vec().into_iter().map(show).collect()
}

#[test]
fn what_is_right_is_read() {
    let source = "a = 'x'\nb = 3\nc = 2\nd = true\ne = [1, 'y']\nf = { g = 0.5 }\n[[h]]\ni = 1\n[[h]]\n";
    let found = problems(source, |mut table, problems| {
        let keys: Vec<_> = table.keys().map(|key| key.value.clone()).collect();
        assert_eq!(keys, ["a", "b", "c", "d", "e", "f", "h"]);
        let mut take = |key| table.take(key).expect("it is there");
        let text = take("a").text(problems).expect("a text");
        assert_eq!((text.value.as_str(), text.span.clone(), text.place(0..1)), ("x", 4..7, 5..6));
        assert_eq!(take("b").integer(0..5, problems), Some(Spanned::new(3, 12..13)));
        assert_eq!(take("c").number(0.0..5.0, problems), Some(Spanned::new(2.0, 18..19)));
        assert_eq!(take("d").boolean(problems).map(|flag| flag.value), Some(true));
        let list = take("e").value(problems).map(|value| value.value);
        assert_eq!(list, Some(Value::List(vec![Value::Int(1), Value::Text("y".to_owned())])));
        let mut inner = take("f").table(problems).expect("a table");
        let number = inner.take("g").and_then(|node| node.number(.., problems));
        assert_eq!(number.map(|number| number.value), Some(0.5));
        assert_eq!(take("h").tables(problems).len(), 2);
        table.finish(problems);
    });
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn unknown_and_missing_keys() {
    let found = problems("[study]\nnmae = 'x'\n[sturdy]\n", |mut table, problems| {
        let mut study = table.take("study").and_then(|node| node.table(problems)).expect("there");
        study.require("name", "`name = \"small-net\"`", problems);
        study.finish(problems);
        table.require("space", "a [space] table", problems);
        table.finish(problems);
    });
    assert_eq!(
        found,
        [
            "[study] has no `name` @ [study] | add `name = \"small-net\"`",
            "unknown key `nmae` in [study] @ nmae | did you mean `name`?",
            "unknown key `sturdy` in the file @ sturdy | did you mean `study`?",
            "`space` is missing @  | add a [space] table",
        ]
    );
}

#[test]
fn wrong_kinds_and_ranges() {
    let source = "a = 1\nb = 'x'\nc = 99\nd = nan\ne = 99999999999999999999\nf = 1979-05-27\ng = [[1]]\nh = 'minimise'";
    let found = problems(source, |mut table, problems| {
        let mut take = |key| table.take(key).expect("it is there");
        take("a").text(problems);
        take("b").integer(.., problems);
        take("c").integer(1..=11, problems);
        take("d").number(.., problems);
        take("e").integer(.., problems);
        take("f").value(problems);
        take("g").value(problems);
        take("h").choice(&[("maximize", 1), ("minimize", 2)], problems);
    });
    assert_eq!(
        found,
        [
            "`a` must be a text, not a whole number @ 1 | write a text in quotes",
            "`b` must be a whole number, not a text @ 'x' | write a whole number, without a point or quotes",
            "`c` cannot be 99 @ 99 | it must be from 1 to 11",
            "`d` is not finite @ nan | write a finite number",
            "`e` is too large @ 99999999999999999999 | whole numbers have 64 bits",
            "`f` must be a value, not a date @ 1979-05-27 | write a number, true or false, or a text in quotes",
            "each value of `g` must be a plain value, not a list @ [1] | list numbers, truth values or texts",
            "`h` cannot be \"minimise\" @ 'minimise' | did you mean `minimize`?",
        ]
    );
}

#[test]
fn mistakes_of_toml_itself_have_places() {
    let found = problems("a = 1\na = 2\nb = \"é\nc = [1", |_, _| {});
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("duplicate key @ a"), "{found:?}");
}

#[test]
fn one_table_in_place_of_a_list() {
    let found = problems("[objective]\nmetric = 'x'\n", |mut table, problems| {
        assert!(table.take("objective").expect("there").tables(problems).is_empty());
    });
    assert_eq!(found, ["`objective` is a list of tables @ [objective] | write [[objective]] with double brackets"]);
}
