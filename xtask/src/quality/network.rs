//! A made-up network: conditional parameters and repeated blocks, with an optimum at 0.

use kiln_search::candidate::{Candidate, Value};
use rand::Rng;

use super::problem::{Evaluation, Problem, number};

/// The depth that fits the data.
const DEPTH: f64 = 4.0;

/// A loss that depends on the depth, on each stage and its place, and on the optimizer and what it needs.
///
/// A stage is at its best with 16 channels in the first copy and twice as many in each later one, with a kernel of 5 in
/// the first and of 3 in later ones, and with a skip connection from the third on. Each optimizer has a learning rate
/// of its own that suits it; momentum is there under sgd alone, which wins if it is right and loses else.
pub struct Network;

impl Problem for Network {
    fn name(&self) -> &'static str {
        "network"
    }

    fn space(&self) -> String {
        "[space]\ndepth = { int = [1, 6] }\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\n\
         learning_rate = { float = [1e-5, 1.0], log = true }\n\
         momentum = { float = [0.0, 0.99], when = \"optimizer == 'sgd'\" }\n\
         weight_decay = { float = [1e-6, 1e-1], log = true, when = \"optimizer != 'adam'\" }\ndropout = { float = [0, 0.8] }\n\
         [space.stage]\nrepeat = 'depth'\nchannels = { ordinal = [8, 16, 32, 64, 128] }\n\
         kernel = { one_of = [1, 3, 5, 7] }\nskip = { bool = true }\n"
            .to_owned()
    }

    fn evaluate(&self, candidate: &Candidate, _: &mut dyn Rng) -> Evaluation {
        let loss = loss(candidate);
        Evaluation { seen: vec![loss], regret: loss }
    }
}

fn loss(candidate: &Candidate) -> f64 {
    let of = |name: &str| number(candidate, name);
    let rate = of("learning_rate").log10();
    let decay = (of("weight_decay").log10() + 4.0) / 5.0;
    let training = match candidate.get("optimizer") {
        Some(Value::Text(name)) if name == "sgd" => {
            // More momentum wants a smaller step.
            let momentum = of("momentum");
            let rate = rate + 1.0 + 2.0 * (momentum - 0.9);
            0.15 * rate * rate + 2.0 * (momentum - 0.9).powi(2) + 0.2 * decay * decay
        }
        Some(Value::Text(name)) if name == "adam" => 0.08 + 0.1 * (rate + 3.0).powi(2),
        _ => 0.04 + 0.1 * (rate + 3.0).powi(2) + 0.2 * decay * decay,
    };
    let depth = of("depth");
    let stages = (0..depth as u32).map(|copy| {
        let of = |name: &str| of(&format!("stage[{copy}].{name}"));
        let channels = of("channels").log2() - (4.0 + f64::from(copy)).min(7.0);
        let kernel = of("kernel") - if copy == 0 { 5.0 } else { 3.0 };
        let skip = candidate.get(&format!("stage[{copy}].skip")) == Some(&Value::Bool(copy >= 2));
        0.05 * channels * channels + 0.02 * kernel * kernel + if skip { 0.0 } else { 0.06 }
    });
    let stages = stages.sum::<f64>() / depth;
    training + stages + 0.05 * (depth - DEPTH).abs() + 0.3 * (of("dropout") - 0.2).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimum_is_zero() {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut best = Candidate::from_iter([
            ("depth".to_owned(), Value::Int(4)),
            ("optimizer".to_owned(), text("sgd")),
            ("learning_rate".to_owned(), Value::Float(0.1)),
            ("momentum".to_owned(), Value::Float(0.9)),
            ("weight_decay".to_owned(), Value::Float(1e-4)),
            ("dropout".to_owned(), Value::Float(0.2)),
        ]);
        for (copy, (channels, kernel, skip)) in
            [(16, 5, false), (32, 3, false), (64, 3, true), (128, 3, true)].into_iter().enumerate()
        {
            best.insert(format!("stage[{copy}].channels"), Value::Int(channels));
            best.insert(format!("stage[{copy}].kernel"), Value::Int(kernel));
            best.insert(format!("stage[{copy}].skip"), Value::Bool(skip));
        }
        assert!(loss(&best).abs() < 1e-9, "{}", loss(&best));
        best.insert("optimizer", text("adam"));
        assert!(loss(&best) > 0.05);
    }
}
