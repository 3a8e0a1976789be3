//! Random streams that are computed from what they are for, so that no generator state is ever stored.

use rand::SeedableRng;
use rand_pcg::Pcg64;
use sha2::{Digest, Sha256};

/// What a stream is drawn for; each purpose has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The candidate of a trial.
    Candidate,
    /// The initial weights of a trial.
    Weights,
    /// The order of the training images in an epoch.
    Shuffle,
    /// Blending of images.
    Mixup,
    /// What the device itself draws in an epoch (dropout).
    Device,
    /// The split into training and validation images.
    Split,
    /// The analysis of which parameters matter, of no trial in particular.
    Importance,
    /// Resamples of what a confirmation measured, of no trial in particular.
    Bootstrap,
    /// Which images of an epoch are mirrored.
    Flip,
    /// How far the images of an epoch are shifted.
    Crop,
    /// Where the holes of the images of an epoch are.
    Cutout,
    /// How the colours of the images of an epoch are changed.
    ColorJitter,
    /// By what the colours of the images of an epoch are shifted.
    RgbShift,
    /// Patches that images give to each other.
    Cutmix,
}

/// The address of a random stream: the study's seed, the trial, and the purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    seed: u64,
    trial: u64,
    purpose: Purpose,
}

impl Stream {
    /// The stream of `purpose` in trial number `trial` of a study.
    pub fn new(seed: u64, trial: u64, purpose: Purpose) -> Self {
        Self { seed, trial, purpose }
    }

    /// The generator of the stream.
    pub fn rng(self) -> Pcg64 {
        self.at(0)
    }

    /// The generator of part `index` of the stream: an epoch, say, or a redraw.
    pub fn at(self, index: u64) -> Pcg64 {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        hash.update(self.trial.to_le_bytes());
        hash.update([self.purpose as u8]);
        hash.update(index.to_le_bytes());
        Pcg64::from_seed(hash.finalize().into())
    }
}
