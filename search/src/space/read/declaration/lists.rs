//! `one_of`, `ordinal`, `bool` and `subset_of`: listed values, their weights and sizes.

use std::collections::HashSet;
use std::ops::{Bound, RangeInclusive};

use super::Source;
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned};
use crate::space::domain::subset::LONGEST;
use crate::space::domain::{Choice, Domain, Subset};
use crate::space::expression::check::Type;
use crate::space::vocabulary::noun;

/// No value is more often drawn than this, relative to the others.
const GREATEST_WEIGHT: f64 = 1e9;

impl Source<'_, '_> {
    pub(super) fn choice(&self, ordered: bool, problems: &mut Problems) -> Option<Domain> {
        let values = self.listed(problems)?;
        if ordered {
            refuse_disorder(&values, problems);
        }
        let weights = self.weights(values.len(), problems);
        let values = values.into_iter().map(|value| value.value).collect();
        Some(Domain::Choice(Choice { values, ordered, weights }))
    }

    pub(super) fn boolean(&self, problems: &mut Problems) -> Option<Domain> {
        let both = self.values.clone().boolean(problems)?;
        if !both.value {
            let problem = Problem::new("`bool` takes true, to say that there is a choice", both.span);
            problems.push(problem.label("here").help(format!("for a fixed value write `{} = false`", self.key.value)));
        }
        let weights = self.weights(2, problems);
        Some(Domain::Choice(Choice { values: vec![Value::Bool(false), Value::Bool(true)], ordered: false, weights }))
    }

    pub(super) fn subset(&self, problems: &mut Problems) -> Option<Domain> {
        let values = self.listed(problems)?;
        if let Some(first) = values.get(LONGEST) {
            let problem = Problem::new(format!("`subset_of` takes at most {LONGEST} values"), first.span.clone());
            problems.push(problem.label("one too many").help("split the list over two parameters"));
            return None;
        }
        let all = values.len() as u32;
        let min = self.size("min", 0..=all, problems).unwrap_or(0);
        let max = self.size("max", min.max(1)..=all, problems).unwrap_or(all);
        let values = values.into_iter().map(|value| value.value).collect();
        Some(Domain::Subset(Subset { values, min: min as usize, max: max as usize }))
    }

    fn size(&self, word: &str, range: RangeInclusive<u32>, problems: &mut Problems) -> Option<u32> {
        let range = i64::from(*range.start())..=i64::from(*range.end());
        self.take(word)?.integer(range, problems).map(|size| size.value as u32)
    }

    /// The listed values: at least one, all of one kind, none twice, each known to the trainer.
    fn listed(&self, problems: &mut Problems) -> Option<Vec<Spanned<Value>>> {
        let list = self.values.clone().list(problems)?;
        if list.value.is_empty() {
            let problem = Problem::new(format!("`{}` is empty", self.given.value), list.span);
            problems.push(problem.label("no values").help("list the values to choose from"));
            return None;
        }
        let before = problems.len();
        let nodes = list.value.into_iter();
        let mut values: Vec<Spanned<Value>> = nodes.filter_map(|node| node.value(problems)).collect();
        if values.iter().any(|value| matches!(value.value, Value::Float(_))) {
            for value in &mut values {
                value.value = value.value.as_f64().map_or_else(|| value.value.clone(), Value::Float);
            }
        }
        let mut seen = HashSet::new();
        let first = values.first().map(|first| first.value.clone());
        for value in &mut values {
            self.check_listed(value, first.as_ref(), &mut seen, problems);
        }
        (problems.len() == before).then_some(values)
    }

    fn check_listed(
        &self,
        value: &mut Spanned<Value>,
        first: Option<&Value>,
        seen: &mut HashSet<String>,
        problems: &mut Problems,
    ) {
        let report = |message: String, help: String, problems: &mut Problems| {
            problems.push(Problem::new(message, value.span.clone()).label("this value").help(help));
        };
        if matches!(value.value, Value::List(_)) {
            let help = "list texts, numbers or truth values".to_owned();
            return report(format!("`{}` cannot choose among lists", self.given.value), help, problems);
        }
        if let Some(first) = first.filter(|first| Type::from(*first) != Type::from(&value.value)) {
            let help = "give the other kind a parameter of its own, with `when`".to_owned();
            let message = format!("{} is listed together with {}", noun(&value.value), noun(first));
            return report(message, help, problems);
        }
        match self.kind.map(|kind| kind.admit_element(&value.value)) {
            Some(Err(misfit)) => return self.misfit(misfit, value.span.clone(), problems),
            Some(Ok(admitted)) => value.value = admitted,
            None => {}
        }
        if !seen.insert(value.value.to_string()) {
            let problem = Problem::new(format!("{} is listed twice", value.value), value.span.clone());
            problems.push(problem.label("again").help("leave it out; `weights` make a value more likely"));
        }
    }

    fn weights(&self, count: usize, problems: &mut Problems) -> Option<Vec<f64>> {
        let list = self.take("weights")?.list(problems)?;
        if list.value.len() != count {
            let message = format!("there are {} weights for {count} values", list.value.len());
            let help = match self.given.value.as_str() {
                "bool" => "give the weight of false and the weight of true",
                _ => "give each value its weight, in the same order",
            };
            problems.push(Problem::new(message, list.span).label("weights").help(help));
            return None;
        }
        let range = (Bound::Excluded(0.0), Bound::Included(GREATEST_WEIGHT));
        let weights: Vec<_> = list.value.into_iter().map(|node| node.number(range, problems)).collect();
        weights.into_iter().map(|weight| weight.map(|weight| weight.value)).collect()
    }
}

/// Reports numbers of an `ordinal` that do not go up.
fn refuse_disorder(values: &[Spanned<Value>], problems: &mut Problems) {
    let down = values.windows(2).find(|pair| match (pair[0].value.as_f64(), pair[1].value.as_f64()) {
        (Some(before), Some(after)) => after < before,
        _ => false,
    });
    if let Some(pair) = down {
        let message = format!("{} comes after {}", pair[1].value, pair[0].value);
        let problem = Problem::new(message, pair[1].span.clone()).label("out of order");
        problems.push(problem.help("list the numbers of an `ordinal` upwards, or use `one_of`"));
    }
}
