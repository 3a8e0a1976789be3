//! Parts of an axis, and cuts through them.

use crate::space::axes::Axis;

/// A part of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Region {
    /// The numbers from the first to the second, of the unit interval.
    Interval(f64, f64),
    /// The names that are true.
    Names(Vec<bool>),
}

/// A division of a region in two.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cut {
    /// Numbers up to this one, and those above.
    At(f64),
    /// The names that are true, and the others.
    Names(Vec<bool>),
}

impl Region {
    /// All of `axis`.
    pub(super) fn whole(axis: &Axis) -> Self {
        match axis {
            Axis::Continuum { .. } | Axis::Levels { .. } => Self::Interval(0.0, 1.0),
            Axis::Names { weights } => Self::Names(vec![true; weights.len()]),
        }
    }

    /// Its share of the axis, every name as large as any other.
    pub(super) fn share(&self) -> f64 {
        match self {
            Self::Interval(low, high) => high - low,
            Self::Names(names) => names.iter().filter(|name| **name).count() as f64 / names.len() as f64,
        }
    }

    /// A cut that brings the region closer to `other`, all of which is on one side of it; `None` if all of the region is
    /// in `other`.
    pub(super) fn cut_towards(&self, other: &Self) -> Option<Cut> {
        match (self, other) {
            (Self::Interval(low, _), Self::Interval(least, _)) if low < least => Some(Cut::At(*least)),
            (Self::Interval(_, high), Self::Interval(_, most)) if high > most => Some(Cut::At(*most)),
            (Self::Names(names), Self::Names(others)) => {
                let outside = names.iter().zip(others).any(|(here, there)| *here && !there);
                outside.then(|| Cut::Names(others.clone()))
            }
            _ => None,
        }
    }

    /// What lies on either side of `cut`.
    pub(super) fn sides(&self, cut: &Cut) -> [Self; 2] {
        match (self, cut) {
            (Self::Interval(low, high), Cut::At(at)) => {
                let at = at.clamp(*low, *high);
                [Self::Interval(*low, at), Self::Interval(at, *high)]
            }
            (Self::Names(names), Cut::Names(cut)) => [true, false]
                .map(|side| Self::Names(names.iter().zip(cut).map(|(name, cut)| *name && *cut == side).collect())),
            _ => [self.clone(), self.clone()],
        }
    }
}

impl Cut {
    /// The side on which `number` lies: 0 or 1.
    pub(super) fn side(&self, number: f64) -> u8 {
        let first = match self {
            Self::At(at) => number <= *at,
            Self::Names(names) => names[number as usize],
        };
        u8::from(!first)
    }
}
