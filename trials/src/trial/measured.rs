//! Named figures, of which a study has a set for each epoch of each trial: so their names are kept once.

use std::fmt;
use std::mem;
use std::ops::Index;
use std::sync::Arc;

/// What was measured, in the order of names: `val_accuracy`, `train_loss`, `seconds`, …
///
/// A clone shares the names with what it is a clone of.
#[derive(Clone, Default, PartialEq)]
pub struct Measured {
    names: Arc<[Arc<str>]>,
    /// A figure for each name.
    figures: Vec<f64>,
}

impl Measured {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The figure called `name`, if there is one.
    pub fn get(&self, name: &str) -> Option<&f64> {
        self.place(name).ok().map(|place| &self.figures[place])
    }

    /// Whether there is a figure called `name`.
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Names `figure`, in place of one that has had the name.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, figure: f64) {
        let name = name.into();
        match self.place(&name) {
            Ok(place) => self.figures[place] = figure,
            Err(place) => {
                let mut names = self.names.to_vec();
                names.insert(place, name);
                self.names = names.into();
                self.figures.insert(place, figure);
            }
        }
    }

    /// Names and figures.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &f64)> {
        self.keys().zip(&self.figures)
    }

    /// The names.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// The figures.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &f64> {
        self.figures.iter()
    }

    /// How many figures there are.
    pub fn len(&self) -> usize {
        self.figures.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.names.binary_search_by(|known| (**known).cmp(name))
    }
}

/// What must be there.
impl Index<&str> for Measured {
    type Output = f64;

    fn index(&self, name: &str) -> &f64 {
        self.get(name).unwrap_or_else(|| panic!("`{name}` was not measured"))
    }
}

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<Arc<str>>> Extend<(N, f64)> for Measured {
    fn extend<I: IntoIterator<Item = (N, f64)>>(&mut self, figures: I) {
        for (name, figure) in figures {
            self.insert(name, figure);
        }
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, f64)> for Measured {
    fn from_iter<I: IntoIterator<Item = (N, f64)>>(figures: I) -> Self {
        let mut measured = Self::new();
        measured.extend(figures);
        measured
    }
}

impl<N: Into<Arc<str>>, const COUNT: usize> From<[(N, f64); COUNT]> for Measured {
    fn from(figures: [(N, f64); COUNT]) -> Self {
        figures.into_iter().collect()
    }
}

/// Measured that are told figure by figure, in the order of names: mostly those of the ones before, which are shared then.
#[derive(Debug, Default)]
pub struct Telling {
    /// The names of the ones before.
    like: Arc<[Arc<str>]>,
    /// The names so far, once they are others.
    other: Option<Vec<Arc<str>>>,
    figures: Vec<f64>,
}

impl Telling {
    /// Adds a figure.
    pub fn add(&mut self, name: &str, figure: f64) {
        let place = self.figures.len();
        if place == 0 {
            self.figures.reserve_exact(self.like.len());
        }
        self.figures.push(figure);
        match &mut self.other {
            Some(other) => other.push(name.into()),
            None if self.like.get(place).is_some_and(|like| **like == *name) => {}
            None => self.other = Some(self.like[..place].iter().cloned().chain([name.into()]).collect()),
        }
    }

    /// What was told, if there was a figure; then come the next.
    pub fn end(&mut self) -> Option<Measured> {
        if self.figures.is_empty() {
            return None;
        }
        if let Some(other) = self.other.take() {
            self.like = other.into();
        } else if self.figures.len() < self.like.len() {
            self.like = self.like[..self.figures.len()].into();
        }
        Some(Measured { names: Arc::clone(&self.like), figures: mem::take(&mut self.figures) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn measured_figures_are_a_map_in_the_order_of_names(
            figures in prop::collection::vec(("[a-c]{0,2}", -9.0..9.0), 0..8),
        ) {
            let map: std::collections::BTreeMap<String, f64> = figures.iter().cloned().collect();
            let measured: Measured = figures.into_iter().collect();
            prop_assert_eq!(format!("{measured:?}"), format!("{map:?}"));
            for name in map.keys().map(String::as_str).chain(["none"]) {
                prop_assert_eq!(measured.get(name), map.get(name));
            }
        }

        #[test]
        fn what_is_told_figure_by_figure_is_the_same_whatever_came_before(
            sets in prop::collection::vec(prop::collection::btree_map("[a-c]{1,2}", -9.0..9.0, 1..5), 1..6),
        ) {
            let mut telling = Telling::default();
            for set in sets {
                for (name, figure) in &set {
                    telling.add(name, *figure);
                }
                prop_assert_eq!(telling.end(), Some(set.into_iter().collect()));
                prop_assert_eq!(telling.end(), None);
            }
        }
    }

    #[test]
    fn the_same_names_are_kept_once() {
        let mut telling = Telling::default();
        let mut tell = |figure| {
            telling.add("loss", figure);
            telling.end().expect("there is a figure")
        };
        let (one, other) = (tell(1.0), tell(2.0));
        assert!(Arc::ptr_eq(&one.names, &other.names));
    }
}
