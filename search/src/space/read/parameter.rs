//! One parameter of a space, and whether the trainer knows it.

use super::declaration::{Declaration, KINDS};
use super::{Draft, Reader};
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned, closest, suggest};
use crate::space::domain::Domain;
use crate::space::vocabulary::{Kind, Misfit};
use crate::space::{Home, Parameter};
use crate::table::Node;

impl Reader<'_> {
    /// Reads `key = node`; what cannot be read is noted as broken.
    pub(super) fn parameter(
        &mut self,
        key: Spanned<String>,
        node: Node<'_>,
        home: Home,
        problems: &mut Problems,
    ) -> Option<Draft> {
        let before = problems.len();
        let kind = self.kind_of(&key, &home, problems);
        let draft = self.declare(key, node, home, kind, problems);
        draft.filter(|_| problems.len() == before)
    }

    /// The same for a parameter of which it is known what the trainer wants under it; `None` if nothing does.
    pub(super) fn declare(
        &mut self,
        key: Spanned<String>,
        node: Node<'_>,
        home: Home,
        kind: Option<Kind>,
        problems: &mut Problems,
    ) -> Option<Draft> {
        let before = problems.len();
        let declaration = if node.is_table() {
            let repeated = matches!(home, Home::Block(_));
            Declaration::read(&key, node, kind.as_ref(), repeated, problems)
        } else {
            literal(&key, node, kind.as_ref(), problems).map(Declaration::fixed)
        };
        let name = key.value.clone();
        let Some(declaration) = declaration.filter(|_| problems.len() == before) else {
            let copy = if let Home::Copy(copy) = &home { Some(format!("{copy}.{name}")) } else { None };
            self.broken.copies |= home != Home::Space && copy.is_none();
            self.broken.names.extend(copy);
            self.broken.names.insert(name);
            return None;
        };
        let Declaration { domain, when, compare, confidence, shared } = declaration;
        Some(Draft { parameter: Parameter { name, home, domain, compare, confidence, shared, kind }, key, when })
    }

    /// What the trainer takes under the name; reports a name that it does not know here.
    fn kind_of(&mut self, key: &Spanned<String>, home: &Home, problems: &mut Problems) -> Option<Kind> {
        let block = self.vocabulary.block();
        let inside = *home != Home::Space;
        let name = &key.value;
        match self.known.iter().find(|info| info.name == name) {
            Some(info) if info.block || !inside => Some(info.kind.clone()),
            Some(_) => {
                let problem = Problem::new(format!("`{name}` cannot differ from {block} to {block}"), key.span.clone());
                problems.push(problem.label("not here").help("move it to [space]: it holds for the whole network"));
                None
            }
            None => {
                let problem = Problem::new(format!("unknown parameter `{name}`"), key.span.clone());
                let known = self.known.iter().filter(|info| info.block || !inside);
                let names: Vec<&str> = known.map(|info| info.name).collect();
                problems.push(problem.label("unknown parameter").help(suggest(name, names.iter().copied())));
                // Expressions that spell it right are not to blame.
                self.broken.names.extend(closest(name, &names).map(str::to_owned));
                None
            }
        }
    }
}

/// A plain literal: a value that is always the same.
fn literal(key: &Spanned<String>, node: Node<'_>, kind: Option<&Kind>, problems: &mut Problems) -> Option<Domain> {
    if let Some(kind @ Kind::Subset(_)) = kind
        && node.kind() == "a list"
    {
        return fixed_subset(key, node, kind, problems);
    }
    let value = node.value(problems)?;
    let Some(kind) = kind else { return Some(Domain::Fixed(value.value)) };
    match kind.admit(&value.value) {
        Ok(value) => Some(Domain::Fixed(value)),
        Err(Misfit { reason, help }) => {
            let help = match value.value {
                Value::List(_) => format!("to choose among these, write `{{ one_of = {} }}`", value.value),
                _ => help,
            };
            problems.push(Problem::new(format!("`{}` {reason}", key.value), value.span).label("this value").help(help));
            None
        }
    }
}

/// A subset that is always the same, each element checked at its place.
fn fixed_subset(key: &Spanned<String>, node: Node<'_>, kind: &Kind, problems: &mut Problems) -> Option<Domain> {
    let mut values: Vec<Value> = Vec::new();
    for item in node.list(problems)?.value.into_iter().filter_map(|item| item.value(problems)).collect::<Vec<_>>() {
        let misfit = match kind.admit_element(&item.value) {
            Ok(value) if values.contains(&value) => {
                Misfit { reason: format!("holds {value} twice"), help: "a subset holds each value once".to_owned() }
            }
            Ok(value) => {
                values.push(value);
                continue;
            }
            Err(misfit) => misfit,
        };
        let problem = Problem::new(format!("`{}` {}", key.value, misfit.reason), item.span);
        problems.push(problem.label("this value").help(misfit.help));
    }
    Some(Domain::Fixed(Value::List(values)))
}

/// The kinds of domains that can give a trainer's `kind` its values.
pub(super) fn suitable(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::Bool => &["bool", "one_of"],
        Kind::Int(..) => &["int", "one_of", "ordinal"],
        Kind::Float(..) => &["float", "one_of", "ordinal"],
        Kind::Choice(_) => &["one_of", "ordinal"],
        Kind::Subset(_) => &["subset_of"],
    }
}

/// Reports a kind of domain, as written at `given`, that cannot give a trainer's `kind` its values.
pub(super) fn check_suitable(name: &str, given: &Spanned<String>, kind: &Kind, problems: &mut Problems) -> bool {
    let suitable = suitable(kind);
    debug_assert!(suitable.iter().all(|known| KINDS.contains(known)));
    if suitable.contains(&given.value.as_str()) {
        return true;
    }
    let message = format!("`{name}` is {}, which `{}` does not draw", kind.noun(), given.value);
    let names = suitable.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    problems.push(Problem::new(message, given.span.clone()).label("does not fit").help(format!("use {names}")));
    false
}
