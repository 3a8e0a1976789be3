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

#[cfg(test)]
mod tests {
    use kiln_search::rng::Purpose;
    use proptest::prelude::*;

    use super::*;

    fn stream(seed: u64) -> Stream {
        Stream::new(seed, 0, Purpose::Split)
    }

    /// How many of `indices` are of each class.
    fn counts(labels: &[u32], indices: &[usize]) -> Vec<usize> {
        let chosen: Vec<u32> = indices.iter().map(|&index| labels[index]).collect();
        let mut members = by_class(&chosen);
        members.resize(classes(labels), Vec::new());
        members.iter().map(Vec::len).collect()
    }

    #[test]
    fn fractions_go_to_the_largest() {
        // 0.3 of 11, 5 and 4 are 3.3, 1.5 and 1.2: of the six in all, the sixth goes to the middle class.
        let labels = [vec![0; 11], vec![1; 5], vec![2; 4]].concat();
        assert_eq!(counts(&labels, &stratified(&labels, 0.3, stream(1)).validation), [3, 2, 1]);
    }

    #[test]
    fn a_seed_repeats_its_split_and_another_draws_another() {
        let labels: Vec<u32> = (0..200).map(|index| index % 7).collect();
        assert_eq!(stratified(&labels, 0.25, stream(1)), stratified(&labels, 0.25, stream(1)));
        assert_ne!(stratified(&labels, 0.25, stream(1)), stratified(&labels, 0.25, stream(2)));
    }

    #[test]
    fn every_fifth_of_a_class_is_held_out() {
        let labels = [0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0];
        assert_eq!(hold_out(&labels), (vec![0, 1, 2, 3, 4, 5, 7, 8, 10], vec![6, 9]));
    }

    proptest! {
        #[test]
        fn a_split_keeps_every_image_once_and_the_proportions(
            labels in prop::collection::vec(0_u32..5, 0..200),
            share in 0.0..1.0,
            seed: u64,
        ) {
            let split = stratified(&labels, share, stream(seed));
            let mut all = [split.train.clone(), split.validation.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());
            let (train, held) = (counts(&labels, &split.train), counts(&labels, &split.validation));
            for (train, held) in train.into_iter().zip(held) {
                let exact = (train + held) as f64 * share;
                prop_assert!((held as f64 - exact).abs() <= 1.0 || train == 1, "{} of {}", held, train + held);
                prop_assert!(train > 0 || held == 0);
            }
        }
    }
}
