//! Where trials stand, from the rows of the tables; of the curves only the last epochs are read.

use std::sync::Arc;

use kiln_search::candidate::Candidate;
use rusqlite::{Connection, Row};

use super::failure::Failure;
use super::rows;
use crate::store::clock::Moment;
use crate::trial::{Standing, TrialNumber};

const HEADS: &str = "
    SELECT number, candidate, phase, outcome, revision, holder, era, lease_ends,
           (SELECT coalesce(max(epoch), 0) FROM epoch WHERE epoch.trial = trial.number), origin, seed
    FROM trial ORDER BY number";

// The order of the tables is said, so that each figure is looked up by its whole key.
const FIGURES: &str = "
    SELECT figure.trial, figure.epoch, figure.name, figure.value
    FROM trial CROSS JOIN figure ON figure.trial = trial.number AND figure.epoch IN
        (0, (SELECT max(epoch.epoch) FROM epoch WHERE epoch.trial = trial.number))";

/// Where all trials stand, with what they reached of `metrics`; `None`: of all.
pub fn all(connection: &Connection, metrics: Option<&[String]>, now: &Moment) -> Result<Vec<Standing>, Failure> {
    let mut standings: Vec<Standing> = Vec::new();
    let mut statement = connection.prepare_cached(HEADS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // Neighbours mostly have the same parameters.
        let before = standings.last().map(|standing| &standing.candidate);
        let standing = head(row, before, now)?;
        standings.push(standing);
    }
    let of_names = if metrics.is_some() { "AND figure.name IN (SELECT value FROM json_each(?1))" } else { "" };
    let names = metrics.map(serde_json::to_string).transpose().map_err(Failure::io)?;
    let mut statement = connection.prepare_cached(&format!("{FIGURES} {of_names} ORDER BY trial.number"))?;
    let mut rows = statement.query(rusqlite::params_from_iter(names))?;
    let mut reached = Reached { names: Vec::new(), figures: Vec::new() };
    let mut at = 0;
    while let Some(row) = rows.next()? {
        let trial: TrialNumber = row.get(0)?;
        if trial as usize != at {
            reached.settle(&mut standings, at)?;
            at = trial as usize;
        }
        reached.add(row)?;
    }
    reached.settle(&mut standings, at)?;
    Ok(standings)
}

fn head(row: &Row<'_>, before: Option<&Candidate>, now: &Moment) -> Result<Standing, Failure> {
    let text = |column: usize| Ok::<_, Failure>(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?);
    let state = rows::state(text(2)?, row.get_ref(3)?.as_str_or_null().map_err(rusqlite::Error::from)?)?;
    Ok(Standing {
        number: row.get(0)?,
        candidate: rows::candidate(text(1)?, before)?,
        origin: rows::origin(text(9)?, row.get(10)?)?,
        holder: rows::holder(row, 5, &state, now)?,
        state,
        revision: row.get::<_, i64>(4)?.cast_unsigned(),
        epochs: row.get(8)?,
        figures: Box::default(),
    })
}

/// What one trial reached, as far as read; and every name that there was, so that each is kept once.
struct Reached {
    names: Vec<Arc<str>>,
    figures: Vec<(Arc<str>, f64)>,
}

impl Reached {
    /// Adds what `row` tells: a figure of the last epoch rules over one of the same name that was known before training.
    fn add(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let before_training = row.get::<_, u32>(1)? == 0;
        let name = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let figure = row.get::<_, Option<f64>>(3)?.unwrap_or(f64::NAN);
        match self.figures.iter_mut().find(|(known, _)| **known == *name) {
            Some(_) if before_training => {}
            Some((_, known)) => *known = figure,
            None => {
                let known = self.names.iter().position(|known| **known == *name).unwrap_or_else(|| {
                    self.names.push(name.into());
                    self.names.len() - 1
                });
                self.figures.push((self.names[known].clone(), figure));
            }
        }
        Ok(())
    }

    /// Gives what was added to trial `number`.
    fn settle(&mut self, standings: &mut [Standing], number: usize) -> Result<(), Failure> {
        if self.figures.is_empty() {
            return Ok(());
        }
        self.figures.sort_by(|(one, _), (other, _)| one.cmp(other));
        let Some(standing) = standings.get_mut(number).filter(|standing| standing.number as usize == number) else {
            return Err(Failure::corrupt(format!("figures of trial {number}, which is not on record")));
        };
        standing.figures = self.figures.drain(..).collect();
        Ok(())
    }
}
