//! What the names in expressions stand for.

use std::collections::BTreeSet;

use crate::candidate::Value;
use crate::problem::{Problem, Problems, closest, suggest};
use crate::space::expression::check::{Scope, Type, condition};
use crate::space::expression::{Expression, Node, parse};
use crate::space::vocabulary::{Misfit, Vocabulary};
use crate::space::{Count, Reference, Space};
use crate::table::SpannedText;

/// The names that an expression of a space may use.
pub(super) struct Names<'a> {
    pub(super) space: &'a Space,
    pub(super) vocabulary: &'a dyn Vocabulary,
    /// The copy whose own parameters come first: `stage[0]`.
    pub(super) prefix: Option<&'a str>,
    /// Which figures may be named, too.
    pub(super) figures: Figures,
}

/// Which figures an expression may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figures {
    /// None: nothing has been drawn yet.
    None,
    /// Those of the network, which are known before training.
    Static,
    /// Those that training measures, too.
    All,
}

impl Names<'_> {
    fn slot(&self, name: &str) -> Option<usize> {
        slot(self.space, self.prefix, name)
    }

    fn figures(&self) -> impl Iterator<Item = &str> {
        let (statics, measured) = (self.vocabulary.static_metrics(), self.vocabulary.epoch_metrics());
        let statics = statics.iter().filter(|_| self.figures != Figures::None);
        statics.chain(measured.iter().filter(|_| self.figures == Figures::All)).copied()
    }

    /// What to do about a name that stands for nothing.
    fn help(&self, name: &str) -> (String, String) {
        let unknown = format!("unknown name `{name}`");
        let block = self.vocabulary.block();
        let elsewhere = self.vocabulary.parameters().iter().any(|info| info.name == name);
        let copies = self.space.blocks.iter().find(|known| name.starts_with(&format!("{}[", known.name)));
        let in_block =
            self.space.slots.iter().find(|slot| slot.name.strip_suffix(name).is_some_and(|rest| rest.ends_with("].")));
        if self.vocabulary.static_metrics().contains(&name) {
            let help = "figures of the network can be used in `require` of a [[constraint]] only";
            (format!("`{name}` is not known when parameters are drawn"), help.to_owned())
        } else if self.vocabulary.epoch_metrics().contains(&name) {
            let figures = self.vocabulary.static_metrics().join(", ");
            (format!("`{name}` is known only after training"), format!("known before are {figures}"))
        } else if let Some(slot) = in_block {
            (unknown, format!("say of which {block}, for example `{}`", slot.name))
        } else if elsewhere {
            let help = match self.figures {
                Figures::All => "every trial has its default, which `kiln parameters` tells",
                Figures::None | Figures::Static => "add it to [space], for example with a fixed value",
            };
            (format!("`{name}` is not in [space]"), help.to_owned())
        } else if let Some(known) = copies.filter(|known| !reaches(known.copies, name)) {
            let last = known.copies - 1;
            (unknown, format!("the copies are {0}[0] to {0}[{last}]", known.name))
        } else {
            let known: Vec<&str> = self.all().into_iter().collect();
            let parameters: Vec<&str> = self.vocabulary.parameters().iter().map(|info| info.name).collect();
            match closest(name, &parameters) {
                Some(meant) if closest(name, &known).is_none() => {
                    let also = if self.space.broken.holds(meant) { "" } else { " Then add it to [space]" };
                    (unknown, format!("did you mean `{meant}`?{also}"))
                }
                _ => (unknown, suggest(name, known)),
            }
        }
    }

    /// All names that can be used, in the order of the file, siblings first.
    fn all(&self) -> BTreeSet<&str> {
        let siblings = self.prefix.into_iter().flat_map(|prefix| {
            let names = self.space.slots.iter().filter_map(move |slot| slot.name.strip_prefix(prefix));
            names.filter_map(|name| name.strip_prefix('.'))
        });
        let slots = self.space.slots.iter().map(|slot| slot.name.as_str());
        siblings.chain(slots).chain(self.figures()).collect()
    }
}

/// Whether the copy that `name` speaks of can exist.
fn reaches(copies: u32, name: &str) -> bool {
    let number = name.split(['[', ']']).nth(1).and_then(|number| number.parse::<u32>().ok());
    number.is_some_and(|number| number < copies)
}

fn slot(space: &Space, prefix: Option<&str>, name: &str) -> Option<usize> {
    let sibling = prefix.and_then(|prefix| space.index.get(&format!("{prefix}.{name}")));
    sibling.or_else(|| space.index.get(name)).copied()
}

impl Scope for Names<'_> {
    fn type_of(&self, expression: &Expression<String>, problems: &mut Problems) -> Option<Type> {
        let Node::Name(name) = &expression.node else { return None };
        if let Some(slot) = self.slot(name) {
            return Some(self.space.domain(slot).type_of());
        }
        if self.space.broken.holds(name) {
            return None;
        }
        if self.figures().any(|figure| figure == name) {
            return Some(Type::Number);
        }
        let (message, help) = self.help(name);
        problems.push(Problem::new(message, expression.span.clone()).label("unknown here").help(help));
        None
    }

    fn possible(&self, name: &str, value: &Value) -> Result<(), Misfit> {
        match self.slot(name) {
            Some(slot) => {
                let parameter = &self.space.parameters[self.space.slots[slot].parameter];
                parameter.domain.possible(value, parameter.kind.as_ref())
            }
            None => Ok(()),
        }
    }
}

/// Parses and checks every `when` and ties it to the slots of its parameter; `prefixes` are the copies of the slots.
pub(super) fn resolve_conditions(
    space: &mut Space,
    vocabulary: &dyn Vocabulary,
    whens: &[Option<SpannedText>],
    prefixes: &[Option<String>],
    problems: &mut Problems,
) {
    let mut conditions: Vec<Option<Expression<String>>> = vec![None; whens.len()];
    for (parameter, when) in whens.iter().enumerate() {
        let Some(parsed) = when.as_ref().and_then(|when| parse(when, problems)) else { continue };
        let first = space.slots.iter().position(|slot| slot.parameter == parameter);
        let prefix = first.and_then(|slot| prefixes[slot].as_deref());
        condition(&parsed, &Names { space, vocabulary, prefix, figures: Figures::None }, problems);
        conditions[parameter] = Some(parsed);
    }
    for (index, prefix) in prefixes.iter().enumerate() {
        let prefix = prefix.as_deref();
        let condition = conditions[space.slots[index].parameter].as_ref();
        let condition = condition.map(|condition| refer(condition, space, prefix));
        let mut depends_on = Vec::new();
        if let Some(condition) = &condition {
            condition.names(&mut |name| {
                if let Reference::Slot(slot) = name {
                    depends_on.push(*slot);
                }
            });
        }
        if let Some((block, _)) = space.slots[index].copy
            && let Count::Slot(count) = space.blocks[block].count
        {
            depends_on.push(count);
        }
        space.slots[index].condition = condition;
        space.slots[index].depends_on = depends_on;
    }
}

/// The expression with its names replaced by what they refer to: a slot, or else a metric.
pub(super) fn refer(expression: &Expression<String>, space: &Space, prefix: Option<&str>) -> Expression<Reference> {
    expression.refer(&mut |name| match slot(space, prefix, name) {
        Some(slot) => Reference::Slot(slot),
        None => Reference::Metric(name.clone()),
    })
}
