//! Commands that run one after another until one fails.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A command with the name of what it checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    name: &'static str,
    program: &'static str,
    arguments: Vec<&'static str>,
}

impl Step {
    /// A step that runs `program`, which is looked up as the shell does.
    pub fn new(name: &'static str, program: &'static str, arguments: &[&'static str]) -> Self {
        Self { name, program, arguments: arguments.to_vec() }
    }

    /// Runs the step in `folder`, its output going where this program's goes; the error is why it failed.
    fn run(&self, folder: &Path) -> Result<(), String> {
        match Command::new(self.program).args(&self.arguments).current_dir(folder).status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(status.to_string()),
            Err(error) => Err(format!("it does not start: {error}")),
        }
    }
}

/// The command as it can be typed.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.program, self.arguments.join(" "))
    }
}

/// How the steps went.
#[derive(Debug)]
pub struct Report {
    /// The steps that ran, with the time that each took.
    times: Vec<(&'static str, Duration)>,
    /// The step that failed, if one did, and why.
    failure: Option<(Step, String)>,
}

impl Report {
    /// Whether every step succeeded.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, time) in &self.times {
            let mark = if self.failure.as_ref().is_some_and(|(step, _)| step.name == *name) { "FAILED" } else { "ok" };
            writeln!(f, "{name:<14}{:>8.1} s  {mark}", time.as_secs_f64())?;
        }
        let total: Duration = self.times.iter().map(|(_, time)| time).sum();
        writeln!(f, "{:<14}{:>8.1} s", "in all", total.as_secs_f64())?;
        match &self.failure {
            None => write!(f, "all passed"),
            Some((step, cause)) => write!(f, "`{}` failed ({cause}); to run it alone: {step}", step.name),
        }
    }
}

/// Runs the steps in `folder` up to the first that fails.
pub fn run(steps: &[Step], folder: &Path) -> Report {
    let mut report = Report { times: Vec::new(), failure: None };
    for step in steps {
        eprintln!("\n== {}: {step}", step.name);
        let began = Instant::now();
        let result = step.run(folder);
        report.times.push((step.name, began.elapsed()));
        if let Err(cause) = result {
            report.failure = Some((step.clone(), cause));
            break;
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands that every machine with cargo has.
    fn good(name: &'static str) -> Step {
        Step::new(name, "cargo", &["--version"])
    }

    #[test]
    fn all_steps_run_where_none_fails() {
        let report = run(&[good("one"), good("two")], Path::new("."));
        assert!(report.passed());
        let text = report.to_string();
        assert!(text.contains("one") && text.contains("two") && text.ends_with("all passed"), "{text}");
    }

    #[test]
    fn the_first_failure_ends_it_and_says_how_to_repeat_it() {
        let bad = Step::new("bad", "cargo", &["--no-such-option"]);
        let report = run(&[good("good"), bad, good("never")], Path::new("."));
        assert!(!report.passed());
        let text = report.to_string();
        assert!(text.contains("`bad` failed") && text.ends_with("to run it alone: cargo --no-such-option"), "{text}");
        assert!(text.contains("good") && !text.contains("never"), "{text}");
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure() {
        let report = run(&[Step::new("lost", "no-such-program-anywhere", &["x"])], Path::new("."));
        assert!(report.to_string().contains("it does not start"), "{report}");
    }
}
