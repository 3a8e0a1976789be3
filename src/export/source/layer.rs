//! How one layer is written: the field that it has, and where its type comes from.

use crate::network::architecture::{MinMaxRange, MinMaxScope, Padding};
use crate::network::plan::{Kind, Planned, Window};

/// A layer that burn has not.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// Its module.
    pub module: &'static str,
    /// What of the module is used.
    pub item: &'static str,
    /// The file of the module.
    pub path: &'static str,
    /// Its content.
    pub text: &'static str,
}

macro_rules! own {
    ($module:literal, $item:literal) => {
        Some(Own {
            module: $module,
            item: $item,
            path: concat!("src/", $module, ".rs"),
            text: include_str!(concat!("template/", $module, ".rs")),
        })
    };
}

/// What is not burn's of a layer.
pub fn own(planned: &Planned) -> Option<Own> {
    match &planned.kind {
        Kind::GroupNorm { .. } => own!("group_norm", "GroupNorm"),
        Kind::MinMax { range: MinMaxRange::Running, .. } => own!("running_min_max", "RunningMinMax"),
        Kind::MinMax { .. } => own!("min_max", "min_max"),
        Kind::Quantize(_) => own!("quantize", "Quantize"),
        Kind::Blur => own!("blur", "blur"),
        Kind::SqueezeExcite { .. } => own!("squeeze_excite", "SqueezeExcite"),
        _ => None,
    }
}

/// A field of the network: its type, the expression that makes it, and what of burn both name.
#[derive(Debug)]
pub struct Field {
    pub kind: &'static str,
    pub value: String,
    pub uses: &'static [(&'static str, &'static str)],
}

/// The field of a layer, if it has weights or settings to keep.
pub fn field(planned: &Planned) -> Option<Field> {
    let (inputs, outputs) = (planned.input.channels, planned.output.channels);
    let (kind, value, uses): (_, _, &[_]) = match &planned.kind {
        Kind::Convolution { window, groups, bias } => {
            let config = convolution([inputs, outputs], *window, *groups, *bias);
            let uses: &[_] = match window.padding {
                Padding::Same if window.extent() > 1 => {
                    &[("burn::nn::conv", "Conv2d"), ("burn::nn::conv", "Conv2dConfig"), ("burn::nn", "PaddingConfig2d")]
                }
                _ => &[("burn::nn::conv", "Conv2d"), ("burn::nn::conv", "Conv2dConfig")],
            };
            ("Conv2d", config, uses)
        }
        Kind::BatchNorm => (
            "BatchNorm",
            format!("BatchNormConfig::new({inputs}).init(device)"),
            &[("burn::nn", "BatchNorm"), ("burn::nn", "BatchNormConfig")],
        ),
        Kind::GroupNorm { groups } => ("GroupNorm", format!("GroupNorm::new({inputs}, {groups}, device)"), &[]),
        Kind::MinMax { scope, range } => {
            let ranges = range.kept(*scope, inputs)?;
            ("RunningMinMax", format!("RunningMinMax::new({ranges}, device)"), &[])
        }
        Kind::Quantize(bits) => ("Quantize", format!("Quantize::new({bits}, device)"), &[]),
        Kind::SqueezeExcite { units } => {
            ("SqueezeExcite", format!("SqueezeExcite::new({inputs}, {units}, device)"), &[])
        }
        Kind::Dense => (
            "Linear",
            format!("LinearConfig::new({}, {outputs}).init(device)", planned.input.elements()),
            &[("burn::nn", "Linear"), ("burn::nn", "LinearConfig")],
        ),
        Kind::MaxPool => (
            "MaxPool2d",
            "MaxPool2dConfig::new([2, 2]).init()".to_owned(),
            &[("burn::nn::pool", "MaxPool2d"), ("burn::nn::pool", "MaxPool2dConfig")],
        ),
        Kind::AveragePool => (
            "AvgPool2d",
            "AvgPool2dConfig::new([2, 2]).init()".to_owned(),
            &[("burn::nn::pool", "AvgPool2d"), ("burn::nn::pool", "AvgPool2dConfig")],
        ),
        _ => return None,
    };
    Some(Field { kind, value, uses })
}

/// The expression that makes a convolution; what is usual is left out.
fn convolution([inputs, outputs]: [usize; 2], window: Window, groups: usize, bias: bool) -> String {
    let Window { kernel, stride, dilation, .. } = window;
    let (before, after) = window.padded();
    let settings = [
        (stride > 1, format!(".with_stride([{stride}, {stride}])")),
        (dilation > 1, format!(".with_dilation([{dilation}, {dilation}])")),
        (groups > 1, format!(".with_groups({groups})")),
        (before + after > 0, format!(".with_padding(PaddingConfig2d::Explicit({before}, {before}, {after}, {after}))")),
        (!bias, ".with_bias(false)".to_owned()),
    ];
    let mut said: Vec<String> = settings.into_iter().filter(|(is_said, _)| *is_said).map(|(_, text)| text).collect();
    said.push(".init(device)".to_owned());
    let between = if said.len() > 1 { "\n                " } else { "" };
    let said: Vec<String> = said.iter().map(|text| format!("{between}{text}")).collect();
    format!("Conv2dConfig::new([{inputs}, {outputs}], [{kernel}, {kernel}]){}", said.concat())
}

/// The dimensions that extremes are taken over.
pub fn dims(scope: MinMaxScope) -> &'static str {
    match scope {
        MinMaxScope::Batch => "&[0, 1, 2, 3]",
        MinMaxScope::Sample => "&[1, 2, 3]",
        MinMaxScope::Channel => "&[0, 2, 3]",
    }
}
