//! `float` and `int`: an interval, its scale, its steps and its prior.

use std::fmt::Debug;
use std::ops::Bound;

use super::Source;
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned};
use crate::space::domain::int::GREATEST;
use crate::space::domain::{Domain, FloatRange, IntRange};
use crate::table::Node;

/// The two ends of an interval.
type Ends<T> = (Spanned<T>, Spanned<T>);

impl Source<'_, '_> {
    pub(super) fn float(&self, problems: &mut Problems) -> Option<Domain> {
        let (low, high) = self.ends(|node, problems| node.number(.., problems), problems)?;
        let fits = self.admits_ends(Value::Float(low.value), Value::Float(high.value), &low, &high, problems);
        let log = self.log(&low, &0.0, fits, problems);
        let (low, high) = (low.value, high.value);
        let mut range = FloatRange { low, high, log, step: None, prior: None };
        let positive = (Bound::Excluded(0.0), Bound::Unbounded);
        if let Some(step) = self.take("step").and_then(|node| node.number(positive, problems)) {
            check_step(&step, log, range.step_fits(step.value), (low, high), problems);
            range.step = Some(step.value);
        }
        range.prior = self
            .take("prior")
            .and_then(|node| node.number(.., problems))
            .and_then(|prior| inside(&prior, low, high, problems));
        fits.then_some(Domain::Float(range))
    }

    pub(super) fn int(&self, problems: &mut Problems) -> Option<Domain> {
        let (low, high) = self.ends(|node, problems| node.integer(-GREATEST..=GREATEST, problems), problems)?;
        let fits = self.admits_ends(Value::Int(low.value), Value::Int(high.value), &low, &high, problems);
        let log = self.log(&low, &0, fits, problems);
        let (low, high) = (low.value, high.value);
        let mut range = IntRange { low, high, log, step: 1, prior: None };
        if let Some(step) = self.take("step").and_then(|node| node.integer(1..=GREATEST, problems)) {
            let fits = (high - low) % step.value == 0;
            check_step(&step, log, fits, (low, high), problems);
            range.step = step.value;
        }
        range.prior = self
            .take("prior")
            .and_then(|node| node.integer(.., problems))
            .and_then(|prior| inside(&prior, low, high, problems));
        fits.then_some(Domain::Int(range))
    }

    /// `[low, high]`, with low below high.
    fn ends<T: PartialOrd + Debug>(
        &self,
        read: impl Fn(Node<'_>, &mut Problems) -> Option<Spanned<T>>,
        problems: &mut Problems,
    ) -> Option<Ends<T>> {
        let word = &self.given.value;
        let list = self.values.clone().list(problems)?;
        let count = list.value.len();
        let before = problems.len();
        let numbers: Vec<_> = list.value.into_iter().filter_map(|node| read(node, problems)).collect();
        if count != 2 {
            let problem = Problem::new(
                format!("`{word}` takes the lowest and the highest value, not {count} values"),
                list.span.clone(),
            );
            problems.push(
                problem
                    .label("an interval is [low, high]")
                    .help("to list values one by one, use `one_of` or `ordinal`"),
            );
        }
        if problems.len() > before {
            return None;
        }
        let [low, high]: [Spanned<T>; 2] = numbers.try_into().ok()?;
        let (message, help) = if low.value > high.value {
            ("the interval is upside down", format!("write [{:?}, {:?}]", high.value, low.value))
        } else if low.value == high.value {
            (
                "the interval is empty of choices",
                format!("for a fixed value write `{} = {:?}`", self.key.value, low.value),
            )
        } else {
            return Some((low, high));
        };
        problems.push(Problem::new(message, list.span).label("low, high").help(help));
        None
    }

    /// Whether the trainer takes both ends.
    fn admits_ends<T>(
        &self,
        low: Value,
        high: Value,
        low_at: &Spanned<T>,
        high_at: &Spanned<T>,
        problems: &mut Problems,
    ) -> bool {
        let Some(kind) = self.kind else { return true };
        let before = problems.len();
        for (value, span) in [(low, &low_at.span), (high, &high_at.span)] {
            if let Err(misfit) = kind.admit(&value) {
                self.misfit(misfit, span.clone(), problems);
            }
        }
        problems.len() == before
    }

    /// Whether `log` is set, which a lowest value that is zero or less contradicts; one that has been reported is let be.
    fn log<T: PartialOrd + Debug>(&self, low: &Spanned<T>, zero: &T, fits: bool, problems: &mut Problems) -> bool {
        let log = self.flag("log", false, problems);
        if log && fits && low.value <= *zero {
            let message = format!("a logarithmic scale cannot reach {:?}", low.value);
            let problem = Problem::new(message, low.span.clone()).label("must be above 0");
            problems.push(problem.help("start the interval above 0, or leave `log` out"));
        }
        log
    }
}

fn check_step<T: Debug>(step: &Spanned<T>, log: bool, fits: bool, (low, high): (T, T), problems: &mut Problems) {
    if log {
        let problem = Problem::new("`log` and `step` do not go together", step.span.clone()).label("here");
        problems.push(problem.help("leave one of them out, or list the values with `ordinal`"));
    } else if !fits {
        let message = format!("steps of {:?} do not lead from {low:?} to {high:?}", step.value);
        let problem = Problem::new(message, step.span.clone()).label("does not fit");
        problems.push(problem.help("choose a step that divides the interval, or change the upper end"));
    }
}

fn inside<T>(prior: &Spanned<T>, low: T, high: T, problems: &mut Problems) -> Option<T>
where
    T: PartialOrd + Debug + Copy,
{
    if prior.value >= low && prior.value <= high {
        return Some(prior.value);
    }
    let problem = Problem::new(format!("the prior {:?} is outside the interval", prior.value), prior.span.clone());
    problems.push(problem.label("outside").help(format!("it must be from {low:?} to {high:?}")));
    None
}
