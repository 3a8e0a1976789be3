//! `[checkpoints]`.

use kiln_search::problem::Problems;
use kiln_search::table::Node;

use super::{GREATEST_COUNT, bytes};
use crate::study::Checkpoints;

/// Which checkpoints stay.
pub fn read(node: Option<Node<'_>>, problems: &mut Problems) -> Checkpoints {
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return Checkpoints::default() };
    let keep = table.take("keep").and_then(|node| node.integer(0..=i64::from(GREATEST_COUNT), problems));
    let checkpoints = Checkpoints {
        keep: keep.and_then(|keep| u32::try_from(keep.value).ok()),
        disk: bytes(&mut table, "disk", problems),
    };
    table.finish(problems);
    checkpoints
}
