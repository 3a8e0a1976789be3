//! In how many bits weights and activations are stored.

use super::choice::choice;
use super::settings::Scoped;

choice! {
    /// What the weights of a layer have one scale for.
    QuantizationScope {
        /// The whole tensor.
        PerTensor = "per-tensor",
        /// Each output channel.
        PerChannel = "per-channel",
    }
}

/// Bits of a number that is not quantized.
const WHOLE: u64 = 32;
/// Bytes of it: weights and activations are 32-bit floating point.
pub const BYTES: u64 = WHOLE / 8;

/// How the weights of a convolution or dense layer are stored once it is trained; biases stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As 32-bit floating point.
    Full,
    /// As whole numbers of so many bits, 2 to 31, times a scale.
    Quantized {
        /// Bits a weight.
        bits: u32,
        /// What has a scale.
        scope: QuantizationScope,
    },
    /// As indices into a codebook of so many values, 2 to 256.
    Shared {
        /// Values in the codebook.
        clusters: usize,
    },
}

impl Coding {
    /// Bytes of `weights` numbers to `outputs` channels, with their scales or codebook.
    ///
    /// Bits are packed: a tensor ends on a whole byte.
    pub fn bytes(self, weights: u64, outputs: u64) -> u64 {
        let (bits, beside) = match self {
            Self::Full => (WHOLE, 0),
            Self::Quantized { bits, scope: QuantizationScope::PerTensor } => (u64::from(bits), 1),
            Self::Quantized { bits, scope: QuantizationScope::PerChannel } => (u64::from(bits), outputs),
            Self::Shared { clusters } => {
                let values = weights.min(clusters as u64);
                (u64::from(values.next_power_of_two().ilog2()), values)
            }
        };
        (weights * bits).div_ceil(8) + beside * BYTES
    }
}

/// How a stage, or the dense layers of the head, store and compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// How weights are stored.
    pub weights: Coding,
    /// Bits of what goes into each convolution or dense layer, 2 to 31; none for 32-bit floating point.
    pub activation_bits: Option<u32>,
}

impl Precision {
    /// 32-bit floating point throughout.
    pub const FULL: Self = Self { weights: Coding::Full, activation_bits: None };

    /// Reads the parameters whose names begin with `prefix`; the scope of quantization is a common one.
    ///
    /// Weights that are both quantized and shared are refused: these are two ways to store them.
    pub fn read(scoped: Scoped, prefix: &str, scope: QuantizationScope) -> Result<Self, String> {
        let bits = |name: &str| {
            let bits = scoped.int(&format!("{prefix}{name}"))?;
            Ok::<_, String>((bits < WHOLE).then_some(bits as u32))
        };
        let clusters = scoped.int(&format!("{prefix}weight_clusters"))? as usize;
        let weights = match (bits("weight_bits")?, clusters) {
            (None, 0) => Coding::Full,
            (None, 1) => return Err(format!("`{prefix}weight_clusters` cannot be 1; it is 0 for none, or from 2 on")),
            (None, clusters) => Coding::Shared { clusters },
            (Some(bits), 0) => Coding::Quantized { bits, scope },
            (Some(bits), clusters) => {
                return Err(format!(
                    "`{prefix}weight_bits` ({bits}) and `{prefix}weight_clusters` ({clusters}) are two ways to store \
                     the same weights; leave the bits at 32 or the clusters at 0"
                ));
            }
        };
        Ok(Self { weights, activation_bits: bits("activation_bits")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_packed_bits_and_of_what_stands_beside_them() {
        let quantized = |bits, scope| Coding::Quantized { bits, scope };
        for (coding, bytes) in [
            (Coding::Full, 4 * 27),
            (quantized(8, QuantizationScope::PerTensor), 27 + 4),
            (quantized(8, QuantizationScope::PerChannel), 27 + 4 * 3),
            // 54 bits are 6.75 bytes.
            (quantized(2, QuantizationScope::PerTensor), 7 + 4),
            (Coding::Shared { clusters: 2 }, 4 + 4 * 2),
            // Five values need three bits: 81 bits are 10.125 bytes.
            (Coding::Shared { clusters: 5 }, 11 + 4 * 5),
            // No more values than weights: 27 of them, of five bits each.
            (Coding::Shared { clusters: 256 }, 17 + 4 * 27),
        ] {
            assert_eq!(coding.bytes(27, 3), bytes, "{coding:?}");
        }
    }
}
