//! Reading `[space]` and `[[constraint]]`: everything that is wrong is reported, with its place.

use std::collections::{BTreeSet, HashMap};

use super::vocabulary::{ParameterInfo, Vocabulary};
use super::{Block, Home, Parameter, Slot, Space};
use crate::problem::{Problem, Problems, Spanned, suggest};
use crate::table::{Node, SpannedText, Table};

mod block;
mod constraint;
mod declaration;
mod filter;
mod network;
mod order;
mod parameter;
mod scope;

pub use filter::Filter;

use block::Repeat;
use declaration::KINDS;

/// Names whose declaration has been reported.
#[derive(Debug, Clone, Default)]
pub(super) struct Broken {
    names: BTreeSet<String>,
    /// Whether the number of copies of a block is unknown.
    copies: bool,
}

impl Broken {
    /// Whether nothing more should be said about `name`.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.names.contains(name) || (self.copies && name.contains('['))
    }
}

/// A parameter whose condition has not been resolved.
struct Draft {
    parameter: Parameter,
    key: Spanned<String>,
    when: Option<SpannedText>,
}

/// What `[space]` holds, in the order of the file.
enum Entry {
    Parameter(usize),
    Block { number: usize, parameters: Vec<usize> },
}

struct Reader<'v> {
    vocabulary: &'v dyn Vocabulary,
    known: Vec<ParameterInfo>,
    drafts: Vec<Draft>,
    entries: Vec<Entry>,
    repeats: Vec<(Spanned<String>, Repeat)>,
    broken: Broken,
}

impl Space {
    /// Takes `[space]`, `[network]` and `[[constraint]]` out of `file` and reads them for a trainer that understands
    /// `vocabulary`.
    ///
    /// If any problem is reported, the space lacks what is wrong and is good for finding further mistakes only.
    pub fn read(file: &mut Table<'_>, vocabulary: &dyn Vocabulary, problems: &mut Problems) -> Self {
        let mut reader = Reader {
            vocabulary,
            known: vocabulary.parameters(),
            drafts: Vec::new(),
            entries: Vec::new(),
            repeats: Vec::new(),
            broken: Broken::default(),
        };
        let example = "a table [space] with the choices, for example `depth = { int = [1, 4] }`";
        let table = file.require("space", example, problems).and_then(|node| node.table(problems));
        let network = if vocabulary.layers().is_empty() { None } else { file.take("network") };
        for (key, node) in table.map_or_else(Vec::new, Table::rest) {
            if network.is_some() && key.value == vocabulary.block() {
                reader.superfluous_block(&key, problems);
            } else {
                reader.entry(key, node, problems);
            }
        }
        if let Some(node) = network {
            reader.network(node, problems);
        }
        let constraints = file.take("constraint").map_or_else(Vec::new, |node| node.tables(problems));
        let mut space = reader.finish(problems);
        for table in constraints {
            let constraint = constraint::read(table, &space, vocabulary, problems);
            space.constraints.extend(constraint);
        }
        space
    }
}

impl Reader<'_> {
    /// One key of `[space]`: a parameter, a repeated block, or copies of a block written out.
    fn entry(&mut self, key: Spanned<String>, node: Node<'_>, problems: &mut Problems) {
        let is_block_name = key.value == self.vocabulary.block();
        let is_domain = KINDS.iter().any(|kind| node.has(kind));
        if node.is_list_of_tables() {
            self.copies(&key, node, problems);
        } else if node.is_table() && !is_domain && (node.has("repeat") || is_block_name) {
            self.block(key, node, problems);
        } else if is_block_name {
            let problem = Problem::new(format!("`{}` is a block, not a parameter", key.value), key.span);
            let help = format!("write a table [space.{}] with `repeat` and the parameters of a copy", key.value);
            problems.push(problem.label("a block").help(help));
            self.broken.copies = true;
        } else if let Some(draft) = self.parameter(key, node, Home::Space, problems) {
            self.entries.push(Entry::Parameter(self.drafts.len()));
            self.drafts.push(draft);
        }
    }

    /// Reports a block that the trainer does not know; whether it does.
    fn knows_block(&self, key: &Spanned<String>, problems: &mut Problems) -> bool {
        let block = self.vocabulary.block();
        if key.value != block {
            let problem = Problem::new(format!("unknown block `{}`", key.value), key.span.clone());
            problems.push(problem.label("unknown block").help(suggest(&key.value, [block])));
        }
        key.value == block
    }

    fn finish(mut self, problems: &mut Problems) -> Space {
        self.clashes(problems);
        let blocks = self.count_copies(problems);
        let mut space = Space { blocks, ..Space::default() };
        let mut homes = Vec::new();
        for entry in &self.entries {
            match entry {
                Entry::Parameter(draft) => {
                    let prefix = match &self.drafts[*draft].parameter.home {
                        Home::Copy(copy) => Some(copy.clone()),
                        Home::Space | Home::Block(_) => None,
                    };
                    homes.push((*draft, None, prefix));
                }
                Entry::Block { number, parameters } => {
                    let Block { name, copies, .. } = &space.blocks[*number];
                    for copy in 0..*copies {
                        let prefix = format!("{name}[{copy}]");
                        let each = parameters.iter();
                        homes.extend(each.map(|draft| (*draft, Some((*number, copy)), Some(prefix.clone()))));
                    }
                }
            }
        }
        for (draft, copy, prefix) in &homes {
            let bare = &self.drafts[*draft].parameter.name;
            let name = prefix.as_ref().map_or_else(|| bare.clone(), |prefix| format!("{prefix}.{bare}"));
            space.index.insert(name.clone(), space.slots.len());
            space.slots.push(Slot { name, parameter: *draft, copy: *copy, condition: None, depends_on: Vec::new() });
        }
        self.resolve_counts(&mut space);
        let whens: Vec<_> = self.drafts.iter().map(|draft| draft.when.clone()).collect();
        let repeats: Vec<_> = self.repeats.iter().map(|(key, repeat)| repeat.span(key)).collect();
        space.parameters = self.drafts.into_iter().map(|draft| draft.parameter).collect();
        space.broken = self.broken;
        let prefixes: Vec<_> = homes.into_iter().map(|(_, _, prefix)| prefix).collect();
        scope::resolve_conditions(&mut space, self.vocabulary, &whens, &prefixes, problems);
        order::order(&mut space, &whens, &repeats, problems);
        space
    }

    /// A name both in `[space]` and in a repeated block: the former would never be looked at.
    fn clashes(&self, problems: &mut Problems) {
        let mut global: HashMap<&str, &Draft> = HashMap::new();
        for draft in self.drafts.iter().filter(|draft| draft.parameter.home == Home::Space) {
            global.insert(&draft.parameter.name, draft);
        }
        for draft in self.drafts.iter().filter(|draft| draft.parameter.is_repeated()) {
            let name = &draft.parameter.name;
            if global.contains_key(name.as_str()) {
                let block = self.vocabulary.block();
                let message = format!("`{name}` is given both in [space] and in [space.{block}]");
                let problem = Problem::new(message, draft.key.span.clone()).label("again here");
                problems.push(problem.help("keep one: the first holds for all copies, the second for each copy"));
            }
        }
    }
}
