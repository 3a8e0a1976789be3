use super::*;

const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 2 };

fn images(pixels: &[u8], labels: &[u32]) -> Images {
    Images { shape: SHAPE, pixels: pixels.to_vec(), labels: labels.to_vec() }
}

fn dataset(train: Images, test: Images) -> Result<Dataset, DataError> {
    Dataset::new("made up", 255, vec!["a".into(), "bc".into()], train, test)
}

#[test]
fn the_digest_is_that_of_the_content() {
    let digest = |train, test| dataset(train, test).expect("sound images").digest;
    let train = images(&[1, 2, 3, 4], &[0, 1]);
    let test = images(&[5, 6, 7, 8], &[0, 1]);
    let same = digest(train.clone(), test.clone());
    assert_eq!(digest(train.clone(), test.clone()), same);
    assert_eq!(same.len(), 64);
    assert_ne!(digest(test.clone(), train.clone()), same, "the parts are told apart");
    assert_ne!(digest(images(&[1, 2, 3, 5], &[0, 1]), test.clone()), same, "every value counts");
    assert_ne!(digest(images(&[1, 2, 3, 4], &[1, 0]), test.clone()), same, "every label counts");
    let classes = vec!["ab".into(), "c".into()];
    assert_ne!(Dataset::new("made up", 255, classes, train, test).expect("sound images").digest, same);
}

#[test]
fn settings_of_another_source_are_refused() {
    let refuse = |spec: DataSpec| load(&spec, Path::new(ROOT)).expect_err("a setting of another source").to_string();
    let digits = || DataSpec::new(Source::Digits);
    assert_eq!(
        refuse(DataSpec { labels: Some(Labels::Coarse), ..digits() }),
        "digits has one kind of label, so [data] cannot set `labels`"
    );
    assert_eq!(
        refuse(DataSpec { size: Some(8), ..digits() }),
        "the images of digits have one size, so [data] cannot set `size`"
    );
    assert_eq!(
        refuse(DataSpec { path: Some("x".into()), ..digits() }),
        "digits is part of the program, so [data] cannot set `path`"
    );
}

#[test]
fn too_few_images_to_split_are_refused() {
    let data = dataset(images(&[1, 2, 3, 4], &[0, 1]), images(&[5, 6], &[0])).expect("sound images");
    let error = data.split(0.25, 1).expect_err("one image of each class");
    assert_eq!(error.to_string(), "made up has too few training images to hold 0.25 of them back");
    assert!(error.is_input());
}
