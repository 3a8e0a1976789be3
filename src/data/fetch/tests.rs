mod server;

use std::fs::{self, File};

use tempfile::TempDir;

use self::server::{Answer, Server};
use super::catalogue::Remote;
use super::*;

const LENGTH: usize = 200_000;

/// What is published.
fn content() -> Vec<u8> {
    (0..LENGTH).map(|index| (index * index / 7 % 251) as u8).collect()
}

/// Something else of the same length.
fn other() -> Vec<u8> {
    vec![7; LENGTH]
}

/// A place to download to, and a server to download from.
struct Trial {
    root: TempDir,
    server: Server,
    patience: Duration,
    /// What happened, in words.
    events: Vec<String>,
}

impl Trial {
    fn new(answers: Vec<Answer>) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        Self { root, server: Server::start(answers), patience: PATIENCE, events: Vec::new() }
    }

    fn target(&self) -> PathBuf {
        self.root.path().join("set/file.gz")
    }

    fn part(&self) -> PathBuf {
        self.root.path().join("set/file.gz.part")
    }

    /// Leaves `bytes` as an earlier attempt would have.
    fn with_part(self, bytes: &[u8]) -> Self {
        fs::create_dir_all(self.root.path().join("set")).expect("a folder");
        fs::write(self.part(), bytes).expect("a file");
        self
    }

    fn run(&mut self) -> Result<(), FetchError> {
        let sha256 = part::sha256(&mut content().as_slice()).expect("a digest");
        let remote = Remote { file: "set/file.gz", url: &self.server.url, length: LENGTH as u64, sha256: &sha256 };
        let client = Client::new(self.patience, Duration::from_millis(1));
        let events = &mut self.events;
        let mut last = None;
        let outcome = client.download(&remote, &self.root.path().join(remote.file), &mut |progress| match progress {
            Progress::Present { .. } => events.push("present".into()),
            Progress::Retrying { cause, .. } => events.push(cause.into()),
            Progress::Finished { .. } => events.push("finished".into()),
            Progress::Received { done, total, .. } => {
                assert_eq!(total, LENGTH as u64);
                last = Some(done);
            }
        });
        if outcome.is_ok() && last.is_some() {
            assert_eq!(last, Some(LENGTH as u64), "progress ends at the whole file");
        }
        outcome
    }

    /// Downloads, and checks that the file is whole in its place and nothing is left beside it.
    fn succeed(&mut self) {
        self.run().expect("a download");
        assert!(fs::read(self.target()).expect("the file") == content());
        assert!(!self.part().exists());
    }

    /// Downloads, and checks that nothing is in the file's place.
    fn fail(&mut self) -> FetchError {
        let error = self.run().expect_err("no download");
        assert!(!self.target().exists());
        error
    }
}

#[test]
fn a_file_is_downloaded_once() {
    let mut trial = Trial::new(vec![Answer::ranges(&content())]);
    trial.succeed();
    trial.succeed();
    assert_eq!(trial.events, ["finished", "present"]);
    assert_eq!(trial.server.asked(), [None]);
}

#[test]
fn a_dropped_connection_is_continued_where_it_broke() {
    let whole = || Answer::ranges(&content());
    let mut trial = Trial::new(vec![whole().cut(70_000), whole().cut(0), whole().cut(50_000), whole()]);
    trial.succeed();
    assert_eq!(trial.server.asked(), [None, Some(70_000), Some(70_000), Some(120_000)]);
    assert_eq!(trial.events.len(), 4);
    assert!(trial.events[0].ends_with("after 70000 of 200000 bytes"), "{:?}", trial.events);
}

#[test]
fn an_interrupted_download_is_continued_by_the_next() {
    let mut trial = Trial::new(vec![Answer::ranges(&content())]).with_part(&content()[..1234]);
    trial.succeed();
    assert_eq!(trial.server.asked(), [Some(1234)]);
    // Killed between the last byte and the renaming.
    let mut trial = Trial::new(vec![]).with_part(&content());
    trial.succeed();
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let whole = || Answer::whole(&content());
    let mut trial = Trial::new(vec![whole().cut(60_000), whole()]).with_part(&content()[..1234]);
    trial.succeed();
    assert_eq!(trial.server.asked(), [Some(1234), Some(60_000)]);
}

#[test]
fn a_stalled_server_is_asked_again() {
    let whole = || Answer::ranges(&content());
    let mut trial = Trial::new(vec![whole().stall(90_000), whole()]);
    trial.patience = Duration::from_secs(1);
    trial.succeed();
    assert_eq!(trial.server.asked(), [None, Some(90_000)]);
    assert!(trial.events[0].starts_with("timeout"), "{:?}", trial.events);
}

#[test]
fn a_part_of_another_file_is_dropped_and_the_file_begun_again() {
    let whole = || Answer::ranges(&content());
    let mut trial = Trial::new(vec![whole(), whole()]).with_part(&other()[..5000]);
    trial.succeed();
    assert_eq!(trial.server.asked(), [Some(5000), None]);
    // One that is too long can be of no use.
    let mut trial = Trial::new(vec![whole()]).with_part(&vec![1; LENGTH + 1]);
    trial.succeed();
    assert_eq!(trial.server.asked(), [None]);
}

#[test]
fn a_redirection_keeps_the_range() {
    let end = Server::start(vec![Answer::ranges(&content())]);
    let redirection = Answer::status("302 Found", &format!("Location: {}", end.url));
    let mut trial = Trial::new(vec![redirection]).with_part(&content()[..1234]);
    trial.succeed();
    assert_eq!(end.asked(), [Some(1234)]);
}

#[test]
fn another_file_under_the_same_address_is_refused() {
    let mut trial = Trial::new(vec![Answer::whole(&other())]);
    let text = trial.fail().to_string();
    assert!(text.contains("is not the published file: its SHA-256 is"), "{text}");
    assert!(!trial.part().exists(), "nothing to continue from");

    // A server that replaced the file while it was being downloaded.
    let mut trial = Trial::new(vec![Answer::ranges(&content()).cut(90_000), Answer::ranges(&other())]);
    assert!(matches!(trial.fail(), FetchError::Changed { .. }));

    for answer in [Answer::whole(b"<html>log in first</html>"), Answer::ranges(&content()[..LENGTH - 1])] {
        let mut trial = Trial::new(vec![answer]).with_part(&content()[..10]);
        let text = trial.fail().to_string();
        assert!(text.contains("bytes instead of 200000"), "{text}");
        assert_eq!(fs::read(trial.part()).expect("what there was"), content()[..10]);
    }
    let long = [content(), content()].concat();
    let text = Trial::new(vec![Answer::whole(&long).undeclared()]).fail().to_string();
    assert!(text.contains("it is longer than 200000 bytes"), "{text}");
}

#[test]
fn an_undeclared_length_is_no_reason_to_take_less() {
    let short = Answer::whole(&content()).undeclared().cut(80_000);
    let mut trial = Trial::new(vec![short, Answer::ranges(&content())]);
    trial.succeed();
    assert_eq!(trial.events[0], "the connection ended after 80000 of 200000 bytes");
}

#[test]
fn a_refusal_is_final_and_an_overload_is_not() {
    let mut trial = Trial::new(vec![Answer::status("404 Not Found", "X: y")]);
    let error = trial.fail();
    assert!(error.to_string().ends_with("the server answers with status 404"), "{error}");
    assert_eq!(trial.server.asked(), [None], "asked once");

    let busy = || Answer::status("503 Service Unavailable", "X: y");
    Trial::new(vec![busy(), busy(), Answer::ranges(&content())]).succeed();
}

#[test]
fn attempts_that_bring_nothing_come_to_an_end_and_keep_what_there_is() {
    let mut answers = vec![Answer::ranges(&content()).cut(30_000)];
    answers.extend((0..4).map(|_| Answer::ranges(&content()).cut(0)));
    let mut trial = Trial::new(answers);
    let error = trial.fail();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(!error.is_input());
    assert_eq!(trial.server.asked().len(), 5);
    assert!(fs::read(trial.part()).expect("the part") == content()[..30_000]);

    // Nobody listens.
    let mut trial = Trial::new(vec![]);
    assert!(matches!(trial.fail(), FetchError::Unreachable { .. }));
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let mut trial = Trial::new(vec![]).with_part(b"");
    fs::write(trial.target(), "mine").expect("a file");
    let error = trial.run().expect_err("a file in the way");
    assert!(matches!(error, FetchError::Foreign { .. }), "{error}");
    assert_eq!(fs::read(trial.target()).expect("the file"), b"mine");
}

#[test]
fn one_process_downloads_a_file_at_a_time() {
    let mut trial = Trial::new(vec![]).with_part(b"begun");
    let held = File::open(trial.part()).expect("the part");
    held.lock().expect("a lock");
    assert!(matches!(trial.fail(), FetchError::Busy { .. }));
    assert_eq!(fs::read(trial.part()).expect("the part"), b"begun");
}

#[test]
fn a_directory_that_cannot_be_made_is_the_machines_fault() {
    let mut trial = Trial::new(vec![]);
    fs::write(trial.root.path().join("set"), "a file where the directory should be").expect("a file");
    let error = trial.fail();
    assert!(matches!(error, FetchError::Disk { .. }) && !error.is_input(), "{error}");
}

#[test]
fn names_that_cannot_be_fetched_are_explained() {
    let refuse = |name| fetch(name, Path::new("nowhere"), &mut |_| ()).expect_err("no such data set");
    assert_eq!(refuse("digits").to_string(), "\"digits\" is not a data set to fetch: it is part of the program");
    assert_eq!(refuse("cifar").to_string(), "\"cifar\" is not a data set to fetch");
    assert_eq!(refuse("cifar").help(), "these can be fetched: cifar10, cifar100, mnist, fashion-mnist");
}

#[test]
fn every_published_file_is_named_after_its_address() {
    for remote in fetchable().flat_map(catalogue::files) {
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        assert_eq!(name(remote.url), name(remote.file));
        assert!(remote.sha256.len() == 64 && remote.sha256.bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    }
}
