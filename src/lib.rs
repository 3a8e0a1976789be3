//! Kiln: neural-architecture and hyperparameter search on burn.
