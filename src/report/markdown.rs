//! The facts as Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use super::Facts;
use super::cost::Cost;
use super::gap::Gap;
use super::network::{Layer, Winner};
use super::slice::Slice;
use super::spread::Spread;
use super::weights::Weighed;
use crate::term::figure::{duration, figure, value};

/// So many trials are listed.
const LISTED: usize = 20;

/// The facts as text with headings and tables.
pub fn markdown(facts: &Facts<'_>) -> String {
    let mut text = format!("# {}\n\n**{}**\n", facts.study.name, facts.answer.sentence);
    for remark in &facts.answer.remarks {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{remark}\n");
    }
    if let Some(evidence) = &facts.evidence {
        section(&mut text, "Evidence");
        let _ = writeln!(text, "```text\n{}```", evidence.to_text(None));
    }
    if let Some(winner) = &facts.winner {
        text.push_str(&best(winner));
    }
    text.push_str(&ranking(facts));
    text.push_str(&importance(&facts.importance));
    text.push_str(&effects(&facts.slices));
    text.push_str(&gaps(&facts.gaps));
    if !facts.warnings.is_empty() {
        section(&mut text, "Warnings");
        for warning in &facts.warnings {
            let _ = writeln!(text, "- {} For example: {}", warning.sentence, warning.example);
        }
    }
    text.push_str(&cost(&facts.cost));
    section(&mut text, "Methods");
    let _ = writeln!(text, "{}\n\n```sh\n{}\n```", facts.methods.paragraph, facts.methods.commands.join("\n"));
    let _ =
        writeln!(text, "\nData (SHA-256): `{}`\n\n```toml\n{}\n```", facts.study.data_digest, facts.study.file.trim());
    text
}

fn section(text: &mut String, title: &str) {
    let _ = write!(text, "\n## {title}\n\n");
}

/// A table with its header; cells keep to their columns.
fn table<'c>(headers: &[&str], rows: impl IntoIterator<Item = Vec<String>> + 'c) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let mut text = row(&headers);
    let _ = writeln!(text, "|{}", "---|".repeat(headers.len()));
    text.extend(rows.into_iter().map(|cells| row(&cells)));
    text
}

fn best(winner: &Winner<'_>) -> String {
    let mut text = String::new();
    section(&mut text, &format!("The best: trial {}", winner.trial));
    let _ = writeln!(text, "```toml\n{}\n```\n", winner.candidate.to_toml().trim_end());
    if let Some(unknown) = &winner.unknown {
        let _ = writeln!(text, "Its layers cannot be shown: {unknown}");
        return text;
    }
    let mut rows = Vec::new();
    for layer in &winner.layers {
        unfold(layer, "", &mut rows);
    }
    text.push_str(&table(&["layer", "output", "parameters", "MACs"], rows));
    text
}

fn unfold(layer: &Layer, path: &str, rows: &mut Vec<Vec<String>>) {
    let [channels, height, width] = layer.output;
    let count = |count: u64| figure("parameters", count as f64);
    let is_skip = layer.kind == "skip";
    for inner in &layer.body {
        unfold(inner, "", rows);
    }
    for inner in &layer.shortcut {
        unfold(inner, " (on the skip)", rows);
    }
    rows.push(vec![
        format!("{} {}{path}", layer.place, layer.name),
        format!("{channels}×{height}×{width}"),
        // Its parts have rows of their own.
        if is_skip { String::new() } else { count(layer.parameters) },
        if is_skip { String::new() } else { count(layer.macs) },
    ]);
}

fn ranking(facts: &Facts<'_>) -> String {
    let mut text = String::new();
    if facts.trials.rows.is_empty() {
        return text;
    }
    section(&mut text, "The best trials");
    let names = &facts.trials.figures;
    let headers: Vec<&str> = ["trial", "front"].into_iter().chain(names.iter().copied()).chain(["outcome"]).collect();
    let rows = facts.trials.rows.iter().take(LISTED).map(|row| {
        let shown = names.iter().zip(&row.figures);
        let shown = shown.map(|(name, value)| value.map_or_else(|| "–".to_owned(), |value| figure(name, value)));
        let star = if row.front { "★" } else { "" };
        [row.trial.to_string(), star.to_owned()].into_iter().chain(shown).chain([row.outcome.to_owned()]).collect()
    });
    text.push_str(&table(&headers, rows));
    text
}

fn importance(all: &[Weighed<'_>]) -> String {
    let mut text = String::new();
    if all.is_empty() {
        return text;
    }
    section(&mut text, "Importance");
    for weighed in all {
        match weighed {
            Weighed::Known(weights) => {
                let _ = write!(text, "```text\n{}```\n\n", weights.to_text(None));
            }
            Weighed::Unknown { metric, unknown } => {
                let _ = writeln!(text, "Nothing can be said of {metric}: {unknown}.\n");
            }
        }
    }
    text
}

/// `0.9731 (0.9700 to 0.9762)`.
fn mean(metric: &str, spread: &Spread) -> String {
    let interval = spread.interval.map(|[low, high]| format!(" ({} to {})", figure(metric, low), figure(metric, high)));
    format!("{}{}", figure(metric, spread.mean), interval.unwrap_or_default())
}

fn effects(slices: &[Slice<'_>]) -> String {
    let mut text = String::new();
    let Some(first) = slices.iter().find(|slice| !slice.parts.is_empty()) else { return text };
    section(&mut text, "Effects of the parameters");
    let metric = first.objective.metric;
    let _ = writeln!(
        text,
        "The mean {metric} of the trials with about this value, with its 95 % interval, all else as the trials had it.\n"
    );
    let rows = slices.iter().filter(|slice| slice.objective.metric == metric).flat_map(|slice| {
        slice.parts.iter().map(|part| {
            vec![slice.parameter.clone(), part.label.clone(), part.values.n.to_string(), mean(metric, &part.values)]
        })
    });
    text.push_str(&table(&["parameter", "value", "trials", "mean"], rows));
    text
}

fn gaps(gaps: &[Gap]) -> String {
    let mut text = String::new();
    if gaps.is_empty() {
        return text;
    }
    section(&mut text, "Generalization gap");
    text.push_str("Training less validation accuracy of the complete trials.\n\n");
    let rows = gaps.iter().flat_map(|gap| {
        let choice = |choice: &super::gap::Choice| {
            vec![gap.parameter.clone(), choice.value.clone(), choice.gap.n.to_string(), mean("accuracy", &choice.gap)]
        };
        gap.choices.iter().map(choice).collect::<Vec<_>>()
    });
    text.push_str(&table(&["parameter", "value", "trials", "mean gap"], rows));
    text
}

fn cost(cost: &Cost) -> String {
    let mut text = String::new();
    section(&mut text, "How trials ended, and what they cost");
    let time = |seconds: f64| duration(Duration::from_secs_f64(seconds.max(0.0)));
    let rows = cost.outcomes.iter().map(|tally| vec![tally.outcome.to_owned(), tally.trials.to_string()]);
    text.push_str(&table(&["outcome", "trials"], rows));
    for cause in &cost.causes {
        let _ = write!(text, "\n- {} {}: {}", cause.trials, cause.outcome, cause.text);
    }
    let _ = writeln!(
        text,
        "\n{} epochs, {} of training in {} of wall time.",
        value(&kiln_search::candidate::Value::Int(cost.epochs as i64)),
        time(cost.trained_seconds),
        time(cost.wall_seconds)
    );
    text
}
