//! One file over HTTP: continued, retried, checked.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use super::catalogue::Remote;
use super::part::{Part, disk, sha256};
use super::{FetchError, Progress};

/// Attempts in a row that may bring nothing new.
const ATTEMPTS: u32 = 5;

/// Downloads files.
pub struct Client {
    agent: Agent,
    pause: Duration,
}

/// Why an attempt did not complete a file.
enum Trouble {
    /// Another attempt may.
    Passing(String),
    /// None will.
    Lasting(FetchError),
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        Self::Lasting(error)
    }
}

impl Client {
    /// A client that waits for a silent server for `patience`, and before a second attempt for `pause`.
    pub fn new(patience: Duration, pause: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(patience))
            .timeout_recv_response(Some(patience))
            .timeout_per_read(Some(patience))
            .user_agent(concat!("kiln/", env!("CARGO_PKG_VERSION")));
        Self { agent: config.build().into(), pause }
    }

    /// Downloads `remote` to the file `target`, unless it is there.
    pub fn download(
        &self,
        remote: &Remote<'_>,
        target: &Path,
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), FetchError> {
        if target.exists() {
            return present(remote, target, on);
        }
        let mut part = Part::open(target)?;
        if target.exists() {
            // Another process completed it just now.
            part.remove()?;
            return present(remote, target, on);
        }
        // A part that earlier attempts left may be of another file, so it gets a second chance from the beginning.
        let mut fresh = part.length() == 0;
        loop {
            self.complete(remote, &mut part, target, on)?;
            let found = part.sha256()?;
            if found == remote.sha256 {
                part.finish(target)?;
                on(Progress::Finished { file: target });
                return Ok(());
            }
            if fresh {
                part.remove()?;
                return Err(changed(remote, format!("its SHA-256 is {found} instead of {}", remote.sha256)));
            }
            part.clear()?;
            fresh = true;
        }
    }

    /// Receives what `part` lacks, in as many attempts as it takes while they bring something.
    fn complete(
        &self,
        remote: &Remote<'_>,
        part: &mut Part,
        target: &Path,
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), FetchError> {
        let mut furthest = part.length();
        let mut idle = 0;
        loop {
            let cause = match self.attempt(remote, part, target, on) {
                Ok(()) => return Ok(()),
                Err(Trouble::Lasting(error)) => return Err(error),
                Err(Trouble::Passing(cause)) => cause,
            };
            if part.length() > furthest {
                furthest = part.length();
                idle = 0;
            }
            idle += 1;
            if idle == ATTEMPTS {
                return Err(FetchError::Unreachable { url: remote.url.into(), cause });
            }
            let wait = self.pause * 2_u32.pow(idle - 1);
            on(Progress::Retrying { file: target, cause: &cause, wait });
            thread::sleep(wait);
        }
    }

    /// One request for what `part` lacks.
    fn attempt(
        &self,
        remote: &Remote<'_>,
        part: &mut Part,
        target: &Path,
        on: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), Trouble> {
        if part.length() > remote.length {
            part.clear()?;
        }
        if part.length() == remote.length {
            return Ok(());
        }
        // What is pinned are the bytes as stored, so no transfer encoding.
        let mut request = self.agent.get(remote.url).header(header::ACCEPT_ENCODING, "identity");
        if part.length() > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", part.length()));
        }
        let response = request.call().map_err(|error| Trouble::Passing(error.to_string()))?;
        position(remote, &response, part)?;
        let mut tell = |done| on(Progress::Received { file: target, done, total: remote.length });
        tell(part.length());
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = body.read(&mut buffer).map_err(|error| broken(remote, part, &error.to_string()))?;
            if count == 0 {
                break;
            }
            if part.length() + count as u64 > remote.length {
                part.clear()?;
                return Err(changed(remote, format!("it is longer than {} bytes", remote.length)).into());
            }
            part.append(&buffer[..count])?;
            tell(part.length());
        }
        if part.length() < remote.length {
            return Err(broken(remote, part, "the connection ended"));
        }
        Ok(())
    }
}

/// Puts `part` where the body of `response` begins, or says why the body is of no use.
fn position<B>(remote: &Remote<'_>, response: &Response<B>, part: &mut Part) -> Result<(), Trouble> {
    match response.status() {
        StatusCode::PARTIAL_CONTENT => match range(response.headers()) {
            Some((_, total)) if total != remote.length => {
                Err(changed(remote, format!("it has {total} bytes instead of {}", remote.length)).into())
            }
            Some((start, _)) if start == part.length() => Ok(()),
            _ => {
                part.clear()?;
                Err(Trouble::Passing("the server sent another range than the one asked for".into()))
            }
        },
        // The whole file: also the answer of a server that knows no ranges.
        StatusCode::OK => {
            if let Some(length) = number(response.headers()).filter(|&length| length != remote.length) {
                return Err(changed(remote, format!("it has {length} bytes instead of {}", remote.length)).into());
            }
            Ok(part.clear()?)
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            part.clear()?;
            Err(Trouble::Passing("the server has no such range".into()))
        }
        status @ (StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) => Err(busy(status)),
        status if status.is_server_error() => Err(busy(status)),
        status => Err(FetchError::Refused { url: remote.url.into(), status: status.as_u16() }.into()),
    }
}

/// The first byte and the whole length that `Content-Range: bytes FIRST-LAST/LENGTH` tells.
fn range(headers: &HeaderMap) -> Option<(u64, u64)> {
    let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()?))
}

/// The length that `Content-Length` tells.
fn number(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn busy(status: StatusCode) -> Trouble {
    Trouble::Passing(format!("the server answers with status {}", status.as_u16()))
}

fn broken(remote: &Remote<'_>, part: &Part, cause: &str) -> Trouble {
    Trouble::Passing(format!("{cause} after {} of {} bytes", part.length(), remote.length))
}

fn changed(remote: &Remote<'_>, difference: String) -> FetchError {
    FetchError::Changed { url: remote.url.into(), difference }
}

/// Checks a file that is there already.
fn present(remote: &Remote<'_>, target: &Path, on: &mut dyn FnMut(Progress<'_>)) -> Result<(), FetchError> {
    let found = File::open(target).and_then(|mut file| sha256(&mut file)).map_err(|error| disk(target, error))?;
    if found != remote.sha256 {
        return Err(FetchError::Foreign { path: target.into() });
    }
    on(Progress::Present { file: target });
    Ok(())
}
