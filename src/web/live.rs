//! How a study stands, and what is new of it since the last look.

use std::collections::BTreeMap;
use std::sync::Arc;

use kiln_trials::rank;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::{Epoch, Standing, State, Trial, TrialNumber};
use serde::Serialize;

use crate::failure::Failure;
use crate::network::plan::STATIC_METRICS;
use crate::report::brief;
use crate::runner::folder::Folder;
use crate::term::ranking::Aim;
use crate::term::trial::word;

/// Of more trials that are trained only these are shown from the beginning.
const SHOWN: usize = 64;

/// A curve is thinned evenly to so many points at most, and what is new of it in one message to half as many.
const POINTS: usize = 80;

/// A study that is followed.
#[derive(Debug)]
pub struct Live {
    folder: Folder,
    store: SqliteStore,
    study: StudyRecord,
    /// What curves are of.
    metric: String,
    revision: u64,
    trials: Vec<Standing>,
    /// Those that are trained, with what is drawn of their curves.
    running: BTreeMap<TrialNumber, Vec<Point>>,
    summary: Summary,
}

/// An epoch, and what was measured after it; null where it was no number.
type Point = (u32, Option<f64>);

/// How a study stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Summary {
    /// Whether some process runs it.
    running: bool,
    /// Whether somebody has paused it.
    paused: bool,
    trials: usize,
    over: usize,
    complete: usize,
    /// Entries of the queue.
    queued: usize,
    /// The best trial, and its objectives.
    best: Option<(TrialNumber, Vec<Option<f64>>)>,
    /// Wall time in seconds.
    spent: f64,
}

/// A message, whose JSON is sent.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Message<'a> {
    /// How all stands.
    Now { study: &'a str, objectives: Vec<Aim<'a>>, metric: &'a str, summary: &'a Summary, trials: Vec<News<'a>> },
    /// How the study stands.
    Study { summary: &'a Summary },
    /// What is new of a trial.
    Trial(News<'a>),
}

/// What is new of a trial.
#[derive(Debug, Serialize)]
struct News<'a> {
    trial: TrialNumber,
    outcome: &'static str,
    epochs: u32,
    /// The points that follow those up to epoch `after`.
    after: u32,
    points: Vec<Point>,
    /// What it reached of the objectives.
    figures: Vec<Option<f64>>,
    holder: Option<&'a str>,
    /// The last epoch, if it is the only new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<BTreeMap<&'a str, Option<f64>>>,
    /// Warnings and faults so far.
    remarks: usize,
}

impl Live {
    /// Begins to follow the study in `folder`.
    pub fn open(folder: Folder) -> Result<Self, Failure> {
        let store = SqliteStore::open_read_only(&folder.store())?;
        let study = store.study()?;
        let metrics = study.metrics();
        let metric = metrics.iter().find(|metric| !STATIC_METRICS.contains(&metric.as_str()));
        let metric = metric.map_or("val_accuracy", String::as_str).to_owned();
        let standings = store.standings(Some(&metrics))?;
        let mut running = BTreeMap::new();
        let trained = standings.trials.iter().filter(|trial| trial.state == State::Running);
        for standing in trained.take(SHOWN) {
            let trial = store.trial(standing.number)?;
            running.insert(standing.number, points(trial.iter().flat_map(|trial| &trial.epochs), &metric));
        }
        let (revision, trials) = (standings.revision, standings.trials);
        let mut live = Self { folder, store, study, metric, revision, trials, running, summary: Summary::default() };
        live.summary = live.summarize(true)?;
        Ok(live)
    }

    /// How all stands, as a message.
    pub fn now(&self) -> Arc<str> {
        let running = self.running.iter().filter_map(|(number, points)| {
            let standing = self.trials.get(*number as usize)?;
            Some(News { points: thinned(points, POINTS), ..News::of(standing, &self.study) })
        });
        text(&Message::Now {
            study: &self.study.name,
            objectives: self.study.objectives.iter().map(Aim::of).collect(),
            metric: &self.metric,
            summary: &self.summary,
            trials: running.collect(),
        })
    }

    /// Looks what is new, and gives it as messages.
    pub fn news(&mut self) -> Result<Vec<Arc<str>>, Failure> {
        let changes = self.store.changes(self.revision)?;
        self.revision = changes.revision;
        let mut messages: Vec<_> = changes.trials.iter().map(|trial| self.take(trial)).collect();
        let summary = self.summarize(!changes.trials.is_empty())?;
        if summary != self.summary {
            self.summary = summary;
            messages.push(text(&Message::Study { summary: &self.summary }));
        }
        Ok(messages)
    }

    /// Takes over how `trial` is now, and says what is new of it.
    fn take(&mut self, trial: &Trial) -> Arc<str> {
        let standing = trial.standing(Some(&self.study.metrics()));
        let place = trial.number as usize;
        // One that was continued from a checkpoint has fewer epochs than before.
        let after = self.trials.get(place).map_or(0, |known| known.epochs).min(standing.epochs);
        let new = &trial.epochs[after as usize..];
        let added = points(new, &self.metric);
        let message = text(&Message::Trial(News {
            after,
            points: thinned(&added, POINTS / 2),
            epoch: if let [epoch] = new { Some(figures(epoch)) } else { None },
            remarks: trial.warnings.len() + trial.faults.len(),
            ..News::of(&standing, &self.study)
        }));
        if trial.state == State::Running {
            let points = self.running.entry(trial.number).or_default();
            points.retain(|(epoch, _)| *epoch <= after);
            points.extend(added);
        } else {
            self.running.remove(&trial.number);
        }
        match self.trials.get_mut(place) {
            Some(known) => *known = standing,
            None => self.trials.push(standing),
        }
        message
    }

    /// How the study stands now; what depends on its trials only if they have changed.
    fn summarize(&self, has_changed: bool) -> Result<Summary, Failure> {
        let wishes = self.store.wishes()?;
        let now = Summary {
            running: self.folder.is_running(),
            paused: wishes.paused,
            queued: wishes.queue.len(),
            spent: self.store.spent()?.as_secs_f64().round(),
            ..self.summary.clone()
        };
        if !has_changed {
            return Ok(now);
        }
        let search = || self.trials.iter().filter(|trial| trial.origin.is_search());
        let objectives = &self.study.objectives;
        let best = rank::best(&self.trials, objectives);
        let reached = |trial: &Standing| objectives.iter().map(|(metric, _)| sound(trial.figure(metric))).collect();
        Ok(Summary {
            trials: search().count(),
            over: search().filter(|trial| trial.is_over()).count(),
            complete: search().filter(|trial| trial.is_complete()).count(),
            best: best.map(|trial| (trial.number, reached(trial))),
            ..now
        })
    }
}

impl<'a> News<'a> {
    /// How a trial stands, without its curve.
    fn of(trial: &'a Standing, study: &StudyRecord) -> Self {
        let figures = study.objectives.iter().map(|(metric, _)| sound(trial.figure(metric)));
        Self {
            trial: trial.number,
            outcome: word(&trial.state),
            epochs: trial.epochs,
            after: 0,
            points: Vec::new(),
            figures: figures.collect(),
            holder: trial.holder.as_deref(),
            epoch: None,
            remarks: 0,
        }
    }
}

/// What is drawn of `epochs`.
fn points<'e>(epochs: impl IntoIterator<Item = &'e Epoch>, metric: &str) -> Vec<Point> {
    epochs.into_iter().map(|epoch| (epoch.epoch, sound(epoch.metrics.get(metric).copied()))).collect()
}

/// At most `most` of the points, the last among them.
fn thinned(points: &[Point], most: usize) -> Vec<Point> {
    let stride = points.len().div_ceil(most).max(1);
    let mut chosen: Vec<Point> = points.iter().rev().step_by(stride).copied().collect();
    chosen.reverse();
    chosen
}

fn figures(epoch: &Epoch) -> BTreeMap<&str, Option<f64>> {
    epoch.metrics.iter().map(|(name, figure)| (name, sound(Some(*figure)))).collect()
}

/// A finite figure, with the digits that are shown.
fn sound(figure: Option<f64>) -> Option<f64> {
    figure.filter(|figure| figure.is_finite()).map(brief)
}

fn text(message: &Message<'_>) -> Arc<str> {
    // All keys are texts, and all figures are finite.
    serde_json::to_string(message).unwrap_or_default().into()
}
