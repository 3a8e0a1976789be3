//! Splits that keep the proportions of the classes.

use kiln_search::rng::Stream;
use rand::seq::SliceRandom;

/// Indices of the training images: those to train on and those held back for validation; each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// To train on.
    pub train: Vec<usize>,
    /// To measure on after each epoch.
    pub validation: Vec<usize>,
}

/// Draws a validation part of `share` of the images, stratified by class: as many of each class as its share of the
/// whole, where the fractions that are left go to the largest of them (ties to the lower class).
///
/// Of each class at least one image stays in the training part, even where `share` asks for more.
pub fn stratified(labels: &[u32], share: f64, stream: Stream) -> Split {
    let mut classes = by_class(labels);
    let mut held: Vec<usize> = classes.iter().map(|members| (members.len() as f64 * share) as usize).collect();
    let wanted = (labels.len() as f64 * share).round() as usize;
    let fraction = |class: usize| (classes[class].len() as f64 * share).fract();
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(|&a, &b| fraction(b).total_cmp(&fraction(a)).then(a.cmp(&b)));
    let left = wanted.saturating_sub(held.iter().sum());
    for &class in order.iter().take(left) {
        held[class] += 1;
    }

    let mut rng = stream.rng();
    let mut split = Split { train: Vec::new(), validation: Vec::new() };
    for (members, held) in classes.iter_mut().zip(held) {
        members.shuffle(&mut rng);
        let (validation, train) = members.split_at(held.min(members.len().saturating_sub(1)));
        split.validation.extend_from_slice(validation);
        split.train.extend_from_slice(train);
    }
    split.train.sort_unstable();
    split.validation.sort_unstable();
    split
}

/// Splits images that come without a test part: every fifth of each class, in the order given, is for the test.
/// Returns the indices of the training and of the test images, each in ascending order.
pub(super) fn hold_out(labels: &[u32]) -> (Vec<usize>, Vec<usize>) {
    const EVERY: usize = 5;
    let mut seen = vec![0_usize; classes(labels)];
    (0..labels.len()).partition(|&index| {
        let count = &mut seen[labels[index] as usize];
        *count += 1;
        !count.is_multiple_of(EVERY)
    })
}

/// The number of classes up to the highest label.
fn classes(labels: &[u32]) -> usize {
    labels.iter().max().map_or(0, |&label| label as usize + 1)
}

/// The indices of the images of each class.
fn by_class(labels: &[u32]) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); classes(labels)];
    for (index, &label) in labels.iter().enumerate() {
        members[label as usize].push(index);
    }
    members
}
