//! What the questions of a study take, before it is run.

use crate::kiln::{Place, TINY};

#[test]
fn a_question_is_told_what_it_takes() {
    let compared = "channels      = { ordinal = [2, 4, 8], compare = true }";
    let place = Place::new(&TINY.replace("channels      = { ordinal = [2, 4, 8] }", compared));
    let of =
        |arguments: &[&str]| place.json(&[&["power", "--format", "json"], arguments].concat())["questions"][0].clone();
    let found = of(&[]);
    assert_eq!((found["parameter"].as_str(), found["pairs"].as_u64()), (Some("channels"), Some(27)));
    let number = |found: &serde_json::Value, key: &str| found[key].as_f64().expect("a number");
    assert!(number(&of(&["--gain", "2"]), "power") > number(&found, "power"));
    assert_eq!(of(&["--gain", "0.5", "--noise", "0.5"])["power"], found["power"], "only the ratio matters");
    assert!(place.answer(&["power"]).contains("channels"));
    let absurd = place.kiln(&["power", "--noise", "0"]);
    assert!(absurd.code == Some(2) && absurd.stderr.contains("a number above 0"), "{absurd:?}");
}

#[test]
fn without_a_question_it_is_said_how_to_ask_one() {
    let refused = Place::new(TINY).kiln(&["power"]);
    assert!(refused.code == Some(2) && refused.stderr.contains("compare = true"), "{refused:?}");
}
