//! Surfaces with a compared choice, whose values are known.

use kiln_search::candidate::{Candidate, Value};
use kiln_search::problem::Problems;
use kiln_search::space::Space;
use kiln_search::table::Table;

use crate::quality::problem::{Names, number};

/// A made-up accuracy in points, over a space with a compared choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Two arms; the gain is the same everywhere. One arm makes a parameter active that makes no difference.
    Plain,
    /// The same with three arms, of which one gains.
    Three,
    /// Two arms of which each wants a learning rate of its own, a hundred times that of the other: tuned for one arm, a
    /// network loses three points with the other one.
    Tuned,
}

impl Surface {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Three, Self::Tuned];

    /// What it is, as the title of its table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Plain => "Two arms",
            Self::Three => "Three arms, of which one gains",
            Self::Tuned => "Two arms that want different learning rates",
        }
    }

    /// Its space.
    ///
    /// # Panics
    /// If it is wrong, which is a mistake in this program.
    pub fn space(self) -> Space {
        let arms = match self {
            Self::Plain | Self::Tuned => "'sgd', 'adam'",
            Self::Three => "'sgd', 'adamw', 'adam'",
        };
        let text = format!(
            "[space]\noptimizer = {{ one_of = [{arms}], compare = true }}\ndepth = {{ int = [1, 8] }}\n\
             learning_rate = {{ float = [1e-5, 1.0], log = true }}\nweight_decay = {{ float = [1e-6, 1e-1], log = true }}\n\
             momentum = {{ float = [0.0, 0.99], when = \"optimizer == 'sgd'\" }}\ndropout = {{ float = [0, 0.8] }}\n"
        );
        let mut problems = Problems::new();
        let mut file = Table::parse(&text, &mut problems);
        let space = Space::read(&mut file, &Names, &mut problems);
        assert!(problems.is_empty(), "{:#?}", problems.into_vec());
        space
    }

    /// The value of `candidate` without noise, where the last arm gains `gain` points.
    pub fn value(self, candidate: &Candidate, gain: f64) -> f64 {
        let of = |name: &str| number(candidate, name);
        let gains = candidate.get("optimizer") == Some(&Value::Text("adam".to_owned()));
        let rate = match self {
            Self::Plain | Self::Three => -2.5,
            Self::Tuned if gains => -3.5,
            Self::Tuned => -1.5,
        };
        let lost = 0.75 * (of("learning_rate").log10() - rate).powi(2)
            + 0.3 * (of("weight_decay").log10() + 4.0).powi(2)
            + 8.0 * (of("dropout") - 0.3).powi(2)
            + 0.15 * (of("depth") - 5.0).powi(2);
        75.0 - lost + if gains { gain } else { 0.0 }
    }
}
