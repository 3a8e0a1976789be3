//! What images were taken for.

use serde::{Deserialize, Serialize};

/// What the validation images were taken for after an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// From 1.
    pub epoch: u32,
    /// For each class, how many of its images were taken for each class.
    pub counts: Vec<Vec<u32>>,
}
