//! Why a device cannot be used.

use super::Choice;

/// Why a device cannot be used, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No kind of device has this name.
    #[error("`{text}` names no device: use auto, cpu, wgpu, wgpu:N, cuda or cuda:N")]
    Unknown {
        /// What was asked for.
        text: String,
    },
    /// The kind is known, but this machine does not have that many.
    #[error(
        "there is no device {choice}: {}; `kiln devices` lists what there is, and --device cpu always works",
        reach(*.present)
    )]
    Absent {
        /// What was asked for.
        choice: Choice,
        /// How many of the kind there are.
        present: usize,
    },
    /// The program was built without the kind.
    #[error("this program was built without CUDA: build it with --features cuda, or use --device wgpu")]
    NotBuilt,
    /// The device is there, but its driver refused.
    #[error("{name} cannot be used: {cause}; check its driver, or use --device cpu")]
    Refused {
        /// The device.
        name: String,
        /// What the driver said.
        cause: String,
    },
}

fn reach(present: usize) -> String {
    match present {
        0 => "none of its kind answers".to_owned(),
        1 => "the only one of its kind has number 0".to_owned(),
        _ => format!("those of its kind count from 0 to {}", present - 1),
    }
}
