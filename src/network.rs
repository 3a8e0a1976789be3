//! From a candidate to a network: what can be chosen, what is to be built, what it costs, and the layers themselves.
//!
//! [`parameters`] is the table of names that a study may use; [`architecture`] reads a candidate into types;
//! [`plan`] turns those, the image shape and the number of classes into a list of layers with shapes and costs,
//! without touching a device; [`Network`](self) is that list built as burn modules.

pub mod architecture;
mod choice;
pub mod parameters;
pub mod plan;
pub mod settings;
