//! The gradient of each parameter tensor, and whether one arrives there at all.

use burn::Tensor;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Gradients;

use super::TrainError;
use crate::network::Plan;
use crate::network::plan::Place;

/// The gradient of one parameter tensor.
#[derive(Debug, Clone)]
pub struct Gradient {
    /// Where the parameter is in the network.
    pub name: String,
    /// The gradient, flattened, without autodiff; none where the loss does not depend on the parameter.
    pub value: Option<Tensor<1>>,
}

/// Takes the gradients of the trainable parameters of `network` out of `gradients`, in the network's order.
pub fn collect<M: Module>(network: &M, gradients: &mut Gradients) -> Vec<Gradient> {
    let mut collector = Collector { gradients, path: Vec::new(), found: Vec::new() };
    network.visit(&mut collector);
    collector.found
}

/// Adds a `share` of `news` to `sum`, which is empty before the first.
pub fn add(sum: &mut Vec<Gradient>, news: Vec<Gradient>, share: f64) {
    if share < 1.0 {
        let news = news
            .into_iter()
            .map(|gradient| Gradient { value: gradient.value.map(|value| value.mul_scalar(share)), ..gradient });
        if sum.is_empty() {
            sum.extend(news);
        } else {
            for (sum, Gradient { value, .. }) in sum.iter_mut().zip(news) {
                sum.value = match (sum.value.take(), value) {
                    (Some(sum), Some(value)) => Some(sum + value),
                    (sum, value) => sum.or(value),
                };
            }
        }
    } else {
        *sum = news;
    }
}

struct Collector<'a> {
    gradients: &'a mut Gradients,
    path: Vec<String>,
    found: Vec<Gradient>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.is_require_grad() {
            let value = param.val().grad_remove(self.gradients).map(|gradient| gradient.reshape([-1]));
            self.found.push(Gradient { name: self.path.join("."), value });
        }
    }
}

/// The names of the parameter tensors that get no gradient or one that is zero throughout.
///
/// Waits for the device.
pub fn silent(gradients: &[Gradient]) -> Result<Vec<&str>, TrainError> {
    let mut silent = Vec::new();
    for Gradient { name, value } in gradients {
        let moves = match value {
            Some(value) => value.clone().max_abs().try_into_scalar::<f32>()? != 0.0,
            None => false,
        };
        if !moves {
            silent.push(name.as_str());
        }
    }
    Ok(silent)
}

/// Where a parameter tensor is, in the words of a space file: `stage[0].convolution.weight`, or `layers[7].dense.bias`
/// for the layers after the last stage.
pub fn readable(name: &str, plan: &Plan) -> String {
    let layer = name.strip_prefix("layers.").and_then(|rest| rest.split_once('.'));
    let Some((index, rest)) = layer else { return name.to_owned() };
    let planned = index.parse().ok().and_then(|index: usize| plan.layers().get(index));
    let place = match planned.map(|planned| planned.place) {
        None | Some(Place::Head) => format!("layers[{index}]"),
        Some(place) => place.to_string(),
    };
    format!("{place}.{}", rest.to_lowercase())
}

/// What a person should know about the parameter tensors `silent`, which get no gradient, and do about them.
///
/// `all` is the number of all parameter tensors. `rounding` is the candidate's, since hard rounding is the usual
/// cause: its derivative is zero, so nothing before the last rounding learns.
pub fn warning(silent: &[String], all: usize, rounding: &str) -> Option<String> {
    if silent.is_empty() {
        return None;
    }
    let whom = format!("{} of {all} parameter tensors ({})", silent.len(), silent.join(", "));
    Some(match rounding {
        "hard" => {
            format!("rounding = \"hard\" passes no gradient: {whom} do not learn; use rounding = \"straight-through\"")
        }
        "straight-through" => format!(
            "no gradient on the first batch: {whom} do not learn from it; \
             outside rounding_low to rounding_high the clip passes none, so widen that range"
        ),
        _ => format!(
            "no gradient on the first batch: {whom} do not learn from it; \
             their units may be dead: try another activation, normalization or initialization"
        ),
    })
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn gradient(name: &str, value: Option<[f32; 2]>) -> Gradient {
        let value = value.map(|value| Tensor::from_floats(value, &Device::flex()));
        Gradient { name: name.to_owned(), value }
    }

    #[test]
    fn missing_and_zero_gradients_are_silent() {
        let gradients = [
            gradient("first", None),
            gradient("second", Some([0.0, 0.0])),
            gradient("third", Some([0.0, -1e-30])),
            gradient("fourth", Some([f32::NAN, 0.0])),
        ];
        assert_eq!(silent(&gradients).expect("readable"), ["first", "second"]);
    }

    #[test]
    fn the_warning_says_what_to_do() {
        assert_eq!(warning(&[], 8, "hard"), None);
        assert_eq!(
            warning(&["a.weight".to_owned(), "a.bias".to_owned()], 8, "hard").expect("silent tensors"),
            "rounding = \"hard\" passes no gradient: 2 of 8 parameter tensors (a.weight, a.bias) do not learn; \
             use rounding = \"straight-through\""
        );
    }
}
