//! Tests of the built program as a person meets it: its commands, its messages, and what survives a crash.
#![expect(clippy::expect_used, reason = "a test stops where its surroundings fail it")]

mod bad_input;
mod commands;
mod ctrl_c;
mod fidelity;
mod kill;
mod kiln;
mod readme;
mod strategy;
mod worker;
mod workers;
