use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

const RECORD: usize = 3073;

/// `labels.len()` records of CIFAR-10 whose pixels are 10 × label + channel.
fn batch(labels: &[u8]) -> Vec<u8> {
    let record = |&label: &u8| {
        let mut bytes = vec![label];
        (0..3).for_each(|channel| bytes.extend([10 * label + channel; 1024]));
        bytes
    };
    labels.iter().flat_map(record).collect()
}

/// A small CIFAR-10: file `n` of the training part has images of the classes n and n + 1.
fn cifar10() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = (1..=5).map(|n: u8| (format!("data_batch_{n}.bin"), batch(&[n, n + 1]))).collect();
    files.push(("test_batch.bin".into(), batch(&[0, 9, 9])));
    files.push(("batches.meta.txt".into(), b"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".to_vec()));
    files
}

fn folder(parent: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    let folder = parent.join("cifar-10-batches-bin");
    fs::create_dir_all(&folder).expect("a folder in the temporary directory");
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).expect("a file in the temporary directory");
    }
    folder
}

fn archive(parent: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    let path = parent.join("cifar-10-binary.tar.gz");
    let file = File::create(&path).expect("a file in the temporary directory");
    let mut builder = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, format!("cifar-10-batches-bin/{name}"), bytes.as_slice())
            .expect("a member of the archive");
    }
    builder.into_inner().and_then(GzEncoder::finish).and_then(|mut file| file.flush()).expect("a whole archive");
    path
}

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn load10(root: &Path) -> Result<Dataset, DataError> {
    load(&DataSpec::new(Source::Cifar10), root)
}

/// The error of loading CIFAR-10 after `change` was made to its files, as text.
fn error(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> String {
    let root = temporary();
    let mut files = cifar10();
    change(&mut files);
    folder(root.path(), &files);
    let error = load10(root.path()).expect_err("a bad file");
    assert!(error.is_input());
    error.to_string().replace(&root.path().display().to_string(), "ROOT")
}

#[test]
fn a_directory_and_the_archive_hold_the_same_data() {
    let root = temporary();
    folder(root.path(), &cifar10());
    let plain = load10(root.path()).expect("a sound directory");
    assert_eq!(plain.train.labels, [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
    assert_eq!(plain.test.labels, [0, 9, 9]);
    assert_eq!(plain.classes[9], "j");
    assert_eq!(plain.train.image(9)[..1025], [vec![60; 1024], vec![61]].concat());

    // An archive has its members in any order.
    let other = temporary();
    let mut files = cifar10();
    files.reverse();
    let path = archive(other.path(), &files);
    assert_eq!(load10(other.path()).expect("a sound archive"), plain);
    for path in [path, other.path().into()] {
        let spec = DataSpec { path: Some(path), ..DataSpec::new(Source::Cifar10) };
        assert_eq!(load(&spec, Path::new("nowhere")).expect("a path to the archive or around it"), plain);
    }
}

#[test]
fn each_bad_file_is_named_with_the_place_in_it() {
    assert_eq!(
        error(|files| files[2].1.truncate(RECORD + 100)),
        "ROOT/cifar-10-batches-bin/data_batch_3.bin, byte 3073: a record of 3073 bytes starts here, \
         but the file of 3173 bytes ends 100 bytes into it"
    );
    assert_eq!(
        error(|files| files[5].1[2 * RECORD] = 10),
        "ROOT/cifar-10-batches-bin/test_batch.bin, byte 6146: the label of image 2 is 10, but the highest is 9"
    );
    assert_eq!(error(|files| files[0].1.clear()), "ROOT/cifar-10-batches-bin/data_batch_1.bin: the file is empty");
    assert_eq!(
        error(|files| files[6].1.truncate(4)),
        "ROOT/cifar-10-batches-bin/batches.meta.txt: it names 2 classes instead of 10"
    );
    assert_eq!(
        error(|files| files[..5].iter_mut().for_each(|(_, bytes)| *bytes = batch(&[7, 7]))),
        "all 10 training images of cifar10 are of one class, \"h\""
    );
}

#[test]
fn a_missing_file_is_named_and_class_names_can_be_missing() {
    let root = temporary();
    let folder = folder(root.path(), &cifar10());
    fs::remove_file(folder.join("batches.meta.txt")).expect("the file of the class names");
    assert_eq!(load10(root.path()).expect("numbers instead of names").classes[3], "3");
    fs::remove_file(folder.join("data_batch_4.bin")).expect("a training file");
    let error = load10(root.path()).expect_err("a missing file");
    assert_eq!(error.to_string(), format!("data_batch_4.bin was not found: looked for {}", folder.display()));
    assert_eq!(error.help(), "delete the file and run `kiln data fetch cifar10`, or check `path` under [data]");
}

#[test]
fn without_data_the_error_says_where_it_was_looked_for() {
    let error = load10(Path::new("nowhere")).expect_err("no data");
    assert_eq!(
        error.to_string(),
        "cifar10 was not found: looked for nowhere/cifar-10-batches-bin and nowhere/cifar-10-binary.tar.gz"
    );
    assert_eq!(error.help(), "run `kiln data fetch cifar10`, or set `path` under [data] to where it is");
}

#[test]
fn a_damaged_archive_is_refused_wherever_it_is_damaged() {
    let root = temporary();
    let path = archive(root.path(), &cifar10());
    let whole = fs::read(&path).expect("the archive");
    for length in [0, 5, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        fs::write(&path, &whole[..length]).expect("a shorter archive");
        let text = load10(root.path()).expect_err("a shorter archive").to_string();
        assert!(text.contains(&format!("ends too early, after {length} bytes")), "{length}: {text}");
    }
    let mut other = whole.clone();
    let end = other.len();
    other[end - 6] ^= 1;
    fs::write(&path, other).expect("an archive with another checksum");
    let text = load10(root.path()).expect_err("an archive with another checksum").to_string();
    assert!(text.contains("damaged"), "{text}");
    fs::write(&path, b"<html>not here</html>").expect("another kind of file");
    let text = load10(root.path()).expect_err("another kind of file").to_string();
    assert!(text.contains("of another kind"), "{text}");
}

#[test]
fn real_cifar100_has_both_kinds_of_label() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cifar-100-binary-subset.tar.gz");
    if !path.exists() {
        // Past the test harness, which would show it for failures only.
        let _ = writeln!(io::stderr(), "SKIPPED: real_cifar100_has_both_kinds_of_label: {} is absent", path.display());
        return;
    }
    let spec = |labels| DataSpec { path: Some(path.clone()), labels, ..DataSpec::new(Source::Cifar100) };
    let coarse = load(&spec(Some(Labels::Coarse)), Path::new("nowhere")).expect("the subset");
    let fine = load(&spec(None), Path::new("nowhere")).expect("the subset");
    assert_eq!((coarse.train.len(), coarse.test.len()), (10_000, 2_000));
    assert_eq!((coarse.classes.len(), fine.classes.len()), (20, 100));
    assert_eq!((coarse.classes[0].as_str(), fine.classes[0].as_str()), ("aquatic_mammals", "apple"));
    assert_eq!(coarse.train.pixels, fine.train.pixels);
    // Every fine class lies within one coarse class, and each has its hundred images.
    let group = |fine_class| {
        let members = fine.train.labels.iter().zip(&coarse.train.labels).filter(move |(fine, _)| **fine == fine_class);
        members.map(|(_, coarse)| *coarse).collect::<Vec<_>>()
    };
    for class in 0..100 {
        let groups = group(class);
        assert_eq!(groups, vec![groups[0]; 100], "class {class}");
    }
    let split = coarse.split(0.25, 42).expect("a split");
    assert_eq!((split.train.len(), split.validation.len()), (7_500, 2_500));
}
