//! One regression tree: L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and regression trees", 1984.

use super::region::Cut;

mod grow;

/// A tree: a constant for each of the boxes that cuts make.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The root is the first.
    pub(super) nodes: Vec<Node>,
}

/// A box of a tree.
#[derive(Debug)]
pub(super) struct Node {
    /// The mean cost of the trials in it; where there are none, of those around it.
    pub(super) value: f64,
    /// How it is divided, if it is.
    pub(super) split: Option<Split>,
}

/// How a box is divided.
#[derive(Debug)]
pub(super) struct Split {
    /// At this axis.
    pub(super) axis: usize,
    /// There.
    pub(super) cut: Cut,
    /// The numbers of the nodes on either side.
    pub(super) sides: [usize; 2],
}

impl Tree {
    /// The cost expected of a trial of which `number` gives the place on each axis.
    pub(super) fn predict(&self, number: impl Fn(usize) -> f64) -> f64 {
        let mut node = &self.nodes[0];
        while let Some(Split { axis, cut, sides }) = &node.split {
            let number = number(*axis);
            if number.is_nan() {
                break;
            }
            node = &self.nodes[sides[usize::from(cut.side(number))]];
        }
        node.value
    }
}
