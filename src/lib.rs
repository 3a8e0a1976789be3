//! Kiln: neural-architecture and hyperparameter search on burn.
pub mod network;
