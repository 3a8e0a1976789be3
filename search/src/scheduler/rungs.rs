//! The epochs at which trials are compared.

/// The epochs at which trials are compared, in rising order and the last of them the full length, and how many of the
/// trials of one rung there are to each of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rungs {
    epochs: Vec<u32>,
    reduction: u32,
}

/// Why rungs are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RungsError {
    /// There is no rung.
    #[error("there is no rung")]
    Empty,
    /// A rung of no epoch.
    #[error("a rung has at least 1 epoch")]
    Zero,
    /// A rung that is not above the one before it.
    #[error("rungs rise, and {next} does not come after {previous}")]
    NotRising {
        /// The epochs of the one before.
        previous: u32,
        /// The epochs of the wrong one.
        next: u32,
    },
    /// Where everyone is promoted, nobody is compared.
    #[error("the reduction is at least 2, and not {0}: one in so many trials is promoted")]
    Reduction(u32),
}

impl Rungs {
    /// The usual reduction: the one of the papers' experiments is 4, their advice 3 or 4.
    pub const REDUCTION: u32 = 3;

    /// Rungs of these `epochs`, of which one in `reduction` trials is promoted.
    ///
    /// # Errors
    /// If there is none, if they do not rise from 1 or more, or if the reduction is below 2.
    pub fn new(epochs: Vec<u32>, reduction: u32) -> Result<Self, RungsError> {
        if reduction < 2 {
            return Err(RungsError::Reduction(reduction));
        }
        match epochs.first() {
            None => return Err(RungsError::Empty),
            Some(0) => return Err(RungsError::Zero),
            Some(_) => {}
        }
        match epochs.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(RungsError::NotRising { previous: pair[0], next: pair[1] }),
            None => Ok(Self { epochs, reduction }),
        }
    }

    /// The rungs below a training of `full` epochs: each a `reduction`-th of the next, rounded down, to the last that
    /// is at least 1. A `full` of 0 counts as 1, a `reduction` below 2 as 2.
    ///
    /// They begin that early because it paid: on the pools of `LCBench` random search with these rungs (1, 5, 17 and 52)
    /// came to the regret of 100 full trainings in 11 to 21 % of the epochs, with the first at 6 in 27 to 30 %, and with a
    /// reduction of 2 in 13 to 39 %.
    pub fn geometric(full: u32, reduction: u32) -> Self {
        let reduction = reduction.max(2);
        let below = |rung: &u32| Some(rung / reduction).filter(|rung| *rung > 0);
        let mut epochs: Vec<u32> = std::iter::successors(Some(full.max(1)), below).collect();
        epochs.reverse();
        Self { epochs, reduction }
    }

    /// The epochs, in rising order; at least one.
    pub fn epochs(&self) -> &[u32] {
        &self.epochs
    }

    /// How many trials of one rung there are to each of the next; at least 2.
    pub fn reduction(&self) -> u32 {
        self.reduction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rungs_are_parsed() {
        let rungs = Rungs::new(vec![2, 4, 12], 3).expect("valid");
        assert_eq!((rungs.epochs(), rungs.reduction()), (&[2, 4, 12][..], 3));
        assert_eq!(Rungs::new(Vec::new(), 3), Err(RungsError::Empty));
        assert_eq!(Rungs::new(vec![0, 1], 3), Err(RungsError::Zero));
        assert_eq!(Rungs::new(vec![1, 4, 4], 3), Err(RungsError::NotRising { previous: 4, next: 4 }));
        assert_eq!(Rungs::new(vec![1, 4], 1), Err(RungsError::Reduction(1)));
    }

    #[test]
    fn geometric_rungs_end_with_the_full_length() {
        assert_eq!(Rungs::geometric(12, 3).epochs(), [1, 4, 12]);
        assert_eq!(Rungs::geometric(81, 3).epochs(), [1, 3, 9, 27, 81]);
        assert_eq!(Rungs::geometric(2, 3).epochs(), [2]);
        assert_eq!(Rungs::geometric(0, 0), Rungs::new(vec![1], 2).expect("valid"));
    }
}
