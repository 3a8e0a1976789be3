//! Which networks a confirmation trains, and which of them are compared with which.
//!
//! The *finalists* are the best `top` candidates. For each compared choice there are *blocks*: a network that the search
//! has found, and the same with each other value of the choice in place of its own. Blocks are the finalists and, for
//! each arm that has fewer than [`least_blocks`] among them, its next best candidates; so an arm that the search has
//! starved or tuned badly is compared on networks of its own, too. Everything is trained on the same seeds, and a *pair*
//! is two networks of a block on one seed.
//!
//! What a swap makes active takes the values of the best candidate with that arm that has them, and is drawn where there
//! is none. A swap that a constraint refuses or that cannot be built is drawn again up to [`ATTEMPTS`] times, where there
//! is something to draw, and else left out. A block is left out where the choice is not active.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::candidate::{Candidate, Value};
use crate::rng::{Purpose, Stream};
use crate::space::{Question, Space};

/// So often a swap is completed anew before it is given up.
const ATTEMPTS: u64 = 100;

/// So many of the best candidates with an arm are looked at for what a swap to it makes active.
const DONORS: usize = 20;

/// A candidate that the search has trained to the end.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The number of its trial.
    pub trial: u32,
    /// What was tried.
    pub candidate: Candidate,
}

/// What a confirmation trains.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Design {
    /// How many fresh seeds there are.
    pub seeds: u32,
    /// The networks, finalists first, best first; none twice.
    pub networks: Vec<Network>,
    /// The compared choices, in the order of the file.
    pub comparisons: Vec<Comparison>,
}

/// A network that is trained on every fresh seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// What it is.
    pub candidate: Candidate,
    /// Its figures that are known before training.
    pub statics: BTreeMap<String, f64>,
    /// The best trial of the search that had this candidate; none had one that only a swap has made.
    pub trial: Option<u32>,
    /// Whether it is one of the `top` best of the search.
    pub finalist: bool,
    /// Its arm of each comparison, in their order; none where the choice is not active.
    pub arms: Vec<Option<usize>>,
}

/// A choice whose arms are compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The name of the parameter.
    pub parameter: String,
    /// Its values; at least two.
    pub arms: Vec<Value>,
    /// The networks in which nothing else differs.
    pub blocks: Vec<Block>,
}

/// A network with each arm of a choice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Block {
    /// The network that the search has found, by its place among the networks of the design.
    pub own: usize,
    /// The network with each arm; none where constraints leave none.
    pub arms: Vec<Option<usize>>,
}

impl Design {
    /// What is to be trained: the place of a network and the number of a fresh seed. All networks come with one seed
    /// before any comes with the next, so that an interrupted confirmation can be judged.
    pub fn trainings(&self) -> impl Iterator<Item = (usize, u32)> {
        let networks = self.networks.len();
        (0..self.seeds).flat_map(move |seed| (0..networks).map(move |network| (network, seed)))
    }

    /// The best of the search, which may win: by their places.
    pub fn finalists(&self) -> impl Iterator<Item = usize> {
        (0..self.networks.len()).filter(|network| self.networks[*network].finalist)
    }
}

/// What stands in a [`Stream`] in place of the number of a trial for fresh seed number `seed`: beyond all trials.
pub fn fresh(seed: u32) -> u64 {
    (1 << 32) + u64::from(seed)
}

/// How many blocks each arm has of its own at least, where there are so many finalists.
pub fn least_blocks(finalists: usize) -> usize {
    finalists.div_ceil(2)
}

/// The networks to confirm of a search whose candidates of complete trials are `ranked`, best first, and how often. Of
/// trials with the same candidate the first counts.
///
/// `seed` is that of the study; `plan` gives the figures of a candidate's network, or says why it cannot be built.
pub fn design(
    space: &Space,
    ranked: &[Tried],
    [top, seeds]: [u32; 2],
    seed: u64,
    plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
) -> Design {
    let mut trials = HashMap::new();
    for tried in ranked {
        trials.entry(tried.candidate.canonical()).or_insert(tried.trial);
    }
    let questions: Vec<Question<'_>> = space.questions().collect();
    let (networks, known) = (Vec::new(), HashMap::new());
    let mut draft = Draft { space, questions: &questions, ranked, trials, plan, seed, networks, known };
    let mut finalists = Vec::new();
    for tried in ranked {
        if finalists.len() == top as usize {
            break;
        }
        if let Some(network) = draft.add(&tried.candidate)
            && !finalists.contains(&network)
        {
            draft.networks[network].finalist = true;
            finalists.push(network);
        }
    }
    let comparisons = questions.iter().map(|question| draft.comparison(question, &finalists)).collect();
    Design { seeds, networks: draft.networks, comparisons }
}

struct Draft<'a, P> {
    space: &'a Space,
    questions: &'a [Question<'a>],
    ranked: &'a [Tried],
    /// The best trial of each candidate, by its canonical text.
    trials: HashMap<String, u32>,
    plan: P,
    seed: u64,
    networks: Vec<Network>,
    /// The place of each network, by its canonical text.
    known: HashMap<String, usize>,
}

impl<P: Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>> Draft<'_, P> {
    /// The place of the network of `candidate`, unless a constraint refuses it or it cannot be built.
    fn add(&mut self, candidate: &Candidate) -> Option<usize> {
        let identity = candidate.canonical();
        if let Some(network) = self.known.get(&identity) {
            return Some(*network);
        }
        let statics = (self.plan)(candidate).ok()?;
        self.space.admits(candidate, |metric| statics.get(metric).copied()).ok()?;
        let trial = self.trials.get(&identity).copied();
        let arms = self.questions.iter().map(|question| question.arm(candidate)).collect();
        self.networks.push(Network { candidate: candidate.clone(), statics, trial, finalist: false, arms });
        self.known.insert(identity, self.networks.len() - 1);
        Some(self.networks.len() - 1)
    }

    fn comparison(&mut self, question: &Question<'_>, finalists: &[usize]) -> Comparison {
        let mut blocks = Vec::new();
        for own in finalists {
            let candidate = self.networks[*own].candidate.clone();
            self.extend(&mut blocks, question, &candidate);
        }
        let least = least_blocks(finalists.len());
        for arm in 0..question.arms().len() {
            for tried in self.ranked {
                if blocks.iter().filter(|block: &&Block| block.arms[arm] == Some(block.own)).count() >= least {
                    break;
                }
                if question.arm(&tried.candidate) == Some(arm) {
                    self.extend(&mut blocks, question, &tried.candidate);
                }
            }
        }
        Comparison { parameter: question.parameter().name(), arms: question.arms().to_vec(), blocks }
    }

    /// Adds the block of candidate `own`, if there is anything to compare in it, and no network that is compared already: a
    /// search may well have found networks that differ in nothing but their arms and what depends on these.
    fn extend(&mut self, blocks: &mut Vec<Block>, question: &Question<'_>, own: &Candidate) {
        let before = self.networks.len();
        let Some(block) = self.add(own).map(|own| self.block(question, own)) else { return };
        let networks = || block.arms.iter().flatten();
        if networks().count() > 1 && !networks().any(|network| blocks.iter().any(|other| other.holds(*network))) {
            blocks.push(block);
        } else {
            self.networks.truncate(before);
            self.known.retain(|_, network| *network < before);
        }
    }

    fn block(&mut self, question: &Question<'_>, own: usize) -> Block {
        let candidate = self.networks[own].candidate.clone();
        let own_arm = question.arm(&candidate);
        let swap = |arm| if own_arm == Some(arm) { Some(own) } else { self.swap(question, &candidate, arm) };
        Block { own, arms: (0..question.arms().len()).map(swap).collect() }
    }

    /// The network of `candidate` with another arm.
    fn swap(&mut self, question: &Question<'_>, candidate: &Candidate, arm: usize) -> Option<usize> {
        let ranked = self.ranked.iter().map(|tried| &tried.candidate);
        let donors: Vec<&Candidate> = ranked.filter(|donor| question.arm(donor) == Some(arm)).take(DONORS).collect();
        let stream = Stream::new(self.seed, fresh(0), Purpose::Candidate);
        for attempt in 0..ATTEMPTS {
            // What the donors have may be what is refused.
            let donors = if attempt < ATTEMPTS / 2 { &donors[..] } else { &[] };
            let swapped = question.swapped(candidate, arm, donors, &mut stream.at(attempt))?;
            if let Some(network) = self.add(&swapped) {
                return Some(network);
            }
        }
        None
    }
}

impl Comparison {
    /// How many networks it takes.
    pub fn networks(&self) -> usize {
        let networks: BTreeSet<usize> =
            self.blocks.iter().flat_map(|block| block.arms.iter().flatten().copied()).collect();
        networks.len()
    }
}

impl Block {
    fn holds(&self, network: usize) -> bool {
        self.arms.contains(&Some(network))
    }
}
