//! The methods by name, as a study file chooses among them.

use super::cma_es::CmaEs;
use super::evolution::Evolution;
use super::gp::Gp;
use super::grid::Grid;
use super::local_search::LocalSearch;
use super::nsga2::Nsga2;
use super::random::Random;
use super::sobol::Sobol;
use super::tpe::Tpe;
use super::{Sampler, Unsuitable, check};
use crate::space::Space;

/// A method of search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// [`Random`].
    Random,
    /// [`Grid`].
    Grid,
    /// [`Sobol`].
    Sobol,
    /// [`Tpe`].
    Tpe,
    /// [`CmaEs`].
    CmaEs,
    /// [`Gp`].
    Gp,
    /// [`Evolution`].
    Evolution,
    /// [`LocalSearch`].
    LocalSearch,
    /// [`Nsga2`].
    Nsga2,
}

impl Strategy {
    /// All methods, in the order in which lists show them.
    pub const ALL: [Self; 9] = [
        Self::Random,
        Self::Grid,
        Self::Sobol,
        Self::Tpe,
        Self::CmaEs,
        Self::Gp,
        Self::Evolution,
        Self::LocalSearch,
        Self::Nsga2,
    ];

    /// The method, for a study with this seed.
    pub fn sampler(self, seed: u64) -> Box<dyn Sampler + Send + Sync> {
        match self {
            Self::Random => Box::new(Random),
            Self::Grid => Box::new(Grid),
            Self::Sobol => Box::new(Sobol::new(seed)),
            Self::Tpe => Box::new(Tpe),
            Self::CmaEs => Box::new(CmaEs::new(seed)),
            Self::Gp => Box::new(Gp),
            Self::Evolution => Box::new(Evolution),
            Self::LocalSearch => Box::new(LocalSearch),
            Self::Nsga2 => Box::new(Nsga2),
        }
    }

    /// The name that a study file uses.
    pub fn name(self) -> &'static str {
        self.sampler(0).name()
    }

    /// The method called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.name() == name)
    }

    /// Whether the method can search `space` for so many `objectives`.
    ///
    /// # Errors
    /// The first demand that it cannot meet.
    pub fn check(self, space: &Space, objectives: usize) -> Result<(), Unsuitable> {
        check(self.sampler(0).as_ref(), space, objectives)
    }

    /// The methods that can.
    pub fn suitable(space: &Space, objectives: usize) -> Vec<Self> {
        Self::ALL.into_iter().filter(|strategy| strategy.check(space, objectives).is_ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_method_has_a_name_of_its_own() {
        let names: BTreeSet<_> = Strategy::ALL.map(Strategy::name).into_iter().collect();
        assert_eq!(names.len(), Strategy::ALL.len());
        assert!(Strategy::ALL.into_iter().all(|strategy| Strategy::named(strategy.name()) == Some(strategy)));
        assert_eq!(Strategy::named("auto"), None, "that is a choice among them");
    }
}
