//! `kiln predict`: what a trained network sees in images.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use crate::cli::network::NetworkArgument;
use crate::cli::{Format, Global, answer, complain};
use crate::data::{self, Images};
use crate::failure::Failure;
use crate::term::table::Table;
use crate::trained::Trained;

/// With more classes, a table shows the likeliest so many.
const SHOWN: usize = 3;

/// What `predict` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// PNG or JPEG files
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<PathBuf>,
    #[command(flatten)]
    network: NetworkArgument,
}

#[derive(Serialize)]
struct Answer<'a> {
    study: &'a str,
    trial: TrialNumber,
    images: Vec<Prediction<'a>>,
}

#[derive(Serialize)]
struct Prediction<'a> {
    image: String,
    class: &'a str,
    probabilities: BTreeMap<&'a str, f64>,
    /// Classes with their probabilities, the likeliest first.
    #[serde(skip)]
    order: Vec<(&'a str, f64)>,
}

/// Reads the images and prints a class for each.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let trained = options.network.load(global)?;
    if trained.plan.mixes_images() && !global.quiet {
        complain(format_args!(
            "this network normalizes by extremes of the batch, and sees each image alone here: in training it saw many \
             together, so it can err more than its figures say; min_max_range = \"running\" has no such difference"
        ));
    }
    let predictions: Vec<Prediction<'_>> =
        options.images.iter().map(|path| predict(&trained, path)).collect::<Result<_, _>>()?;
    let classes = &trained.data.classes;
    let table = if global.format == Format::Csv || classes.len() <= SHOWN {
        whole(classes, &predictions)
    } else {
        likeliest(&predictions)
    };
    let value = Answer { study: &trained.record.name, trial: trained.trial.number, images: predictions };
    answer::table(&table, &value, global.format)
}

fn predict<'a>(trained: &'a Trained, path: &Path) -> Result<Prediction<'a>, Failure> {
    if !path.is_file() {
        return Err(Failure::Refused {
            message: format!("there is no image `{}`", path.display()),
            help: "name PNG or JPEG files; `kiln evaluate` takes a folder with a subfolder for each class".to_owned(),
        });
    }
    let shape = trained.shape();
    let image = Images { shape, pixels: data::image(path, shape)?, labels: vec![0] };
    let logits = trained.logits(trained.scaling_of_files().apply(&image, &[0]))?;
    let names = trained.data.classes.iter().map(String::as_str);
    let mut order: Vec<(&str, f64)> = names.zip(softmax(&logits)).collect();
    let probabilities = order.iter().copied().collect();
    order.sort_by(|one, other| other.1.total_cmp(&one.1));
    Ok(Prediction { image: path.display().to_string(), class: order[0].0, probabilities, order })
}

/// e^x of each of `logits`, of the sum of all; the greatest is subtracted first, so that none is too large.
fn softmax(logits: &[f32]) -> Vec<f64> {
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - greatest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// A column for each class.
fn whole(classes: &[String], predictions: &[Prediction<'_>]) -> Table {
    let mut table = Table::new(["image", "class"].into_iter().chain(classes.iter().map(String::as_str)));
    for Prediction { image, class, probabilities, .. } in predictions {
        let shares = classes.iter().map(|class| format!("{:.4}", probabilities[class.as_str()]));
        table.row([image.clone(), (*class).to_owned()].into_iter().chain(shares));
    }
    table
}

/// The class, and what else it may be.
fn likeliest(predictions: &[Prediction<'_>]) -> Table {
    let mut table = Table::new(["image", "class", "probability", "or else"]);
    for Prediction { image, order, .. } in predictions {
        let named = |(class, share): &(&str, f64)| format!("{class} {share:.4}");
        let others: Vec<String> = order[1..SHOWN].iter().map(named).collect();
        table.row([image.clone(), order[0].0.to_owned(), format!("{:.4}", order[0].1), others.join(", ")]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_shares_of_one_however_large_the_logits() {
        let shares = softmax(&[1000.0, 1000.0 + 3.0_f32.ln(), -1000.0]);
        for (share, expected) in shares.iter().zip([0.25, 0.75, 0.0]) {
            assert!((share - expected).abs() < 1e-4, "{shares:?}");
        }
    }
}
