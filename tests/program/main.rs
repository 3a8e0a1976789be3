//! Tests of the built program as a person meets it: its commands, its messages, and what survives a crash.
#![expect(clippy::expect_used, reason = "a test stops where its surroundings fail it")]

mod acting;
mod bad_input;
mod browser;
mod chaos;
mod checkpoints;
mod clock;
mod commands;
mod confirm;
mod ctrl_c;
mod disk;
mod doctor;
mod export;
mod faults;
mod fidelity;
mod frozen;
mod importance;
mod kill;
mod kiln;
mod points;
mod power;
mod rank;
mod readme;
mod recorded;
mod report;
mod revise;
mod serve;
#[path = "../../trials/src/small_disk.rs"]
mod small_disk;
mod small_memory;
mod strategy;
mod worker;
mod workers;
