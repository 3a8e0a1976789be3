//! How likely a paired t test finds a difference, and how many pairs it takes.

use super::student::quantile;
use crate::normal::mass_below;

/// More pairs than this nobody trains.
const MOST: u32 = 10_000;

/// So many steps integrate over the deviation.
const STEPS: u32 = 400;

/// The probability that a two-sided t test of `pairs` pairs at level `alpha` finds a difference, where the true one is
/// `effect` standard deviations of a difference; and with the right sign.
///
/// It is that of a noncentral t, integrated over the deviation that comes out: given that deviation, the test is one of a
/// normal variable.
pub fn power(pairs: u32, effect: f64, alpha: f64) -> f64 {
    if pairs < 2 {
        return 0.0;
    }
    let freedom = f64::from(pairs - 1);
    let critical = quantile(1.0 - alpha / 2.0, freedom);
    let shift = effect.abs() * f64::from(pairs).sqrt();
    // The deviation that comes out, in units of the true one, has log density (n − 1) (ln s − s² / 2) up to a constant,
    // which is greatest at 1.
    let spread = 9.0 / freedom.sqrt();
    let (low, high) = ((1.0 - spread).max(0.0), 1.0 + spread);
    let (mut found, mut all) = (0.0, 0.0);
    for step in 0..STEPS {
        let deviation = low + (high - low) * (f64::from(step) + 0.5) / f64::from(STEPS);
        let log = (freedom - 1.0) * deviation.ln() - freedom * (deviation * deviation - 1.0) / 2.0;
        let density = log.exp();
        found += density * mass_below(shift - critical * deviation);
        all += density;
    }
    found / all
}

/// The fewest pairs with which the test has so much power; nothing if that is more than 10,000.
pub fn pairs_for(effect: f64, alpha: f64, wanted: f64) -> Option<u32> {
    let enough = |pairs: &u32| power(*pairs, effect, alpha) >= wanted;
    let high = std::iter::successors(Some(2_u32), |pairs| pairs.checked_mul(2)).take_while(|pairs| *pairs <= 2 * MOST);
    let high = high.into_iter().find(enough)?;
    // Power rises with the pairs.
    let (mut low, mut high) = (high / 2, high);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if enough(&middle) { high = middle } else { low = middle }
    }
    (high <= MOST).then_some(high)
}
