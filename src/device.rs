//! Where networks are trained: the processor by burn's `flex`, or a graphics adapter by `wgpu` (or `cuda`, if built).

mod adapter;
mod error;
mod memory;

use std::fmt;
use std::str::FromStr;
use std::thread::available_parallelism;

use burn::tensor::Device;

pub use adapter::Kind;
pub use error::DeviceError;

/// The name of the processor when it is open.
const PROCESSOR: &str = "cpu";

/// What a person asks for with `--device`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// The first real GPU if a `wgpu` adapter answers, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An adapter by its number in [`list`]; without a number the first real GPU, else the first software adapter.
    Wgpu(Option<usize>),
    /// A CUDA device by its number; without a number the first one.
    Cuda(Option<usize>),
}

impl FromStr for Choice {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        let unknown = || DeviceError::Unknown { text: text.to_owned() };
        let (name, index) = match text.split_once(':') {
            Some((name, index)) => (name, Some(index.parse().map_err(|_| unknown())?)),
            None => (text, None),
        };
        match (name, index) {
            ("auto", None) => Ok(Self::Auto),
            ("cpu", None) => Ok(Self::Cpu),
            ("wgpu", index) => Ok(Self::Wgpu(index)),
            ("cuda", index) => Ok(Self::Cuda(index)),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, index) = match self {
            Self::Auto => ("auto", None),
            Self::Cpu => ("cpu", None),
            Self::Wgpu(index) => ("wgpu", *index),
            Self::Cuda(index) => ("cuda", *index),
        };
        write!(f, "{name}")?;
        index.map_or(Ok(()), |index| write!(f, ":{index}"))
    }
}

/// A device that this machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What `--device` takes for it.
    pub choice: Choice,
    /// As the driver calls it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Through what it is used: `flex`, `vulkan`, `metal`, `dx12` or `cuda`.
    pub backend: String,
    /// The driver and its version, as far as known.
    pub driver: String,
}

/// How many threads the processor runs at the same time.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Whether the device called `name` is the processor, which shares the memory of the host.
pub fn is_processor(name: &str) -> bool {
    name == PROCESSOR
}

/// How many bytes nobody uses of the memory that trials on the device called `name` take, if that is known.
pub fn free_memory(name: &str) -> Option<u64> {
    if is_processor(name) { memory::of_host() } else { memory::of_adapter(name) }
}

/// How many trials at a time the device called `name` is good for, if their memory allows: one for each core, but one alone
/// on an adapter whose memory is not known.
pub fn workers(name: &str) -> usize {
    if is_processor(name) || free_memory(name).is_some() { cores() } else { 1 }
}

/// The devices of this machine: the processor first, then the adapters that answer.
pub fn list() -> Vec<Listed> {
    let threads = cores();
    let processor = Listed {
        choice: Choice::Cpu,
        name: format!("processor, {threads} threads"),
        kind: Kind::Processor,
        backend: "flex".to_owned(),
        driver: String::new(),
    };
    let adapters = adapter::all().into_iter().enumerate().map(|(index, adapter)| Listed {
        choice: Choice::Wgpu(Some(index)),
        name: adapter.name,
        kind: adapter.kind,
        backend: adapter.backend.to_owned(),
        driver: adapter.driver,
    });
    let cards = (0..cuda::count()).map(|index| Listed {
        choice: Choice::Cuda(Some(index)),
        name: format!("CUDA device {index}"),
        kind: Kind::DiscreteGpu,
        backend: "cuda".to_owned(),
        driver: String::new(),
    });
    [processor].into_iter().chain(adapters).chain(cards).collect()
}

/// A device that is ready.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The device itself, without autodiff.
    pub device: Device,
    /// The device in a few words, for records and people: `cpu` or `wgpu (name, backend)`.
    pub name: String,
}

/// Makes the chosen device ready; once in a process for a `wgpu` adapter.
pub fn open(choice: Choice) -> Result<Opened, DeviceError> {
    match choice {
        Choice::Cpu => Ok(processor()),
        Choice::Auto => match adapter::all().iter().find(|adapter| adapter.kind != Kind::Software) {
            Some(adapter) => adapter.open(),
            None => Ok(processor()),
        },
        Choice::Wgpu(index) => {
            let adapters = adapter::all();
            let first = adapters.iter().position(|adapter| adapter.kind != Kind::Software).unwrap_or(0);
            let adapter = adapters.get(index.unwrap_or(first));
            adapter.ok_or(DeviceError::Absent { choice, present: adapters.len() })?.open()
        }
        Choice::Cuda(index) => cuda::open(index.unwrap_or(0)),
    }
}

fn processor() -> Opened {
    Opened { device: Device::flex(), name: PROCESSOR.to_owned() }
}

#[cfg(feature = "cuda")]
mod cuda {
    use burn::tensor::{Device, DeviceType};

    use super::{Choice, DeviceError, Opened, adapter::guarded};

    pub fn count() -> usize {
        guarded(|| Device::enumerate(DeviceType::Cuda).into_iter().count()).unwrap_or(0)
    }

    pub fn open(index: usize) -> Result<Opened, DeviceError> {
        let present = count();
        if index >= present {
            return Err(DeviceError::Absent { choice: Choice::Cuda(Some(index)), present });
        }
        let name = format!("cuda:{index}");
        let refused = |cause| DeviceError::Refused { name: name.clone(), cause };
        let device = guarded(|| {
            let device = Device::cuda(index);
            device.sync().map(|()| device).map_err(|error| error.to_string())
        });
        let device = device.and_then(|result| result).map_err(refused)?;
        Ok(Opened { device, name })
    }
}

#[cfg(not(feature = "cuda"))]
mod cuda {
    use super::{DeviceError, Opened};

    pub fn count() -> usize {
        0
    }

    pub fn open(_index: usize) -> Result<Opened, DeviceError> {
        Err(DeviceError::NotBuilt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_and_written_alike() {
        for text in ["auto", "cpu", "wgpu", "wgpu:3", "cuda", "cuda:0"] {
            assert_eq!(text.parse::<Choice>().expect("known").to_string(), text);
        }
    }

    #[test]
    fn other_choices_are_refused_with_those_there_are() {
        for text in ["", "gpu", "cpu:0", "auto:1", "wgpu:", "wgpu:-1", "wgpu:one", "WGPU"] {
            let error = text.parse::<Choice>().expect_err(text).to_string();
            assert!(error.contains(&format!("`{text}`")) && error.contains("wgpu:N"), "{error}");
        }
    }

    #[test]
    fn the_processor_takes_as_many_trials_as_it_has_cores_and_an_adapter_one() {
        let opened = open(Choice::Cpu).expect("there is a processor");
        assert_eq!(workers(&opened.name), cores());
        assert_eq!(workers("wgpu (some adapter, vulkan)"), 1);
    }

    #[test]
    fn the_processor_is_listed_first_and_opens() {
        assert_eq!(list()[0].choice, Choice::Cpu);
        assert_eq!(open(Choice::Cpu).expect("there is a processor").name, "cpu");
    }

    #[test]
    fn an_adapter_that_is_not_there_is_an_error() {
        let error = open(Choice::Wgpu(Some(1000))).expect_err("not that many adapters");
        assert!(matches!(error, DeviceError::Absent { .. }));
        assert!(error.to_string().contains("kiln devices"), "{error}");
    }
}
