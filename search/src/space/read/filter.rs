//! A condition that picks trials: the grammar of `when` and `require`, over parameters and all figures.

use super::scope::{Figures, Names};
use crate::candidate::Candidate;
use crate::problem::Problems;
use crate::space::Space;
use crate::space::expression::{Expression, Operand, check, parse};
use crate::space::vocabulary::Vocabulary;
use crate::table::SpannedText;

/// Which trials are meant.
#[derive(Debug, Clone)]
pub struct Filter(Expression<String>);

impl Space {
    /// The condition that `text` holds, on parameters of the space and figures that a trainer of `vocabulary` knows or
    /// measures; what is wrong with it goes to `problems`.
    pub fn filter(&self, text: &SpannedText, vocabulary: &dyn Vocabulary, problems: &mut Problems) -> Option<Filter> {
        let expression = parse(text, problems)?;
        let names = Names { space: self, vocabulary, prefix: None, figures: Figures::All };
        check::condition(&expression, &names, problems);
        Some(Filter(expression))
    }
}

impl Filter {
    /// Whether a trial of `candidate` with these figures is meant. One of which that is unknown is not.
    pub fn admits(&self, candidate: &Candidate, figure: impl Fn(&str) -> Option<f64>) -> bool {
        let look_up = |name: &String| match candidate.get(name) {
            Some(value) => Some(Operand::from(value)),
            None => figure(name).filter(|value| !value.is_nan()).map(Operand::Number),
        };
        self.0.truth(&look_up) == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Value;
    use crate::space::fixture::{Trainer, space};

    fn filter(text: &str) -> Result<Filter, Vec<String>> {
        let space = space("[space]\ndepth = { int = [1, 4] }\noptimizer = { one_of = [\"sgd\", \"adam\"] }");
        let mut problems = Problems::new();
        let filter = space.filter(&SpannedText::whole(text.to_owned()), &Trainer, &mut problems);
        let problems: Vec<String> = problems.into_vec().into_iter().map(|problem| problem.message).collect();
        filter.filter(|_| problems.is_empty()).ok_or(problems)
    }

    #[test]
    fn what_is_unknown_of_a_trial_is_not_meant() {
        let candidate = Candidate::from_iter([("depth".to_owned(), Value::Int(2))]);
        let figure = |name: &str| [("val_accuracy", 0.5), ("macs", f64::NAN)].iter().find(|one| one.0 == name);
        for (text, is_meant) in [
            ("depth == 2 and val_accuracy >= 0.5", true),
            ("val_accuracy > 0.5", false),
            ("macs < 1", false),
            ("not macs < 1", false),
            ("optimizer == 'sgd'", false),
            ("optimizer == 'sgd' or depth < 3", true),
        ] {
            let filter = filter(text).expect("the condition is sound");
            assert_eq!(filter.admits(&candidate, |name| figure(name).map(|one| one.1)), is_meant, "{text}");
        }
    }

    #[test]
    fn mistakes_are_those_of_conditions() {
        assert_eq!(filter("depht > 1").expect_err("a mistake"), ["unknown name `depht`"]);
        assert_eq!(filter("val_accuracy").expect_err("a mistake"), ["a condition must be a truth value, not a number"]);
        assert_eq!(filter("optimizer == 'rmsprop'").expect_err("a mistake").len(), 1);
    }
}
