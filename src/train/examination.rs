//! What a trained network makes of the test images.

use kiln_search::candidate::Candidate;
use kiln_search::rng::{Purpose, Stream};

use super::measure::{Measured, measure};
use super::optimizer::Optimizer;
use super::part::Part;
use super::{TrainError, Trainer, checkpoint};
use crate::data::{DataSpec, Dataset, Scaling};
use crate::network::Network;

impl Trainer {
    /// Loss and accuracy on the test images of `dataset`, the one that this trainer was made with, of the network that the
    /// files of a checkpoint hold. `spec` is that of the study: the images are scaled as those that it was trained on.
    pub fn test(
        &self,
        dataset: &Dataset,
        spec: &DataSpec,
        candidate: &Candidate,
        files: Vec<(String, Vec<u8>)>,
    ) -> Result<Measured, TrainError> {
        let (recipe, plan) = self.read(candidate).map_err(TrainError::Candidate)?;
        let split = dataset.split(spec.validation, self.seed).map_err(|error| TrainError::Data(error.to_string()))?;
        let scaling = Scaling::fit(dataset, &split.train, spec.scale);
        let positions: Vec<usize> = (0..dataset.test.labels.len()).collect();
        let images = Part::new(&dataset.test, &positions, &scaling, &self.device);
        // Its weights are replaced at once.
        let network = Network::build(
            &plan,
            &self.device.clone().autodiff(),
            &mut Stream::new(self.seed, 0, Purpose::Weights).rng(),
        );
        let (network, optimizer, _) = checkpoint::load(network, Optimizer::new(&recipe), files, &self.device)?;
        measure(&optimizer.predictor(&network), &images, self.classes)?.ok_or(TrainError::NotFinite)
    }
}
