//! Networks that others have trained, looked up in tables.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use kiln_search::candidate::{Candidate, Value};
use rand::{Rng, RngExt};

use super::problem::{Evaluation, Problem, number};

/// A table that cannot be read, and why.
#[derive(Debug)]
pub struct TableError {
    path: PathBuf,
    cause: String,
}

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

/// All problems of the tables in `folder`.
pub fn tables(folder: &Path) -> Result<Vec<Box<dyn Problem>>, TableError> {
    let cells = Rows::read(&folder.join("nas-bench-201.csv.gz"))?;
    let mut problems: Vec<Box<dyn Problem>> = Vec::new();
    for set in ["cifar10", "cifar100"] {
        problems.push(Box::new(Cells::new(format!("nb201-{set}"), &cells, set)?));
    }
    for task in ["3945", "34539", "126025"] {
        let pool = Rows::read(&folder.join(format!("lcbench-{task}.csv.gz")))?;
        problems.push(Box::new(Pool::new(format!("lcbench-{task}"), &pool)?));
    }
    Ok(problems)
}

/// The fields of a table, which have no commas in them.
struct Rows {
    path: PathBuf,
    names: Vec<String>,
    lines: Vec<Vec<String>>,
}

impl Rows {
    fn read(path: &Path) -> Result<Self, TableError> {
        let failed = |error: &io::Error| TableError { path: path.to_owned(), cause: error.to_string() };
        let file = File::open(path).map_err(|error| failed(&error))?;
        let lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
        let fields = |line: io::Result<String>| line.map(|line| line.split(',').map(str::to_owned).collect());
        let mut rows: Vec<Vec<String>> =
            lines.map(fields).collect::<Result<_, _>>().map_err(|error: io::Error| failed(&error))?;
        if rows.len() < 2 {
            return Err(TableError { path: path.to_owned(), cause: "no rows".to_owned() });
        }
        let names = rows.remove(0);
        Ok(Self { path: path.to_owned(), names, lines: rows })
    }

    /// The texts of column `name`.
    fn texts(&self, name: &str) -> Result<Vec<&str>, TableError> {
        let column = self.names.iter().position(|known| known == name);
        let field = |row: &'_ Vec<String>| column.and_then(|column| row.get(column)).map(String::len);
        if self.lines.iter().any(|row| field(row).is_none()) {
            let cause = format!("the column {name} is missing or incomplete");
            return Err(TableError { path: self.path.clone(), cause });
        }
        Ok(self.lines.iter().filter_map(|row| column.map(|column| row[column].as_str())).collect())
    }

    /// The numbers of column `name`; NaN where a field is empty.
    fn numbers(&self, name: &str) -> Result<Vec<f64>, TableError> {
        let number = |text: &str| if text.is_empty() { Some(f64::NAN) } else { text.parse().ok() };
        let numbers: Option<Vec<f64>> = self.texts(name)?.into_iter().map(number).collect();
        numbers.ok_or_else(|| TableError {
            path: self.path.clone(),
            cause: format!("a field of the column {name} is no number"),
        })
    }
}

/// NAS-Bench-201: X. Dong, Y. Yang, ICLR 2020. A cell is a choice of one of five operations for each of six edges; a
/// trial sees the accuracy of one of up to three seeds, and its regret is that of their mean.
struct Cells {
    name: String,
    accuracies: HashMap<String, Vec<f64>>,
    best: f64,
}

impl Cells {
    fn new(name: String, rows: &Rows, set: &str) -> Result<Self, TableError> {
        let seeds: Vec<Vec<f64>> =
            (0..3).map(|seed| rows.numbers(&format!("{set}_val200_s{seed}"))).collect::<Result<_, _>>()?;
        let of = |row: usize| seeds.iter().map(|seed| seed[row]).filter(|accuracy| !accuracy.is_nan()).collect();
        let cells = rows.texts("arch")?.into_iter().enumerate();
        let accuracies: HashMap<String, Vec<f64>> = cells.map(|(row, cell)| (cell.to_owned(), of(row))).collect();
        let best = accuracies.values().map(|seeds| mean(seeds)).fold(f64::NEG_INFINITY, f64::max);
        Ok(Self { name, accuracies, best })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

impl Problem for Cells {
    fn name(&self) -> &str {
        &self.name
    }

    fn space(&self) -> String {
        let edge = |edge| format!("edge{edge} = {{ one_of = ['0', '1', '2', '3', '4'] }}\n");
        format!("[space]\n{}", (0..6).map(edge).collect::<String>())
    }

    fn evaluate(&self, candidate: &Candidate, rng: &mut dyn Rng) -> Evaluation {
        let operation = |edge| match candidate.get(&format!("edge{edge}")) {
            Some(Value::Text(operation)) => operation.as_str(),
            _ => "",
        };
        let seeds = &self.accuracies[&(0..6).map(operation).collect::<String>()];
        let seen = seeds[rng.random_range(0..seeds.len())];
        Evaluation { seen: vec![self.best - seen], regret: self.best - mean(seeds) }
    }
}

/// The hyperparameters of `LCBench` with their ends; whether they are whole, and whether they are logarithmic.
const AXES: [(&str, f64, f64, bool, bool); 7] = [
    ("batch_size", 16.0, 512.0, true, true),
    ("learning_rate", 1e-4, 1e-1, false, true),
    ("momentum", 0.1, 0.99, false, false),
    ("weight_decay", 1e-5, 1e-1, false, false),
    ("num_layers", 1.0, 5.0, true, false),
    ("max_units", 64.0, 1024.0, true, true),
    ("max_dropout", 0.0, 1.0, false, false),
];

/// A pool of `LCBench`: L. Zimmer, M. Lindauer, F. Hutter, "Auto-PyTorch Tabular", TPAMI 2021, from the surrogate of
/// YAHPO Gym. A trial looks up the configuration of the pool next to the candidate, and sees how far its accuracy is
/// below the best of all that are fully trained.
struct Pool {
    name: String,
    configurations: Vec<Configuration>,
    best: f64,
}

struct Configuration {
    place: [f64; 7],
    /// After each epoch.
    accuracies: Vec<f64>,
}

/// How many epochs a full training of `LCBench` has.
const EPOCHS: usize = 52;

impl Pool {
    fn new(name: String, rows: &Rows) -> Result<Self, TableError> {
        let columns: Vec<Vec<f64>> = AXES.iter().map(|axis| rows.numbers(axis.0)).collect::<Result<_, _>>()?;
        let accuracies: Vec<Vec<f64>> =
            (1..=EPOCHS).map(|epoch| rows.numbers(&format!("val_accuracy_{epoch}"))).collect::<Result<_, _>>()?;
        let best = accuracies[EPOCHS - 1].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let configuration = |row: usize| Configuration {
            place: std::array::from_fn(|axis| unit(axis, columns[axis][row])),
            accuracies: accuracies.iter().map(|epoch| epoch[row]).collect(),
        };
        Ok(Self { name, configurations: (0..rows.lines.len()).map(configuration).collect(), best })
    }

    /// How far short of the best the configuration next to `candidate` is after each epoch.
    fn shortfalls(&self, candidate: &Candidate) -> impl DoubleEndedIterator<Item = f64> {
        let place: [f64; 7] = std::array::from_fn(|axis| unit(axis, number(candidate, AXES[axis].0)));
        let far = |other: &Configuration| other.place.iter().zip(place).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        let nearest = self.configurations.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        nearest.into_iter().flat_map(|nearest| &nearest.accuracies).map(|accuracy| self.best - accuracy)
    }
}

/// Where `value` lies between the ends of an axis.
fn unit(axis: usize, value: f64) -> f64 {
    let (_, low, high, _, log) = AXES[axis];
    if log { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) }
}

impl Problem for Pool {
    fn name(&self) -> &str {
        &self.name
    }

    fn space(&self) -> String {
        let lines = AXES.iter().map(|(name, low, high, whole, log)| {
            let ends = if *whole { format!("int = [{low}, {high}]") } else { format!("float = [{low:?}, {high:?}]") };
            format!("{name} = {{ {ends}, log = {log} }}\n")
        });
        format!("[space]\n{}", lines.collect::<String>())
    }

    fn evaluate(&self, candidate: &Candidate, _: &mut dyn Rng) -> Evaluation {
        let regret = self.shortfalls(candidate).next_back().unwrap_or(f64::INFINITY);
        Evaluation { seen: vec![regret], regret }
    }

    fn epochs(&self) -> Option<u32> {
        Some(EPOCHS as u32)
    }

    fn curve(&self, candidate: &Candidate) -> Vec<Vec<f64>> {
        self.shortfalls(candidate).map(|shortfall| vec![shortfall]).collect()
    }
}
