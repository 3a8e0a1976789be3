//! The bytes of the files of a data set: plain, gzip, or a member of a `.tar.gz`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::{GzDecoder, MultiGzDecoder};

use super::DataError;

/// One file's content, and how messages speak of it.
#[derive(Debug)]
pub struct Content {
    /// The uncompressed bytes.
    pub bytes: Vec<u8>,
    /// Its path; `archive: member` for a member of an archive.
    pub label: String,
    /// What to do when the file is bad.
    pub remedy: String,
}

impl Content {
    /// Reads the file at `path`, uncompressing it if its name ends in `.gz`.
    pub fn read(path: &Path, remedy: &str) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|error| DataError::io(path, error))?;
        if path.extension().is_some_and(|extension| extension == "gz") {
            return Self::inflate(file, path, remedy);
        }
        let mut bytes = Vec::new();
        BufReader::new(file).read_to_end(&mut bytes).map_err(|error| DataError::io(path, error))?;
        Ok(Self { bytes, label: path.display().to_string(), remedy: remedy.into() })
    }

    /// Uncompresses `compressed`, the content of the file at `path`.
    pub fn inflate(compressed: impl Read, path: &Path, remedy: &str) -> Result<Self, DataError> {
        let mut counted = BufReader::new(Counted { inner: compressed, read: 0 });
        let mut bytes = Vec::new();
        let outcome = MultiGzDecoder::new(&mut counted).read_to_end(&mut bytes);
        outcome.map_err(|error| damaged(path, &counted, error, remedy))?;
        Ok(Self { bytes, label: path.display().to_string(), remedy: remedy.into() })
    }

    /// The error that this file has `problem`, at byte `offset` of its content.
    pub fn refuse(&self, offset: impl Into<Option<u64>>, problem: impl Into<String>) -> DataError {
        DataError::Format {
            file: self.label.clone(),
            offset: offset.into(),
            problem: problem.into(),
            help: self.remedy.clone(),
        }
    }
}

/// Reads the members of the `.tar.gz` at `archive` whose file names are in `wanted`, by file name.
///
/// The archive is read to its end, so that its checksum covers what was taken from it.
pub fn unpack(archive: &Path, wanted: &[&str], remedy: &str) -> Result<BTreeMap<String, Content>, DataError> {
    let file = File::open(archive).map_err(|error| DataError::io(archive, error))?;
    let mut counted = BufReader::new(Counted { inner: file, read: 0 });
    let outcome = members(&mut counted, wanted, archive, remedy);
    outcome.map_err(|error| damaged(archive, &counted, error, remedy))
}

fn members(
    compressed: &mut BufReader<Counted<File>>,
    wanted: &[&str],
    archive: &Path,
    remedy: &str,
) -> io::Result<BTreeMap<String, Content>> {
    let mut reader = tar::Archive::new(GzDecoder::new(compressed));
    let mut found = BTreeMap::new();
    for entry in reader.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| wanted.contains(name)) else {
            continue;
        };
        let mut bytes = Vec::new();
        let size = entry.size();
        entry.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let label = format!("{}: {}", archive.display(), path.display());
        found.insert(name.to_owned(), Content { bytes, label, remedy: remedy.into() });
    }
    io::copy(&mut reader.into_inner(), &mut io::sink())?;
    Ok(found)
}

/// The error that a compressed file stops making sense at the place that the decoder has come to.
fn damaged<R>(path: &Path, at: &BufReader<Counted<R>>, error: io::Error, remedy: &str) -> DataError {
    if error.raw_os_error().is_some() {
        return DataError::io(path, error);
    }
    let consumed = at.get_ref().read - at.buffer().len() as u64;
    let problem = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the compressed file ends too early, after {consumed} bytes"),
        _ => format!("the compressed file is damaged or of another kind ({error}), near its byte {consumed}"),
    };
    DataError::Format { file: path.display().to_string(), offset: None, problem, help: remedy.into() }
}

/// Counts what was read.
struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}
