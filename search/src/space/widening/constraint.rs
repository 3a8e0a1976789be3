//! Whether one constraint refuses all that another does, as far as their form shows it.

use crate::candidate::Value;
use crate::space::Space;
use crate::space::constraint::Rule;
use crate::space::expression::{Expression, Node, Operator};

/// What a name in an expression refers to, in whatever space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Slot(String),
    Metric(String),
}

/// A rule in the same terms.
pub(super) enum NamedRule {
    Require(Expression<Named>),
    Forbid(Vec<(String, Value)>),
}

impl Rule {
    /// The rule by the names that it has in `space`.
    pub(super) fn named(&self, space: &Space) -> NamedRule {
        match self {
            Self::Require(expression) => NamedRule::Require(space.named(expression)),
            Self::Forbid(values) => {
                let values = values.iter().map(|(slot, value)| (space.slots[*slot].name.clone(), value.clone()));
                NamedRule::Forbid(values.collect())
            }
        }
    }
}

impl NamedRule {
    /// Whether it surely refuses all that `other` refuses.
    pub(super) fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Require(one), Self::Require(other)) => implies(one, other),
            (Self::Forbid(one), Self::Forbid(other)) => one.iter().all(|value| other.contains(value)),
            _ => false,
        }
    }
}

/// Whether `one` is surely false wherever `other` is: only what is false refuses.
///
/// By the logic of expressions `and` is false where either side is, also if the other is unknown, and `or` where both
/// are; comparisons of the same things are unknown together.
fn implies(one: &Expression<Named>, other: &Expression<Named>) -> bool {
    use Operator::{And, Or};
    if one.is_alike(other) {
        return true;
    }
    match (&one.node, &other.node) {
        (_, Node::Binary(And, left, right)) => implies(one, left) && implies(one, right),
        (Node::Binary(Or, left, right), _) => implies(left, other) && implies(right, other),
        (Node::Binary(And, left, right), _) if implies(left, other) || implies(right, other) => true,
        (_, Node::Binary(Or, left, right)) => implies(one, left) || implies(one, right),
        (Node::Binary(one, left, right), Node::Binary(other, its_left, its_right)) => {
            let alike = (left.is_alike(its_left), right.is_alike(its_right));
            match (Bound::of(*one), Bound::of(*other)) {
                (Some(one), Some(other)) => {
                    (alike.0 && one.is_within(constant(right), other, constant(its_right)))
                        || (alike.1 && one.turned().is_within(constant(left), other.turned(), constant(its_left)))
                }
                _ => alike.0 && one == other && is_part(*one, right, its_right),
            }
        }
        _ => false,
    }
}

/// What a comparison allows on one side of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    below: bool,
    itself: bool,
}

impl Bound {
    fn of(operator: Operator) -> Option<Self> {
        Some(match operator {
            Operator::Less => Self { below: true, itself: false },
            Operator::LessOrEqual => Self { below: true, itself: true },
            Operator::Greater => Self { below: false, itself: false },
            Operator::GreaterOrEqual => Self { below: false, itself: true },
            _ => return None,
        })
    }

    /// As it is read from the other side.
    fn turned(self) -> Self {
        Self { below: !self.below, ..self }
    }

    /// Whether all that it allows at `number` is allowed by `other` at `further`.
    fn is_within(self, number: Option<f64>, other: Self, further: Option<f64>) -> bool {
        let (Some(number), Some(further)) = (number, further) else { return false };
        let moved = if self.below { further.total_cmp(&number) } else { number.total_cmp(&further) };
        let reaches = if other.itself || !self.itself { moved.is_ge() } else { moved.is_gt() };
        self.below == other.below && reaches
    }
}

fn constant(expression: &Expression<Named>) -> Option<f64> {
    match &expression.node {
        Node::Literal(value) => value.as_f64(),
        Node::Negate(inner) => constant(inner).map(|number| -number),
        _ => None,
    }
}

/// Whether membership in the list `one` allows no more than membership in `other`, by `in` or `not in`.
fn is_part(operator: Operator, one: &Expression<Named>, other: &Expression<Named>) -> bool {
    let (Node::List(one), Node::List(other)) = (&one.node, &other.node) else { return false };
    let (part, whole) = match operator {
        Operator::In => (one, other),
        Operator::NotIn => (other, one),
        _ => return false,
    };
    part.iter().all(|item| whole.iter().any(|known| known.value == item.value))
}
