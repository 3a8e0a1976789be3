//! The graphics adapters that `wgpu` finds.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::wgpu::WgpuBackend;
use burn::tensor::wgpu::wgpu::{Backend, DeviceType, Instance, InstanceDescriptor};
use burn::tensor::{Device, DeviceKind};

use super::{DeviceError, Opened};

/// The graphics interfaces, best first.
const INTERFACES: [(Backend, WgpuBackend, &str); 4] = [
    (Backend::Vulkan, WgpuBackend::Vulkan, "vulkan"),
    (Backend::Metal, WgpuBackend::Metal, "metal"),
    (Backend::Dx12, WgpuBackend::Dx12, "dx12"),
    (Backend::Gl, WgpuBackend::Gl, "gl"),
];

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The processor itself.
    Processor,
    /// A GPU with memory of its own.
    DiscreteGpu,
    /// A GPU that shares the processor's memory.
    IntegratedGpu,
    /// A GPU that a host lends to a virtual machine.
    VirtualGpu,
    /// A GPU whose driver does not say more.
    OtherGpu,
    /// A program on the processor that behaves like a GPU, such as Mesa's lavapipe: slower than the processor itself.
    Software,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Processor => "processor",
            Self::DiscreteGpu => "discrete gpu",
            Self::IntegratedGpu => "integrated gpu",
            Self::VirtualGpu => "virtual gpu",
            Self::OtherGpu => "gpu",
            Self::Software => "software",
        })
    }
}

/// An adapter that answers.
pub struct Adapter {
    pub name: String,
    pub kind: Kind,
    pub backend: &'static str,
    pub driver: String,
    interface: WgpuBackend,
    /// Its number among the adapters of its kind on its interface, by which burn addresses it.
    rank: usize,
}

/// All adapters, those of the best interface first.
///
/// The same GPU answers on several interfaces, so the first interface with a real GPU ends the search.
pub fn all() -> Vec<Adapter> {
    let mut found: Vec<Adapter> = Vec::new();
    for (backend, interface, name) in INTERFACES {
        for adapter in on(backend, interface, name) {
            let rank = found.iter().filter(|other| other.backend == name && other.kind == adapter.kind).count();
            found.push(Adapter { rank, ..adapter });
        }
        if found.iter().any(|adapter| adapter.kind != Kind::Software) {
            break;
        }
    }
    found
}

fn on(backend: Backend, interface: WgpuBackend, name: &'static str) -> Vec<Adapter> {
    if !Instance::enabled_backend_features().contains(backend.into()) {
        return Vec::new();
    }
    // A broken driver is as good as none here; asking for it by name reports the cause.
    let infos = guarded(|| {
        let descriptor =
            InstanceDescriptor { backends: backend.into(), ..InstanceDescriptor::new_without_display_handle() };
        let adapters = at_once(Instance::new(descriptor).enumerate_adapters(backend.into()));
        adapters.unwrap_or_default().iter().map(|adapter| adapter.get_info()).collect::<Vec<_>>()
    });
    let infos = infos.unwrap_or_default();
    let adapters = infos.into_iter().map(|info| Adapter {
        name: info.name,
        kind: match info.device_type {
            DeviceType::DiscreteGpu => Kind::DiscreteGpu,
            DeviceType::IntegratedGpu => Kind::IntegratedGpu,
            DeviceType::VirtualGpu => Kind::VirtualGpu,
            DeviceType::Other => Kind::OtherGpu,
            DeviceType::Cpu => Kind::Software,
        },
        backend: name,
        driver: [info.driver, info.driver_info].join(" ").trim().to_owned(),
        interface,
        rank: 0,
    });
    adapters.collect()
}

impl Adapter {
    /// Makes the adapter ready for burn; once in a process.
    pub fn open(&self) -> Result<Opened, DeviceError> {
        let name = format!("wgpu ({}, {})", self.name, self.backend);
        let kind = match self.kind {
            Kind::DiscreteGpu => DeviceKind::DiscreteGpu(self.rank),
            Kind::IntegratedGpu => DeviceKind::IntegratedGpu(self.rank),
            Kind::VirtualGpu => DeviceKind::VirtualGpu(self.rank),
            Kind::Software => DeviceKind::Cpu,
            // Burn cannot address such an adapter by number, only as the best one of its interface.
            Kind::OtherGpu | Kind::Processor => DeviceKind::DefaultDevice,
        };
        let device = guarded(|| Device::wgpu_options().device_kind(kind).graphics_api(self.interface).init());
        let device = device.and_then(|result| result.map_err(|error| error.to_string()));
        match device {
            Ok(device) => Ok(Opened { device, name }),
            Err(cause) => Err(DeviceError::Refused { name, cause }),
        }
    }
}

/// The value of a future that waits for nothing, as all of wgpu's do on native targets.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs `work` and turns a panic into its message: drivers and their loaders fail in many ways, and wgpu reports some
/// of them by panicking.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    set_hook(hook);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_else(|| "a panic".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| 3), Ok(3));
        assert_eq!(guarded(|| -> u8 { panic!("lost {}", "device") }), Err("lost device".to_owned()));
        assert_eq!(guarded(|| -> u8 { panic!("plain") }), Err("plain".to_owned()));
    }
}
