//! All there is to say of a study, in one file.

use std::fs;

use crate::kiln::{Place, TINY};

#[test]
fn a_report_is_one_file_and_its_facts_are_the_same_in_every_form() {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);

    let answer = place.kiln(&["report"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{answer:?}");
    assert!(answer.stderr.contains("the report is in studies/tiny/report.html"), "{answer:?}");
    let page = fs::read_to_string(place.path("studies/tiny/report.html")).expect("the page is there");
    assert!(page.starts_with("<!doctype html>") && page.contains("default-src 'none'"));

    let facts = place.json(&["report", "--format", "json"]);
    assert_eq!((&facts["study"]["name"], &facts["cost"]["trials"]), (&"tiny".into(), &4.into()));
    assert!(facts["winner"]["layers"].as_array().is_some_and(|layers| layers.len() > 3), "{facts}");
    let sentence = facts["answer"]["sentence"].as_str().expect("a sentence");
    let text = place.answer(&["report", "tiny", "--format", "md"]);
    assert!(text.starts_with(&format!("# tiny\n\n**{sentence}**\n")), "{text}");
    assert!(page.contains(sentence), "{sentence}");

    place.answer(&["report", "--format", "json", "--out", "facts.json", "--quiet"]);
    let written = fs::read_to_string(place.path("facts.json")).expect("the file is there");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), facts);
}

#[test]
fn forms_that_a_command_does_not_have_are_refused() {
    let place = Place::new(TINY);
    let rank = place.kiln(&["rank", "--format", "html"]);
    assert_eq!(rank.code, Some(2), "{rank:?}");
    assert!(rank.stderr.contains("only `kiln report` writes html and md"), "{rank:?}");
}
