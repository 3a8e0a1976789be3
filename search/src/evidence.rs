//! Which network is best, and did a choice help? What a search cannot answer, a confirmation can.
//!
//! The best value of a search is too good by what chance added to it, and a sampler hardly tries what it dislikes. So
//! networks of the search are trained again, on seeds that the search has not seen:
//!
//! 1. [`design()`] says which networks, from the candidates that the search has trained to the end, best first. Its
//!    [`trainings`](Design::trainings) are a network and a fresh seed each.
//! 2. Whoever trains them lays the random streams of fresh seed 0, 1, … by [`fresh`], the same for all networks, and
//!    keeps a [`Training`] for each. The design is a function of what it is given, so that it need not be kept; with
//!    more seeds it is the same networks, and the trainings that were done remain good.
//! 3. [`answer`] judges what has been trained so far, however much that is: the [`Winner`] with a score that is not too
//!    good, and a [`Verdict`] for each value of each compared choice.
//!
//! With several objectives all this is about the first: the order of the candidates is that of the ranking, front by
//! front; values are those of the first objective.
//!
//! `docs/evidence.md` says why the design is as it is, and with which error rates, as `cargo xtask verdicts` finds them.

mod answer;
mod bootstrap;
mod contrast;
mod demand;
mod design;
mod holm;
mod interaction;
mod power;
mod proportion;
mod sign;
mod student;
mod verdict;
mod winner;

pub use answer::{Answer, Confirmed, Training, answer};
pub use bootstrap::bootstrap;
pub use contrast::{Contrast, Group, Test, contrast};
pub use demand::{Demand, demands};
pub use design::{Block, Comparison, Design, Network, Tried, design, fresh, least_blocks};
pub use holm::holm;
pub use interaction::{Interaction, Within};
pub use power::{pairs_for, power};
pub use proportion::proportion_interval;
pub use sign::sign_test;
pub use student::{Interval, mean_interval, quantile, two_sided};
pub use verdict::{Arm, More, Question, Verdict};
pub use winner::Winner;

/// How often a verdict may be wrong where there is no difference, and an interval may miss.
pub const ALPHA: f64 = 0.05;

/// How likely a difference shall be to be found.
pub const POWER: f64 = 0.8;

#[cfg(test)]
mod tests;
