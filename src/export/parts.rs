//! The layers of a network with names that a person would give them, and the tensors that each has.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Tensor, TensorData};

use crate::network::plan::{Kind, Place, Planned};
use crate::network::{Network, Plan};

/// A layer.
#[derive(Debug)]
pub struct Part<'a> {
    /// As `stage0_convolution`: a Rust identifier, of which there is one in the network.
    pub name: String,
    /// What it does.
    pub planned: &'a Planned,
    /// Its tensors, with the names that burn's own layers have for them.
    pub tensors: Vec<(String, TensorData)>,
    /// The layers beside the skip, if it is a sum with one.
    pub body: Vec<Part<'a>>,
    /// The layers on the way of the skip, if it is a sum with one.
    pub shortcut: Vec<Part<'a>>,
}

/// The layers of `network`, which was built by `plan`, with the weights that it computes with.
pub fn parts<'a>(plan: &'a Plan, network: &Network) -> Result<Vec<Part<'a>>, ExecutionError> {
    let mut visitor = Visitor { path: Vec::new(), found: Ok(Vec::new()) };
    network.clone().coded().visit(&mut visitor);
    let mut namer = Namer { tensors: visitor.found?, taken: BTreeMap::new() };
    Ok(namer.name(plan.layers(), "layers", false))
}

/// The parts and those inside of them, each before its own.
pub fn flat<'a, 'b>(parts: &'b [Part<'a>]) -> Vec<&'b Part<'a>> {
    let inner = |part: &'b Part<'a>| [flat(&part.body), flat(&part.shortcut)].concat();
    parts.iter().flat_map(|part| std::iter::once(part).chain(inner(part))).collect()
}

/// The tensors of all parts with their full names, such as `stage0_convolution.weight`.
pub fn tensors<'b>(parts: &'b [Part<'_>]) -> Vec<(String, &'b TensorData)> {
    let of = |part: &'b Part<'_>| part.tensors.iter().map(|(name, data)| (format!("{}.{name}", part.name), data));
    flat(parts).into_iter().flat_map(of).collect()
}

struct Namer {
    /// Where each tensor is in the network, and its content.
    tensors: Vec<(String, TensorData)>,
    /// How many layers have a name already, but for the number at its end.
    taken: BTreeMap<String, usize>,
}

impl Namer {
    /// `layers`, which are at `path` in the network, on the way of a skip or not.
    fn name<'a>(&mut self, layers: &'a [Planned], path: &str, on_shortcut: bool) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        for (index, planned) in layers.iter().enumerate() {
            let path = format!("{path}.{index}");
            let (body, shortcut) = match &planned.kind {
                Kind::Residual { body, shortcut } => (
                    self.name(body, &format!("{path}.Residual.body"), on_shortcut),
                    self.name(shortcut, &format!("{path}.Residual.shortcut"), true),
                ),
                _ => (Vec::new(), Vec::new()),
            };
            let tensors = if body.is_empty() && shortcut.is_empty() { self.of(&path) } else { Vec::new() };
            let word = if on_shortcut { shortcut_word(&planned.kind) } else { word(planned) };
            let name = self.unique(format!("{}_{word}", place(planned.place)));
            parts.push(Part { name, planned, tensors, body, shortcut });
        }
        parts
    }

    /// `name`, with a number where others have it.
    fn unique(&mut self, name: String) -> String {
        let count = self.taken.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}_{count}") }
    }

    /// The tensors of the layer at `path`, whose names do not tell its kind any more.
    fn of(&self, path: &str) -> Vec<(String, TensorData)> {
        let own = |full: &str| {
            let (_kind, rest) = full.strip_prefix(path)?.strip_prefix('.')?.split_once('.')?;
            Some(field(rest).to_owned())
        };
        self.tensors.iter().filter_map(|(full, data)| Some((own(full)?, data.clone()))).collect()
    }
}

/// The name of a tensor in the exported layer.
fn field(name: &str) -> &str {
    match name {
        "mean" => "running_mean",
        "variance" => "running_var",
        // Of a running range.
        "range.low" | "running.low" => "low",
        "range.high" | "running.high" => "high",
        _ => name,
    }
}

fn place(place: Place) -> String {
    match place {
        Place::Stem => "stem".to_owned(),
        Place::Stage(index) => format!("stage{index}"),
        Place::Layer(index) => format!("layer{index}"),
        Place::Head => "head".to_owned(),
    }
}

fn word(planned: &Planned) -> &'static str {
    match planned.kind {
        Kind::Convolution { groups, .. } if groups > 1 && groups == planned.input.channels => "depthwise",
        Kind::Convolution { groups, .. } if groups > 1 => "grouped",
        Kind::Convolution { .. } => "convolution",
        Kind::BatchNorm | Kind::GroupNorm { .. } | Kind::MinMax { .. } => "normalization",
        Kind::Round(_) => "rounding",
        Kind::Quantize(_) => "quantization",
        Kind::Activation(_) => "activation",
        Kind::MaxPool | Kind::AveragePool | Kind::Blur => "pooling",
        Kind::GlobalAverage | Kind::GlobalMax => "global_pooling",
        Kind::SqueezeExcite { .. } => "excitation",
        Kind::Residual { .. } => "sum",
        Kind::Dense => "dense",
        Kind::Dropout(_) => "dropout",
        Kind::StochasticDepth(_) => "stochastic_depth",
    }
}

/// A skip has a convolution at most, and what it needs.
fn shortcut_word(kind: &Kind) -> &'static str {
    if matches!(kind, Kind::Quantize(_)) { "shortcut_quantization" } else { "shortcut" }
}

struct Visitor {
    path: Vec<String>,
    found: Result<Vec<(String, TensorData)>, ExecutionError>,
}

impl ModuleVisitor for Visitor {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Ok(found) = &mut self.found else { return };
        match param.val().try_into_data() {
            Ok(data) => found.push((self.path.join("."), data)),
            Err(error) => self.found = Err(error),
        }
    }
}
