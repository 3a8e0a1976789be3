//! The mistakes of a study file, as one error that shows each in its place.

use std::fmt;
use std::sync::Arc;

use kiln_search::problem::{Problem, Problems};
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// So many mistakes are shown; who has more mends these first.
const MOST_SHOWN: usize = 40;

/// Everything that is wrong with a study file, in the order of the file.
#[derive(Debug)]
pub struct Diagnostics {
    file: String,
    count: usize,
    mistakes: Vec<Mistake>,
}

/// One mistake together with the file that it is in.
#[derive(Debug)]
struct Mistake {
    problem: Problem,
    source: Arc<NamedSource<String>>,
}

impl Diagnostics {
    /// The `problems` of `text`, the content of the file called `file`.
    pub(super) fn new(file: &str, text: &str, problems: Problems) -> Self {
        let source = Arc::new(NamedSource::new(file, text.to_owned()));
        let problems = problems.into_vec();
        let count = problems.len();
        let shown = problems.into_iter().take(MOST_SHOWN);
        let mistakes = shown.map(|problem| Mistake { problem, source: Arc::clone(&source) }).collect();
        Self { file: file.to_owned(), count, mistakes }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(f, "`{}` has a mistake", self.file),
            count if count > MOST_SHOWN => {
                write!(f, "`{}` has {count} mistakes; the first {MOST_SHOWN} are", self.file)
            }
            count => write!(f, "`{}` has {count} mistakes", self.file),
        }
    }
}

impl std::error::Error for Diagnostics {}

impl Diagnostic for Diagnostics {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.mistakes.iter().map(|mistake| mistake as &dyn Diagnostic)))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Mistake {}

impl Diagnostic for Mistake {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.problem.label.clone()), self.problem.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
