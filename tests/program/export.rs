//! A trained network taken out of its study: exported, asked, measured.

use std::fs;

use image::{GrayImage, Luma};

use crate::kiln::{Place, TINY};

fn studied() -> Place {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 1").replace("trials = 4", "trials = 2"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place
}

#[test]
fn the_best_network_is_exported_with_all_that_it_is() {
    let place = studied();
    let answer = place.json(&["export", "out", "--format", "json"]);
    let ranking = place.json(&["rank", "--format", "json"]);
    assert_eq!(answer["trial"], ranking["trials"][0]["trial"]);
    for file in answer["files"].as_array().expect("a list") {
        assert!(place.path(file.as_str().expect("a path")).is_file(), "{file}");
    }
    let text = fs::read_to_string(place.path("out/model.toml")).expect("it is there");
    let model: toml::Table = toml::from_str(&text).expect("sound TOML");
    assert_eq!(model["classes"].as_array().map(Vec::len), Some(10));
    assert_eq!(model["metrics"]["val_accuracy"].as_float(), ranking["trials"][0]["metrics"]["val_accuracy"].as_f64());
    let again = place.kiln(&["export", "out"]);
    assert!(again.code == Some(2) && again.stderr.contains("there already"), "{again:?}");
    let other = place.answer(&["export", "other", "--trial", "1", "--study", "tiny"]);
    assert!(other.starts_with("trial 1 of study tiny is exported"), "{other}");
}

#[test]
fn what_is_evaluated_on_the_validation_images_is_what_was_recorded() {
    let place = studied();
    for trial in ["0", "1"] {
        let shown = place.json(&["show", trial, "--format", "json"]);
        let found = place.json(&["evaluate", "--trial", trial, "--format", "json"]);
        let recorded = &shown["epochs"][0]["metrics"];
        for (name, figure) in [
            ("val_accuracy", "accuracy"),
            ("val_f1", "f1"),
            ("val_loss", "loss"),
            ("val_calibration_error", "calibration_error"),
        ] {
            assert_eq!(found[figure], recorded[name], "trial {trial}, {name}");
        }
    }
    assert!(place.answer(&["evaluate"]).contains("validation images"));
}

#[test]
fn images_are_classified_and_measured_from_files() {
    let place = studied();
    for (class, level) in [("0", 255), ("7", 0)] {
        fs::create_dir_all(place.path("images").join(class)).expect("made");
        GrayImage::from_pixel(20, 12, Luma([level]))
            .save(place.path(&format!("images/{class}/a.png")))
            .expect("written");
    }
    let one = place.json(&["predict", "images/0/a.png", "images/7/a.png", "--format", "json"]);
    let images = one["images"].as_array().expect("a list");
    assert_eq!(images.len(), 2);
    for image in images {
        let shares = image["probabilities"].as_object().expect("a table");
        let share = |class: &str| shares[class].as_f64().expect("a number");
        assert!((shares.keys().map(|class| share(class)).sum::<f64>() - 1.0).abs() < 1e-9, "{image}");
        let best = share(image["class"].as_str().expect("a name"));
        assert!(shares.keys().all(|class| share(class) <= best), "{image}");
    }
    let csv = place.answer(&["predict", "images/0/a.png", "--format", "csv"]);
    assert!(csv.starts_with("image,class,0,1,2,3,4,5,6,7,8,9\nimages/0/a.png,"), "{csv}");
    let measured = place.json(&["evaluate", "images", "--format", "json"]);
    let right = images.iter().zip(["0", "7"]).filter(|(image, class)| image["class"] == *class).count();
    assert_eq!((measured["images"].as_u64(), measured["accuracy"].as_f64()), (Some(2), Some(right as f64 / 2.0)));
}

#[test]
fn what_cannot_be_read_is_named_with_what_to_do() {
    let place = studied();
    place.write("notes.png", "not an image");
    fs::create_dir_all(place.path("images/cat")).expect("made");
    for (arguments, message) in [
        (["predict", "notes.png"], "notes.png: it is not a readable PNG or JPEG image"),
        (["predict", "nowhere.png"], "there is no image `nowhere.png`"),
        (["evaluate", "images"], "images/cat is no class of the network"),
    ] {
        let answer = place.kiln(&arguments);
        let words = answer.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(answer.code == Some(2) && words.contains(message), "{answer:?}");
    }
}
