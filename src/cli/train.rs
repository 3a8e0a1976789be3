//! `kiln train`: a recorded trial again, beside its record.

use clap::Args;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use crate::cli::run::view;
use crate::cli::select::TrialArgument;
use crate::cli::{Done, Format, Global, answer};
use crate::failure::Failure;
use crate::runner::repeat::{Comparison, Ends, Pair, repeat};
use crate::term::table::Table;

/// What `train` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    of: TrialArgument,
    /// What to train on: auto, cpu, wgpu[:N] or cuda[:N]; `kiln devices` lists what there is
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(super) device: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    study: &'a str,
    trial: TrialNumber,
    recorded_on: &'a str,
    device: &'a str,
    equal: bool,
    promised: bool,
    first_difference: Option<String>,
    end: &'a Ends,
    figures: &'a [Pair],
}

/// Trains the trial again and compares.
pub fn run(options: &Options, global: &Global) -> Result<Done, Failure> {
    let (study, trial, _) = options.of.look_at(global)?;
    let mut view = view(global);
    let repetition = repeat(&study, &trial, &options.device, view.as_mut());
    view.close();
    let Some(repetition) = repetition? else { return Ok(Done::Interrupted) };
    let comparison = Comparison::of(&study, &trial, &repetition);
    let equal = comparison.is_equal();
    let row = |pair: &Pair| {
        let text = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let far = pair.distance().map(|far| if far == 0.0 { "0".to_owned() } else { format!("{far:.1e}") });
        [pair.epoch.to_string(), pair.metric.clone(), text(pair.recorded), text(pair.again), far.unwrap_or_default()]
    };
    let mut table = Table::new(["epoch", "metric", "recorded", "again", "apart"]);
    comparison.pairs.iter().for_each(|pair| table.row(row(pair)));
    let value = Answer {
        study: &study.name,
        trial: trial.number,
        recorded_on: &study.device,
        device: &repetition.device,
        equal,
        promised: comparison.is_promised,
        first_difference: comparison.first_difference(),
        end: &comparison.ends,
        figures: &comparison.pairs,
    };
    answer::table(&table, &value, global.format)?;
    if global.format == Format::Table {
        answer::text(&format!("trial {} of {} {}\n", trial.number, study.name, comparison.summary()))?;
        if !equal && !comparison.is_promised {
            let devices = format!("the study began on {}, this was trained on {}", study.device, repetition.device);
            answer::text(&format!("{devices}: only what is trained on the processor is the same bit for bit\n"))?;
        }
    }
    Ok(if equal || !comparison.is_promised { Done::Fully } else { Done::Negative })
}
