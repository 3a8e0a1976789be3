//! What a training needs to continue, as files in memory.
//!
//! Both files have burn's burnpack format. `model.bpk` is the record of the network, running statistics included;
//! `optimizer.bpk` has a tensor for each moment, named by its parameter, and the numbers of epochs and steps.

use burn::Tensor;
use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, TensorData};
use burn_pack::{Reader, Scalar, Writer};

use super::TrainError;
use super::optimizer::{Moments, Optimizer};

/// The network's parameters.
pub const MODEL: &str = "model.bpk";
/// The optimizer's state.
pub const OPTIMIZER: &str = "optimizer.bpk";

const EPOCH: &str = "epoch";
const STEPS: &str = "steps";
const FIRST: &str = "first";
const SECOND: &str = "second";

/// The files of a checkpoint after `epoch`.
///
/// `network` is the network without autodiff, from `valid()`: that also settles running statistics, of which burn
/// otherwise holds the last update back.
pub fn save<M: Module>(
    network: M,
    optimizer: &Optimizer,
    epoch: u32,
) -> Result<Vec<(&'static str, Vec<u8>)>, TrainError> {
    let mut tensors = Vec::new();
    for (name, moments) in &optimizer.moments {
        for (role, tensor) in [(FIRST, &moments.first), (SECOND, &moments.second)] {
            if let Some(tensor) = tensor {
                let (bytes, shape, kind) = tensor.clone().try_into_data()?.into_parts();
                tensors.push(burn_pack::Tensor::new(format!("{name}.{role}"), kind, shape, None, bytes));
            }
        }
    }
    let writer = Writer::new(tensors)
        .with_scalar(EPOCH, Scalar::from(u64::from(epoch)))
        .with_scalar(STEPS, Scalar::from(u64::from(optimizer.steps)));
    let model = network.into_record().into_bytes().map_err(unwritable)?;
    let optimizer = writer.into_bytes().map_err(unwritable)?;
    Ok(vec![(MODEL, model.to_vec()), (OPTIMIZER, optimizer.to_vec())])
}

/// Puts the parameters of a checkpoint into `network` and its moments into `optimizer`; returns both and the number
/// of epochs that are done.
pub fn load<M: Module>(
    network: M,
    mut optimizer: Optimizer,
    files: Vec<(String, Vec<u8>)>,
    device: &Device,
) -> Result<(M, Optimizer, u32), TrainError> {
    let mut files: std::collections::BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let mut take = |name: &str| {
        let file = files.remove(name).map(Bytes::from_bytes_vec);
        file.ok_or_else(|| TrainError::Checkpoint { cause: format!("{name} is missing") })
    };
    let record = ModuleRecord::from_bytes(take(MODEL)?).map_err(unusable)?;
    let network = network.try_load_record(record).map_err(unusable)?;

    let reader = Reader::from_bytes(take(OPTIMIZER)?).map_err(unusable)?;
    let number = |name: &str| {
        let number = reader.scalars().get(name).and_then(|scalar| u32::try_from(*scalar).ok());
        number.ok_or_else(|| TrainError::Checkpoint { cause: format!("{OPTIMIZER} has no number `{name}`") })
    };
    let (epoch, steps) = (number(EPOCH)?, number(STEPS)?);
    optimizer.steps = steps;
    optimizer.moments.clear();
    for tensor in reader.into_tensors().map_err(unusable)? {
        let (full, kind, shape, _, bytes) = tensor.into_parts().map_err(unusable)?;
        let strange = || TrainError::Checkpoint { cause: format!("{OPTIMIZER} has a tensor `{full}`") };
        let (name, role) = full.rsplit_once('.').filter(|_| shape.num_dims() == 1).ok_or_else(strange)?;
        let tensor = Some(Tensor::<1>::from_data(TensorData::from_bytes(bytes, shape, kind), device));
        let moments: &mut Moments = optimizer.moments.entry(name.to_owned()).or_default();
        match role {
            FIRST => moments.first = tensor,
            SECOND => moments.second = tensor,
            _ => return Err(strange()),
        }
    }
    Ok((network, optimizer, epoch))
}

fn unusable(error: impl std::fmt::Display) -> TrainError {
    TrainError::Checkpoint { cause: error.to_string() }
}

fn unwritable(error: impl std::fmt::Display) -> TrainError {
    TrainError::State { cause: error.to_string() }
}
