//! The results as CSV and as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One line of the results.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the problem.
    pub problem: String,
    /// The name of the method.
    pub method: String,
    /// The seed of the study.
    pub seed: u64,
    /// How many trials had been made.
    pub evaluations: usize,
    /// How far short of the optimum they fell.
    pub regret: f64,
    /// Which trial was the first of the optimum itself, from 1, if one was; not in the CSV.
    pub optimum: Option<usize>,
}

const HEADER: &str = "problem,method,seed,evaluations,regret";

/// `rows` as CSV.
pub fn csv(rows: &[Row]) -> String {
    let mut text = format!("{HEADER}\n");
    for Row { problem, method, seed, evaluations, regret, .. } in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{problem},{method},{seed},{evaluations},{regret:.6e}");
    }
    text
}

/// Reads what [`csv`] writes, or another program that keeps to the format.
pub fn parse(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return Err(format!("the first line is not `{HEADER}`"));
    }
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [problem, method, seed, evaluations, regret] = fields[..] else { return None };
        Some(Row {
            problem: problem.to_owned(),
            method: method.to_owned(),
            seed: seed.parse().ok()?,
            evaluations: evaluations.parse().ok()?,
            regret: regret.parse().ok()?,
            optimum: None,
        })
    };
    lines.map(|line| row(line).ok_or_else(|| format!("`{line}` is not of the form {HEADER}"))).collect()
}

/// The median regret of each method on each problem after `evaluations`, with quartiles, the best of a line in bold.
pub fn markdown(rows: &[Row], evaluations: usize) -> String {
    let mut cells: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    let (mut problems, mut methods): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.evaluations == evaluations) {
        cells.entry((&row.problem, &row.method)).or_default().push(row.regret);
        if !problems.contains(&row.problem.as_str()) {
            problems.push(&row.problem);
        }
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    let mut text = format!("Regret after {evaluations} evaluations: median (quartiles) over seeds.\n\n| problem |");
    for method in &methods {
        let _ = write!(text, " {method} |");
    }
    let _ = write!(text, "\n|---|{}\n", "---:|".repeat(methods.len()));
    for problem in problems {
        let _ = write!(text, "| {problem} |");
        let of = |method: &str| cells.get(&(problem, method)).map(|regrets| quartiles(regrets));
        let best = methods.iter().filter_map(|method| of(method)).map(|[_, median, _]| median).fold(f64::NAN, f64::min);
        for method in &methods {
            let Some([low, median, high]) = of(method) else {
                text.push_str(" – |");
                continue;
            };
            let bold = if median <= best { "**" } else { "" };
            let _ = write!(text, " {bold}{}{bold} ({}–{}) |", short(median), short(low), short(high));
        }
        text.push('\n');
    }
    text
}

/// How long it took each method to try the optimum itself, where the lower quartile of its studies did.
pub fn optima(rows: &[Row], evaluations: usize) -> String {
    let mut cells: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.evaluations == evaluations) {
        let trial = row.optimum.map_or(f64::INFINITY, |trial| trial as f64);
        cells.entry((&row.problem, &row.method)).or_default().push(trial);
    }
    cells.retain(|_, trials| quartiles(trials)[0].is_finite());
    if cells.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nTrials until the optimum itself was tried, of {evaluations}: median (quartiles) over seeds.\n\n\
         | problem | method | trials |\n|---|---|---:|\n"
    );
    let count = |trial: f64| if trial.is_finite() { trial.to_string() } else { format!("> {evaluations}") };
    for ((problem, method), trials) in cells {
        let [low, median, high] = quartiles(&trials).map(count);
        let _ = writeln!(text, "| {problem} | {method} | {median} ({low}–{high}) |");
    }
    text
}

/// Three digits.
pub fn short(number: f64) -> String {
    if number != 0.0 && !(1e-3..1e5).contains(&number.abs()) {
        return format!("{number:.2e}");
    }
    let whole = number.abs().max(1.0).log10() as usize;
    format!("{number:.*}", if number.abs() < 0.1 { 4 } else { 3 - whole.min(3) })
}

/// The quartiles, interpolated.
pub fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [0.25, 0.5, 0.75].map(|share| {
        let at = share * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        if low.to_bits() == high.to_bits() { low } else { low + (high - low) * at.fract() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(method: &str, seed: u64, regret: f64) -> Row {
        Row { problem: "branin".to_owned(), method: method.to_owned(), seed, evaluations: 100, regret, optimum: None }
    }

    #[test]
    fn csv_leads_back() {
        let rows = vec![row("tpe", 0, 0.125), row("random", 1, 3e-9)];
        assert_eq!(parse(&csv(&rows)), Ok(rows));
        assert!(parse("problem,method\n").is_err());
        assert!(parse(&format!("{HEADER}\nbranin,tpe,0,100\n")).is_err());
    }

    #[test]
    fn the_optimum_is_tried_by_the_median_seed_or_too_late() {
        let of = |method: &str, optima: [Option<usize>; 3]| {
            optima.into_iter().map(|optimum| Row { optimum, ..row(method, 0, 0.1) }).collect::<Vec<_>>()
        };
        let gp = [of("gp", [Some(9), Some(9), None]), of("gp", [Some(9), None, None])].concat();
        let rows = [of("tpe", [Some(70), None, Some(31)]), gp, of("grid", [Some(5), None, None])];
        let table = optima(&rows.concat(), 100);
        assert!(table.contains("| branin | tpe | 70 (50.5–> 100) |"), "{table}");
        assert!(table.contains("| branin | gp | > 100 (9–> 100) |"), "{table}");
        assert!(!table.contains("grid"), "{table}");
        assert_eq!(optima(&of("grid", [None; 3]), 100), "");
    }

    #[test]
    fn the_best_median_stands_out() {
        let rows: Vec<Row> = [0.1, 0.2, 0.4].iter().enumerate().map(|(seed, r)| row("tpe", seed as u64, *r)).collect();
        let mut rows = rows;
        rows.push(row("random", 0, 12.5));
        let table = markdown(&rows, 100);
        assert!(table.contains("| problem | tpe | random |"), "{table}");
        assert!(table.contains("| branin | **0.200** (0.150–0.300) | 12.50 (12.50–12.50) |"), "{table}");
    }
}
