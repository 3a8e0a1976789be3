//! Random search: every draw is independent of the past.
//!
//! J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012.

use rand_pcg::Pcg64;

use super::{Capabilities, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// Independent draws from the priors of the space.
#[derive(Debug, Clone, Copy, Default)]
pub struct Random;

impl Sampler for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, _: &History, rng: &mut Pcg64) -> Candidate {
        space.draw(rng)
    }
}
