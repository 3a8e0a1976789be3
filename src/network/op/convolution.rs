//! Convolution, as one operation with its bias and, where it comes next, max(x, 0).

use burn::tensor::{Shape, Tensor};
use burn_flex::FlexTensor;

use super::{Operand, Operation, apply, map};
use crate::network::plan::Window;

/// Convolves maps `[batch, inputs, height, width]` with weights `[outputs, inputs / groups, kernel, kernel]` and adds a
/// bias to each output channel; where it is to be rectified, results below 0 become 0.
pub fn convolution(
    map: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    window: Window,
    groups: usize,
    rectified: bool,
) -> Tensor<4> {
    let [outputs, ..] = weight.dims();
    let none = || Operand::Plain(map::plain(vec![0.0; outputs], Shape::new([outputs])));
    let bias = bias.map_or_else(none, Operand::of);
    apply(Convolution { window, groups, rectified }, [Operand::of(map), Operand::of(weight), bias])
}

#[derive(Debug, Clone, Copy)]
struct Convolution {
    window: Window,
    groups: usize,
    rectified: bool,
}

impl Operation<3> for Convolution {
    /// The map, not padded, the weights, and what is rectified of the result.
    type Saved = (FlexTensor, FlexTensor, Option<FlexTensor>);

    fn forward(&self, [map, weight, bias]: [FlexTensor; 3]) -> (FlexTensor, Self::Saved) {
        let (map, weight, bias) = (map::channels_last(map), weight.to_contiguous(), bias.to_contiguous());
        let it = self.of(&map, &weight);
        let values = it.forward(map::values(&map), map::plain_values(&weight), map::plain_values(&bias));
        let result = map::tensor(values, it.result());
        let rectified = self.rectified.then(|| result.clone());
        (result, (map, weight, rectified))
    }

    fn backward(&self, saved: Self::Saved, gradient: FlexTensor, wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let (map, weight, rectified) = saved;
        let it = self.of(&map, &weight);
        let mut gradient = map::channels_last(gradient);
        let of_bias = match rectified {
            Some(results) => it.rectified_gradient(map::values_mut(&mut gradient), map::values(&results)),
            None => it.bias_gradient(map::values(&gradient)),
        };
        let gradient = map::values(&gradient);
        let of_bias = wanted[2].then(|| map::plain(of_bias, Shape::new([it.outputs])));
        let of_map = wanted[0].then(|| map::tensor(it.map_gradient(gradient, map::plain_values(&weight)), it.map));
        let of_weight = wanted[1]
            .then(|| map::plain(it.weight_gradient(map::values(&map), gradient), weight.layout().shape().clone()));
        [of_map, of_weight, of_bias]
    }
}

impl Convolution {
    fn of(&self, map: &FlexTensor, weight: &FlexTensor) -> kiln_arithmetic::Convolution {
        let Window { kernel, stride, dilation, .. } = self.window;
        kiln_arithmetic::Convolution {
            map: map::dims(map),
            outputs: map::dims(weight)[0],
            groups: self.groups,
            kernel,
            stride,
            dilation,
            padding: self.window.padded(),
            rectified: self.rectified,
        }
    }
}
