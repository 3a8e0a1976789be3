//! What happens to a trial over time: its record, its checkpoints and its rank.

pub mod chaos;
pub mod checkpoint;
pub mod rank;
pub mod repeats;
pub mod store;
pub mod trial;

#[cfg(test)]
mod small_disk;
