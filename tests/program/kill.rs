//! A study that is killed at any instant and continued records what an uninterrupted one records.

use std::thread::sleep;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::kiln::{Place, TINY};

/// How often a runner is killed.
const KILLS: u32 = 10;

#[test]
fn ten_kills_change_nothing() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let expected = undisturbed.record();
    assert_eq!(expected.iter().filter(|event| event["event"] == "finished").count(), 4);

    let mut instants = Pcg64::seed_from_u64(2);
    let mut kills = 0;
    // A fast machine may end a study before it has been killed ten times: then another study takes the rest.
    while kills < KILLS {
        let place = Place::new(TINY);
        while kills < KILLS {
            let mut run = place.start(&["run"]);
            // Some kills hit the beginning, the others some instant of the training.
            if instants.random_bool(0.8) && run.wait_for("started").is_none() {
                break;
            }
            sleep(Duration::from_millis(instants.random_range(0..600)));
            run.kill();
            kills += 1;
        }
        place.answer(&["run", "--device", "cpu", "--quiet"]);
        assert_eq!(place.record(), expected, "after {kills} kills");
    }
}
