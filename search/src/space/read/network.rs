//! `[network]`: a network that is put together by hand.
//!
//! `plan` is a list of tables, a layer each. `layer` says of which kind it is, and whatever else stands there are
//! parameters as in `[space]`, plain values or domains: those of the third layer are called `plan[2].channels`. A layer
//! that holds others has them in a list of its own, `plan[2].body[0].channels`.

use super::{Draft, Entry, Reader};
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned, suggest};
use crate::space::domain::Domain;
use crate::space::vocabulary::{Kind, LayerInfo};
use crate::space::{Home, MOST_COPIES};
use crate::table::{Node, Table};

const EXAMPLE: &str = "`plan = [{ layer = \"convolution\", channels = 16 }, …]`";

impl Reader<'_> {
    /// Reads the table `[network]`, after `[space]`.
    pub(super) fn network(&mut self, node: Node<'_>, problems: &mut Problems) {
        let Some(mut table) = node.table(problems) else { return };
        let plan = table.require("plan", EXAMPLE, problems);
        table.finish(problems);
        let mut used = Vec::new();
        match plan {
            Some(node) => self.plan("plan", node, &mut used, problems),
            None => self.broken.copies = true,
        }
        if !self.broken.copies {
            self.superfluous(&used, problems);
        }
    }

    /// Reports a block of stages beside a plan.
    pub(super) fn superfluous_block(&mut self, key: &Spanned<String>, problems: &mut Problems) {
        let message = format!("`{}` and [network] both say what the network is", key.value);
        let help = format!("keep one of them; a plan can have `layer = \"{}\"`", key.value);
        problems.push(Problem::new(message, key.span.clone()).label("beside [network]").help(help));
        self.broken.copies = true;
    }

    /// The layers of the list `node`, which is called `name`; `used` gets the names of all parameters that they look up.
    fn plan(&mut self, name: &str, node: Node<'_>, used: &mut Vec<&'static str>, problems: &mut Problems) {
        let (span, before) = (node.span(), problems.len());
        let tables = node.tables(problems);
        let count = tables.len();
        if problems.len() == before && !(1..=MOST_COPIES as usize).contains(&count) {
            let problem = Problem::new(format!("`{name}` has {count} layers"), span).label("here");
            problems.push(problem.help(format!("write from 1 to {MOST_COPIES}, for example {EXAMPLE}")));
        }
        self.broken.copies |= problems.len() > before;
        for (index, table) in tables.into_iter().enumerate() {
            self.layer(&format!("{name}[{index}]"), table, used, problems);
        }
    }

    /// One layer, which is called `name`.
    fn layer(&mut self, name: &str, mut table: Table<'_>, used: &mut Vec<&'static str>, problems: &mut Problems) {
        let span = table.span();
        let Some(kinds) = self.layer_kinds(name, &mut table, problems) else {
            self.broken.copies = true;
            return;
        };
        let body = table.take_entry("body");
        match (body, kinds.iter().all(|kind| kind.holds)) {
            (Some((_, node)), true) => self.plan(&format!("{name}.body"), node, used, problems),
            (Some((key, _)), false) => match kinds.iter().find(|kind| kind.holds) {
                Some(kind) => {
                    let message = format!("`{name}` has a `body`, but may be a layer that holds none");
                    let help = "with a `when`, it is there only where that holds";
                    let problem = Problem::new(message, key.span).label("not for all that `layer` may be");
                    problems.push(problem.help(format!("let `layer` be `{}` alone; {help}", kind.name)));
                    self.broken.copies = true;
                }
                None => self.foreign(&key, &kinds, problems),
            },
            (None, true) => {
                let problem = Problem::new(format!("`{name}` has no `body`"), span.clone()).label("missing here");
                problems.push(problem.help("add the layers that it holds: `body = [{ layer = … }, …]`"));
                self.broken.copies = true;
            }
            (None, false) => {}
        }
        let given: Vec<String> = table.keys().map(|key| key.value.clone()).collect();
        for kind in &kinds {
            used.extend(kind.own.iter().chain(&kind.common));
            let there = |needed: &&str| given.iter().any(|key| key == needed) || self.in_space(needed);
            if let Some(needed) = kind.needs.filter(|needed| !there(needed)) {
                let message = format!("`{name}` has no `{needed}`, without which it does nothing");
                let problem = Problem::new(message, span.clone()).label("missing here");
                problems.push(problem.help(format!("add `{needed}`, here or in [space]")));
            }
        }
        for (key, node) in table.rest() {
            let known = kinds.iter().any(|kind| kind.own.contains(&key.value.as_str()));
            let info = self.known.iter().find(|info| known && info.name == key.value);
            match info.map(|info| info.kind.clone()) {
                None => self.foreign(&key, &kinds, problems),
                kind => {
                    let draft = self.declare(key, node, Home::Copy(name.to_owned()), kind, problems);
                    self.keep(draft);
                }
            }
        }
    }

    /// What `layer` says: the kinds that it may be of.
    fn layer_kinds(&mut self, name: &str, table: &mut Table<'_>, problems: &mut Problems) -> Option<Vec<LayerInfo>> {
        let words = self.vocabulary.layers();
        let Some((key, node)) = table.take_entry("layer") else {
            let problem = Problem::new(format!("`{name}` does not say which layer it is"), table.span());
            problems.push(problem.label("no `layer`").help(suggest("", words.iter().copied())));
            return None;
        };
        let kind = Some(Kind::Choice(words));
        let draft = self.declare(key, node, Home::Copy(name.to_owned()), kind, problems)?;
        let values = match draft.parameter.domain() {
            Domain::Fixed(value) => vec![value.clone()],
            Domain::Choice(choice) => choice.values.clone(),
            Domain::Int(_) | Domain::Float(_) | Domain::Subset(_) => Vec::new(),
        };
        let kinds = values.iter().filter_map(|value| match value {
            Value::Text(word) => self.vocabulary.layer(word),
            _ => None,
        });
        let kinds = kinds.collect();
        self.keep(Some(draft));
        Some(kinds)
    }

    fn keep(&mut self, draft: Option<Draft>) {
        if let Some(draft) = draft {
            self.entries.push(Entry::Parameter(self.drafts.len()));
            self.drafts.push(draft);
        }
    }

    fn in_space(&self, name: &str) -> bool {
        let given = |draft: &Draft| draft.parameter.home == Home::Space && draft.parameter.name == name;
        self.drafts.iter().any(given) || self.broken.holds(name)
    }

    /// Reports a key that none of the kinds of a layer looks up.
    fn foreign(&mut self, key: &Spanned<String>, kinds: &[LayerInfo], problems: &mut Problems) {
        let names: Vec<_> = kinds.iter().map(|kind| format!("`{}`", kind.name)).collect();
        let body = kinds.iter().any(|kind| kind.holds).then_some("body");
        let own = kinds.iter().flat_map(|kind| kind.own.iter().copied()).chain(body);
        let problem =
            Problem::new(format!("`{}` means nothing to {}", key.value, names.join(" or ")), key.span.clone());
        problems.push(problem.label("not here").help(suggest(&key.value, own)));
        self.broken.copies = true;
    }

    /// Reports what stands in `[space]` for a network that is not put together by hand.
    fn superfluous(&self, used: &[&'static str], problems: &mut Problems) {
        let structure = self.vocabulary.structure();
        for draft in self.drafts.iter().filter(|draft| draft.parameter.home == Home::Space) {
            let name = draft.parameter.name.as_str();
            if structure.contains(&name) && !used.contains(&name) {
                let problem = Problem::new(format!("no layer of the plan looks at `{name}`"), draft.key.span.clone());
                problems.push(problem.label("not used").help("remove it, or add a layer that does"));
            }
        }
    }
}
