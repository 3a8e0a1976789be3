//! Kills at random: of the runner, of a worker, of all at once, and at named points. Whatever is killed, the study records
//! what it would have recorded.
//!
//! `cargo xtask chaos` does the same for as many kills as it is told, and reports.

use std::collections::BTreeMap;
use std::env;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use kiln_trials::chaos::Point;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use serde_json::Value;

use crate::kiln::{HALVING, Place, Running, TINY, signal_all};

/// A study is killed so often, as far as it is not done before.
const KILLS: u32 = 10;

/// So often without the runner: at the third death of its worker a trial is over.
const DEATHS: u32 = 2;

/// How many kills `cargo xtask chaos` wants.
const WANTED: &str = "KILN_KILLS";

/// Whom a kill hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    Runner,
    Worker,
    All,
    /// Whoever comes to a named point.
    Passer,
}

/// A study to be killed.
struct Study {
    name: &'static str,
    space: String,
    workers: &'static str,
    /// Record and ranking without a kill.
    expected: (Vec<Value>, String),
}

/// What became of the kills.
#[derive(Debug, Default)]
struct Toll {
    kills: BTreeMap<Victim, u32>,
    studies: u32,
    attempts: u64,
}

impl Study {
    fn new(name: &'static str, space: String, workers: &'static str) -> Self {
        let place = Place::new(&space);
        place.answer(&["run", "--device", "cpu", "--quiet", "--workers", workers]);
        let expected = outcome(&place);
        let ends = expected.0.iter().filter(|event| event["event"] == "finished").count();
        assert!(ends > 1, "{name}: {expected:?}");
        Self { name, space, workers, expected }
    }

    /// One worker, and every trial is trained to its end.
    fn plain() -> Self {
        Self::new("plain", TINY.to_owned(), "1")
    }

    /// One worker, and trials pause and are promoted.
    fn halving() -> Self {
        Self::new("halving", HALVING.to_owned(), "1")
    }

    /// One worker, and candidates depend on former results.
    fn evolution() -> Self {
        let space = TINY.replace("\"random\"", "\"evolution\"").replace("trials = 4", "trials = 14");
        Self::new("evolution", space, "1")
    }

    /// Four workers, and candidates do not depend on who is first.
    fn together() -> Self {
        Self::new("together", TINY.replace("trials = 4", "trials = 12"), "4")
    }

    /// Kills until `wanted` kills are on the `toll`.
    fn kill(&self, wanted: u32, random: &mut Pcg64, toll: &mut Toll) {
        while toll.all() < wanted {
            self.kill_one(wanted.min(toll.all() + KILLS), random, toll);
        }
    }

    /// Kills one study until `wanted` kills are on the `toll` or it is done, and compares.
    fn kill_one(&self, wanted: u32, random: &mut Pcg64, toll: &mut Toll) {
        let place = Place::new(&self.space);
        let mut deaths = 0;
        while toll.all() < wanted {
            let victims = [Victim::Runner, Victim::Worker, Victim::All, Victim::Passer];
            let victims = if deaths < DEATHS { victims.as_slice() } else { &[Victim::Runner, Victim::All] };
            let victim = *victims.choose(random).expect("there are some");
            let grave = format!("dead-{}", toll.all());
            let chaos = if victim == Victim::Passer { passing(random, &grave) } else { String::new() };
            let mut run = place.start_amid(&chaos, &["run", "--workers", self.workers]);
            if victim != Victim::Passer {
                // Some kills hit the beginning, the others some instant of the training.
                if random.random_bool(0.8) && run.wait_for("started").is_none() {
                    break;
                }
                sleep(Duration::from_millis(random.random_range(0..600)));
            }
            let killed = match victim {
                Victim::Runner => kill(&[run.id()], run),
                Victim::All => {
                    let workers = run.workers();
                    kill(&[&[run.id()], workers.as_slice()].concat(), run)
                }
                Victim::Worker => {
                    let workers = run.workers();
                    let killed = workers.choose(random).is_some_and(|worker| signal_all(&[*worker], "KILL"));
                    // Some of those that have lost it are killed as well.
                    sleep(Duration::from_millis(random.random_range(0..600)));
                    if random.random_bool(0.5) {
                        run.kill();
                        toll.add(Victim::Runner);
                    } else {
                        run.finish();
                    }
                    killed
                }
                Victim::Passer => {
                    run.finish();
                    place.path(&grave).exists()
                }
            };
            deaths += u32::from(killed && matches!(victim, Victim::Worker | Victim::Passer));
            if killed {
                toll.add(victim);
            }
        }
        let last = place.kiln(&["run", "--device", "cpu", "--quiet", "--workers", self.workers]);
        assert_eq!(last.code, Some(0), "{}: {last:?}", self.name);
        assert_eq!(outcome(&place), self.expected, "{} after {toll:?}", self.name);
        toll.studies += 1;
        toll.attempts += attempts(&place);
    }
}

impl Toll {
    fn add(&mut self, victim: Victim) {
        *self.kills.entry(victim).or_default() += 1;
    }

    fn all(&self) -> u32 {
        self.kills.values().sum()
    }
}

/// Kills processes of a run, of which one is its runner.
fn kill(processes: &[u32], run: Running) -> bool {
    let killed = signal_all(processes, "KILL");
    run.bury();
    killed
}

/// Some early passing of some point.
fn passing(random: &mut Pcg64, grave: &str) -> String {
    let point = Point::ALL.choose(random).expect("there are points");
    format!("kill at {} {} leaving {grave}", point.name(), random.random_range(1..=6))
}

/// Record and ranking.
fn outcome(place: &Place) -> (Vec<Value>, String) {
    (place.record(), place.answer(&["rank"]))
}

/// How often the trials were claimed.
fn attempts(place: &Place) -> u64 {
    let log = place.answer(&["log", "--format", "json"]);
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON lines"));
    events.filter_map(|event| event["attempt"].as_u64()).sum()
}

#[test]
fn ten_kills_change_nothing() {
    Study::plain().kill(KILLS, &mut Pcg64::seed_from_u64(2), &mut Toll::default());
}

#[test]
fn ten_kills_do_not_change_who_is_promoted() {
    Study::halving().kill(KILLS, &mut Pcg64::seed_from_u64(3), &mut Toll::default());
}

#[test]
fn ten_kills_among_four_workers_lose_no_trial_and_repeat_none() {
    Study::together().kill(KILLS, &mut Pcg64::seed_from_u64(4), &mut Toll::default());
}

#[test]
#[ignore = "takes minutes: run it by `cargo xtask chaos`"]
fn as_many_kills_as_wanted_change_nothing() {
    let wanted = env::var(WANTED).ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let studies = [Study::plain, Study::halving, Study::evolution, Study::together];
    println!("{:<11}{:>8}{:>9}{:>8}{:>8}{:>8}", "study", "workers", "studies", "kills", "claims", "seconds");
    let share = |number: u32| wanted * (number + 1) / 4 - wanted * number / 4;
    let work = |number: u32, study: fn() -> Study| {
        let (began, study, mut toll) = (Instant::now(), study(), Toll::default());
        study.kill(share(number), &mut Pcg64::seed_from_u64(number.into()), &mut toll);
        let Toll { studies, attempts, .. } = toll;
        let (kills, seconds) = (toll.all(), began.elapsed().as_secs_f64());
        println!("{:<11}{:>8}{studies:>9}{kills:>8}{attempts:>8}{seconds:>8.0}", study.name, study.workers);
        toll.kills
    };
    let mut all: BTreeMap<Victim, u32> = BTreeMap::new();
    thread::scope(|scope| {
        let work = &work;
        let threads = (0..).zip(studies).map(|(number, study)| scope.spawn(move || work(number, study)));
        for thread in threads.collect::<Vec<_>>() {
            for (victim, kills) in thread.join().expect("every study records what it records without a kill") {
                *all.entry(victim).or_default() += kills;
            }
        }
    });
    println!("{all:?}: every study recorded what it records without a kill");
}
