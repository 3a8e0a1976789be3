//! The same with the instructions of every processor; against burn it is all tested beside the network's layers.

use crate::correlation::Correlation;
use crate::instructions::{self, Common, Instructions};
use crate::{panels, relu};

/// Numbers without a pattern, from -1 to 1.
fn noise(count: usize) -> Vec<f32> {
    (0..count).map(|index| ((index * 2_654_435_761) >> 7 & 1023) as f32 / 512.0 - 1.0).collect()
}

fn close(what: &str, ours: &[f32], theirs: &[f32]) {
    let scale = theirs.iter().fold(1e-3_f32, |most, value| most.max(value.abs()));
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() <= 2e-5 * scale, "{what}: element {at} is {ours}, not {theirs} (of {scale})");
    }
}

#[test]
fn all_instructions_convolve_alike() {
    fn run<I: Instructions, const M: usize>(instructions: I, it: &Correlation) -> [Vec<f32>; 2] {
        let map = noise(it.batch * it.size[0] * it.size[1] * it.inputs);
        let weights = noise(it.depth() * it.outputs);
        let panels =
            panels::pack(it.depth(), it.outputs, 2 * I::LANES, |row, output| weights[row * it.outputs + output]);
        let result = it.run::<I, M, 2>(instructions, &map, &panels, &noise(it.outputs), false);
        let gradient = it.weight_gradient::<I, M, 2>(instructions, &map, &result);
        let (depth, width) = (it.depth(), 2 * I::LANES);
        let at = |at: usize| {
            gradient[((at % it.outputs / width) * depth + at / it.outputs) * width + at % it.outputs % width]
        };
        [result, (0..depth * it.outputs).map(at).collect()]
    }
    let it = Correlation {
        batch: 2,
        size: [9, 8],
        within: [0, 9],
        groups: 1,
        inputs: 7,
        outputs: 35,
        kernel: 3,
        stride: 1,
        dilation: 1,
    };
    let common = run::<_, 4>(Common, &it);
    #[cfg(target_arch = "x86_64")]
    {
        let others = [
            instructions::Avx2::detect().map(|avx2| run::<_, 6>(avx2, &it)),
            instructions::Avx512::detect().map(|avx512| run::<_, 12>(avx512, &it)),
        ];
        for other in others.iter().flatten() {
            close("result", &other[0], &common[0]);
            close("gradient", &other[1], &common[1]);
        }
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    let mut values = [-1.0, f32::NAN, 2.0];
    relu::relu(&mut values);
    assert!(values[1].is_nan(), "{values:?}");
    assert_eq!([values[0], values[2]].map(f32::to_bits), [0.0, 2.0].map(f32::to_bits));
}
