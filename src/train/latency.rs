//! How long a network takes to say what images are.

use std::time::{Duration, Instant};

use super::TrainError;
use super::part::Part;
use crate::network::{Network, op};

/// Passes at most.
const PASSES: usize = 7;
/// After so much time there is none more.
const ENOUGH: Duration = Duration::from_millis(20);

/// Milliseconds of a forward pass of `network`, which is in validation mode, over the first `batch` images of `part`, or
/// all: the median of up to seven passes, as many as begin within 20 ms, after one that does not count.
pub fn milliseconds(network: &Network, part: &Part, batch: usize) -> Result<f64, TrainError> {
    let positions: Vec<usize> = (0..batch.min(part.labels.len())).collect();
    let images = part.select(&positions);
    let on_cpu = op::on_cpu(&images);
    let pass = || {
        let (images, began) = (images.clone(), Instant::now());
        // Reading is what waits for every device.
        op::among_threads(on_cpu, || network.forward(images)).try_into_data()?;
        Ok::<_, TrainError>(began.elapsed())
    };
    pass()?;
    let began = Instant::now();
    let mut times = vec![pass()?];
    while times.len() < PASSES && began.elapsed() < ENOUGH {
        times.push(pass()?);
    }
    times.sort_unstable();
    Ok(times[times.len() / 2].as_secs_f64() * 1e3)
}
