//! `[fidelity]`: how long trials train, and what may stop them before.

use std::ops::{Bound, Range};

use kiln_search::problem::{Problem, Problems};
use kiln_search::scheduler::{Rungs, Scheduler};
use kiln_search::space::Space;
use kiln_search::table::{Node, Table};

use super::{GREATEST_COUNT, whole};
use crate::study::Fidelity;

/// Epochs of a trial where the file says nothing.
const EPOCHS: u32 = 10;

/// Epochs before the median counts, where the file says nothing.
const GRACE: u32 = 1;

/// Epochs without progress that end a trial, where the file says nothing.
const PATIENCE: u32 = 5;

/// The parameter of the trainer by which a candidate says itself how long it trains.
const CHOSEN: &str = "epochs";

/// The words of `scheduler`.
const METHODS: [&str; 5] = ["asha", "hyperband", "median", "patience", "none"];

/// The keys that only some of the methods have.
const KEYS: [(&str, &[&str]); 5] = [
    ("rungs", &["asha", "hyperband"]),
    ("reduction", &["asha", "hyperband"]),
    ("grace", &["median"]),
    ("patience", &["patience"]),
    ("delta", &["patience"]),
];

/// How long trials of candidates of `space` train, of which there are to be so many.
pub fn read(node: Option<Node<'_>>, space: &Space, trials: Option<u32>, problems: &mut Problems) -> Fidelity {
    let usual = Fidelity { epochs: EPOCHS, scheduler: Scheduler::None };
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return usual };
    let before = problems.len();
    let epochs = if table.has("epochs") { whole(&mut table, "epochs", problems) } else { Some(EPOCHS) };
    let mut reader = Reader {
        // What a number that cannot be read allows is not known.
        epochs: epochs.unwrap_or(GREATEST_COUNT),
        chosen: space.parameters().iter().any(|parameter| parameter.name() == CHOSEN),
        trials: epochs.and(trials),
        place: table.place("scheduler").or_else(|| table.place("rungs")).unwrap_or_else(|| table.span()),
        problems,
    };
    let scheduler = reader.scheduler(&mut table).filter(|scheduler| reader.has_effect(scheduler));
    table.finish(problems);
    match (epochs, scheduler) {
        (Some(epochs), Some(scheduler)) if problems.len() == before => Fidelity { epochs, scheduler },
        _ => usual,
    }
}

struct Reader<'a> {
    /// Of a trial that does not choose them itself.
    epochs: u32,
    /// Whether candidates choose them.
    chosen: bool,
    /// How many trials there are to be, if that is said.
    trials: Option<u32>,
    /// Where the scheduler is named, or else implied.
    place: Range<usize>,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn scheduler(&mut self, table: &mut Table<'_>) -> Option<Scheduler> {
        let implied = if table.has("rungs") { "asha" } else { "none" };
        let method = match table.take("scheduler") {
            Some(node) => node.choice(&METHODS.map(|word| (word, word)), self.problems).map(|word| word.value),
            None => Some(implied),
        };
        let Some(method) = method else {
            // Which keys it has is not known; all of them are known words.
            for (key, _) in KEYS {
                table.take(key);
            }
            return None;
        };
        self.refuse_foreign_keys(table, method);
        match method {
            "asha" => {
                let rungs = self.rungs(table)?;
                self.demand_trials(&rungs);
                Some(Scheduler::Asha(rungs))
            }
            "hyperband" => self.rungs(table).map(Scheduler::Hyperband),
            "median" => Some(Scheduler::Median { grace: self.count(table, "grace", GRACE)? }),
            "patience" => {
                let epochs = self.count(table, "patience", PATIENCE);
                let delta = match table.take("delta") {
                    Some(node) => node.number((Bound::Included(0.0), Bound::Unbounded), self.problems)?.value,
                    None => 0.0,
                };
                Some(Scheduler::Patience { epochs: epochs?, delta })
            }
            _ => Some(Scheduler::None),
        }
    }

    fn refuse_foreign_keys(&mut self, table: &mut Table<'_>, method: &str) {
        for (key, owners) in KEYS.iter().filter(|(_, owners)| !owners.contains(&method)) {
            let Some((key, _)) = table.take_entry(key) else { continue };
            let owners: Vec<_> = owners.iter().map(|owner| format!("`scheduler = {owner:?}`")).collect();
            let problem =
                Problem::new(format!("`{}` has no meaning for the scheduler `{method}`", key.value), key.span);
            let help = format!("it belongs to {}: name that, or remove the line", owners.join(" or "));
            self.problems.push(problem.label("not for this scheduler").help(help));
        }
    }

    fn count(&mut self, table: &mut Table<'_>, key: &str, usual: u32) -> Option<u32> {
        if table.has(key) { whole(table, key, self.problems) } else { Some(usual) }
    }

    /// Refuses a scheduler that stops nobody before the last epoch.
    fn has_effect(&mut self, scheduler: &Scheduler) -> bool {
        let help = match scheduler {
            Scheduler::None => return true,
            Scheduler::Asha(_) | Scheduler::Hyperband(_) => {
                "write `rungs` with epochs before the last, or raise `epochs`"
            }
            Scheduler::Median { .. } => "write a `grace` below `epochs`, or raise `epochs`",
            Scheduler::Patience { .. } => "lower `patience`: the first verdict comes an epoch later; or raise `epochs`",
        };
        if self.chosen || !scheduler.waits(0, self.epochs).is_empty() {
            return true;
        }
        let message = format!("`{}` never stops a trial with `epochs = {}`", scheduler.name(), self.epochs);
        self.problems.push(Problem::new(message, self.place.clone()).label("no effect").help(help));
        false
    }

    fn rungs(&mut self, table: &mut Table<'_>) -> Option<Rungs> {
        let reduction = match table.take("reduction") {
            Some(node) => node.integer(2..=i64::from(GREATEST_COUNT), self.problems).map(|number| number.value as u32),
            None => Some(Rungs::REDUCTION),
        };
        if self.chosen {
            let message = format!("candidates that choose `{CHOSEN}` themselves have no rungs in common");
            let help = format!("remove `{CHOSEN}` from [space], or use `scheduler = \"median\"` or \"patience\"");
            self.problems.push(Problem::new(message, self.place.clone()).label("needs one length").help(help));
        }
        match table.take("rungs") {
            Some(node) => self.listed(node, reduction?),
            None => Some(Rungs::geometric(self.epochs, reduction?)),
        }
    }

    /// The rungs of a list: epochs in rising order, none past the last, which is added.
    fn listed(&mut self, node: Node<'_>, reduction: u32) -> Option<Rungs> {
        let before = self.problems.len();
        let mut epochs: Vec<u32> = Vec::new();
        for node in node.list(self.problems)?.value {
            let Some(rung) = node.integer(1..=i64::from(GREATEST_COUNT), self.problems) else { continue };
            let (epoch, last) = (rung.value as u32, epochs.last().copied().unwrap_or_default());
            let (message, label, help) = if epoch > self.epochs {
                let help = format!("raise `epochs` to {epoch}, or remove the rung");
                (format!("the rung {epoch} is past the last epoch, {}", self.epochs), "never reached", help)
            } else if epoch <= last {
                let help = "write each epoch once, the lowest first".to_owned();
                (format!("`rungs` must rise, and {epoch} is not above {last}"), "not above", help)
            } else {
                epochs.push(epoch);
                continue;
            };
            self.problems.push(Problem::new(message, rung.span).label(label).help(help));
        }
        if self.problems.len() > before {
            return None;
        }
        if epochs.last() != Some(&self.epochs) {
            epochs.push(self.epochs);
        }
        Rungs::new(epochs, reduction).ok()
    }

    /// Refuses a number of trials of which none would ever be trained to its end.
    fn demand_trials(&mut self, rungs: &Rungs) {
        let waits = rungs.epochs().len() as u32 - 1;
        let needed = rungs.reduction().saturating_pow(waits);
        let Some(trials) = self.trials.filter(|trials| *trials < needed) else { return };
        let message = format!("of {trials} trials, none gets through {waits} rungs to the last epoch");
        let help = format!("raise `trials` to {needed} or more, or use fewer rungs or a smaller `reduction`");
        self.problems.push(Problem::new(message, self.place.clone()).label("too many rungs").help(help));
    }
}
