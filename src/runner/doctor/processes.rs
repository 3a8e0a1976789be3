//! Who works on a study, and what the dead have left.

use kiln_trials::store::Store;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::trial::State;

use super::{Finding, Part, Standing};
use crate::failure::Failure;
use crate::runner::folder::Folder;
use crate::runner::holder;

/// Who has the lock of a study, and has not entered yet.
pub const SOMEBODY: &str = "another process";

/// Who works on the study now, if anybody does.
pub fn users(folder: &Folder) -> Result<Option<String>, Failure> {
    let living = holder::living(&folder.holders())?;
    if living.is_empty() {
        return Ok(folder.is_running().then(|| SOMEBODY.to_owned()));
    }
    Ok(Some(living.join(" and ")))
}

/// Ends the leases of processes that have died, and says which trials wait for somebody.
pub fn bury(folder: &Folder, store: &mut SqliteStore, findings: &mut Vec<Finding>) -> Result<(), Failure> {
    let dead = holder::bury(&folder.holders(), store)?;
    let mut running = store.standings(Some(&[]))?.trials;
    running.retain(|trial| trial.state == State::Running);
    let waiting: Vec<String> =
        running.iter().filter(|trial| trial.holder.is_none()).map(|trial| trial.number.to_string()).collect();
    let then = if waiting.is_empty() {
        String::new()
    } else {
        format!("; `kiln run` continues what was interrupted: trial {}", waiting.join(", "))
    };
    findings.push(if dead.is_empty() {
        Finding::new(Part::Processes, Standing::Sound, format!("nobody works on it{then}"))
    } else {
        let what = format!("{} had died: what it held is free{then}", dead.join(" and "));
        Finding::new(Part::Processes, Standing::Mended, what)
    });
    for trial in running {
        if let Some(holder) = trial.holder {
            let what = format!(
                "trial {} is held by {holder}, of whom nothing is known, for half a minute at most",
                trial.number
            );
            findings.push(Finding::new(Part::Processes, Standing::Noted, what));
        }
    }
    Ok(())
}
