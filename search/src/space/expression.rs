//! The expressions of `when` and `require`: comparisons, `in`, `and`/`or`/`not`, arithmetic, names.
//!
//! ```text
//! expression = or
//! or         = and { "or" and }
//! and        = not { "and" not }
//! not        = "not" not | comparison
//! comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum | ["not"] "in" (list | name) ]
//! sum        = product { ("+" | "-") product }
//! product    = unary { ("*" | "/") unary }
//! unary      = "-" unary | primary
//! primary    = number | text | "true" | "false" | name | list | "(" expression ")"
//! list       = "[" literal { "," literal } "]"
//! name       = word [ "[" digits "]" "." word ]            depth, stage[0].channels
//! text       = "'" letters "'"                             or in double quotes; nothing is escaped
//! ```
//!
//! Logic has three values. A parameter that is inactive, and a result that is not a number (`0 / 0`), are *unknown*,
//! and so is every comparison with them; `and`, `or` and `not` follow Kleene: `false and unknown` is false, `true or
//! unknown` is true, all else stays unknown. An unknown `when` counts as false: the parameter is inactive too. An
//! unknown `require` counts as true: a rule about what is not there refuses nothing. So `a != b` and `not a == b`
//! always agree.

use std::ops::Range;

use crate::candidate::Value;
use crate::problem::Spanned;

pub mod check;
mod lex;
mod parse;

pub use parse::parse;

/// An expression whose names are of type `N`: words of the file, or what they refer to.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression<N> {
    /// What it is.
    pub node: Node<N>,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<N> {
    /// A truth value, number or text.
    Literal(Value),
    /// A list of such, after `in`.
    List(Vec<Spanned<Value>>),
    /// A parameter or a metric.
    Name(N),
    /// `not x`.
    Not(Box<Expression<N>>),
    /// `-x`.
    Negate(Box<Expression<N>>),
    /// Two operands.
    Binary(Operator, Box<Expression<N>>, Box<Expression<N>>),
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the operators say it")]
pub enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operand<'a> {
    /// True or false.
    Truth(bool),
    /// A number, never NaN.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A list.
    List(&'a [Value]),
}

impl<'a> From<&'a Value> for Operand<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Truth(*flag),
            Value::Int(int) => Self::Number(*int as f64),
            Value::Float(float) => Self::Number(*float),
            Value::Text(text) => Self::Text(text),
            Value::List(items) => Self::List(items),
        }
    }
}

impl<N> Expression<N> {
    /// The same expression with every name replaced by what `refer` gives for it.
    pub fn refer<M>(&self, refer: &mut impl FnMut(&N) -> M) -> Expression<M> {
        let node = match &self.node {
            Node::Literal(value) => Node::Literal(value.clone()),
            Node::List(items) => Node::List(items.clone()),
            Node::Name(name) => Node::Name(refer(name)),
            Node::Not(inner) => Node::Not(Box::new(inner.refer(refer))),
            Node::Negate(inner) => Node::Negate(Box::new(inner.refer(refer))),
            Node::Binary(operator, left, right) => {
                Node::Binary(*operator, Box::new(left.refer(refer)), Box::new(right.refer(refer)))
            }
        };
        Expression { node, span: self.span.clone() }
    }

    /// Whether both say the same, wherever they stand in the file.
    pub fn is_alike(&self, other: &Self) -> bool
    where
        N: PartialEq,
    {
        match (&self.node, &other.node) {
            (Node::Literal(one), Node::Literal(other)) => one == other,
            (Node::List(one), Node::List(other)) => {
                one.iter().map(|item| &item.value).eq(other.iter().map(|item| &item.value))
            }
            (Node::Name(one), Node::Name(other)) => one == other,
            (Node::Not(one), Node::Not(other)) | (Node::Negate(one), Node::Negate(other)) => one.is_alike(other),
            (Node::Binary(one, left, right), Node::Binary(other, its_left, its_right)) => {
                one == other && left.is_alike(its_left) && right.is_alike(its_right)
            }
            _ => false,
        }
    }

    /// Calls `visit` with every name.
    pub fn names(&self, visit: &mut impl FnMut(&N)) {
        match &self.node {
            Node::Literal(_) | Node::List(_) => {}
            Node::Name(name) => visit(name),
            Node::Not(inner) | Node::Negate(inner) => inner.names(visit),
            Node::Binary(_, left, right) => {
                left.names(visit);
                right.names(visit);
            }
        }
    }

    /// Whether the expression is true, where `value` gives what a name stands for; `None` if that is unknown.
    pub fn truth<'a>(&'a self, value: &impl Fn(&N) -> Option<Operand<'a>>) -> Option<bool> {
        match self.evaluate(value) {
            Some(Operand::Truth(truth)) => Some(truth),
            _ => None,
        }
    }

    fn evaluate<'a>(&'a self, value: &impl Fn(&N) -> Option<Operand<'a>>) -> Option<Operand<'a>> {
        match &self.node {
            Node::Literal(literal) => Some(literal.into()),
            // Lists are looked into by `in` alone.
            Node::List(_) => None,
            Node::Name(name) => value(name),
            Node::Not(inner) => inner.truth(value).map(|truth| Operand::Truth(!truth)),
            Node::Negate(inner) => number(inner.evaluate(value)).map(|number| Operand::Number(-number)),
            Node::Binary(operator, left, right) => apply(*operator, left, right, value),
        }
    }
}

fn apply<'a, N>(
    operator: Operator,
    left: &'a Expression<N>,
    right: &'a Expression<N>,
    value: &impl Fn(&N) -> Option<Operand<'a>>,
) -> Option<Operand<'a>> {
    use Operator::{
        Add, And, Divide, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, Multiply, NotIn, Or, Subtract, Unequal,
    };
    match operator {
        And | Or => {
            // `decisive` settles the result whatever the other side is.
            let decisive = operator == Or;
            let sides = (left.truth(value), right.truth(value));
            if sides.0 == Some(decisive) || sides.1 == Some(decisive) {
                return Some(Operand::Truth(decisive));
            }
            (sides.0.is_some() && sides.1.is_some()).then_some(Operand::Truth(!decisive))
        }
        In | NotIn => {
            let member = left.evaluate(value)?;
            let found = match &right.node {
                Node::List(items) => items.iter().any(|item| Operand::from(&item.value) == member),
                _ => match right.evaluate(value)? {
                    Operand::List(items) => items.iter().any(|item| Operand::from(item) == member),
                    _ => return None,
                },
            };
            Some(Operand::Truth(found == (operator == In)))
        }
        Equal | Unequal => {
            let equal = left.evaluate(value)? == right.evaluate(value)?;
            Some(Operand::Truth(equal == (operator == Equal)))
        }
        Less | LessOrEqual | Greater | GreaterOrEqual => {
            let (left, right) = (number(left.evaluate(value))?, number(right.evaluate(value))?);
            Some(Operand::Truth(match operator {
                Less => left < right,
                LessOrEqual => left <= right,
                Greater => left > right,
                _ => left >= right,
            }))
        }
        Add | Subtract | Multiply | Divide => {
            let (left, right) = (number(left.evaluate(value))?, number(right.evaluate(value))?);
            let result = match operator {
                Add => left + right,
                Subtract => left - right,
                Multiply => left * right,
                _ => left / right,
            };
            (!result.is_nan()).then_some(Operand::Number(result))
        }
    }
}

fn number(operand: Option<Operand<'_>>) -> Option<f64> {
    match operand {
        Some(Operand::Number(number)) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
