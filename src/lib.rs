//! Kiln: neural-architecture and hyperparameter search on burn.

pub mod data;
pub mod device;
pub mod network;
pub mod train;
