//! Studies in a browser, as requests see them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::kiln::{Place, TINY};

/// A server, which ends with this.
pub struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    /// Starts one at a free port, and waits for its address.
    pub fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut command = place.command(&[&["serve", "--port", "0"], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("it was asked for")).read_line(&mut url).expect("text");
        let (address, token) = parts(&url);
        Self { child, address, token }
    }

    /// Its address, with the token.
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Address and token of a URL that was printed.
fn parts(url: &str) -> (String, String) {
    let (address, token) = url.trim().rsplit_once("token=").expect("there is a token");
    let address = address.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
    (address.replace("localhost", "127.0.0.1"), token.to_owned())
}

/// Sends a request with these headers beside `Host`, which can be among them, and gives the connection.
fn send(address: &str, request: &str, headers: &[&str], body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    let mut lines = vec![format!("{request} HTTP/1.1")];
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        lines.push(format!("Host: {address}"));
    }
    lines.extend(headers.iter().map(|header| (*header).to_owned()));
    lines.push(format!("Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(lines.join("\r\n").as_bytes()).expect("it can be sent");
    stream
}

/// Status, headers and body of the answer.
fn ask(address: &str, request: &str, headers: &[&str], body: &str) -> (u16, String, String) {
    let mut answer = Vec::new();
    send(address, request, headers, body).read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, head.to_lowercase(), body.to_owned())
}

/// The messages of a feed.
fn follow(address: &str, study: &str) -> impl Iterator<Item = String> {
    let lines = BufReader::new(send(address, &format!("GET /api/studies/{study}/feed"), &[], "")).lines();
    lines.filter_map(|line| line.expect("text").strip_prefix("data: ").map(str::to_owned))
}

#[test]
fn it_answers_its_own_page_and_nobody_else() {
    let place = Place::empty();
    let server = Server::start(&place, &[]);
    let get = |path: &str, headers: &[&str]| ask(&server.address, &format!("GET {path}"), headers, "");

    let (status, head, page) = get("/", &[]);
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: default-src 'none'; script-src 'self';"), "{head}");
    assert!(!head.contains("unsafe") && head.contains("x-content-type-options: nosniff"), "{head}");
    assert!(page.contains("/kiln.js") && !page.contains("<style") && !page.contains("onclick"), "{page}");
    for path in ["/study/any/trial/3", "/kiln.js", "/kiln.css"] {
        assert_eq!(get(path, &[]).0, 200, "{path}");
    }
    assert_eq!(get("/api/studies", &[]).2, "[]");

    for path in [
        "/space.toml",
        "/../../etc/passwd",
        "/study/../../../../etc/passwd",
        "/api/studies/..%2F..%2Fetc/facts",
        "/api/studies/%2Fetc/feed",
        "/api/studies/./trials/0",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let (status, _, body) = get(path, &[]);
        // What is under /study/ is always the page.
        assert!(status == 404 || path.starts_with("/study/") && body == page, "{path}: {status}");
    }
    for wrong in ["Host: evil.example", "Host: 192.168.1.2", "Origin: http://evil.example", "Origin: null"] {
        assert_eq!(get("/", &[wrong]).0, 403, "{wrong}");
        assert_eq!(get("/api/studies", &[wrong]).0, 403, "{wrong}");
    }
    let (status, head, _) = get(&format!("/study/tiny?token={}", server.token), &[]);
    assert_eq!(status, 303);
    assert!(head.contains(&format!("location: /study/tiny#token={}", server.token)), "{head}");

    let port = server.address.rsplit(':').next().expect("a port");
    let second = place.kiln(&["serve", "--port", port]);
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.stderr.contains(&format!("port {port} is in use")) && second.stderr.contains("--port 0"));
    let unknown = place.kiln(&["serve", "large"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("no study `large`"), "{unknown:?}");
}

#[test]
fn at_an_address_of_other_machines_everything_needs_the_token() {
    let place = Place::empty();
    let server = Server::start(&place, &["--host", "0.0.0.0"]);
    let get = |path: &str, headers: &[&str]| ask(&server.address, &format!("GET {path}"), headers, "");
    for path in ["/", "/kiln.js", "/api/studies", "/?token=0"] {
        assert_eq!(get(path, &[]).0, 401, "{path}");
    }
    let (status, head, _) = get(&format!("/?token={}", server.token), &[]);
    let cookie = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
    assert!(status == 303 && head.contains("httponly") && head.contains("samesite=strict"), "{head}");
    assert_eq!(get("/api/studies", &[&format!("Cookie: {cookie}")]).0, 200);
    assert_eq!(get("/api/studies", &["Host: evil.example", &format!("Cookie: {cookie}")]).0, 403);
}

#[test]
fn epochs_arrive_in_small_messages_and_whoever_has_the_token_acts() {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 100000"));
    let mut run = place.start(&["run", "--serve", "--port", "0"]);
    let note = run.wait_for("note").expect("it says where it serves");
    let (address, token) = parts(note["text"].as_str().expect("text"));
    run.wait_for("epoch").expect("the study has epochs");
    let run = run.unheeded();

    let mut feed = follow(&address, "tiny");
    let now: Value = serde_json::from_str(&feed.next().expect("it says how the study stands")).expect("JSON");
    assert_eq!((&now["kind"], &now["study"]), (&json!("now"), &json!("tiny")));
    assert_eq!((&now["summary"]["running"], &now["trials"][0]["trial"]), (&json!(true), &json!(0)));
    let mut next = |is: &dyn Fn(&Value) -> bool| loop {
        let text = feed.next().expect("the feed goes on");
        assert!(text.len() < 2000, "{} bytes: {text}", text.len());
        let message: Value = serde_json::from_str(&text).expect("JSON");
        if is(&message) {
            return message;
        }
    };
    let first = next(&|message| message["kind"] == "trial");
    let second = next(&|message| message["kind"] == "trial");
    assert_eq!(second["after"], first["epochs"], "only what is new is sent");
    let points = second["points"].as_array().expect("points");
    assert_eq!(points.last().expect("one")[0], second["epochs"]);

    let act = |path: &str, headers: &[&str], body: &str| {
        let (status, _, body) = ask(&address, &format!("POST /api/studies/tiny/{path}"), headers, body);
        (status, serde_json::from_str::<Value>(&body).unwrap_or_default())
    };
    let key = format!("X-Kiln-Token: {token}");
    for headers in [&[][..], &["X-Kiln-Token: 0"], &[&*format!("Cookie: kiln={token}")]] {
        assert_eq!(act("pause", headers, "").0, 401, "{headers:?}");
    }
    assert_eq!(act("pause", &[&key, "Origin: http://evil.example"], "").0, 403);
    assert_eq!(ask(&address, "GET /api/studies/tiny/pause", &[&key], "").0, 405);

    let (status, refused) = act("enqueue", &[&key], "channels = 4\nlearning_rte = 0.1\n");
    let message = refused["message"].as_str().expect("a message");
    assert!(status == 422 && message.contains("did you mean `learning_rate`?") && message.contains(":2:"), "{message}");
    let (status, done) = act("enqueue", &[&key], "optimizer = \"adam\"\nchannels = 4\n");
    assert_eq!(
        (status, &done["sentence"]),
        (200, &json!("optimizer=adam channels=4 is entry 1 of the queue: the run of tiny begins it in a moment"))
    );
    assert_eq!(act("trials/9/stop", &[&key], "").0, 404);
    assert_eq!(act("trials/0/retry", &[&key], "").0, 409, "it is not over");
    let origin = format!("Origin: http://{address}");
    assert_eq!(act("trials/0/stop", &[&key, &origin], "").0, 200);
    let stopped = next(&|message| message["kind"] == "trial" && message["outcome"] == "stopped");
    assert_eq!(stopped["trial"], 0);
    let begun = next(&|message| message["kind"] == "trial" && message["trial"] == 1);
    assert_eq!(begun["outcome"], "running");

    let get = |path: &str| {
        let (status, head, body) = ask(&address, &format!("GET /api/studies/tiny/{path}"), &[], "");
        (status, head, serde_json::from_str::<Value>(&body).unwrap_or_default())
    };
    let (_, _, trial) = get("trials/1");
    assert_eq!(
        (&trial["record"]["candidate"]["channels"], &trial["record"]["origin"]),
        (&json!(4), &json!("enqueued"))
    );
    assert!(trial["network"]["layers"].as_array().is_some_and(|layers| layers.len() > 3), "{trial}");
    assert!(trial["log"][0].as_str().is_some_and(|line| line.contains("optimizer=adam")), "{trial}");
    assert_eq!(get("trials/7").0, 404);
    assert_eq!(get("trials/none").0, 400);
    let (status, head, facts) = get("facts");
    assert_eq!((status, &facts["study"]["name"]), (200, &json!("tiny")));
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a revision");
    let again = ask(&address, "GET /api/studies/tiny/facts", &[&format!("If-None-Match: {etag}")], "");
    assert!(again.0 == 304 || !again.1.contains(etag), "{again:?}");

    assert_eq!(act("pause", &[&key], "").0, 200);
    assert_eq!(next(&|message| message["kind"] == "study" && message["summary"]["paused"] == true)["kind"], "study");
    assert_eq!(act("resume", &[&key], "").1["value"]["was_paused"], true);
    run.kill();
}
