//! The batches of an epoch, made ready while the step before is computed.
//!
//! Where the images lie on the device and stay as they are, gathering a batch is one operation there. Otherwise a thread
//! gathers and augments on the host, up to [`AHEAD`] batches before they are needed. It draws in the order of the epoch,
//! so that nothing depends on how fast it is.

use std::slice::Chunks;
use std::sync::mpsc::{self, Receiver};
use std::thread::Scope;

use burn::Tensor;
use rayon::prelude::*;

use super::augment::Draws;
use super::part::Part;

/// Batches that wait for their step at the most.
const AHEAD: usize = 2;

/// So many numbers of a batch are worth a task of their own.
const TASK: usize = 1 << 16;

/// Gives the images of each batch, (n, C, H, W), with their labels.
pub struct Batches<'a> {
    part: &'a Part,
    positions: Chunks<'a, usize>,
    ahead: Option<Receiver<Vec<f32>>>,
}

impl<'a> Batches<'a> {
    /// Batches of `size` images of `part` in the given `order`, augmented by `draws` if there are any.
    pub fn new<'scope>(
        scope: &'scope Scope<'scope, 'a>,
        part: &'a Part,
        order: &'a [usize],
        size: usize,
        draws: Option<Draws<'a>>,
    ) -> Self {
        let ahead = (draws.is_some() || !part.is_resident()).then(|| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD);
            let mut draws = draws;
            scope.spawn(move || {
                // The receiver is gone when the epoch ends early.
                let _ = order.chunks(size).try_for_each(|batch| sender.send(prepare(part, batch, draws.as_mut())));
            });
            receiver
        });
        Self { part, positions: order.chunks(size), ahead }
    }
}

impl Iterator for Batches<'_> {
    type Item = (Tensor<4>, Vec<u32>);

    fn next(&mut self) -> Option<Self::Item> {
        let positions = self.positions.next()?;
        let images = match &self.ahead {
            None => self.part.select(positions),
            // Without an answer the thread has panicked, which the scope passes on.
            Some(ahead) => self.part.upload(ahead.recv().ok()?),
        };
        Some((images, positions.iter().map(|position| self.part.labels[*position]).collect()))
    }
}

/// The numbers of one batch.
fn prepare(part: &Part, positions: &[usize], draws: Option<&mut Draws>) -> Vec<f32> {
    let mut numbers = part.gather(positions);
    if let Some(draws) = draws {
        let length = part.shape.elements() as usize;
        let changes: Vec<_> = positions.iter().map(|_| draws.draw()).collect();
        let images = numbers.par_chunks_exact_mut(length).with_min_len(TASK.div_ceil(length));
        images.zip(changes).for_each(|(image, change)| change.apply(image));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use std::thread;

    use burn::tensor::Device;

    use super::*;
    use crate::network::Shape;

    #[test]
    fn batches_come_in_the_given_order_and_an_epoch_may_end_early() {
        let pixel = Shape { channels: 1, height: 1, width: 1 };
        let part = Part::of((0..100_u8).map(f32::from).collect(), (0..100).collect(), pixel, &Device::flex());
        let order: Vec<usize> = (0..100).rev().collect();
        let seen = |most: usize| -> Vec<(f32, u32)> {
            thread::scope(|scope| {
                let batches = Batches::new(scope, &part, &order, 8, None).take(most);
                let pairs = batches.flat_map(|(images, labels)| {
                    images.try_into_vec_as::<f32>().expect("readable").into_iter().zip(labels)
                });
                pairs.collect()
            })
        };
        let expected: Vec<(f32, u32)> = (0..100_u8).rev().map(|label| (f32::from(label), label.into())).collect();
        assert_eq!(seen(usize::MAX), expected);
        assert_eq!(seen(2), expected[..16]);
    }
}
