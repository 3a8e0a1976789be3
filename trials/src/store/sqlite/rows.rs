//! Trials and the study from the rows of the tables.

use kiln_search::candidate::{Candidate, Like};
use kiln_search::pareto::Goal;
use kiln_search::problem::Problems;
use kiln_search::sampler::strategy::Strategy;
use kiln_search::table::Table;
use rusqlite::{Connection, Row};
use serde::de::DeserializeSeed;

use super::failure::Failure;
use crate::store::clock::Moment;
use crate::store::{Entry, FileRevision, Look, Rules, StudyRecord, Wishes};
use crate::trial::{
    Checkpoint, Confusion, Epoch, Measured, Metrics, Origin, Phase, State, Telling, Trial, TrialNumber,
};

pub fn goal_word(goal: Goal) -> &'static str {
    match goal {
        Goal::Maximize => "maximize",
        Goal::Minimize => "minimize",
    }
}

/// What the column `origin` says of it. That of a confirmation is told by the column `seed`: version 1 has no word for it.
pub fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Enqueued | Origin::Confirmation { .. } => "enqueued",
        Origin::Sampled => "sampled",
    }
}

/// The origin that the columns `origin` and `seed` tell.
pub fn origin(word: &str, seed: Option<u32>) -> Result<Origin, Failure> {
    match (word, seed) {
        ("enqueued", None) => Ok(Origin::Enqueued),
        ("sampled", None) => Ok(Origin::Sampled),
        ("enqueued", Some(seed)) => Ok(Origin::Confirmation { seed }),
        _ => Err(Failure::corrupt(format!("`{word}` is no origin of a trial, or none of a confirmation"))),
    }
}

/// What was seen of the test images.
pub fn looks(connection: &Connection) -> Result<Vec<Look>, Failure> {
    let mut looks = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT trial, correct, images, loss, looked_at FROM look ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        looks.push(Look {
            trial: row.get(0)?,
            correct: row.get(1)?,
            images: row.get(2)?,
            loss: row.get::<_, Option<f64>>(3)?.unwrap_or(f64::NAN),
            looked_at: row.get::<_, i64>(4)?.cast_unsigned(),
        });
    }
    Ok(looks)
}

pub fn phase(word: &str) -> Result<Phase, Failure> {
    match word {
        "running" => Ok(Phase::Running),
        "paused" => Ok(Phase::Paused),
        "ended" => Ok(Phase::Ended),
        _ => Err(Failure::corrupt(format!("`{word}` is no phase of a trial"))),
    }
}

/// The study of the store.
pub fn study(connection: &Connection) -> Result<StudyRecord, Failure> {
    let mut objectives = Vec::new();
    let mut statement = connection.prepare_cached("SELECT metric, goal FROM objective ORDER BY position")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let goal = match row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)? {
            "maximize" => Goal::Maximize,
            "minimize" => Goal::Minimize,
            word => return Err(Failure::corrupt(format!("`{word}` is no goal"))),
        };
        objectives.push((row.get(0)?, goal));
    }
    let mut statement = connection.prepare_cached(
        "SELECT seed, name, file.space_toml, created_at, kiln_version, data_digest, device, file.reason, file.number,
             file.strategy
         FROM study, (SELECT * FROM file ORDER BY number DESC LIMIT 1) AS file WHERE id = 1",
    )?;
    let (seed, strategy, study) = statement.query_row([], |row| {
        let study = StudyRecord {
            name: row.get(1)?,
            seed: 0,
            space_toml: row.get(2)?,
            objectives,
            created_at: row.get::<_, i64>(3)?.cast_unsigned(),
            kiln_version: row.get(4)?,
            data_digest: row.get(5)?,
            device: row.get(6)?,
            strategy: Strategy::Random,
            reason: row.get(7)?,
            file_revision: row.get(8)?,
        };
        Ok((row.get::<_, String>(0)?, row.get(9)?, study))
    })?;
    let strategy = method(strategy, &study.space_toml)?;
    Ok(StudyRecord { seed: seed.parse().map_err(Failure::corrupt)?, strategy, ..study })
}

/// The revisions of the study's file.
pub fn file_revisions(connection: &Connection) -> Result<Vec<FileRevision>, Failure> {
    let mut revisions = Vec::new();
    let mut statement = connection
        .prepare_cached("SELECT number, space_toml, strategy, reason, first, began_at FROM file ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let space_toml: String = row.get(1)?;
        revisions.push(FileRevision {
            number: row.get(0)?,
            rules: Rules { strategy: method(row.get(2)?, &space_toml)?, space_toml, reason: row.get(3)? },
            first: row.get(4)?,
            began_at: row.get::<_, i64>(5)?.cast_unsigned(),
        });
    }
    if revisions.is_empty() {
        return Err(Failure::corrupt("there is no study in it"));
    }
    Ok(revisions)
}

/// The method of search called `name`; where none is on record, the one that the file names.
fn method(name: Option<String>, space_toml: &str) -> Result<Strategy, Failure> {
    match name {
        Some(name) => {
            Strategy::named(&name).ok_or_else(|| Failure::corrupt(format!("`{name}` is no method of search")))
        }
        None => Ok(named_in(space_toml).unwrap_or(Strategy::Random)),
    }
}

/// The method that a study file names.
fn named_in(space_toml: &str) -> Option<Strategy> {
    // The file was free of mistakes when the study began.
    let mut problems = Problems::new();
    let mut search = Table::parse(space_toml, &mut problems).take("search")?.table(&mut problems)?;
    Strategy::named(&search.take("strategy")?.text(&mut problems)?.value)
}

/// What is asked of the study.
pub fn wishes(connection: &Connection) -> Result<Wishes, Failure> {
    let paused = connection.prepare_cached("SELECT halted FROM study")?.query_row([], |row| row.get(0))?;
    let mut statement =
        connection.prepare_cached("SELECT number FROM trial WHERE stop = 1 AND phase <> 'ended' ORDER BY number")?;
    let stops = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut queue = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT number, candidate, again FROM queue WHERE trial IS NULL ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let candidate = candidate(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, None)?;
        queue.push(Entry { number: row.get(0)?, candidate, again: row.get(2)? });
    }
    Ok(Wishes { paused, stops, queue })
}

/// Trial `number`, if there is one.
pub fn trial(connection: &Connection, number: TrialNumber, now: &Moment) -> Result<Option<Trial>, Failure> {
    Ok(trials(connection, "trial", "number = ?1", i64::from(number), now)?.pop())
}

/// What the images were taken for after the last epoch of a trial of which that is known.
pub fn confusion(connection: &Connection, trial: TrialNumber) -> Result<Option<Confusion>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT epoch, counts FROM confusion WHERE trial = ?1
             AND epoch <= (SELECT coalesce(max(epoch), 0) FROM epoch WHERE trial = ?1)
         ORDER BY epoch DESC LIMIT 1",
    )?;
    let mut rows = statement.query([trial])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let counts = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(Some(Confusion { epoch: row.get(0)?, counts: serde_json::from_str(counts).map_err(Failure::corrupt)? }))
}

/// The trials that have changed after revision `since`.
pub fn changed(connection: &Connection, since: u64, now: &Moment) -> Result<Vec<Trial>, Failure> {
    // Left to itself, SQLite goes through all trials, because they are in the order that is asked for.
    let table = if since == 0 { "trial" } else { "trial INDEXED BY trial_by_revision" };
    trials(connection, table, "revision > ?1", since.cast_signed(), now)
}

/// The trials of `table` for which `condition` holds of `value`, in order.
fn trials(
    connection: &Connection,
    table: &str,
    condition: &str,
    value: i64,
    now: &Moment,
) -> Result<Vec<Trial>, Failure> {
    let mut trials: Vec<Trial> = Vec::new();
    let heads = format!("SELECT {HEAD} FROM {table} WHERE {condition} ORDER BY number");
    each(connection, &heads, value, |row| {
        // Neighbours mostly have the same parameters.
        let before = trials.last().map(|trial| &trial.candidate);
        let trial = head(row, before, now)?;
        trials.push(trial);
        Ok(())
    })?;
    // Rows come in the order of trials, so that each details query needs to look at a trial's neighbour at most.
    let mut of = Cursor { trials: &mut trials, at: 0 };
    let details = |columns: &str, of: &str, order: &str| {
        format!(
            "SELECT {of}.trial, {columns} FROM {table} CROSS JOIN {of} ON {of}.trial = trial.number
             WHERE trial.{condition} ORDER BY trial.number, {of}.{order}"
        )
    };
    each(connection, &details("epoch, checkpoint", "epoch", "epoch"), value, |row| {
        let (trial, epoch) = (of.trial(row.get(0)?)?, row.get(1)?);
        trial.epochs.push(Epoch { epoch, metrics: Measured::new() });
        trial.checkpoints.extend(row.get::<_, Option<String>>(2)?.map(|name| Checkpoint { epoch, name }));
        Ok(())
    })?;
    of.at = 0;
    // What is known before training has other names than what is measured after an epoch.
    let mut tellings = [Telling::default(), Telling::default()];
    let (mut number, mut epoch) = (0, 0);
    each(connection, &details("epoch, name, value", "figure", "epoch, figure.name"), value, |row| {
        let next = (row.get(0)?, row.get(1)?);
        if next != (number, epoch) {
            of.settle(number, epoch, &mut tellings)?;
            (number, epoch) = next;
        }
        let name = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        tellings[usize::from(epoch > 0)].add(name, row.get::<_, Option<f64>>(3)?.unwrap_or(f64::NAN));
        Ok(())
    })?;
    of.settle(number, epoch, &mut tellings)?;
    of.at = 0;
    each(connection, &details("text", "warning", "id"), value, |row| {
        of.trial(row.get(0)?)?.warnings.push(row.get(1)?);
        Ok(())
    })?;
    of.at = 0;
    each(connection, &details("cause", "fault", "id"), value, |row| {
        of.trial(row.get(0)?)?.faults.push(row.get(1)?);
        Ok(())
    })?;
    Ok(trials)
}

const HEAD: &str = "number, candidate, origin, attempt, phase, outcome, began_at, ended_at, seen, revision, holder, era, lease_ends, \
     seed";

fn each(
    connection: &Connection,
    query: &str,
    value: i64,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query([value])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// The era in column `first`, and the milliseconds in the next.
pub fn moment(row: &Row<'_>, first: usize) -> Result<Moment, Failure> {
    Ok(Moment { era: row.get::<_, String>(first)?.into(), millis: row.get::<_, i64>(first + 1)?.cast_unsigned() })
}

/// Finds the trials of rows that are in the order of trials.
struct Cursor<'a> {
    trials: &'a mut [Trial],
    at: usize,
}

impl Cursor<'_> {
    fn trial(&mut self, number: TrialNumber) -> Result<&mut Trial, Failure> {
        while self.trials.get(self.at).is_some_and(|trial| trial.number < number) {
            self.at += 1;
        }
        match self.trials.get_mut(self.at) {
            Some(trial) if trial.number == number => Ok(trial),
            _ => Err(Failure::corrupt(format!("details of trial {number}, which is not on record"))),
        }
    }

    /// Gives what was told to an epoch of a trial; epoch 0 stands for what is known before training.
    fn settle(&mut self, number: TrialNumber, epoch: u32, tellings: &mut [Telling; 2]) -> Result<(), Failure> {
        let Some(told) = tellings[usize::from(epoch > 0)].end() else { return Ok(()) };
        let trial = self.trial(number)?;
        if epoch == 0 {
            trial.statics = told.iter().map(|(name, figure)| (name.to_owned(), *figure)).collect();
            return Ok(());
        }
        match trial.epochs.get_mut(epoch as usize - 1) {
            Some(known) => known.metrics = told,
            None => return Err(Failure::corrupt(format!("a figure of epoch {epoch}, which is not on record"))),
        }
        Ok(())
    }
}

/// The candidate of its JSON, which is probably like another.
pub fn candidate(json: &str, like: Option<&Candidate>) -> Result<Candidate, Failure> {
    let nothing = Candidate::default();
    let mut json = serde_json::Deserializer::from_str(json);
    let candidate = Like(like.unwrap_or(&nothing)).deserialize(&mut json).map_err(Failure::corrupt)?;
    json.end().map_err(Failure::corrupt)?;
    Ok(candidate)
}

/// The state that the columns `phase` and `outcome` tell.
pub fn state(word: &str, outcome: Option<&str>) -> Result<State, Failure> {
    match (phase(word)?, outcome) {
        (Phase::Running, None) => Ok(State::Running),
        (Phase::Paused, None) => Ok(State::Paused),
        (Phase::Ended, Some(outcome)) => Ok(State::Ended(serde_json::from_str(outcome).map_err(Failure::corrupt)?)),
        (phase, _) => Err(Failure::corrupt(format!("a trial is {phase} and its outcome tells otherwise"))),
    }
}

/// Who holds a trial: the name in column `first`, unless the lease has run out whose end is in the next two.
pub fn holder(row: &Row<'_>, first: usize, state: &State, now: &Moment) -> Result<Option<String>, Failure> {
    if *state != State::Running || moment(row, first + 1)?.is_past(now) {
        return Ok(None);
    }
    Ok(Some(row.get(first)?))
}

fn head(row: &Row<'_>, before: Option<&Candidate>, now: &Moment) -> Result<Trial, Failure> {
    let text = |column: usize| Ok::<_, Failure>(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?);
    let state = state(text(4)?, row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?)?;
    let candidate = candidate(text(1)?, before)?;
    let origin = origin(text(2)?, row.get(13)?)?;
    let began_at = row.get::<_, i64>(6)?.cast_unsigned();
    Ok(Trial {
        attempt: row.get(3)?,
        holder: holder(row, 10, &state, now)?,
        seen: row.get::<_, i64>(8)?.cast_unsigned(),
        revision: row.get::<_, i64>(9)?.cast_unsigned(),
        state,
        ended_at: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
        ..Trial::new(row.get(0)?, candidate, origin, Metrics::new(), began_at)
    })
}
