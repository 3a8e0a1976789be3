use std::fs::{self, File};
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

/// An IDX file of bytes with dimensions `sizes`.
fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// Three training images of 2×3 pixels and one for the test.
fn mnist() -> TempDir {
    let root = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(root.path().join("mnist")).expect("a folder in it");
    let values: Vec<u8> = (0..18).collect();
    write(&root, "train-images-idx3-ubyte", &idx(&[3, 2, 3], &values));
    write(&root, "train-labels-idx1-ubyte", &idx(&[3], &[4, 0, 9]));
    write(&root, "t10k-images-idx3-ubyte", &idx(&[1, 2, 3], &values[..6]));
    write(&root, "t10k-labels-idx1-ubyte", &idx(&[1], &[1]));
    root
}

fn write(root: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(root.path().join("mnist").join(name), bytes).expect("a file in the temporary directory");
}

fn mnist_of(root: &TempDir) -> Result<Dataset, DataError> {
    load(&DataSpec::new(Source::Mnist), root.path())
}

/// The error of loading after the file `name` has become `bytes`.
fn error(name: &str, bytes: &[u8]) -> String {
    let root = mnist();
    write(&root, name, bytes);
    let error = mnist_of(&root).expect_err("a bad file");
    error.to_string().replace(&root.path().display().to_string(), "ROOT")
}

#[test]
fn plain_and_compressed_files_hold_the_same_data() {
    let root = mnist();
    let plain = mnist_of(&root).expect("sound files");
    assert_eq!(plain.shape, ImageShape { channels: 1, height: 2, width: 3 });
    assert_eq!(plain.train.labels, [4, 0, 9]);
    assert_eq!(plain.train.image(1), [6, 7, 8, 9, 10, 11]);

    let name = root.path().join("mnist/train-images-idx3-ubyte");
    let bytes = fs::read(&name).expect("the training images");
    fs::remove_file(&name).expect("the training images");
    let file = File::create(name.with_extension("gz")).expect("a compressed file");
    let mut encoder = GzEncoder::new(file, Compression::default());
    encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("a compressed file");
    assert_eq!(mnist_of(&root).expect("a compressed file"), plain);
    let spec = DataSpec { path: Some(root.path().join("mnist")), ..DataSpec::new(Source::FashionMnist) };
    assert_eq!(load(&spec, Path::new("nowhere")).expect("a path to the files").classes[9], "Ankle boot");
}

#[test]
fn each_bad_file_is_named_with_the_place_in_it() {
    let values: Vec<u8> = (0..18).collect();
    assert_eq!(
        error("train-images-idx3-ubyte", &idx(&[3, 2, 3], &values[..10])),
        "ROOT/mnist/train-images-idx3-ubyte, byte 26: its header promises 18 bytes of values, but it has 10"
    );
    assert_eq!(
        error("train-images-idx3-ubyte", &idx(&[3], &[1, 2, 3])),
        "ROOT/mnist/train-images-idx3-ubyte, byte 0: it starts with the bytes [0, 0, 8, 1]; \
         an IDX file of 3 dimensions of bytes with [0, 0, 8, 3]"
    );
    assert_eq!(
        error("train-images-idx3-ubyte", &[0, 0, 8, 3, 0, 0]),
        "ROOT/mnist/train-images-idx3-ubyte, byte 6: the file ends within its header of 16 bytes"
    );
    assert_eq!(
        error("train-images-idx3-ubyte", &idx(&[u32::MAX, u32::MAX, u32::MAX], &values)),
        "ROOT/mnist/train-images-idx3-ubyte, byte 34: its header promises 79228162458924105385300197375 bytes of values, \
         but it has 18"
    );
    assert_eq!(
        error("train-labels-idx1-ubyte", &idx(&[3], &[4, 10, 0])),
        "ROOT/mnist/train-labels-idx1-ubyte, byte 9: the label of image 1 is 10, but the highest is 9"
    );
    assert_eq!(
        error("train-labels-idx1-ubyte", &idx(&[2], &[4, 1])),
        "ROOT/mnist/train-labels-idx1-ubyte, byte 4: it has 2 labels, but ROOT/mnist/train-images-idx3-ubyte has 3 images"
    );
    assert_eq!(
        error("train-labels-idx1-ubyte", &idx(&[3], &[4, 4, 4])),
        "all 3 training images of mnist are of one class, \"4\""
    );
    assert_eq!(
        error("t10k-images-idx3-ubyte", &idx(&[1, 3, 2], &values[..6])),
        "the training images of mnist are 1×2×3, its test images 1×3×2"
    );
    assert_eq!(
        error("t10k-images-idx3-ubyte", &idx(&[1, 0, 2], &[])),
        "ROOT/mnist/t10k-images-idx3-ubyte, byte 8: its images have a size of 0×2"
    );
}

#[test]
fn a_missing_file_is_named() {
    let root = mnist();
    fs::remove_file(root.path().join("mnist/t10k-labels-idx1-ubyte")).expect("the test labels");
    let text = mnist_of(&root).expect_err("a missing file").to_string();
    assert!(text.starts_with("t10k-labels-idx1-ubyte (or t10k-labels-idx1-ubyte.gz) was not found"), "{text}");
}
