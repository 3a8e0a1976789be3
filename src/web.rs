//! The live view: the page of a report, served and kept up to date while a study runs, with buttons that act.
//!
//! A server of its own threads, which only reads the store, but for the wishes that the commands write, too. Whoever may
//! ask is [`guard`]'s to say; [`pages`] answers, [`feed`] sends what changes, [`facts`] what sections are drawn from,
//! [`actions`] does what buttons say.

pub mod actions;
pub mod facts;
pub mod feed;
pub mod guard;
mod live;
pub mod pages;
mod refusal;

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::failure::Failure;
use facts::Shelf;
use feed::Feeds;
use guard::Guard;

/// What all answers come from.
#[derive(Debug, Clone)]
pub struct Desk {
    dir: PathBuf,
    feeds: Arc<Feeds>,
    shelf: Arc<Shelf>,
}

/// A server that answers.
#[derive(Debug)]
pub struct Serving {
    /// Where the studies are to be seen, with the token that lets one act.
    pub url: String,
    thread: JoinHandle<()>,
}

impl Serving {
    /// Serves the studies under `dir` at `host` and `port`; port 0 is any that is free. The address is that of `study`, if
    /// one is named.
    pub fn start(dir: &Path, host: &str, port: u16, study: Option<&str>) -> Result<Self, Failure> {
        let listener = listen(host, port)?;
        let failed = || Failure::io("start to serve");
        let address = listener.local_addr().map_err(failed())?;
        let guard = Arc::new(Guard::new(host, address));
        let desk = Desk { dir: dir.to_owned(), feeds: Arc::default(), shelf: Arc::default() };
        let router = pages::router(desk, Arc::clone(&guard));
        listener.set_nonblocking(true).map_err(failed())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("kiln-web")
            .enable_all()
            .build()
            .map_err(failed())?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(failed())?
        };
        // It never returns by itself.
        let serve = move || drop(runtime.block_on(async { axum::serve(listener, router).await }));
        let thread = thread::Builder::new().name("kiln-web".to_owned()).spawn(serve).map_err(failed())?;
        let view = study.map(|study| format!("study/{}", encoded(study))).unwrap_or_default();
        let url = format!("http://{}/{view}?token={}", named(host, address), guard.token());
        Ok(Self { url, thread })
    }

    /// Waits for its end.
    pub fn wait(self) {
        // If it panicked, there is nothing left to be served.
        drop(self.thread.join());
    }
}

fn listen(host: &str, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((host, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::Refused {
            message: format!("port {port} is in use"),
            help: "--port N chooses another, --port 0 any that is free".to_owned(),
        },
        ErrorKind::AddrNotAvailable | ErrorKind::InvalidInput => not_here(host, &error),
        _ => Failure::io(format!("listen at {host}:{port}"))(error),
    })
}

fn not_here(host: &str, error: &io::Error) -> Failure {
    Failure::Refused {
        message: format!("`{host}` is no address of this machine: {error}"),
        help: "--host 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses".to_owned(),
    }
}

/// A name as a part of an address: all that is no letter, digit or hyphen as `%` and its bytes.
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let part = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(part).collect()
}

/// The address as a browser takes it.
fn named(host: &str, address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        // A browser of this machine; others know by which name they reach it.
        format!("localhost:{}", address.port())
    } else if host.parse::<std::net::IpAddr>().is_ok() {
        address.to_string()
    } else {
        format!("{host}:{}", address.port())
    }
}
