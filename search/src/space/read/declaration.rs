//! A parameter written as a table: one kind of domain, and what modifies it.

use super::parameter::{check_suitable, suitable};
use crate::problem::{Problem, Problems, Spanned};
use crate::space::domain::Domain;
use crate::space::vocabulary::{Kind, Misfit};
use crate::table::{Node, SpannedText, Table};

mod lists;
mod numbers;

/// The keys that say what is drawn.
pub(super) const KINDS: [&str; 6] = ["float", "int", "ordinal", "one_of", "bool", "subset_of"];

/// The keys that modify it, each with the kinds that it belongs to; none for those that belong to all.
const MODIFIERS: [(&str, &[&str]); 10] = [
    ("log", &["float", "int"]),
    ("step", &["float", "int"]),
    ("prior", &["float", "int"]),
    ("weights", &["one_of", "ordinal", "bool"]),
    ("confidence", &["float", "int", "one_of", "ordinal", "bool"]),
    ("min", &["subset_of"]),
    ("max", &["subset_of"]),
    ("compare", &["one_of", "ordinal", "bool"]),
    ("when", &[]),
    ("each", &[]),
];

/// How much of the early draws the values of `confidence` stand for.
const CONFIDENCES: [(&str, f64); 3] = [("low", 0.25), ("medium", 0.5), ("high", 0.75)];

/// What a parameter's table or literal says.
pub(super) struct Declaration {
    pub(super) domain: Domain,
    pub(super) when: Option<SpannedText>,
    pub(super) compare: bool,
    pub(super) confidence: f64,
    pub(super) shared: bool,
}

/// The key and the values of a domain, and what else its table says.
struct Source<'i, 'a> {
    key: &'a Spanned<String>,
    /// `int`, `one_of`, …
    given: Spanned<String>,
    values: Node<'i>,
    modifiers: Vec<(Spanned<String>, Node<'i>)>,
    kind: Option<&'a Kind>,
}

impl Declaration {
    pub(super) fn fixed(domain: Domain) -> Self {
        Self { domain, when: None, compare: false, confidence: 0.0, shared: false }
    }

    /// The table `node` of parameter `key`, in a `repeated` block or not, for a trainer that wants `kind`.
    pub(super) fn read(
        key: &Spanned<String>,
        node: Node<'_>,
        kind: Option<&Kind>,
        repeated: bool,
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut table = node.table(problems)?;
        let mut given: Vec<_> = KINDS.iter().filter_map(|kind| table.take_entry(kind)).collect();
        let modifiers: Vec<_> = MODIFIERS.iter().filter_map(|(word, _)| table.take_entry(word)).collect();
        given.sort_by_key(|(given, _)| given.span.start);
        if given.is_empty() {
            no_kind(key, table, kind, problems);
            return None;
        }
        table.finish(problems);
        if let Some((second, _)) = given.get(1) {
            let message =
                format!("`{}` has two kinds of values, `{}` and `{}`", key.value, given[0].0.value, second.value);
            problems.push(Problem::new(message, second.span.clone()).label("the second").help("keep one of them"));
        }
        let (given, values) = given.swap_remove(0);
        let kind = kind.filter(|kind| check_suitable(&key.value, &given, kind, problems));
        let mut source = Source { key, given, values, modifiers, kind };
        source.refuse_misplaced(repeated, problems);
        let when = source.take("when").and_then(|node| node.text(problems));
        let compare = source.flag("compare", false, problems);
        let shared = !source.flag("each", true, problems);
        if let Some((place, _)) = source.modifiers.iter().find(|(word, _)| compare && word.value == "compare") {
            refuse_compare(place, repeated && !shared, problems);
        }
        let confidence = source.confidence(problems);
        let domain = source.domain(problems)?;
        Some(Self { domain, when, compare, confidence, shared })
    }
}

/// Reports a table in which nothing says what is drawn.
fn no_kind(key: &Spanned<String>, table: Table<'_>, kind: Option<&Kind>, problems: &mut Problems) {
    // An unknown key is a kind misspelt: reporting that says it all.
    if table.keys().next().is_some() {
        table.finish(problems);
        return;
    }
    let words = kind.map_or(&KINDS[..], suitable);
    let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let problem = Problem::new(format!("`{}` does not say which values it takes", key.value), key.span.clone());
    problems.push(problem.label("no values").help(format!("give it one of {words}, or a plain value")));
}

fn refuse_compare(place: &Spanned<String>, differs: bool, problems: &mut Problems) {
    if differs {
        let problem = Problem::new("what differs from copy to copy cannot be compared", place.span.clone());
        problems.push(problem.label("here").help("add `each = false`, so that one draw holds for all copies"));
    }
}

impl<'i> Source<'i, '_> {
    fn take(&self, word: &str) -> Option<Node<'i>> {
        let found = self.modifiers.iter().find(|(known, _)| known.value == word);
        found.map(|(_, node)| node.clone())
    }

    fn flag(&self, word: &str, otherwise: bool, problems: &mut Problems) -> bool {
        self.take(word).and_then(|node| node.boolean(problems)).map_or(otherwise, |flag| flag.value)
    }

    /// The share of early draws that follow the prior or the weights.
    fn confidence(&self, problems: &mut Problems) -> f64 {
        // Weights say themselves how often each value is drawn.
        let usual =
            if self.take("prior").is_some() { 0.5 } else { f64::from(u8::from(self.take("weights").is_some())) };
        let Some((word, node)) = self.modifiers.iter().find(|(word, _)| word.value == "confidence") else {
            return usual;
        };
        if usual == 0.0 {
            let problem = Problem::new("`confidence` has nothing to be confident of", word.span.clone());
            let prior = if matches!(self.given.value.as_str(), "float" | "int") { "`prior`" } else { "`weights`" };
            problems.push(problem.label("not alone").help(format!("add {prior}, or leave it out")));
        }
        node.clone().choice(&CONFIDENCES, problems).map_or(usual, |share| share.value)
    }

    /// Reports the modifiers that do not belong to this kind of domain.
    fn refuse_misplaced(&mut self, repeated: bool, problems: &mut Problems) {
        let given = &self.given.value;
        self.modifiers.retain(|(word, _)| {
            let kinds = MODIFIERS.iter().find(|(known, _)| *known == word.value).map_or(&[][..], |(_, kinds)| *kinds);
            let (message, help) = if word.value == "each" && !repeated {
                ("`each` belongs to a parameter of a repeated block".to_owned(), "leave it out".to_owned())
            } else if kinds.is_empty() || kinds.contains(&given.as_str()) {
                return true;
            } else {
                let kinds = kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
                let help = match word.value.as_str() {
                    "prior" => "use `weights` to say which values are likelier".to_owned(),
                    _ => format!("`{}` belongs to {kinds}", word.value),
                };
                (format!("`{}` does not belong to `{given}`", word.value), help)
            };
            problems.push(Problem::new(message, word.span.clone()).label("not here").help(help));
            false
        });
    }

    fn domain(&self, problems: &mut Problems) -> Option<Domain> {
        match self.given.value.as_str() {
            "float" => self.float(problems),
            "int" => self.int(problems),
            "bool" => self.boolean(problems),
            "subset_of" => self.subset(problems),
            word => {
                let ordered = word == "ordinal";
                self.choice(ordered, problems)
            }
        }
    }

    /// A misfit of a value as a problem at that value.
    fn misfit(&self, misfit: Misfit, span: std::ops::Range<usize>, problems: &mut Problems) {
        let problem = Problem::new(format!("`{}` {}", self.key.value, misfit.reason), span);
        problems.push(problem.label("this value").help(misfit.help));
    }
}
