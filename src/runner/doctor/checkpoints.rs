//! The directories of the checkpoints: none too many, none damaged, and from where trials continue.

use std::collections::BTreeSet;

use kiln_trials::checkpoint::CheckpointError;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::{self, Trial, TrialNumber};

use super::{Finding, Part, Standing};
use crate::failure::Failure;
use crate::runner::folder::Folder;
use crate::runner::keeping::Keeping;
use crate::term::figure::{bytes, counted};

/// How many names are listed.
const LISTED: usize = 3;

/// Removes what nobody can need, whatever the study file says by now, and what cannot be read; `keep` is what it said when
/// the study began.
pub fn tend(
    folder: &Folder,
    store: &SqliteStore,
    keep: Option<u32>,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let directory = folder.checkpoints()?;
    let mut keeping = Keeping::new(directory.clone(), Some(u32::MAX));
    let found: BTreeSet<String> = keeping.checkpoints().list()?.into_iter().collect();
    // After the directory, as the runner does.
    let (study, trials) = (store.study()?, store.snapshot()?);
    let standings: Vec<_> = trials.iter().map(|trial| trial.standing(Some(&study.metrics()))).collect();
    clear(&mut keeping, &found, &trials, &standings, &study)?;
    let there: BTreeSet<String> = keeping.checkpoints().list()?.into_iter().collect();
    let removed: Vec<&str> = found.difference(&there).map(String::as_str).collect();
    if !removed.is_empty() {
        let what = format!("removed what nobody needs: {}", listed(&removed));
        findings.push(Finding::new(Part::Checkpoints, Standing::Mended, what));
    }
    let best = Keeping::new(directory, keep).best(&standings, &study.objectives);
    let (mut whole, mut size, mut problems) = (0, 0, Vec::new());
    for trial in trials.iter().filter(|trial| trial.holder.is_none()) {
        let (mut newest, before) = (None, problems.len());
        for checkpoint in trial.checkpoints.iter().filter(|checkpoint| there.contains(&checkpoint.name)) {
            match keeping.checkpoints().read(&checkpoint.name) {
                Ok(files) => {
                    newest = Some(checkpoint.epoch);
                    whole += 1;
                    size += files.iter().map(|(_, content)| content.len() as u64).sum::<u64>();
                }
                Err(error) if error.is_damage() && !trial.is_over() => {
                    keeping.remove(&checkpoint.name)?;
                    let what = format!("{error}: it is removed");
                    findings.push(Finding::new(Part::Checkpoints, Standing::Mended, what));
                }
                Err(error) if error.is_damage() => problems.push(lost(&study.name, trial, &error)),
                Err(error) => problems.push(Finding::failure(Part::Checkpoints, &error.into())),
            }
        }
        findings.extend(match newest {
            None if trial.is_over() && best.contains(&trial.number) && problems.len() == before => Some(missing(trial)),
            newest if !trial.is_over() => going_back(trial, newest.unwrap_or(0)),
            _ => None,
        });
    }
    if problems.is_empty() {
        let what = format!("{}, {}, none damaged", counted(whole, "checkpoint"), bytes(size));
        findings.push(Finding::new(Part::Checkpoints, Standing::Sound, what));
    }
    findings.extend(problems);
    Ok(())
}

/// Removes what is not on record, what trials have gone on from, and what is left of trials that cannot be among the best.
fn clear(
    keeping: &mut Keeping,
    found: &BTreeSet<String>,
    trials: &[Trial],
    standings: &[trial::Standing],
    study: &StudyRecord,
) -> Result<(), Failure> {
    let recorded = |number: TrialNumber| Ok(trials.get(number as usize).cloned());
    keeping.take_stock(found.iter().cloned().collect(), &recorded)?;
    let mut waiting = trials.iter().filter(|trial| !trial.is_over() && trial.holder.is_none());
    waiting.try_for_each(|trial| keeping.tidy(trial))?;
    let (searched, confirmed): (Vec<_>, Vec<_>) = standings.iter().cloned().partition(|trial| trial.origin.is_search());
    keeping.sweep(&searched, &confirmed, &study.objectives)
}

/// Of a trial that is over there is nothing to fall back to.
fn lost(study: &str, trial: &Trial, error: &CheckpointError) -> Finding {
    let number = trial.number;
    let next = format!(
        "what trial {number} has learned is lost, but not its record: `kiln retry {study} --trial {number}` trains its \
         candidate as a new trial"
    );
    Finding::problem(Part::Checkpoints, error.to_string(), next)
}

fn missing(trial: &Trial) -> Finding {
    let what =
        format!("trial {} is among the best and has none; so it is where [checkpoints] was changed", trial.number);
    Finding::new(Part::Checkpoints, Standing::Noted, what)
}

/// That a trial continues from an epoch before its last, if it does.
fn going_back(trial: &Trial, newest: u32) -> Option<Finding> {
    let last = trial.epochs.len() as u32;
    let from = if newest == 0 { "its beginning".to_owned() } else { format!("epoch {newest}") };
    let what = format!("trial {} continues from {from} and trains again up to epoch {last}", trial.number);
    (newest < last).then(|| Finding::new(Part::Checkpoints, Standing::Noted, what))
}

fn listed(names: &[&str]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
