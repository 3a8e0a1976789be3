//! Holm's correction for several comparisons.
//!
//! S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979.

/// The adjusted p of each comparison: where those up to `alpha` are called different, the probability that any of them
/// is not is `alpha` at the most.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
    let mut adjusted = vec![1.0; probabilities.len()];
    let mut highest: f64 = 0.0;
    for (rank, index) in order.iter().enumerate() {
        highest = highest.max(probabilities[*index] * (probabilities.len() - rank) as f64).min(1.0);
        adjusted[*index] = highest;
    }
    adjusted
}
