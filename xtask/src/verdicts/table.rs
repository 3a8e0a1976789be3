//! The outcomes as tables in Markdown.

use std::fmt::Write as _;

use super::Cell;
use super::study::Outcome;
use super::surface::Surface;

/// What stands above the tables.
pub fn introduction(runs: u64) -> String {
    format!(
        "# Verdicts\n\nHow often the answers of a confirmation are right, by simulation. Written by `cargo xtask verdicts`;\n\
         [evidence](evidence.md) says what it simulates. {runs} studies a line; a figure is followed by its standard error.\n\
         Shares are in percent, gains and biases in points, of which a training has a deviation of 1 from seed to seed.\n"
    )
}

/// The table of one surface.
pub fn markdown(surface: Surface, cells: &[Cell]) -> String {
    let mut text = format!("\n## {}\n\n", surface.title());
    let headers = [
        "gain",
        "strategy",
        "best trial has it",
        "selected",
        "another selected",
        "interval holds the gain",
        "bootstrap holds it",
        "true gain of a swap",
        "best trial's bias",
        "winner's mean, bias",
        "winner's score, bias",
        "interval holds its value",
        "least tried arm",
        "trainings",
    ];
    // Writing to a String cannot fail.
    let _ = writeln!(text, "| {} |\n|---|---{}|", headers.join(" | "), "|---:".repeat(headers.len() - 2));
    for Cell { gain, strategy, outcomes } in cells {
        let share = |is: &dyn Fn(&Outcome) -> bool| {
            let (mean, error) = mean(outcomes, &|outcome| f64::from(u8::from(is(outcome))));
            format!("{:.1} ± {:.1}", 100.0 * mean, 100.0 * error)
        };
        let points = |of: &dyn Fn(&Outcome) -> f64| {
            let (mean, error) = mean(outcomes, of);
            format!("{mean:+.2} ± {error:.2}")
        };
        let count = |of: &dyn Fn(&Outcome) -> usize| format!("{:.1}", mean(outcomes, &|outcome| of(outcome) as f64).0);
        let cells = [
            format!("{gain:+}"),
            strategy.name().to_owned(),
            share(&|outcome| outcome.won == Some(outcome.arm)),
            share(&|outcome| outcome.selected == Some(outcome.arm)),
            share(&|outcome| outcome.selected.is_some_and(|selected| selected != outcome.arm)),
            share(&|outcome| outcome.covered[0]),
            share(&|outcome| outcome.covered[1]),
            points(&|outcome| outcome.gain),
            points(&|outcome| outcome.inflation),
            points(&|outcome| outcome.errors[0]),
            points(&|outcome| outcome.errors[1]),
            share(&|outcome| outcome.scored),
            count(&|outcome| outcome.least),
            count(&|outcome| outcome.trainings),
        ];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The mean over `outcomes`, and its standard error.
fn mean(outcomes: &[Outcome], of: &dyn Fn(&Outcome) -> f64) -> (f64, f64) {
    let count = outcomes.len() as f64;
    let mean = outcomes.iter().map(of).sum::<f64>() / count;
    let variance = outcomes.iter().map(|outcome| (of(outcome) - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}
