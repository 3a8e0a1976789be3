//! `kiln evaluate`: a trained network on images whose classes are known. The test images are for `kiln confirm` alone.

use std::path::PathBuf;

use clap::Args;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use crate::cli::network::NetworkArgument;
use crate::cli::{Format, Global, answer};
use crate::data;
use crate::failure::Failure;
use crate::term::confusion;
use crate::term::table::Table;

/// What `evaluate` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// A folder with a subfolder of PNG or JPEG files for each class; without it, the validation images of the study
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    network: NetworkArgument,
}

#[derive(Serialize)]
struct Answer<'a> {
    study: &'a str,
    trial: TrialNumber,
    folder: Option<&'a PathBuf>,
    images: usize,
    accuracy: f64,
    loss: f64,
    f1: f64,
    calibration_error: f64,
    classes: &'a [String],
    confusion: &'a [Vec<u32>],
}

/// Measures the network and prints the figures.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let trained = options.network.load(global)?;
    let classes = &trained.data.classes;
    let measured = match &options.folder {
        Some(folder) => {
            trained.examine(&data::labelled(folder, classes, trained.shape())?, &trained.scaling_of_files())?
        }
        None => trained.examine(&trained.data.train.select(&trained.split.validation), &trained.scaling)?,
    };
    let value = Answer {
        study: &trained.record.name,
        trial: trained.trial.number,
        folder: options.folder.as_ref(),
        images: measured.images,
        accuracy: measured.accuracy(),
        loss: measured.loss,
        f1: measured.f1(),
        calibration_error: measured.calibration_error(),
        classes,
        confusion: &measured.confusion,
    };
    let mut table = Table::new(["trial", "images", "accuracy", "loss", "f1", "calibration_error"]);
    let figures = [value.accuracy, value.loss, value.f1, value.calibration_error];
    let shown =
        figures.map(|figure| if global.format == Format::Csv { figure.to_string() } else { format!("{figure:.4}") });
    table.row([value.trial.to_string(), value.images.to_string()].into_iter().chain(shown));
    answer::table(&table, &value, global.format)?;
    if global.format == Format::Table {
        let images = if options.folder.is_some() { "image" } else { "validation image" };
        answer::text(&format!("\n{}", confusion::of(&measured.confusion, Some(classes), images, "")))?;
    }
    Ok(())
}
