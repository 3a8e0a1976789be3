//! The exact sign test: how surprising it is that so many of the differences have the same sign.

use statrs::distribution::{Binomial, DiscreteCDF};

/// The two-sided probability of a split at least as uneven as `more` against `less`, where either sign is as likely.
/// Differences of zero are to be left out.
pub fn sign_test(more: u64, less: u64) -> f64 {
    let halves = Binomial::new(0.5, more + less);
    halves.map_or(1.0, |halves| (2.0 * halves.cdf(more.min(less))).min(1.0))
}
