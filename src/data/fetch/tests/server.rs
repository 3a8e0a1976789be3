//! A small HTTP server on loopback that answers as it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

/// How to answer one request.
pub struct Answer {
    status: &'static str,
    headers: String,
    body: Vec<u8>,
    ranges: bool,
    declared: bool,
    sent: usize,
    stalls: bool,
}

impl Answer {
    /// The whole of `body`, whatever range is asked for.
    pub fn whole(body: &[u8]) -> Self {
        Self {
            status: "200 OK",
            headers: String::new(),
            body: body.into(),
            ranges: false,
            declared: true,
            sent: usize::MAX,
            stalls: false,
        }
    }

    /// The range of `body` that is asked for.
    pub fn ranges(body: &[u8]) -> Self {
        Self { ranges: true, ..Self::whole(body) }
    }

    /// No more than a status, and a header line.
    pub fn status(status: &'static str, header: &str) -> Self {
        Self { status, headers: format!("{header}\r\n"), ..Self::whole(&[]) }
    }

    /// Closes the connection after `sent` bytes of the body.
    pub fn cut(self, sent: usize) -> Self {
        Self { sent, ..self }
    }

    /// Says nothing more after `sent` bytes of the body, and keeps the connection.
    pub fn stall(self, sent: usize) -> Self {
        Self { sent, stalls: true, ..self }
    }

    /// Does not say how long the body is.
    pub fn undeclared(self) -> Self {
        Self { declared: false, ..self }
    }

    /// Answers one request that asks for the bytes from `first` on.
    fn send(&self, stream: &mut TcpStream, first: Option<usize>) {
        let total = self.body.len();
        let (status, range, body) = match first.filter(|_| self.ranges) {
            Some(first) if first >= total => ("416 Range Not Satisfiable", String::new(), &[][..]),
            Some(first) => {
                let range = format!("Content-Range: bytes {first}-{}/{total}\r\n", total - 1);
                ("206 Partial Content", range, &self.body[first..])
            }
            None => (self.status, String::new(), self.body.as_slice()),
        };
        let length = if self.declared { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
        let head = format!("HTTP/1.1 {status}\r\n{length}{range}{}Connection: close\r\n\r\n", self.headers);
        // A client that gives up in the middle is its own affair.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..self.sent.min(body.len())]));
    }
}

/// A server that lives until it is dropped and refuses connections after its last answer.
pub struct Server {
    /// The address of the file that it serves.
    pub url: String,
    asked: Arc<Mutex<Vec<Option<usize>>>>,
    _alive: Sender<()>,
}

impl Server {
    /// Serves `answers`, one for each request.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/file", listener.local_addr().expect("an address"));
        let asked = Arc::default();
        let (alive, dropped) = mpsc::channel();
        let requests = Arc::clone(&asked);
        thread::spawn(move || serve(listener, &answers, &requests, &dropped));
        Self { url, asked, _alive: alive }
    }

    /// The first byte that each request so far asked for, where it asked for a range.
    pub fn asked(&self) -> Vec<Option<usize>> {
        self.asked.lock().expect("no panic in the server").clone()
    }
}

fn serve(listener: TcpListener, answers: &[Answer], asked: &Mutex<Vec<Option<usize>>>, dropped: &Receiver<()>) {
    let mut stalled = Vec::new();
    for answer in answers {
        let (mut stream, _) = listener.accept().expect("a connection");
        let first = first_byte(&stream);
        asked.lock().expect("no panic in the test").push(first);
        answer.send(&mut stream, first);
        if answer.stalls {
            stalled.push(stream);
        }
    }
    drop(listener);
    // Ends in an error when the other side goes: that is what is waited for.
    let _ = dropped.recv();
}

/// Reads a request; what its header `Range: bytes=FIRST-` says.
fn first_byte(stream: &TcpStream) -> Option<usize> {
    let lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let range = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("range")
            .then(|| value.trim().strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok())?
    });
    range.last()
}
