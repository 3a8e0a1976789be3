//! Blocks: a table that is repeated, or copies that are written out.

use std::ops::Range;

use super::{Draft, Entry, Reader};
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned, closest};
use crate::space::domain::Domain;
use crate::space::{Block, Count, Home, MOST_COPIES, Space};
use crate::table::{Node, SpannedText};

/// What `repeat` says.
pub(super) enum Repeat {
    Fixed(u32),
    Named(SpannedText),
    /// Something that has been reported.
    Broken,
}

impl Repeat {
    /// Where it stands; the name of the block where it is a number or missing.
    pub(super) fn span(&self, key: &Spanned<String>) -> Range<usize> {
        match self {
            Self::Named(name) => name.span.clone(),
            Self::Fixed(_) | Self::Broken => key.span.clone(),
        }
    }
}

const EXAMPLE: &str = "`repeat = \"depth\"`, the name of a whole-number parameter, or `repeat = 3`";

impl Reader<'_> {
    /// A repeated block.
    pub(super) fn block(&mut self, key: Spanned<String>, node: Node<'_>, problems: &mut Problems) {
        let known = self.knows_block(&key, problems);
        let Some(mut table) = node.table(problems) else { return };
        let repeat = match table.require("repeat", EXAMPLE, problems) {
            None => Repeat::Broken,
            Some(node) if node.kind() == "a whole number" => node
                .integer(1..=i64::from(MOST_COPIES), problems)
                .map_or(Repeat::Broken, |count| Repeat::Fixed(count.value as u32)),
            Some(node) if node.kind() == "a text" => node.text(problems).map_or(Repeat::Broken, Repeat::Named),
            Some(node) => {
                let message = format!("`repeat` cannot be {}", node.kind());
                let problem = Problem::new(message, node.span()).label(node.kind());
                problems.push(problem.help(format!("write {EXAMPLE}")));
                Repeat::Broken
            }
        };
        let number = self.repeats.len();
        let mut parameters = Vec::new();
        for (inner, node) in table.rest() {
            if node.has("repeat") || node.is_list_of_tables() {
                let problem = Problem::new(format!("`{}` is a block inside a block", inner.value), inner.span);
                problems.push(problem.label("here").help("blocks are not nested: give every parameter its own key"));
            } else if let Some(draft) = self.parameter(inner, node, Home::Block(number), problems) {
                parameters.push(self.drafts.len());
                self.drafts.push(draft);
            }
        }
        self.broken.copies |= !known || matches!(repeat, Repeat::Broken);
        self.repeats.push((key, repeat));
        self.entries.push(Entry::Block { number, parameters });
    }

    /// The copies of a block, written out one by one.
    pub(super) fn copies(&mut self, key: &Spanned<String>, node: Node<'_>, problems: &mut Problems) {
        self.broken.copies |= !self.knows_block(key, problems);
        let span = node.span();
        let tables = node.tables(problems);
        if tables.len() > MOST_COPIES as usize {
            let problem = Problem::new(format!("`{}` has {} copies", key.value, tables.len()), span);
            problems.push(problem.label("too many").help(format!("at most {MOST_COPIES} are possible")));
            self.broken.copies = true;
            return;
        }
        for (copy, mut table) in tables.into_iter().enumerate() {
            if let Some((repeat, _)) = table.take_entry("repeat") {
                let problem = Problem::new("copies that are written out are not repeated", repeat.span);
                let help = format!("use [space.{}] with single brackets, or leave `repeat` out", key.value);
                problems.push(problem.label("here").help(help));
            }
            for (inner, node) in table.rest() {
                let home = Home::Copy(format!("{}[{copy}]", key.value));
                if let Some(draft) = self.parameter(inner, node, home, problems) {
                    self.entries.push(Entry::Parameter(self.drafts.len()));
                    self.drafts.push(draft);
                }
            }
        }
    }

    /// How many copies each repeated block can have.
    pub(super) fn count_copies(&mut self, problems: &mut Problems) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (number, (key, repeat)) in self.repeats.iter().enumerate() {
            let copies = match repeat {
                Repeat::Fixed(count) => Some(*count),
                Repeat::Named(name) => self.copies_of(number, name, problems),
                Repeat::Broken => None,
            };
            self.broken.copies |= copies.is_none();
            // One copy, if only to read on: the space has a problem then and is not used.
            blocks.push(Block { name: key.value.clone(), copies: copies.unwrap_or(1), count: Count::Always });
        }
        blocks
    }

    /// The greatest value of the parameter that a block is repeated by.
    fn copies_of(&self, block: usize, name: &SpannedText, problems: &mut Problems) -> Option<u32> {
        let report = |message: String, help: String, problems: &mut Problems| {
            problems.push(Problem::new(message, name.span.clone()).label("repeated by this").help(help));
            None
        };
        let word = &name.value;
        let global = |draft: &&Draft| draft.parameter.home == Home::Space;
        let Some(draft) = self.drafts.iter().filter(global).find(|draft| draft.parameter.name == *word) else {
            if self.broken.holds(word) {
                return None;
            }
            let own = |draft: &Draft| draft.parameter.home == Home::Block(block) && draft.parameter.name == *word;
            if self.drafts.iter().any(own) {
                let help = format!("move `{word}` out of the block to [space]");
                return report(format!("the block is repeated by `{word}`, which is inside it"), help, problems);
            }
            let names: Vec<&str> =
                self.drafts.iter().filter(global).map(|draft| draft.parameter.name.as_str()).collect();
            let help = match closest(word, &names) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("add it, for example `{word} = {{ int = [1, 4] }}`"),
            };
            return report(format!("`{word}`, which the block is repeated by, is not in [space]"), help, problems);
        };
        let whole = match &draft.parameter.domain {
            Domain::Int(_) | Domain::Fixed(Value::Int(_)) => true,
            Domain::Choice(choice) => choice.values.iter().all(|value| matches!(value, Value::Int(_))),
            Domain::Fixed(_) | Domain::Float(_) | Domain::Subset(_) => false,
        };
        match draft.parameter.domain.extremes().filter(|_| whole) {
            None => {
                let help = format!("give it whole numbers, for example `{word} = {{ int = [1, 4] }}`");
                report(format!("a block cannot be repeated `{word}` times: that is no whole number"), help, problems)
            }
            Some((low, _)) if low < 0.0 => {
                report(format!("a block cannot be repeated {low} times"), format!("let `{word}` start at 1"), problems)
            }
            Some((_, high)) if high < 1.0 => {
                report("the block is never there".to_owned(), format!("let `{word}` be 1 or more"), problems)
            }
            Some((_, high)) if high > f64::from(MOST_COPIES) => {
                let help = format!("let `{word}` be at most {MOST_COPIES}");
                report(format!("a block cannot be repeated {high} times"), help, problems)
            }
            Some((_, high)) => Some(high as u32),
        }
    }

    /// Ties the blocks to the slots that say how many copies there are.
    pub(super) fn resolve_counts(&self, space: &mut Space) {
        for (block, (_, repeat)) in space.blocks.iter_mut().zip(&self.repeats) {
            if let Repeat::Named(name) = repeat
                && let Some(slot) = space.index.get(&name.value)
            {
                block.count = Count::Slot(*slot);
            }
        }
    }
}
