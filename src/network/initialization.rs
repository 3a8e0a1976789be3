//! Initial weights: drawn on the host from a generator of ours, so that they depend on neither device nor thread.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand_pcg::Pcg64;

use super::architecture::Initialization;

/// Draws weights, in the order of the layers, and puts them on a device.
#[derive(Debug)]
pub struct Weights<'a> {
    initialization: Initialization,
    device: &'a Device,
    rng: &'a mut Pcg64,
}

impl<'a> Weights<'a> {
    /// Weights on `device`, distributed as `initialization` says.
    pub fn new(initialization: Initialization, device: &'a Device, rng: &'a mut Pcg64) -> Self {
        Self { initialization, device, rng }
    }

    /// The device that the weights are put on.
    pub fn device(&self) -> &Device {
        self.device
    }

    /// A tensor of weights between `inputs` and `outputs` connections.
    pub fn draw<const D: usize>(&mut self, shape: [usize; D], inputs: usize, outputs: usize) -> Param<Tensor<D>> {
        let bound = bound(self.initialization, inputs, outputs);
        let count: usize = shape.iter().product();
        let values = (0..count).map(|_| ((2.0 * self.rng.random::<f64>() - 1.0) * bound) as f32).collect();
        self.tensor(values, shape)
    }

    /// A tensor of one value.
    pub fn constant<const D: usize>(&self, value: f32, shape: [usize; D]) -> Param<Tensor<D>> {
        self.tensor(vec![value; shape.iter().product()], shape)
    }

    fn tensor<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
        Param::from_data(TensorData::new(values, shape), self.device)
    }
}

/// The uniform distribution runs from −bound to bound.
fn bound(initialization: Initialization, inputs: usize, outputs: usize) -> f64 {
    let connections = match initialization {
        Initialization::HeUniform => inputs,
        Initialization::GlorotUniform => inputs + outputs,
    };
    (6.0 / connections as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn weights_fill_the_interval_and_depend_on_the_generator_only() {
        let device = Device::flex();
        let draw = |initialization, seed| {
            let mut rng = Pcg64::seed_from_u64(seed);
            let param = Weights::new(initialization, &device, &mut rng).draw([50, 40], 50, 40);
            param.val().into_data().try_into_vec::<f32>().expect("weights are f32")
        };
        for (initialization, bound) in
            [(Initialization::HeUniform, 0.12_f64.sqrt()), (Initialization::GlorotUniform, (6.0 / 90.0_f64).sqrt())]
        {
            let weights = draw(initialization, 1);
            let greatest = weights.iter().fold(0.0_f64, |most, weight| most.max(f64::from(weight.abs())));
            assert!(greatest <= bound && greatest > 0.99 * bound, "{greatest} against {bound}");
            let mean = weights.iter().sum::<f32>() / weights.len() as f32;
            assert!(f64::from(mean.abs()) < 0.05 * bound, "mean {mean}");
            assert_eq!(weights, draw(initialization, 1));
            assert_ne!(weights, draw(initialization, 2));
        }
    }
}
