//! The kinds of an expression: what is compared must be comparable, and values must be possible.

use super::{Expression, Node, Operator};
use crate::candidate::Value;
use crate::problem::{Problem, Problems};
use crate::space::vocabulary::{Misfit, noun};

/// What an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// True or false.
    Truth,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
}

impl Type {
    fn noun(self) -> &'static str {
        match self {
            Self::Truth => "a truth value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
        }
    }
}

impl From<&Value> for Type {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Truth,
            Value::Int(_) | Value::Float(_) => Self::Number,
            Value::Text(_) => Self::Text,
            Value::List(_) => Self::List,
        }
    }
}

/// What the names of an expression stand for.
pub trait Scope {
    /// The type of `name`; `None` after reporting it, or where its declaration has been reported already.
    fn type_of(&self, name: &Expression<String>, problems: &mut Problems) -> Option<Type>;

    /// Whether `name` can ever be `value`, or, for a subset, contain it.
    fn possible(&self, name: &str, value: &Value) -> Result<(), Misfit>;
}

/// Reports what is wrong with a condition: an expression that must be true or false.
pub fn condition(expression: &Expression<String>, scope: &dyn Scope, problems: &mut Problems) {
    if let Some(found) = check(expression, scope, problems) {
        expect(Type::Truth, found, expression, "a condition", problems);
    }
}

fn expect(wanted: Type, found: Type, at: &Expression<String>, whose: &str, problems: &mut Problems) {
    if wanted == found {
        return;
    }
    let message = format!("{whose} must be {}, not {}", wanted.noun(), found.noun());
    let help = match wanted {
        Type::Truth => "compare it, for example `depth > 2` or `optimizer == 'sgd'`",
        _ => "use numbers here, or compare with `==`",
    };
    problems.push(Problem::new(message, at.span.clone()).label(found.noun()).help(help));
}

fn check(expression: &Expression<String>, scope: &dyn Scope, problems: &mut Problems) -> Option<Type> {
    match &expression.node {
        Node::Literal(value) => Some(value.into()),
        Node::List(_) => {
            let problem = Problem::new("a list can only stand after `in`", expression.span.clone());
            problems.push(problem.label("a list").help("write `kernel in [1, 3]`"));
            None
        }
        Node::Name(_) => scope.type_of(expression, problems),
        Node::Not(inner) => {
            let found = check(inner, scope, problems)?;
            expect(Type::Truth, found, inner, "what follows `not`", problems);
            Some(Type::Truth)
        }
        Node::Negate(inner) => {
            let found = check(inner, scope, problems)?;
            expect(Type::Number, found, inner, "what follows `-`", problems);
            Some(Type::Number)
        }
        Node::Binary(operator, left, right) => Some(binary(*operator, left, right, scope, problems)),
    }
}

fn binary(
    operator: Operator,
    left: &Expression<String>,
    right: &Expression<String>,
    scope: &dyn Scope,
    problems: &mut Problems,
) -> Type {
    use Operator::{
        Add, And, Divide, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, Multiply, NotIn, Or, Subtract, Unequal,
    };
    let (wanted, whose, result) = match operator {
        In | NotIn => {
            member(left, right, scope, problems);
            return Type::Truth;
        }
        Equal | Unequal => {
            equality(left, right, scope, problems);
            return Type::Truth;
        }
        And | Or => (Type::Truth, "each side of `and` and `or`", Type::Truth),
        Less | LessOrEqual | Greater | GreaterOrEqual => (Type::Number, "what is ordered", Type::Truth),
        Add | Subtract | Multiply | Divide => (Type::Number, "what is calculated with", Type::Number),
    };
    for side in [left, right] {
        if let Some(found) = check(side, scope, problems) {
            expect(wanted, found, side, whose, problems);
        }
    }
    result
}

fn equality(left: &Expression<String>, right: &Expression<String>, scope: &dyn Scope, problems: &mut Problems) {
    let types = (check(left, scope, problems), check(right, scope, problems));
    let (Some(left_type), Some(right_type)) = types else { return };
    // The literal is what is wrong if there is one.
    let swapped = matches!(left.node, Node::Literal(_));
    let (blamed, blamed_type) = if swapped { (left, left_type) } else { (right, right_type) };
    let (other, other_type) = if swapped { (right, right_type) } else { (left, left_type) };
    if left_type == Type::List || right_type == Type::List {
        let problem = Problem::new("lists are not compared as a whole", blamed.span.clone());
        problems.push(problem.label("here").help("ask for one element: `'flip' in augmentations`"));
    } else if left_type != right_type {
        let message = format!("{} is never equal to {}", other_type.noun(), blamed_type.noun());
        let help = match &other.node {
            Node::Name(name) => format!("`{name}` is {}", other_type.noun()),
            _ => "compare numbers with numbers and texts with texts".to_owned(),
        };
        problems.push(Problem::new(message, blamed.span.clone()).label(blamed_type.noun()).help(help));
    } else if let (Node::Name(name), Node::Literal(value)) = (&other.node, &blamed.node) {
        possible(name, value, blamed.span.clone(), scope, problems);
    }
}

fn member(left: &Expression<String>, right: &Expression<String>, scope: &dyn Scope, problems: &mut Problems) {
    let member = check(left, scope, problems);
    let Node::List(items) = &right.node else {
        let Some(found) = check(right, scope, problems) else { return };
        if found != Type::List {
            let problem = Problem::new(format!("`in` needs a list, not {}", found.noun()), right.span.clone());
            problems.push(problem.label(found.noun()).help("write `kernel in [1, 3]`, or `==` for one value"));
        } else if let (Node::Name(name), Node::Literal(value)) = (&right.node, &left.node) {
            possible(name, value, left.span.clone(), scope, problems);
        }
        return;
    };
    let Some(member) = member else { return };
    for item in items {
        if Type::from(&item.value) != member {
            let message = format!("{} is never equal to {}", member.noun(), noun(&item.value));
            let problem = Problem::new(message, item.span.clone()).label(noun(&item.value));
            problems.push(problem.help(format!("every element must be {}", member.noun())));
        } else if let Node::Name(name) = &left.node {
            possible(name, &item.value, item.span.clone(), scope, problems);
        }
    }
}

fn possible(name: &str, value: &Value, span: std::ops::Range<usize>, scope: &dyn Scope, problems: &mut Problems) {
    if let Err(Misfit { reason, help }) = scope.possible(name, value) {
        let problem = Problem::new(format!("`{name}` {reason}"), span);
        problems.push(problem.label("never so").help(help));
    }
}
