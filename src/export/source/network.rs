//! `src/lib.rs`: the network as a struct with a field for each layer that keeps something.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{forward, layer};
use crate::data::ImageShape;
use crate::export::parts::{Part, flat};
use crate::network::Named;
use crate::network::plan::Kind;
use crate::trained::Trained;

/// The text of the file.
pub fn text(trained: &Trained, parts: &[Part<'_>]) -> String {
    let ImageShape { channels, height, width } = trained.shape();
    let (classes, scaling) = (&trained.data.classes, &trained.scaling);
    let count = classes.len();
    let all = flat(parts);
    let fields: Vec<_> = all.iter().filter_map(|part| Some((part, layer::field(part.planned)?))).collect();
    let (mut declared, mut made) = (String::new(), String::new());
    for (part, field) in &fields {
        // Writing to a String cannot fail.
        let _ = writeln!(declared, "    /// {}\n    {}: {},", part.planned, part.name, field.kind);
        let _ = writeln!(made, "            {}: {},", part.name, field.value);
    }
    let names: String = classes.iter().fold(String::new(), |names, class| names + &format!("\n    {class:?},"));
    let mixes = if trained.plan.mixes_images() {
        "//!\n//! It normalizes by extremes of the batch: what it says of an image depends on those that it sees with it.\n"
    } else {
        ""
    };
    format!(
        r#"//! The network of {name}, as Kiln {version} exported it.
//!
//! It tells {count} classes apart in images of {channels}x{height}x{width}. Dropout and stochastic depth, which do
//! nothing when a network predicts, are left out, and weights are those that it computes with: rounded, where they were
//! to be stored in few bits.
{mixes}
{uses}
/// The names of the classes, in the order of the logits.
pub const CLASSES: [&str; {count}] = [{names}
];

/// Channels, height and width of an image.
pub const IMAGE: [usize; 3] = [{channels}, {height}, {width}];

/// What the training images were on average, channel by channel, and how far from it.
const MEAN: [f32; {channels}] = {mean:?};
const DEVIATION: [f32; {channels}] = {deviation:?};

/// The network: its layers in the order in which they were laid out.
#[derive(Module, Debug)]
pub struct Network {{
{declared}}}

impl Network {{
    /// The network with its trained weights.
    ///
    /// # Panics
    /// If `model.bpk`, which is built in, is not that of this network.
    pub fn trained(device: &Device) -> Self {{
        let bytes = Bytes::from_bytes_vec(include_bytes!("../model.bpk").to_vec());
        let weights = ModuleRecord::from_bytes(bytes).expect("model.bpk is a burnpack file");
        Self::new(device).load_record(weights)
    }}

    /// The network with weights that say nothing yet.
    pub fn new(device: &Device) -> Self {{
        Self {{
{made}        }}
    }}

    /// The probability of each class, `[batch, {count}]`, for images `[batch, {channels}, {height}, {width}]` with values
    /// from 0 to 1.
    pub fn predict(&self, images: Tensor<4>) -> Tensor<2> {{
        softmax(self.forward(scale(images)), 1)
    }}

    /// The logits of the classes, `[batch, {count}]`, for images that [`scale`] has scaled.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {{
{forward}    }}
}}

/// Scales images `[batch, {channels}, {height}, {width}]` with values from 0 to 1 as the network is used to see them.
pub fn scale(images: Tensor<4>) -> Tensor<4> {{
    let device = images.device();
    let row = |values| Tensor::<1>::from_floats(values, &device).reshape([1, {channels}, 1, 1]);
    images.sub(row(MEAN)).div(row(DEVIATION))
}}
"#,
        name = trained.name(),
        version = env!("CARGO_PKG_VERSION"),
        uses = uses(&all, fields.iter().flat_map(|(_, field)| field.uses.iter().copied())),
        mean = scaling.mean,
        deviation = scaling.deviation,
        forward = forward::text(parts),
    )
}

/// The modules of the crate, and what is used of them and of burn.
fn uses(parts: &[&Part<'_>], fields: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut add = |path, item| {
        used.entry(path).or_default().insert(item);
    };
    let always = [
        ("burn::module", "Module"),
        ("burn::store", "ModuleRecord"),
        ("burn::tensor::activation", "softmax"),
        ("burn::tensor", "Bytes"),
        ("burn::tensor", "Device"),
        ("burn::tensor", "Tensor"),
    ];
    always.into_iter().chain(fields).for_each(|(path, item)| add(path, item));
    let mut modules = BTreeSet::new();
    for part in parts {
        if let Some(own) = layer::own(part.planned) {
            modules.insert(own.module);
            add(own.module, own.item);
        }
        if let Kind::Activation(function) = part.planned.kind {
            add("burn::tensor::activation", function.name());
        }
    }
    let mut lines: Vec<String> = used.iter().map(|(path, items)| line(path, items)).collect();
    lines.sort_unstable();
    let modules = modules.iter().fold(String::new(), |all, module| all + &format!("mod {module};\n"));
    let gap = if modules.is_empty() { "" } else { "\n" };
    format!("{modules}{gap}{}", lines.concat())
}

fn line(path: &str, items: &BTreeSet<&str>) -> String {
    let items: Vec<&str> = items.iter().copied().collect();
    match &items[..] {
        [item] => format!("use {path}::{item};\n"),
        items => format!("use {path}::{{{}}};\n", items.join(", ")),
    }
}
