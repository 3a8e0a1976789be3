use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use kiln_search::candidate::Candidate;
use tempfile::TempDir;

use super::*;
use crate::small_disk::SmallDisk;
use crate::trial::{Metrics, Origin};

const FILES: [(&str, &[u8]); 3] = [("model", b"\x00\x01\xff weights"), ("optimizer", b""), ("steps.json", b"[12]\n")];

fn checkpoints() -> (TempDir, Checkpoints) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let checkpoints = Checkpoints::new(folder.path().join("study/checkpoints"));
    (folder, checkpoints)
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

fn owned() -> Vec<(String, Vec<u8>)> {
    FILES.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect()
}

/// Does `change` to each file of a checkpoint in turn, wants every reading refused, and puts the file back.
fn refuse_all(change: impl Fn(&[u8]) -> Vec<Vec<u8>>, refused: impl Fn(&str, &CheckpointError) -> bool) {
    let (_folder, checkpoints) = checkpoints();
    let name = checkpoints.write(0, 1, 1, &FILES).expect("written");
    let directory = checkpoints.directory.join(&name);
    for file in names(&directory) {
        let path = directory.join(&file);
        let whole = fs::read(&path).expect("readable");
        for changed in change(&whole) {
            fs::write(&path, &changed).expect("writable");
            match checkpoints.read(&name) {
                Err(error) => assert!(refused(&file, &error), "`{file}` as {changed:?}: {error}"),
                Ok(_) => panic!("`{file}` as {changed:?} was taken for {whole:?}"),
            }
        }
        fs::write(&path, &whole).expect("writable");
    }
    assert_eq!(checkpoints.read(&name).expect("sound again"), owned());
}

#[test]
fn files_come_back_in_their_order() {
    let (_folder, checkpoints) = checkpoints();
    let name = checkpoints.write(7, 2, 3, &owned()).expect("written");
    assert_eq!(name, "trial-7-attempt-2-epoch-3");
    assert_eq!(checkpoints.read(&name).expect("sound"), owned());
    assert_eq!(names(&checkpoints.directory), [name], "nothing is left aside");
}

#[test]
fn a_flip_of_any_byte_is_refused() {
    let flips = |whole: &[u8]| {
        let flip = |at: usize, mask: u8| {
            let mut changed = whole.to_vec();
            changed[at] ^= mask;
            changed
        };
        (0..whole.len()).flat_map(|at| [0x01, 0x20, 0x80, 0xff].map(|mask| flip(at, mask))).collect()
    };
    refuse_all(flips, |file, error| match file {
        // Which kind of damage it looks like depends on what the flipped byte meant.
        digest::FILE => error.is_damage(),
        _ => matches!(error, CheckpointError::Corrupt { .. }),
    });
}

#[test]
fn a_cut_anywhere_is_refused_as_torn() {
    let cuts = |whole: &[u8]| (0..whole.len()).map(|length| whole[..length].to_vec()).collect();
    refuse_all(cuts, |_, error| matches!(error, CheckpointError::Torn { .. }));
}

#[test]
fn anything_appended_is_refused() {
    let more = |whole: &[u8]| vec![[whole, b"\n"].concat(), [whole, b"\0"].concat(), [whole, whole, b"x"].concat()];
    refuse_all(more, |_, error| error.is_damage());
}

#[test]
fn a_file_too_few_is_torn_and_one_too_many_corrupt() {
    let (_folder, checkpoints) = checkpoints();
    let name = checkpoints.write(0, 1, 1, &FILES).expect("written");
    let directory = checkpoints.directory.join(&name);
    fs::write(directory.join("more"), b"").expect("writable");
    assert!(matches!(checkpoints.read(&name), Err(CheckpointError::Corrupt { .. })));
    fs::remove_file(directory.join("more")).expect("removed");
    for file in names(&directory) {
        let path = directory.join(&file);
        let whole = fs::read(&path).expect("readable");
        fs::remove_file(&path).expect("removed");
        assert!(matches!(checkpoints.read(&name), Err(CheckpointError::Torn { .. })), "without {file}");
        fs::write(&path, whole).expect("writable");
    }
}

#[test]
fn names_that_lead_elsewhere_are_missing_and_never_touched() {
    let (folder, checkpoints) = checkpoints();
    let name = checkpoints.write(0, 1, 1, &FILES).expect("written");
    let outside = folder.path().join("study/precious");
    fs::create_dir(&outside).expect("made");
    for bad in
        ["", ".", "..", "../precious", "a/../../precious", &outside.display().to_string(), "trial-9-attempt-1-epoch-1"]
    {
        assert!(matches!(checkpoints.read(bad), Err(CheckpointError::Missing { .. })), "{bad}");
        let removed = checkpoints.remove(bad);
        assert!(matches!(removed, Ok(()) | Err(CheckpointError::Missing { .. })), "{bad}");
    }
    assert!(outside.is_dir());
    checkpoints.read(&name).expect("untouched");
}

#[test]
fn bad_names_of_files_are_refused_before_anything_is_written() {
    let (_folder, checkpoints) = checkpoints();
    for bad in ["", ".hidden", "a/b", "..", "two\nlines"] {
        checkpoints.write(0, 1, 1, &[(bad, b"")]).expect_err(bad);
        assert!(!checkpoints.directory.exists());
    }
    for files in [[("digest", b""), ("model", b"")], [("model", b""), ("model", b"")]] {
        checkpoints.write(0, 1, 1, &files).expect_err("a name that is taken");
        assert_eq!(names(&checkpoints.directory), Vec::<String>::new());
    }
}

/// Every directory that a write killed at some instant can leave: some files whole, the next one cut anywhere.
#[test]
fn a_killed_write_is_invisible_and_repeatable() {
    let (_folder, checkpoints) = checkpoints();
    let before = checkpoints.write(0, 1, 1, &FILES).expect("written");
    let digest = digest::of(&FILES);
    let mut steps = FILES.to_vec();
    steps.push((digest::FILE, digest.as_bytes()));
    let name = "trial-0-attempt-1-epoch-2";
    let aside = checkpoints.directory.join(format!("{ASIDE}{name}"));
    for (whole, (last, content)) in steps.iter().enumerate() {
        for length in 0..=content.len() {
            fs::create_dir(&aside).expect("made");
            for (file, content) in &steps[..whole] {
                fs::write(aside.join(file), content).expect("writable");
            }
            fs::write(aside.join(last), &content[..length]).expect("writable");
            assert!(matches!(checkpoints.read(name), Err(CheckpointError::Missing { .. })));
            if length % 16 == 0 {
                assert_eq!(checkpoints.write(0, 1, 2, &FILES).expect("written in spite of it"), name);
                assert_eq!(checkpoints.read(name).expect("sound"), owned());
                checkpoints.remove(name).expect("removed");
            } else {
                let left = aside.file_name().expect("it has a name").to_string_lossy().into_owned();
                assert_eq!((owner(&left), checkpoints.list().expect("listed").len()), (Some(0), 2));
                checkpoints.discard(&left).expect("discarded");
            }
            assert_eq!(names(&checkpoints.directory), [before.as_str()]);
        }
    }
}

#[test]
fn a_list_names_everything_and_its_owner() {
    let (_folder, checkpoints) = checkpoints();
    assert_eq!(checkpoints.list().expect("no directory is an empty directory"), Vec::<String>::new());
    let written = checkpoints.write(12, 1, 2, &FILES).expect("written");
    fs::write(checkpoints.directory.join("stray"), b"").expect("writable");
    let mut names = checkpoints.list().expect("listed");
    names.sort();
    assert_eq!(names, ["stray", written.as_str()]);
    assert_eq!([owner("stray"), owner(&written), owner("trial-x-attempt-1-epoch-1")], [None, Some(12), None]);
    checkpoints.discard("stray").expect("discarded");
    assert_eq!(checkpoints.list().expect("listed"), [written]);
}

fn trial_with(checkpoints: Vec<Checkpoint>) -> Trial {
    Trial { checkpoints, ..Trial::new(0, Candidate::new(), Origin::Sampled, Metrics::new(), 0) }
}

#[test]
fn a_trial_falls_back_to_the_checkpoint_before() {
    let (_folder, checkpoints) = checkpoints();
    let write = |epoch| Checkpoint { epoch, name: checkpoints.write(0, 1, epoch, &FILES).expect("written") };
    let trial = trial_with((1..=4).map(write).collect());
    let newest = |trial| checkpoints.newest_sound(trial).expect("readable");
    assert_eq!(newest(&trial).checkpoint.map(|checkpoint| checkpoint.epoch), Some(4));

    fs::write(checkpoints.directory.join(&trial.checkpoints[3].name).join("model"), b"").expect("writable");
    fs::write(checkpoints.directory.join(&trial.checkpoints[2].name).join("steps.json"), b"[13]\n").expect("writable");
    let sound = newest(&trial);
    assert_eq!(sound.checkpoint.map(|checkpoint| checkpoint.epoch), Some(2));
    assert!(matches!(sound.refused[..], [CheckpointError::Torn { .. }, CheckpointError::Corrupt { .. }]));

    trial.checkpoints.iter().for_each(|one| checkpoints.remove(&one.name).expect("removed"));
    assert!(newest(&trial).checkpoint.is_none(), "then it begins anew");
}

/// What can happen to a byte that somebody reads again.
#[test]
fn a_flip_of_any_byte_costs_one_checkpoint() {
    let (_folder, checkpoints) = checkpoints();
    let write = |epoch| Checkpoint { epoch, name: checkpoints.write(0, 1, epoch, &FILES).expect("written") };
    let trial = trial_with((1..=2).map(write).collect());
    let newest = |trial| {
        let sound = checkpoints.newest_sound(trial).expect("readable");
        (sound.checkpoint.map(|checkpoint| checkpoint.epoch), sound.refused.len())
    };
    let directory = checkpoints.directory.join(&trial.checkpoints[1].name);
    for file in names(&directory) {
        let path = directory.join(&file);
        let whole = fs::read(&path).expect("readable");
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] = !flipped[at];
            fs::write(&path, &flipped).expect("writable");
            assert_eq!(newest(&trial), (Some(1), 1), "byte {at} of {file}");
        }
        fs::write(&path, &whole).expect("writable");
    }
    assert_eq!(newest(&trial), (Some(2), 0));
}

#[test]
fn a_trial_needs_its_last_two_checkpoints() {
    let named = |epoch: u32| Checkpoint { epoch, name: format!("trial-0-attempt-1-epoch-{epoch}") };
    let epochs = |last: u32| {
        let trial = trial_with((1..=last).map(named).collect());
        needed(&trial).iter().map(|kept| kept.epoch).collect::<Vec<_>>()
    };
    assert_eq!([epochs(0), epochs(1), epochs(5)], [vec![], vec![1], vec![4, 5]]);
}

#[test]
fn together_they_keep_within_their_limit() {
    let (_folder, unlimited) = checkpoints();
    unlimited.write(0, 1, 1, &FILES).expect("written");
    let one = disk::size(&unlimited.directory).expect("readable");
    let limited = unlimited.clone().within(Some(2 * one));
    let second = limited.write(0, 1, 2, &FILES).expect("to the last byte");
    let error = limited.write(0, 1, 3, &FILES).expect_err("it does not fit");
    assert!(
        matches!(error, CheckpointError::Crowded { needed, used, limit, .. } if [needed, used, limit] == [one, 2 * one, 2 * one]),
        "{error}"
    );
    assert!(!error.is_damage(), "nothing is wrong with those that are there");
    assert_eq!(limited.list().expect("listed").len(), 2, "there is nothing of it");
    limited.remove(&second).expect("removed");
    limited.write(0, 1, 3, &FILES).expect("there is room again");
}

#[test]
fn a_full_disk_costs_nothing_but_the_new_checkpoint() {
    let Some(disk) = SmallDisk::mount(256) else { return };
    let checkpoints = Checkpoints::new(disk.path().join("checkpoints"));
    let before = checkpoints.write(0, 1, 1, &FILES).expect("written");
    let large = [("model", vec![7_u8; 512 * 1024])];
    let error = checkpoints.write(0, 1, 2, &large).expect_err("it does not fit");
    assert!(matches!(error, CheckpointError::Full { .. }), "{error}");
    assert_eq!(names(&checkpoints.directory), [before.as_str()], "the space is given back");
    assert_eq!(checkpoints.read(&before).expect("sound"), owned());
    disk.make_read_only();
    let error = checkpoints.write(0, 1, 2, &FILES).expect_err("read-only");
    assert!(matches!(error, CheckpointError::Io { .. }), "{error}");
    assert_eq!(checkpoints.read(&before).expect("sound"), owned());
}

#[test]
fn workers_that_write_their_first_checkpoints_at_once_make_one_directory() {
    for _ in 0..50 {
        let (_folder, checkpoints) = checkpoints();
        let start = Barrier::new(8);
        thread::scope(|scope| {
            for trial in 0..8 {
                let (start, checkpoints) = (&start, &checkpoints);
                scope.spawn(move || {
                    start.wait();
                    checkpoints.write(trial, 1, 1, &FILES).expect("written");
                });
            }
        });
        assert_eq!(checkpoints.list().expect("listed").len(), 8);
    }
}
