//! k-means in one dimension, by the iteration of Lloyd ("Least squares quantization in PCM", 1982).
//!
//! Centroids start evenly spaced from the least value to the greatest, which Han, Mao and Dally (2016) found best for
//! weights: few weights are large, but those matter. Nothing is drawn, and the values are sorted, so that a round takes
//! a search for each centroid and the result is a function of the values alone.

/// Rounds after which the iteration ends even if clusters still change.
const ROUNDS: usize = 100;

/// The cluster of each value, from 0; a value halfway between two centroids belongs to the lower one.
///
/// A centroid that no value is nearest to stays where it is. `values` are not empty, and `clusters` is at least 2.
pub fn assign(values: &[f32], clusters: usize) -> Vec<i32> {
    let mut sorted: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
    sorted.sort_by(f64::total_cmp);
    let mut sums = vec![0.0];
    for value in &sorted {
        sums.push(sums[sums.len() - 1] + value);
    }
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let mut centroids: Vec<f64> =
        (0..clusters).map(|index| low + (high - low) * index as f64 / (clusters - 1) as f64).collect();
    let mut ends = Vec::new();
    for _ in 0..ROUNDS {
        let limits = midpoints(&centroids);
        let mut now: Vec<usize> = limits.iter().map(|limit| sorted.partition_point(|value| value <= limit)).collect();
        now.push(sorted.len());
        if now == ends {
            break;
        }
        let mut start = 0;
        for (centroid, end) in centroids.iter_mut().zip(&now) {
            if start < *end {
                *centroid = (sums[*end] - sums[start]) / (end - start) as f64;
            }
            start = *end;
        }
        ends = now;
    }
    let limits = midpoints(&centroids);
    let cluster = |value: &f32| limits.partition_point(|limit| *limit < f64::from(*value)) as i32;
    values.iter().map(cluster).collect()
}

fn midpoints(centroids: &[f64]) -> Vec<f64> {
    centroids.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Case {
        values: Vec<f32>,
        clusters: usize,
        assigned: Vec<i32>,
    }

    #[test]
    fn clusters_are_those_of_a_plain_lloyd_iteration() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../tests/fixtures/clusters.json")).expect("JSON");
        for Case { values, clusters, assigned } in cases {
            assert_eq!(assign(&values, clusters), assigned, "{clusters} clusters of {} values", values.len());
        }
    }

    #[test]
    fn equal_values_and_a_single_one_have_a_cluster() {
        assert_eq!(assign(&[0.5; 3], 4), [0; 3]);
        assert_eq!(assign(&[-1.0], 2), [0]);
    }
}
