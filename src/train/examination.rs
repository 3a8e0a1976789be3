//! What a trained network makes of images that it does not learn from.

use burn::tensor::Device;
use kiln_search::candidate::Candidate;
use kiln_search::rng::{Purpose, Stream};

use super::measure::{Measured, measure};
use super::optimizer::Optimizer;
use super::part::Part;
use super::{Recipe, TrainError, Trainer, checkpoint};
use crate::data::{DataSpec, Dataset, Images, Scaling};
use crate::network::{Network, Plan};

/// The network laid out as `plan` and trained by `recipe` that the `files` of a checkpoint hold: as it predicts, on `device`.
pub fn restore(
    plan: &Plan,
    recipe: &Recipe,
    files: Vec<(String, Vec<u8>)>,
    device: &Device,
) -> Result<Network, TrainError> {
    // Its weights are replaced at once.
    let mut rng = Stream::new(0, 0, Purpose::Weights).rng();
    let network = Network::build(plan, &device.clone().autodiff(), &mut rng);
    let (network, optimizer, _) = checkpoint::load(network, Optimizer::new(recipe), files, device)?;
    Ok(optimizer.predictor(&network))
}

/// What `network`, on `device`, makes of `images` of so many `classes`, scaled by `scaling`.
pub fn examine(
    network: &Network,
    images: &Images,
    scaling: &Scaling,
    classes: usize,
    device: &Device,
) -> Result<Measured, TrainError> {
    let positions: Vec<usize> = (0..images.len()).collect();
    let part = Part::new(images, &positions, scaling, device);
    measure(network, &part, classes)?.ok_or(TrainError::NotFinite)
}

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
        let network = restore(&plan, &recipe, files, &self.device)?;
        examine(&network, &dataset.test, &scaling, self.classes, &self.device)
    }
}
