//! Weight sharing (Han, Mao and Dally, "Deep compression: compressing deep neural networks with pruning, trained
//! quantization and Huffman coding", 2016): the weights of a layer take few different values, the centroids of clusters.
//!
//! The clusters are found by k-means at the start of every epoch, and stay until its end. A layer computes with the
//! mean of each weight's cluster. The derivative passes straight through to the single weights: what moves all weights
//! of a cluster together, and so its centroid, is the sum of their gradients, as in the paper. Deviations: the paper
//! shares the weights of a trained network, whose clusters then stay, and moves a centroid by that sum; here, where
//! nothing is trained yet, weights must be able to change their cluster. So each follows its own gradient, and the
//! centroid, as their mean, moves by the mean of their steps.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData, TensorReadError};

use super::{k_means, straight_through};

/// The clusters of the weights of a layer.
#[derive(Module, Debug)]
pub struct Sharing {
    clusters: usize,
    /// The cluster of each weight, in the order of the weights.
    assigned: Param<Tensor<1, Int>>,
}

impl Sharing {
    /// Clusters of one width, from the least weight to the greatest.
    pub fn new<const D: usize>(clusters: usize, weight: Tensor<D>) -> Self {
        let flat = weight.detach().reshape([-1]);
        let low = flat.clone().min();
        let width = flat.clone().max().sub(low.clone());
        let empty = width.clone().equal_elem(0.0);
        let place = flat.sub(low).div(width.mask_fill(empty, 1.0));
        let assigned = place.mul_scalar((clusters - 1) as f64).round().int();
        Self { clusters, assigned: Param::initialized(ParamId::new(), assigned) }
    }

    /// Each weight's centroid.
    pub fn apply<const D: usize>(&self, weight: Tensor<D>) -> Tensor<D> {
        let assigned = self.assigned.val();
        let flat: Tensor<1> = weight.clone().detach().reshape([-1]);
        let none = Tensor::zeros([self.clusters], &flat.device());
        let total = |values| none.clone().select_assign(0, assigned.clone(), values, IndexingUpdateOp::Add);
        let means = total(flat.clone()).div(total(flat.ones_like()).clamp_min(1.0));
        let values = means.select(0, assigned.clone()).reshape(weight.shape());
        straight_through::pass(weight, values)
    }

    /// Finds the clusters of what the weights are now; waits for the device.
    pub fn regroup<const D: usize>(&mut self, weight: Tensor<D>) -> Result<(), TensorReadError> {
        let device = weight.device();
        let assigned = k_means::assign(&weight.try_into_vec_as::<f32>()?, self.clusters);
        let data = TensorData::new(assigned, [self.assigned.dims()[0]]);
        self.assigned = self.assigned.clone().map(|_| Tensor::from_data(data, &device));
        Ok(())
    }
}
