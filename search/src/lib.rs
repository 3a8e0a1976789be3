//! Search spaces, candidates, samplers, schedulers and fronts: the mathematics of Kiln.
//!
//! Nothing here reads a file, a clock or a device, and nothing starts a thread.

pub mod candidate;
pub mod evidence;
#[cfg(test)]
mod fixture;
pub mod history;
pub mod importance;
pub mod linear;
mod normal;
pub mod pareto;
pub mod problem;
pub mod rng;
pub mod sampler;
pub mod scheduler;
pub mod space;
pub mod table;
pub mod thousands;
pub mod unit;
