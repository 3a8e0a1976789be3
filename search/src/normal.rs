//! The standard normal distribution.

use std::f64::consts::{PI, SQRT_2};

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// A draw around `centre`, repeated until it is in the unit interval; the centre is, so that happens soon.
pub(crate) fn draw_in_unit(centre: f64, deviation: f64, rng: &mut impl Rng) -> f64 {
    loop {
        let away: f64 = StandardNormal.sample(rng);
        let at = centre + deviation * away;
        if (0.0..=1.0).contains(&at) {
            return at;
        }
    }
}

/// The mass below `at`.
pub(crate) fn mass_below(at: f64) -> f64 {
    0.5 * libm::erfc(-at / SQRT_2)
}

/// So far out no mass is left that a number near 1 shows.
const FAR: f64 = 8.5;

/// The mass between `low`, which is negative, and `high`, which is positive; quick where both are far out.
pub(crate) fn mass_between(low: f64, high: f64) -> f64 {
    let outside = |far: f64| if far > FAR { 0.0 } else { mass_below(-far) };
    1.0 - outside(-low) - outside(high)
}

/// The logarithm of the density at `at`.
pub(crate) fn log_density(at: f64) -> f64 {
    -0.5 * (at * at + (2.0 * PI).ln())
}

/// The number with `mass`, from 0 to 1, below it: by bisection.
pub(crate) fn quantile(mass: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if mass_below(middle) < mass { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Below this the expected excess is a series: the difference of its two terms has lost three digits here, and the
/// series is exact to nine.
const TAIL: f64 = -20.0;

/// The logarithm of what a normal variable is expected to exceed `-at` by, where it does: log(φ + at Φ), which stays
/// finite however far `at` is below zero. S. Ament and others, "Unexpected improvements to expected improvement for
/// Bayesian optimization", Advances in Neural Information Processing Systems 36, 2023.
pub(crate) fn log_expected_excess(at: f64) -> f64 {
    if at > TAIL {
        return (log_density(at).exp() + at * mass_below(at)).ln();
    }
    let far = 1.0 / (at * at);
    log_density(at) + far.ln() + excess_series(far).ln_1p()
}

/// The derivative of [`log_expected_excess`]: Φ / (φ + at Φ).
pub(crate) fn log_expected_excess_slope(at: f64) -> f64 {
    if at > TAIL {
        return mass_below(at) / (log_density(at).exp() + at * mass_below(at));
    }
    let far = 1.0 / (at * at);
    let mass = 1.0 + far * (-1.0 + far * (3.0 + far * (-15.0 + far * 105.0)));
    -at * mass / (1.0 + excess_series(far))
}

/// What is to be added to 1 in (φ + at Φ) at² / φ, far below zero: from Mills' ratio in powers of `far`, which is 1/at².
fn excess_series(far: f64) -> f64 {
    far * (-3.0 + far * (15.0 + far * (-105.0 + far * 945.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masses_and_quantiles_of_tables() {
        for (at, mass) in [(0.0, 0.5), (1.0, 0.841_344_746_068_543), (-1.959_963_984_540_054, 0.025)] {
            assert!((mass_below(at) - mass).abs() < 1e-14 && (quantile(mass) - at).abs() < 1e-12, "{at}");
        }
        assert!(quantile(1e-300) < -37.0 && quantile(1.0) > 8.0);
    }

    #[test]
    fn the_expected_excess_has_no_seam() {
        // By arithmetic of 40 digits.
        for (at, log) in
            [(0.0, -0.918_938_533_204_672_7), (2.0, 0.697_383_545_8), (-2.0, -4.768_783_523_9), (-6.0, -22.578_879_392)]
        {
            assert!((log_expected_excess(at) - log).abs() < 1e-8, "{at}: {}", log_expected_excess(at));
        }
        for function in [log_expected_excess, log_expected_excess_slope] {
            let (near, far) = (function(TAIL.next_up()), function(TAIL));
            assert!((near - far).abs() < 1e-7, "{near} {far}");
        }
        assert!(log_expected_excess(-1e6).is_finite());
    }

    #[test]
    fn the_slope_is_that_of_the_expected_excess() {
        for at in [3.0_f64, 0.0, -2.0, -7.0, -19.5, -20.5, -40.0, -1e3] {
            let step = 1e-6 * at.abs().max(1.0);
            let slope = (log_expected_excess(at + step) - log_expected_excess(at - step)) / (2.0 * step);
            assert!((slope / log_expected_excess_slope(at) - 1.0).abs() < 1e-3, "{at}: {slope}");
        }
    }
}
