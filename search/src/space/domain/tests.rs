use super::int::GREATEST;
use super::*;

fn texts(words: &[&str]) -> Vec<Value> {
    words.iter().map(|word| Value::Text((*word).to_owned())).collect()
}

#[test]
fn steps_of_decimal_fractions_are_what_the_file_means() {
    let range = FloatRange { low: 0.1, high: 1.0, log: false, step: Some(0.1), prior: None };
    assert!(range.step_fits(0.1) && !range.step_fits(0.2) && !range.step_fits(2.0) && !range.step_fits(1e-12));
    assert_eq!(range.count(), Some(10));
    let values: Vec<f64> = (0..10).map(|index| range.step_at(index)).collect();
    assert_eq!(values, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
    assert_eq!(range.admit(0.1 + 0.2), Ok(0.3));
    assert_eq!(range.admit(0.35).map_err(|misfit| misfit.reason), Err("cannot be 0.35".to_owned()));
    assert_eq!(range.admit(1.1).map_err(|misfit| misfit.help), Err("it is drawn from 0.1 to 1.0".to_owned()));
}

#[test]
fn whole_numbers_are_counted_to_the_ends_of_the_machine() {
    let range = IntRange { low: -GREATEST, high: GREATEST, log: false, step: 1, prior: None };
    assert_eq!(Domain::Int(range).count(), Some((1 << 54) + 1));
    let range = IntRange { low: 8, high: 64, log: false, step: 8, prior: None };
    assert_eq!(range.count(), 8);
    assert_eq!((range.step_at(0), range.step_at(7)), (8, 64));
    assert_eq!(
        range.admit(20).map_err(|misfit| misfit.help),
        Err("the steps of 8 next to it are 16 and 24".to_owned())
    );
}

#[test]
fn subsets_are_counted_and_listed() {
    let subset = Subset { values: texts(&["a", "b", "c", "d"]), min: 1, max: 2 };
    assert_eq!(subset.count(), 10);
    let all: Vec<String> = subset.subsets().map(|value| value.to_string()).collect();
    assert_eq!(all[..5], [r#"["a"]"#, r#"["b"]"#, r#"["c"]"#, r#"["d"]"#, r#"["a", "b"]"#]);
    assert_eq!(all.len(), 10);
    let everything = Subset { values: texts(&["a", "b"]), min: 0, max: 2 };
    assert_eq!(everything.subsets().count(), 4);
    let long = Subset { values: (0..64).map(Value::Int).collect(), min: 0, max: 64 };
    assert_eq!(long.count(), 1 << 64);
    assert_eq!(long.subsets().nth(65).map(|value| value.to_string()), Some("[0, 1]".to_owned()));
}

#[test]
fn a_subset_is_put_in_order_and_checked() {
    let subset = Subset { values: texts(&["a", "b", "c"]), min: 1, max: 2 };
    assert_eq!(subset.admit(&texts(&["c", "a"])), Ok(texts(&["a", "c"])));
    assert_eq!(subset.admit(&texts(&["a", "a"])).map_err(|misfit| misfit.reason), Err(r#"holds "a" twice"#.to_owned()));
    assert_eq!(subset.admit(&[]).map_err(|misfit| misfit.help), Err("it holds from 1 to 2 values".to_owned()));
    assert!(subset.admit(&texts(&["d"])).is_err());
}

#[test]
fn values_are_recognised_across_kinds_of_numbers() {
    let choice = Choice { values: vec![Value::Float(0.0), Value::Float(0.5)], ordered: false, weights: None };
    let domain = Domain::Choice(choice);
    assert_eq!(domain.admit(&Value::Int(0)), Ok(Value::Float(0.0)));
    let misfit = domain.admit(&Value::Text("0".to_owned())).expect_err("a text is no number");
    assert_eq!(misfit.reason, "is a real number, not a text");
}

#[test]
fn a_fixed_literal_may_be_asked_for_what_the_trainer_knows() {
    let domain = Domain::Fixed(Value::Text("adam".to_owned()));
    let kind = Kind::Choice(&["sgd", "adam"]);
    assert_eq!(domain.possible(&Value::Text("sgd".to_owned()), Some(&kind)), Ok(()));
    let misfit = domain.possible(&Value::Text("sdg".to_owned()), Some(&kind)).expect_err("misspelt");
    assert_eq!(misfit.help, "did you mean `sgd`?");
}
