//! What a training needs to continue, as files in memory.
//!
//! Both files have burn's burnpack format. `model.bpk` is the record of the network that predicts, running statistics
//! included; `optimizer.bpk` has a tensor for each moment, named by its parameter, and the numbers of epochs and steps.
//! Where the network that predicts has averaged weights, `optimizer.bpk` has those that are trained, too.

use std::collections::BTreeMap;

use burn::Tensor;
use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, TensorData};
use burn_pack::{Reader, Scalar, Writer};

use super::optimizer::{Moments, Optimizer};
use super::{TrainError, weights};

/// The network's parameters.
pub const MODEL: &str = "model.bpk";
/// The optimizer's state.
pub const OPTIMIZER: &str = "optimizer.bpk";

const EPOCH: &str = "epoch";
const STEPS: &str = "steps";
const BEST: &str = "best";
const FIRST: &str = "first";
const SECOND: &str = "second";
const THIRD: &str = "third";
const FOURTH: &str = "fourth";
const WEIGHTS: &str = "weights";

/// How far a training has come.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Done {
    /// Epochs that are trained.
    pub epochs: u32,
    /// The greatest `val_accuracy` of them, as far as known.
    pub best: Option<f64>,
}

/// The files of a checkpoint of a training that is so far `done`.
pub fn save<M: Module>(
    network: &M,
    optimizer: &Optimizer,
    done: Done,
) -> Result<Vec<(&'static str, Vec<u8>)>, TrainError> {
    let mut tensors = Vec::new();
    let mut add = |name: &str, role: &str, tensor: Tensor<1>| {
        let (bytes, shape, kind) = tensor.try_into_data()?.into_parts();
        tensors.push(burn_pack::Tensor::new(format!("{name}.{role}"), kind, shape, None, bytes));
        Ok::<_, TrainError>(())
    };
    for (name, Moments { first, second, third, fourth }) in &optimizer.moments {
        for (role, tensor) in [(FIRST, first), (SECOND, second), (THIRD, third), (FOURTH, fourth)] {
            tensor.clone().map_or(Ok(()), |tensor| add(name, role, tensor))?;
        }
    }
    if optimizer.average.is_some() {
        for (name, trained) in weights::of(network) {
            add(&name, WEIGHTS, trained)?;
        }
    }
    let mut writer = Writer::new(tensors)
        .with_scalar(EPOCH, Scalar::from(u64::from(done.epochs)))
        .with_scalar(STEPS, Scalar::from(u64::from(optimizer.steps)));
    if let Some(best) = done.best {
        writer = writer.with_scalar(BEST, Scalar::from(best));
    }
    let model = optimizer.predictor(network).into_record().into_bytes().map_err(unwritable)?;
    let optimizer = writer.into_bytes().map_err(unwritable)?;
    Ok(vec![(MODEL, model.to_vec()), (OPTIMIZER, optimizer.to_vec())])
}

/// Puts the parameters of a checkpoint into `network` and its moments into `optimizer`; returns both, and how far the
/// training had come.
pub fn load<M: Module>(
    network: M,
    mut optimizer: Optimizer,
    files: Vec<(String, Vec<u8>)>,
    device: &Device,
) -> Result<(M, Optimizer, Done), TrainError> {
    let mut files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let mut take = |name: &str| {
        let file = files.remove(name).map(Bytes::from_bytes_vec);
        file.ok_or_else(|| TrainError::Checkpoint { cause: format!("{name} is missing") })
    };
    let record = ModuleRecord::from_bytes(take(MODEL)?).map_err(unusable)?;
    let mut network = network.try_load_record(record).map_err(unusable)?;

    let reader = Reader::from_bytes(take(OPTIMIZER)?).map_err(unusable)?;
    let number = |name: &str| {
        let number = reader.scalars().get(name).and_then(|scalar| u32::try_from(*scalar).ok());
        number.ok_or_else(|| TrainError::Checkpoint { cause: format!("{OPTIMIZER} has no number `{name}`") })
    };
    let best = reader.scalars().get(BEST).and_then(|scalar| f64::try_from(*scalar).ok());
    let done = Done { epochs: number(EPOCH)?, best };
    optimizer.steps = number(STEPS)?;
    optimizer.moments.clear();
    let mut trained = BTreeMap::new();
    for tensor in reader.into_tensors().map_err(unusable)? {
        let (full, kind, shape, _, bytes) = tensor.into_parts().map_err(unusable)?;
        let strange = || TrainError::Checkpoint { cause: format!("{OPTIMIZER} has a tensor `{full}`") };
        let (name, role) = full.rsplit_once('.').filter(|_| shape.num_dims() == 1).ok_or_else(strange)?;
        let tensor = Tensor::<1>::from_data(TensorData::from_bytes(bytes, shape, kind), device);
        if role == WEIGHTS {
            trained.insert(name.to_owned(), tensor);
            continue;
        }
        let moments: &mut Moments = optimizer.moments.entry(name.to_owned()).or_default();
        let moment = match role {
            FIRST => &mut moments.first,
            SECOND => &mut moments.second,
            THIRD => &mut moments.third,
            FOURTH => &mut moments.fourth,
            _ => return Err(strange()),
        };
        *moment = Some(tensor);
    }
    if let Some(average) = &mut optimizer.average {
        let (names, averaged): (Vec<_>, _) = weights::of(&network).into_iter().unzip();
        average.weights = averaged;
        let missing = |name| TrainError::Checkpoint { cause: format!("{OPTIMIZER} has no tensor `{name}.{WEIGHTS}`") };
        let trained = names.into_iter().map(|name| trained.remove(&name).ok_or_else(|| missing(name)));
        network = weights::replace(network, trained.collect::<Result<_, _>>()?);
    }
    Ok((network, optimizer, done))
}

fn unusable(error: impl std::fmt::Display) -> TrainError {
    TrainError::Checkpoint { cause: error.to_string() }
}

fn unwritable(error: impl std::fmt::Display) -> TrainError {
    TrainError::State { cause: error.to_string() }
}
