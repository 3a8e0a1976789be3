use std::fs;
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;

use super::*;

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn save(root: &TempDir, name: &str, image: impl Into<DynamicImage>) {
    let path = root.path().join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    image.into().save_with_format(path, ImageFormat::from_path(name).expect("a known format")).expect("an image");
}

/// A gray image of `value` all over.
fn gray(width: u32, height: u32, value: u8) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([value]))
}

fn load_from(path: &Path, size: Option<u32>) -> Result<Dataset, DataError> {
    load(&DataSpec { path: Some(path.into()), size, ..DataSpec::new(Source::Images) })
}

/// The error of loading the folder, as text.
fn error(root: &TempDir, size: Option<u32>) -> String {
    let error = load_from(root.path(), size).expect_err("a bad folder");
    error.to_string().replace(&root.path().display().to_string(), "ROOT")
}

/// Five gray images of 4×4 in each of the classes `cat` and `dog`.
fn pets() -> TempDir {
    let root = temporary();
    for value in 0..5 {
        save(&root, &format!("cat/{value}.png"), gray(4, 4, value));
        save(&root, &format!("dog/{value}.png"), gray(4, 4, 100 + value));
    }
    root
}

#[test]
fn every_fifth_image_of_a_class_is_for_the_test() {
    let root = pets();
    fs::write(root.path().join("cat/notes.txt"), "passed over").expect("a file");
    fs::write(root.path().join("cat/.hidden.png"), "passed over").expect("a file");
    let pets = load_from(root.path(), None).expect("a sound folder");
    assert_eq!(pets.classes, ["cat", "dog"]);
    assert_eq!(pets.shape, ImageShape { channels: 1, height: 4, width: 4 });
    assert_eq!(pets.train.labels, [0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(pets.test.pixels, [[4; 16], [104; 16]].concat());
}

#[test]
fn train_and_test_folders_are_kept_apart() {
    let root = temporary();
    for class in ["b", "a"] {
        save(&root, &format!("train/{class}/1.png"), gray(2, 2, 1));
        save(&root, &format!("train/{class}/2.png"), gray(2, 2, 2));
    }
    save(&root, "test/b/1.png", gray(2, 2, 9));
    let data = load_from(root.path(), None).expect("a sound folder");
    assert_eq!(data.train.labels, [0, 0, 1, 1]);
    assert_eq!((data.test.labels, data.test.pixels), (vec![1], vec![9; 4]));

    save(&root, "test/c/1.png", gray(2, 2, 9));
    assert_eq!(error(&root, None), "ROOT/test/c has a class that ROOT/train has not");
}

#[test]
fn one_colour_image_makes_all_of_them_colour() {
    let root = pets();
    save(&root, "cat/0.png", RgbImage::from_pixel(4, 4, Rgb([10, 20, 30])));
    save(&root, "cat/1.png", RgbaImage::from_pixel(4, 4, Rgba([10, 20, 30, 0])));
    let pets = load_from(root.path(), None).expect("a sound folder");
    assert_eq!(pets.shape.channels, 3);
    let planes = [[10; 16], [20; 16], [30; 16]].concat();
    assert_eq!(pets.train.image(0), planes);
    assert_eq!(pets.train.image(1), planes, "transparency is dropped");
    assert_eq!(pets.train.image(2), [2; 48]);
}

#[test]
fn images_of_several_sizes_need_a_size() {
    let root = pets();
    save(&root, "dog/2.png", gray(6, 8, 102));
    assert_eq!(error(&root, None), "the images differ in size: ROOT/cat/0.png is 4×4, ROOT/dog/2.png is 6×8");
    let pets = load_from(root.path(), Some(3)).expect("one size");
    assert_eq!(pets.shape, ImageShape { channels: 1, height: 3, width: 3 });
    assert_eq!(pets.train.image(6), [102; 9]);
    assert_eq!(error(&root, Some(0)), "`size` under [data] is out of range");
}

#[test]
fn jpeg_is_read_by_its_content_and_turned_as_the_camera_noted() {
    let root = pets();
    let mut wide = gray(16, 8, 0);
    (8..16).for_each(|x| (0..8).for_each(|y| wide.put_pixel(x, y, Luma([255]))));
    save(&root, "cat/0.jpg", wide);
    let path = root.path().join("cat/0.jpg");
    // An Exif segment with one entry, orientation 6: the stored image is to be turned a quarter clockwise.
    let exif =
        [&b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01"[..], b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"];
    let plain = fs::read(&path).expect("the JPEG file");
    // A JPEG image by its content, whatever its name says.
    fs::write(root.path().join("cat/0.png"), [&plain[..2], &exif.concat(), &plain[2..]].concat()).expect("a file");
    fs::remove_file(path).expect("the JPEG file");
    assert_eq!(error(&root, None), "the images differ in size: ROOT/cat/0.png is 8×16, ROOT/cat/1.png is 4×4");
    let image = load_from(root.path(), Some(4)).expect("one size").train.image(0).to_vec();
    let near = |row: &[u8], value: u8| row.iter().all(|&pixel| pixel.abs_diff(value) < 40);
    assert!(near(&image[..4], 0) && near(&image[12..], 255), "dark above, light below: {image:?}");
}

#[test]
fn a_bad_file_is_named() {
    let root = pets();
    let whole = fs::read(root.path().join("cat/3.png")).expect("an image");
    fs::write(root.path().join("cat/3.png"), &whole[..whole.len() / 2]).expect("a truncated image");
    let text = error(&root, None);
    assert!(text.starts_with("ROOT/cat/3.png: it is not a readable PNG or JPEG image ("), "{text}");
    fs::write(root.path().join("cat/3.png"), "no image").expect("a file of another kind");
    let text = error(&root, None);
    assert!(text.starts_with("ROOT/cat/3.png: it is not a readable PNG or JPEG image ("), "{text}");
    fs::remove_file(root.path().join("cat/3.png")).expect("the bad file");
    fs::write(root.path().join("dog/x.webp"), "RIFF").expect("a file");
    assert_eq!(error(&root, None), "ROOT/dog/x.webp is an image of a format that is not read");
}

#[test]
fn a_folder_without_classes_is_refused() {
    let root = temporary();
    assert_eq!(error(&root, None), "ROOT has 0 class folders, but two or more are needed",);
    save(&root, "cat/1.png", gray(2, 2, 1));
    assert_eq!(error(&root, None), "ROOT has 1 class folder, but two or more are needed");
    fs::create_dir(root.path().join("dog")).expect("an empty folder");
    assert_eq!(error(&root, None), "ROOT/dog has no PNG or JPEG files");
    save(&root, "dog/puppies/1.png", gray(2, 2, 1));
    assert_eq!(error(&root, None), "ROOT/dog/puppies is a folder within the folder of a class");
    fs::rename(root.path().join("dog/puppies/1.png"), root.path().join("dog/1.png")).expect("a moved file");
    fs::remove_dir(root.path().join("dog/puppies")).expect("an empty folder");
    assert_eq!(error(&root, None), "no class in ROOT has five images, so none can be kept for the test");
    let missing = load_from(&root.path().join("nothing"), None).expect_err("a missing folder");
    assert!(missing.is_input());
    assert_eq!(
        load(&DataSpec::new(Source::Images)).expect_err("no path").to_string(),
        "the source `images` has no folder"
    );
}
