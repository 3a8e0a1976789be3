//! Axes by the shares of what is drawn while nothing is known.

use super::Axis;
use crate::space::domain::draw::passed;

impl Axis {
    /// The number of the axis that so large a `share` of draws, from 0 to 1, are at or below: the inverse of the
    /// distribution that is drawn from while nothing is known.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        match self {
            Self::Continuum { prior: None } => share,
            Self::Continuum { prior: Some(prior) } => {
                let halved = |(low, high): (f64, f64), _| {
                    let middle = f64::midpoint(low, high);
                    if prior.mass_below(middle) < share { (middle, high) } else { (low, middle) }
                };
                (0..52).fold((0.0, 1.0), halved).0
            }
            Self::Levels { edges, weights } => {
                let level = passed(weights, share);
                f64::midpoint(edges[level], edges[level + 1])
            }
            Self::Names { weights } => passed(weights, share) as f64,
        }
    }
}
