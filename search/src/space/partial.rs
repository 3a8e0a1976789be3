//! Values for some of the parameters, as `enqueue` and `forbid` give them.

use super::Space;
use super::vocabulary::Misfit;
use crate::candidate::Candidate;
use crate::problem::{Problem, Problems, suggest};
use crate::table::Table;

impl Space {
    /// Reads `table` as names and values of this space; those of a repeated block are written
    /// `"stage[0].channels" = 16`. Whatever is unknown or impossible is reported and left out.
    pub fn partial(&self, table: Table<'_>, problems: &mut Problems) -> Candidate {
        let mut partial = Candidate::new();
        for (key, node) in table.rest() {
            let Some(slot) = self.index.get(&key.value) else {
                if !self.broken.holds(&key.value) {
                    let problem = Problem::new(format!("`{}` is not a parameter of [space]", key.value), key.span);
                    problems.push(problem.label("unknown").help(self.help_for(&key.value)));
                }
                continue;
            };
            let Some(value) = node.value(problems) else { continue };
            match self.domain(*slot).admit(&value.value) {
                Ok(value) => partial.insert(key.value, value),
                Err(Misfit { reason, help }) => {
                    let problem = Problem::new(format!("`{}` {reason}", key.value), value.span);
                    problems.push(problem.label("this value").help(help));
                }
            }
        }
        partial
    }

    fn help_for(&self, name: &str) -> String {
        let copy = self.slots.iter().find(|slot| slot.name.strip_suffix(name).is_some_and(|rest| rest.ends_with("].")));
        match copy {
            Some(slot) => format!("say of which copy, in quotes: `\"{}\"`", slot.name),
            None => suggest(name, self.slots.iter().map(|slot| slot.name.as_str())),
        }
    }
}
