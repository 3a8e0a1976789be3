//! What the confirmation of a study says: in sentences, as tables, and for programs.

use kiln_search::candidate::Candidate;
use kiln_search::evidence::{ALPHA, Interaction, Interval, Question, proportion_interval};
use kiln_trials::rank;
use kiln_trials::store::{Look, StudyRecord};
use kiln_trials::trial::{Standing, TrialNumber};
use serde::Serialize;

use crate::runner::confirmation::Found;
use crate::term::candidates;
use crate::term::figure::{counted, figure};
use crate::term::ranking::verb;
use crate::term::table::Table;
use crate::vocabulary::BuiltIn;

mod cost;
mod question;
mod swap;

use cost::Cost;
use swap::Swap;

/// All that a confirmation says. Its JSON keys are stable.
#[derive(Debug, Serialize)]
pub struct Confirmed<'a> {
    study: &'a str,
    metric: &'a str,
    goal: &'static str,
    /// How many objectives the study has; the confirmation goes by the first.
    objectives: usize,
    seeds: u32,
    trainings: Progress,
    /// In sentences.
    answer: Vec<String>,
    winner: Option<Winner<'a>>,
    networks: Vec<Row<'a>>,
    questions: &'a [Question],
    interactions: &'a [Interaction],
    costs: Vec<Cost<'a>>,
    /// Each look at the test images, in order.
    tests: Vec<Test>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Progress {
    over: usize,
    all: usize,
}

/// The best network, with what each part of the images says of it.
#[derive(Debug, Serialize)]
struct Winner<'a> {
    /// The trial of the search.
    trial: Option<TrialNumber>,
    candidate: &'a Candidate,
    /// The best value of the search, whosever it is: too good, for it was chosen by it.
    search_best: Option<f64>,
    /// What the search had seen of the winner.
    search: Option<f64>,
    /// The mean of its confirmations, by which it was chosen.
    mean: f64,
    /// The same, corrected for choosing, with its 95 % interval.
    score: f64,
    interval: Option<Interval>,
    corrected: bool,
    /// The confirmation whose weights stand for it.
    confirmation: Option<TrialNumber>,
    test: Option<Test>,
}

/// What a trial makes of the test images.
#[derive(Debug, Clone, Copy, Serialize)]
struct Test {
    trial: TrialNumber,
    correct: u32,
    images: u32,
    accuracy: f64,
    /// 95 %, of the images alone: as if others of the same kind had been drawn.
    interval: Interval,
    loss: f64,
    looked_at: u64,
}

impl Test {
    fn of(look: &Look) -> Self {
        let &Look { trial, correct, images, loss, looked_at } = look;
        let accuracy = f64::from(correct) / f64::from(images);
        let interval = proportion_interval(correct, images, ALPHA);
        Self { trial, correct, images, accuracy, interval, loss, looked_at }
    }
}

/// One network of the design.
#[derive(Debug, Serialize)]
struct Row<'a> {
    /// The trial of the search; none had what only a swap has made.
    trial: Option<TrialNumber>,
    swap: Option<Swap<'a>>,
    finalist: bool,
    candidate: &'a Candidate,
    search: Option<f64>,
    mean: Option<f64>,
    interval: Option<Interval>,
    values: u32,
    failed: u32,
    /// Its trainings that have begun, in the order of the seeds.
    confirmations: Vec<TrialNumber>,
}

impl<'a> Confirmed<'a> {
    /// What was `found` of a study, whose `trials` are those of the search and the confirmations; `looks` are those at the
    /// test images.
    pub fn of(study: &'a StudyRecord, found: &'a Found, trials: &[Standing], looks: &[Look]) -> Self {
        let Found { confirmation, trainings, answer } = found;
        let searched = |number: Option<TrialNumber>| {
            let trial = trials.get(number? as usize)?;
            trial.figure(&confirmation.metric)
        };
        // The t distribution knows of no bounds.
        let range = BuiltIn.range(&confirmation.metric);
        let stated = |interval: Option<Interval>| interval.map(|interval| interval.within(range));
        let design = &confirmation.design;
        let networks = design.networks.iter().zip(&answer.networks).enumerate();
        let networks: Vec<Row<'a>> = networks
            .map(|(place, (network, confirmed))| Row {
                trial: network.trial,
                swap: Swap::of(design, place),
                finalist: network.finalist,
                candidate: &network.candidate,
                search: searched(network.trial),
                mean: confirmed.mean,
                interval: stated(confirmed.interval),
                values: confirmed.values,
                failed: confirmed.failed,
                confirmations: (0..design.seeds)
                    .filter_map(|seed| Some(confirmation.find(trainings, place, seed)?.number))
                    .collect(),
            })
            .collect();
        let tests: Vec<Test> = looks.iter().map(Test::of).collect();
        let winner = answer.winner.as_ref().map(|winner| {
            let row = &networks[winner.network];
            let representative = found.representative().map(|trial| trial.number);
            Winner {
                trial: row.trial,
                candidate: row.candidate,
                search_best: rank::best(trials, &study.objectives).and_then(|best| best.figure(&confirmation.metric)),
                search: row.search,
                mean: winner.mean,
                score: winner.score,
                interval: stated(winner.interval),
                corrected: winner.corrected,
                confirmation: representative,
                test: tests.iter().find(|test| Some(test.trial) == representative).copied(),
            }
        });
        let (over, all) = confirmation.progress(trainings);
        let mut confirmed = Self {
            study: &study.name,
            metric: &confirmation.metric,
            goal: verb(confirmation.goal),
            objectives: study.objectives.len(),
            seeds: design.seeds,
            trainings: Progress { over, all },
            answer: Vec::new(),
            winner,
            networks,
            questions: &answer.questions,
            interactions: &answer.interactions,
            costs: Cost::all(design),
            tests,
        };
        confirmed.answer = confirmed.sentences();
        confirmed
    }

    /// The trial of the search that wins.
    pub fn winner(&self) -> Option<TrialNumber> {
        self.winner.as_ref()?.trial
    }

    /// The winner in a sentence.
    pub fn headline(&self) -> Option<String> {
        self.winner.as_ref().map(|winner| self.of_winner(winner, self.finalists()))
    }

    /// The answer, sentence by sentence.
    pub fn said(&self) -> &[String] {
        &self.answer
    }

    fn finalists(&self) -> usize {
        self.networks.iter().filter(|row| row.finalist).count()
    }

    /// The answer, a line for each sentence.
    pub fn answer(&self) -> String {
        self.answer.join("\n") + "\n"
    }

    /// The networks, what each part of the images says of the winner, the arms, and the answer. Lines of tables are cut at
    /// `width`.
    pub fn to_text(&self, width: Option<usize>) -> String {
        if self.networks.is_empty() {
            return self.answer();
        }
        let mut text = self.networks(false).to_text(width);
        if let Some(winner) = &self.winner {
            text.push('\n');
            text.push_str(&self.sources(winner).to_text(width));
        }
        for question in self.questions {
            text.push('\n');
            text.push_str(&question::arms(question, self.metric).to_text(width));
        }
        for cost in &self.costs {
            text.push('\n');
            text.push_str(&cost.table().to_text(width));
        }
        text.push('\n');
        text + &self.answer()
    }

    /// The networks with all digits.
    pub fn to_csv(&self) -> String {
        self.networks(true).to_csv()
    }

    fn networks(&self, exact: bool) -> Table {
        let shown = |value: Option<f64>| match value {
            Some(value) if exact => value.to_string(),
            Some(value) => figure(self.metric, value),
            None => if exact { "" } else { "-" }.to_owned(),
        };
        let first = self.networks.first().map(|row| row.candidate);
        let varies = |name: &str| {
            self.networks.iter().any(|row| Some(row.candidate.get(name)) != first.map(|first| first.get(name)))
        };
        let mut table = Table::new([
            "trial",
            "winner",
            "finalist",
            "search",
            "confirmed",
            "low",
            "high",
            "n",
            "failed",
            "candidate",
        ]);
        for row in &self.networks {
            let is_winner = self.winner.as_ref().is_some_and(|winner| winner.candidate == row.candidate);
            let mark = |mark: &str, is_set: bool| match (exact, is_set) {
                (true, is_set) => is_set.to_string(),
                (false, true) => mark.to_owned(),
                (false, false) => String::new(),
            };
            table.row([
                row.trial.map_or_else(|| if exact { "" } else { "-" }.to_owned(), |trial| trial.to_string()),
                mark("★", is_winner),
                mark("·", row.finalist),
                shown(row.search),
                shown(row.mean),
                shown(row.interval.map(|interval| interval.low)),
                shown(row.interval.map(|interval| interval.high)),
                row.values.to_string(),
                row.failed.to_string(),
                candidates::line(row.candidate, |name| exact || varies(name)),
            ]);
        }
        table
    }

    /// What the search, the confirmations and the test images say, one below the other.
    fn sources(&self, winner: &Winner<'_>) -> Table {
        let mut table = Table::new(["of the winner", self.metric, "low", "high", "what it is"]);
        let mut row = |name: &str, value: Option<f64>, interval: Option<Interval>, what: String| {
            let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| figure(self.metric, value));
            let (low, high) = (interval.map(|interval| interval.low), interval.map(|interval| interval.high));
            table.row([name.to_owned(), shown(value), shown(low), shown(high), what]);
        };
        row("best of the search", winner.search_best, None, "too good: it was chosen by it".to_owned());
        row("in the search", winner.search, None, "one training, among those that it was chosen from".to_owned());
        let corrected = if winner.corrected { ", corrected for choosing" } else { "" };
        row("confirmed", Some(winner.score), winner.interval, format!("{} fresh seeds{corrected}", self.seeds));
        if let Some(test) = &winner.test {
            let images = format!("{} of {} test images right", test.correct, test.images);
            if self.metric.ends_with("accuracy") {
                row("test", Some(test.accuracy), Some(test.interval), images);
            } else {
                let value = Some(test.loss).filter(|_| self.metric.ends_with("loss"));
                row("test", value, None, images);
            }
        }
        table
    }

    fn sentences(&self) -> Vec<String> {
        let Progress { over, all } = self.trainings;
        let mut sentences = Vec::new();
        if all == 0 {
            return vec![
                "nothing is confirmed: no trial of the search is complete with a number for each objective".to_owned(),
            ];
        }
        if over < all {
            sentences.push(format!("the confirmation is not over: {over} of {} are", counted(all, "training")));
        }
        match self.headline() {
            Some(winner) => sentences.push(winner),
            None if over == all => sentences.push(format!(
                "no winner: of {} none could be trained again ({} failed)",
                counted(self.finalists(), "finalist"),
                counted(
                    self.networks.iter().filter(|row| row.finalist).map(|row| row.failed as usize).sum(),
                    "training"
                )
            )),
            None => {}
        }
        sentences.extend(self.questions.iter().map(question::sentence));
        match (&self.winner, self.tests.as_slice()) {
            (Some(Winner { test: None, .. }), [.., last]) if over == all => sentences.push(format!(
                "the winner was not measured on the test images, which were used for trial {}: `kiln confirm --again` looks \
                 at them again, and every later answer says so",
                last.trial
            )),
            _ => {}
        }
        if self.tests.len() > 1 {
            sentences.push(format!(
                "the test images have been looked at {} times: what was chosen since the first time was chosen with some \
                 knowledge of them",
                self.tests.len()
            ));
        }
        sentences
    }

    fn of_winner(&self, winner: &Winner<'_>, finalists: usize) -> String {
        let shown = |value: f64| figure(self.metric, value);
        let trial = winner.trial.map_or_else(|| "a swap".to_owned(), |trial| format!("trial {trial}"));
        let interval = winner
            .interval
            .map_or_else(String::new, |interval| format!(" ({} to {})", shown(interval.low), shown(interval.high)));
        let by = if self.objectives > 1 { " by the first objective" } else { "" };
        let among = match finalists {
            1 => "the only finalist".to_owned(),
            _ => format!("the best of {}", counted(finalists, "finalist")),
        };
        let inflated = winner
            .search_best
            .map_or_else(String::new, |best| format!(", where the search had seen {} at best", shown(best)));
        let test = winner.test.map_or_else(String::new, |test| {
            let Interval { low, high } = test.interval;
            format!("; {:.4} ({low:.4} to {high:.4}) of the test images right", test.accuracy)
        });
        // Some can have failed, or are still to come.
        let seeds = match self.networks.iter().find(|row| row.candidate == winner.candidate) {
            Some(row) if row.values < self.seeds => format!("{} of {}", row.values, self.seeds),
            _ => self.seeds.to_string(),
        };
        format!(
            "{trial} is {among}{by}: {} {}{interval} on {seeds} fresh seeds{inflated}{test}",
            self.metric,
            shown(winner.score)
        )
    }
}

#[cfg(test)]
mod tests;
