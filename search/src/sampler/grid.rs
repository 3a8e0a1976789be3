//! The whole grid, each candidate once, in random order.
//!
//! Which candidate comes next: a random one, or, if that has been tried or refused, the next one after it that has not.
//! So nothing is tried twice and nothing is left out, a grid that is stopped early is a random part of the space, and
//! constraints that refuse whole regions cost little. With repeats, once all have been tried, or 200 in a row are
//! refused, the grid begins anew, in the order of the first round. Only a space without a continuum has a grid: give real numbers a
//! `step`. How large it is, [`Space::size`] says before it starts.
//!
//! The objectives are not looked at.

use rand_pcg::Pcg64;

use super::{Capabilities, Refusals, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// All candidates of a finite space.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grid;

impl Sampler for Grid {
    fn name(&self) -> &'static str {
        "grid"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { continuous: false, ..Capabilities::ALL }
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        let left = self.ask_again(space, history, &Refusals::default(), rng);
        left.unwrap_or_else(|| space.draw(rng))
    }

    /// `None` once all candidates have been tried or refused, with repeats once all are running or refused.
    fn ask_again(&self, space: &Space, history: &History, refusals: &Refusals, rng: &mut Pcg64) -> Option<Candidate> {
        let start = space.draw(rng);
        let mut candidate = start.clone();
        // What a constraint refuses for ever must not keep a further round from beginning.
        if history.allows_repeats() && refusals.count() >= self.patience() {
            return again(space, history, refusals);
        }
        // Each step leads to another candidate, so no more steps than there are trials and refusals are in vain.
        while history.tries(&candidate) > 0 || refusals.contains(&candidate) {
            candidate = space.after(&candidate);
            if candidate == start {
                return again(space, history, refusals);
            }
        }
        Some(candidate)
    }
}

/// Of the candidates that may be tried again, the first of those that have been tried least.
fn again(space: &Space, history: &History, refusals: &Refusals) -> Option<Candidate> {
    let candidates = history.pasts().iter().map(|past| &past.candidate);
    let open = candidates
        .filter(|candidate| !history.contains(candidate) && !refusals.contains(candidate))
        .filter(|candidate| space.validate(candidate).is_ok());
    open.min_by_key(|candidate| history.tries(candidate)).cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::history::{Fate, Past};
    use crate::pareto::Goal;
    use crate::rng::{Purpose, Stream};
    use crate::sampler::{NoProposal, propose};
    use crate::space::fixture::space;

    #[test]
    fn every_candidate_comes_once_and_the_end_is_known_at_once() {
        let space = space(
            "[space]\ndepth = { int = [1, 2] }\nmomentum = { float = [0.0, 0.3], step = 0.1 }\n[space.stage]\n\
             repeat = 'depth'\nkernel = { one_of = [1, 3, 5] }\n[[constraint]]\nrequire = 'depth + momentum != 2'\n",
        );
        let mut history = History::new(vec![Goal::Maximize], Vec::new());
        let refused = loop {
            let stream = Stream::new(1, history.pasts().len() as u64, Purpose::Candidate);
            match propose(&Grid, &space, &history, stream, |_| Ok(BTreeMap::new())) {
                Ok(proposal) => {
                    assert!(!history.contains(&proposal.candidate));
                    history.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished });
                }
                Err(NoProposal::Exhausted(exhausted)) => break exhausted,
                Err(NoProposal::Incomplete(incomplete)) => panic!("{incomplete}"),
            }
        };
        // 2 depths: 3 and 9 kernels; 4 momenta, of which depth 2 has three left.
        assert_eq!(history.pasts().len(), 3 * 4 + 9 * 3);
        assert_eq!((refused.duplicates, refused.refused), (0, 9), "{refused}");
    }
}
