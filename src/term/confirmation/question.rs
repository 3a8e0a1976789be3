//! The verdicts on one compared choice: in a sentence, and as a table.

use kiln_search::candidate::Value;
use kiln_search::evidence::{Question, Verdict};

use crate::term::figure::{figure, value};
use crate::term::table::Table;

/// `min-max is selected; none and batch are not`: the verdicts on one choice.
pub fn sentence(question: &Question) -> String {
    let of = |wanted: fn(&Verdict) -> bool| -> Vec<String> {
        question.arms.iter().filter(|arm| wanted(&arm.verdict)).map(|arm| value(&arm.value)).collect()
    };
    let selected = of(|verdict| *verdict == Verdict::Selected);
    let refused = of(|verdict| *verdict == Verdict::NotSelected);
    let open = of(|verdict| matches!(verdict, Verdict::NotEnoughEvidence(_)));
    let more = question.arms.iter().filter_map(|arm| match arm.verdict {
        Verdict::NotEnoughEvidence(more) => more,
        Verdict::Selected | Verdict::NotSelected => None,
    });
    let mut parts = Vec::new();
    let mut say = |arms: &[String], what: &str| {
        if !arms.is_empty() {
            parts.push(format!("{what}: {}", arms.join(", ")));
        }
    };
    say(&selected, "selected");
    say(&refused, "not selected");
    say(&open, "not enough evidence");
    if !open.is_empty() && question.contrasts.iter().any(|contrast| contrast.divided && !contrast.is_alike()) {
        parts.push("what gains on some networks loses on others, which more seeds cannot decide".to_owned());
    }
    if let Some(most) = more.max_by_key(|more| more.seeds) {
        parts.push(format!("about {} more seeds ({} trainings) would decide", most.seeds, most.trainings));
    }
    format!("{}: {}", question.parameter, parts.join("; "))
}

/// The arms of a choice, each against its strongest rival.
pub fn arms(question: &Question, metric: &str) -> Table {
    let name = |value_of: &Value| value(value_of);
    let mut table = Table::new([
        question.parameter.as_str(),
        "mean",
        "failed",
        "against",
        "gain",
        "low",
        "high",
        "pairs",
        "verdict",
    ]);
    for (place, arm) in question.arms.iter().enumerate() {
        let contrast = arm.rival.and_then(|rival| question.contrast(place, rival));
        let signed = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:+.4}"));
        let interval = contrast.as_ref().and_then(|contrast| contrast.interval);
        let is_divided = contrast.as_ref().is_some_and(|contrast| contrast.divided);
        table.row([
            name(&arm.value),
            arm.mean.map_or_else(|| "-".to_owned(), |mean| figure(metric, mean)),
            arm.failed.to_string(),
            arm.rival.and_then(|rival| question.arms.get(rival)).map_or_else(String::new, |rival| name(&rival.value)),
            signed(contrast.as_ref().and_then(|contrast| contrast.gain)),
            signed(interval.map(|interval| interval.low)),
            signed(interval.map(|interval| interval.high)),
            contrast.map_or(0, |contrast| contrast.pairs).to_string(),
            match arm.verdict {
                Verdict::Selected => "selected",
                Verdict::NotSelected => "not selected",
                Verdict::NotEnoughEvidence(_) if is_divided => "not enough evidence: the gain differs",
                Verdict::NotEnoughEvidence(_) => "not enough evidence",
            }
            .to_owned(),
        ]);
    }
    table
}
