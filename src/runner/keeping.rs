//! Which checkpoints stay: what trials that are not over continue from, and the newest of the best trials, and of the
//! first confirmation of each network, which may be the one that is measured on the test images and exported.
//!
//! Several runs may write into one directory. What is not on record, and belongs to a trial that some other run holds,
//! may be about to be recorded, and stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kiln_search::pareto::Goal;
use kiln_trials::checkpoint::{self, Checkpoints};
use kiln_trials::rank;
use kiln_trials::store::StoreError;
use kiln_trials::trial::{Standing, Trial, TrialNumber};

use crate::failure::Failure;

/// The checkpoints of a study, as one run looks after them.
#[derive(Debug)]
pub struct Keeping {
    checkpoints: Checkpoints,
    /// How many of the best trials keep theirs; all on the front, if it is not said.
    keep: Option<u32>,
    /// The recorded ones that are still there, as far as this run knows; of each trial the oldest first.
    there: BTreeMap<TrialNumber, Vec<String>>,
    /// The best trials at the last sweep, and the revision of the record up to which they are known.
    best: BTreeSet<TrialNumber>,
    known: u64,
}

impl Keeping {
    /// Those in `directory`.
    pub fn new(directory: PathBuf, keep: Option<u32>) -> Self {
        let checkpoints = Checkpoints::new(directory);
        Self { checkpoints, keep, there: BTreeMap::new(), best: BTreeSet::new(), known: 0 }
    }

    /// The checkpoints themselves.
    pub fn checkpoints(&self) -> &Checkpoints {
        &self.checkpoints
    }

    /// Notes what is `found` in the directory, and removes what interrupted runs have left there. `recorded` reads the
    /// record of a trial, after the directory: what is not on record then will never be.
    pub fn take_stock(
        &mut self,
        found: Vec<String>,
        recorded: &dyn Fn(TrialNumber) -> Result<Option<Trial>, StoreError>,
    ) -> Result<(), Failure> {
        self.there.clear();
        let mut by_owner: BTreeMap<Option<TrialNumber>, Vec<String>> = BTreeMap::new();
        for name in found {
            by_owner.entry(checkpoint::owner(&name)).or_default().push(name);
        }
        for (owner, found) in by_owner {
            // A trial that is not on record has not been begun: nobody writes for it.
            let trial = owner.map(recorded).transpose()?.flatten();
            let (known, new): (Vec<_>, Vec<_>) = found.into_iter().partition(|name| is_on_record(name, trial.as_ref()));
            if trial.as_ref().is_none_or(|trial| trial.holder.is_none()) {
                new.iter().try_for_each(|name| self.checkpoints.discard(name))?;
            }
            if let Some(trial) = trial.filter(|_| !known.is_empty()) {
                // The newest is the newest even if it has gone.
                let newest = trial.checkpoint().map(str::to_owned);
                let names = trial.checkpoints.into_iter().map(|checkpoint| checkpoint.name);
                let there = names.filter(|name| known.contains(name) || newest.as_ref() == Some(name));
                self.there.insert(trial.number, there.collect());
            }
        }
        Ok(())
    }

    /// Removes what `trial`, which has just recorded an epoch, does not need any more.
    pub fn tidy(&mut self, trial: &Trial) -> Result<(), Failure> {
        let needed: Vec<String> = checkpoint::needed(trial).iter().map(|kept| kept.name.clone()).collect();
        let before = self.there.get(&trial.number).into_iter().flatten();
        let gone: Vec<String> = before.filter(|name| !needed.contains(name)).cloned().collect();
        gone.iter().try_for_each(|name| self.remove(name))?;
        self.there.insert(trial.number, needed);
        Ok(())
    }

    /// Removes what nobody needs any more, now that one of `trials`, of the search, or of its `confirmations` is over.
    pub fn sweep(
        &mut self,
        trials: &[Standing],
        confirmations: &[Standing],
        objectives: &[(String, Goal)],
    ) -> Result<(), Failure> {
        // Whoever was behind the best stays there: trials that are over do not change. Only with several objectives can
        // one that was last of a front pass others of it, when these fall behind a new one.
        let is_settled = self.keep.is_none() || objectives.len() == 1;
        let is_rival =
            |trial: &&Standing| !is_settled || trial.revision > self.known || self.best.contains(&trial.number);
        let best = self.best(trials.iter().filter(is_rival), objectives);
        let stays = |trial: &Standing| best.contains(&trial.number) || is_first_of(confirmations, trial);
        let is_superseded = |trial: &Standing, is_newest: bool| trial.is_over() && !(is_newest && stays(trial));
        self.remove_those([trials, confirmations], is_superseded)?;
        self.best = best;
        self.known = trials.iter().map(|trial| trial.revision).max().unwrap_or_default();
        Ok(())
    }

    /// Removes all but the newest of each trial, so that another one fits: what trials would fall back to, should the
    /// newest be damaged. Those of the trials that `theirs` names are other runs' to remove.
    pub fn make_room(&mut self, trials: [&[Standing]; 2], theirs: impl Fn(&Standing) -> bool) -> Result<(), Failure> {
        self.remove_those(trials, |trial, is_newest| !theirs(trial) && !is_newest)
    }

    fn remove_those(
        &mut self,
        trials: [&[Standing]; 2],
        which: impl Fn(&Standing, bool) -> bool,
    ) -> Result<(), Failure> {
        let of = |number: &TrialNumber| {
            let place = |trials: &[Standing]| trials.binary_search_by_key(number, |trial| trial.number).ok();
            trials.into_iter().find_map(|trials| trials.get(place(trials)?))
        };
        let all = self.there.iter().filter_map(|(number, names)| Some((of(number)?, names)));
        let gone = all.flat_map(|(trial, names)| {
            names.iter().filter(|name| which(trial, names.last() == Some(name))).cloned().collect::<Vec<_>>()
        });
        gone.collect::<Vec<_>>().iter().try_for_each(|name| self.remove(name))
    }

    /// The trials that are over and keep their newest checkpoint.
    pub fn best<'a>(
        &self,
        trials: impl IntoIterator<Item = &'a Standing>,
        objectives: &[(String, Goal)],
    ) -> BTreeSet<TrialNumber> {
        let ranking = rank::rank(trials, objectives);
        let competing = ranking.iter().filter(|row| row.front.is_some());
        match self.keep {
            Some(keep) => competing.take(keep as usize).map(|row| row.trial.number).collect(),
            None => competing.filter(|row| row.on_front()).map(|row| row.trial.number).collect(),
        }
    }

    /// Removes a checkpoint.
    pub fn remove(&mut self, name: &str) -> Result<(), Failure> {
        self.checkpoints.remove(name)?;
        for names in self.there.values_mut() {
            names.retain(|known| known != name);
        }
        self.there.retain(|_, names| !names.is_empty());
        Ok(())
    }
}

/// Whether `trial` is the complete confirmation of its network with the lowest seed.
pub fn is_first_of(confirmations: &[Standing], trial: &Standing) -> bool {
    let seed = trial.origin.confirmation_seed();
    let is_before = |other: &Standing| other.is_complete() && other.origin.confirmation_seed() < seed;
    let same = |other: &&Standing| other.candidate == trial.candidate;
    seed.is_some() && trial.is_complete() && !confirmations.iter().filter(same).any(is_before)
}

fn is_on_record(name: &str, trial: Option<&Trial>) -> bool {
    trial.is_some_and(|trial| trial.checkpoints.iter().any(|known| known.name == name))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use kiln_search::candidate::Candidate;
    use kiln_trials::trial::{Checkpoint, Metrics, Origin, Outcome, State};
    use proptest::prelude::*;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names = Checkpoints::new(directory).list().expect("listed");
        names.sort();
        names
    }

    /// A trial whose first `recorded` epochs are on record, of `written` that have a checkpoint.
    fn trial(directory: &Path, number: TrialNumber, written: u32, recorded: usize, state: State) -> Trial {
        let checkpoints = Checkpoints::new(directory);
        let write = |epoch| {
            let name = checkpoints.write(number, 1, epoch, &[("model", b"weights")]).expect("written");
            Checkpoint { epoch, name }
        };
        let mut all: Vec<_> = (1..=written).map(write).collect();
        all.truncate(recorded);
        let statics = Metrics::from([("parameters".to_owned(), f64::from(number))]);
        let begun = Trial::new(number, Candidate::new(), Origin::Sampled, statics, 0);
        Trial { state, checkpoints: all, revision: u64::from(number) + 1, ..begun }
    }

    /// A study with these trials, of which there are some checkpoints in `directory`.
    fn opened(directory: &Path, keep: Option<u32>, trials: &[Trial]) -> Keeping {
        let mut keeping = Keeping::new(directory.to_owned(), keep);
        let found = keeping.checkpoints().list().expect("listed");
        keeping.take_stock(found, &|number| Ok(trials.get(number as usize).cloned())).expect("taken");
        keeping
    }

    fn standings(trials: &[Trial]) -> Vec<Standing> {
        trials.iter().map(|trial| trial.standing(None)).collect()
    }

    fn name(trial: TrialNumber, epoch: u32) -> String {
        format!("trial-{trial}-attempt-1-epoch-{epoch}")
    }

    #[test]
    fn a_trial_in_training_keeps_two_and_what_is_not_on_record_yet() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let mut keeping = Keeping::new(folder.path().to_owned(), None);
        let whole = trial(folder.path(), 0, 5, 4, State::Running);
        for recorded in 1..=4 {
            let checkpoints = whole.checkpoints[..recorded].to_vec();
            keeping.tidy(&Trial { checkpoints, ..whole.clone() }).expect("tidied");
        }
        assert_eq!(names(folder.path()), [name(0, 1), name(0, 2), name(0, 3), name(0, 4), name(0, 5)][2..]);
    }

    #[test]
    fn opening_removes_what_nobody_will_record() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let ours = trial(folder.path(), 0, 3, 2, State::Paused);
        let theirs = Trial { holder: Some("them".to_owned()), ..trial(folder.path(), 1, 2, 1, State::Running) };
        trial(folder.path(), 2, 1, 0, State::Running);
        fs::create_dir(folder.path().join(".writing-trial-0-attempt-1-epoch-4")).expect("made");
        opened(folder.path(), None, &[ours, theirs]);
        assert_eq!(names(folder.path()), [name(0, 1), name(0, 2), name(1, 1), name(1, 2)]);
    }

    /// Three complete ones, the last of which is the best; one that is paused, and one that was stopped.
    fn some_of_each(directory: &Path) -> [Trial; 5] {
        let complete = |number| trial(directory, number, 2, 2, State::Ended(Outcome::Complete));
        [
            complete(0),
            complete(1),
            complete(2),
            trial(directory, 3, 2, 2, State::Paused),
            trial(directory, 4, 2, 2, State::Ended(Outcome::Stopped)),
        ]
    }

    #[test]
    fn of_trials_that_are_over_the_best_keep_their_newest() {
        let goals = [("parameters".to_owned(), Goal::Maximize)];
        for (keep, best) in
            [(None, [2].as_slice()), (Some(0), &[]), (Some(1), &[2]), (Some(2), &[1, 2]), (Some(9), &[0, 1, 2])]
        {
            let folder = tempfile::tempdir().expect("a temporary directory");
            let trials = some_of_each(folder.path());
            opened(folder.path(), keep, &trials).sweep(&standings(&trials), &[], &goals).expect("swept");
            let mut expected: Vec<_> = best.iter().map(|trial| name(*trial, 2)).collect();
            expected.extend([name(3, 1), name(3, 2)]);
            assert_eq!(names(folder.path()), expected, "{keep:?}");
        }
    }

    proptest! {
        #[test]
        fn the_best_are_the_same_however_often_one_has_looked(
            points in prop::collection::vec((0..5_u8, 0..5_u8), 0..25), step in 1..4_usize,
            keep in prop::option::of(0..4_u32), several in any::<bool>(),
        ) {
            let ended = |(number, &(loss, size)): (usize, &(u8, u8))| {
                let statics = [("loss", loss), ("size", size)].map(|(name, figure)| (name.to_owned(), f64::from(figure)));
                let begun = Trial::new(number as u32, Candidate::new(), Origin::Sampled, Metrics::from(statics), 0);
                let state = State::Ended(Outcome::Complete);
                Trial { state, revision: number as u64 + 1, ..begun }.standing(None)
            };
            let trials: Vec<Standing> = points.iter().enumerate().map(ended).collect();
            let goals = [("loss".to_owned(), Goal::Minimize), ("size".to_owned(), Goal::Maximize)];
            let goals = if several { &goals[..] } else { &goals[..1] };
            let mut keeping = Keeping::new(PathBuf::from("nowhere"), keep);
            for known in (0..=trials.len()).step_by(step) {
                keeping.sweep(&trials[..known], &[], goals).expect("there is nothing to remove");
                prop_assert_eq!(&keeping.best, &keeping.best(&trials[..known], goals));
            }
        }
    }

    #[test]
    fn the_first_complete_confirmation_of_a_network_keeps_its_newest() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let confirmation = |number, seed, outcome| Trial {
            origin: Origin::Confirmation { seed },
            ..trial(folder.path(), number, 2, 2, State::Ended(outcome))
        };
        let trials = [
            trial(folder.path(), 0, 2, 2, State::Ended(Outcome::Complete)),
            confirmation(1, 0, Outcome::Stopped),
            confirmation(2, 1, Outcome::Complete),
            confirmation(3, 2, Outcome::Complete),
        ];
        let goals = [("parameters".to_owned(), Goal::Maximize)];
        let (searched, confirmed) = (standings(&trials[..1]), standings(&trials[1..]));
        opened(folder.path(), None, &trials).sweep(&searched, &confirmed, &goals).expect("swept");
        assert_eq!(names(folder.path()), [name(0, 2), name(2, 2)]);
    }

    #[test]
    fn room_is_made_of_what_trials_would_fall_back_to() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let trials = some_of_each(folder.path());
        let mut keeping = opened(folder.path(), None, &trials);
        keeping.make_room([&standings(&trials), &[]], |trial| trial.number == 1).expect("made");
        assert_eq!(names(folder.path()), [name(0, 2), name(1, 1), name(1, 2), name(2, 2), name(3, 2), name(4, 2)]);
    }
}
