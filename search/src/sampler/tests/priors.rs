//! Priors and weights: how many draws follow them, and what becomes of those that are wrong.

use super::*;

fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).expect("always active")
}

/// The candidates of a study of so many trials.
fn study(method: &dyn Sampler, space: &Space, trials: u64, fate: impl Fn(&Candidate) -> Fate) -> Vec<Candidate> {
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    for trial in 0..trials {
        let candidate =
            propose(method, space, &history, stream(trial), |_| Ok(BTreeMap::new())).expect("a continuum").candidate;
        let fate = fate(&candidate);
        history.push(Past { candidate, fate });
    }
    history.pasts().iter().map(|past| past.candidate.clone()).collect()
}

#[test]
fn confidence_is_the_share_of_draws_that_follow_and_priors_are_followed_together() {
    let space = space(
        "[space]\nlearning_rate = { float = [1e-4, 1.0], prior = 0.9, confidence = 'low' }\n\
         momentum = { float = [0.0, 0.9], prior = 0.1 }\ndropout = { float = [0.0, 0.9], prior = 0.9, confidence = 'high' }\n\
         optimizer = { one_of = ['sgd', 'adam'], weights = [999, 1], confidence = 'medium' }\n\
         depth = { ordinal = [1, 2, 3, 4], weights = [999, 1, 1, 1] }\n",
    );
    let draws: Vec<Candidate> = (0..4000).map(|trial| space.draw(&mut stream(trial).rng())).collect();
    let share = |holds: &dyn Fn(&Candidate) -> bool| draws.iter().filter(|draw| holds(draw)).count() as f64 / 4000.0;
    // Farther from the prior than half of the interval are half of the even draws, and none of the others.
    let far = |name: &'static str, at: f64| move |draw: &Candidate| (number(draw, name) - at).abs() > 0.45;
    let (low, medium, high) = (far("learning_rate", 0.9), far("momentum", 0.1), far("dropout", 0.9));
    let close = |share: f64, expected: f64| assert!((share - expected).abs() < 0.03, "{share}, not {expected}");
    close(share(&low), 0.75 * 0.45);
    close(share(&medium), 0.5 * 0.35 / 0.9);
    close(share(&high), 0.25 * 0.5);
    let rare = |draw: &Candidate| draw.get("optimizer") == Some(&Value::Text("adam".to_owned()));
    close(share(&rare), 0.5 * 0.5 + 0.5 * 0.001);
    // Without `confidence` weights hold for all draws.
    close(share(&|draw| number(draw, "depth") < 1.5), 0.997);
    // Who follows where confidence is low, follows everywhere.
    let near = |draw: &Candidate| (number(draw, "learning_rate") - 0.9).abs() < 0.1 && !medium(draw) && !high(draw);
    assert!(share(&near) > 0.25 * 0.6, "{}", share(&near));
}

#[test]
fn a_prior_is_kept_while_it_is_good_and_dropped_when_it_is_bad() {
    let space = space(
        "[space]\nlearning_rate = { float = [1e-4, 1.0], log = true, prior = 1e-3 }\nmomentum = { float = [0.0, 0.9], prior = 0.8 }\n\
         optimizer = { one_of = ['sgd', 'adam', 'adamw'], weights = [1, 8, 1], confidence = 'medium' }\n",
    );
    let follows = |candidate: &Candidate| {
        (number(candidate, "learning_rate").log10() + 3.0).abs() < 0.8
            && (number(candidate, "momentum") - 0.8).abs() < 0.2
    };
    let methods: [Box<dyn Sampler>; 2] = [Box::new(Random), Box::new(super::super::sobol::Sobol::new(5))];
    for method in methods {
        let late = |fate: &dyn Fn(f64) -> Fate| {
            let rate = |candidate: &Candidate| number(candidate, "learning_rate").log10();
            let tried = study(&*method, &space, 100, |candidate| fate(rate(candidate)));
            tried[60..].iter().filter(|candidate| follows(candidate)).count()
        };
        let kept = late(&|rate| Fate::Complete(vec![(rate + 3.0).abs()]));
        let unknown = late(&|_| Fate::Unfinished);
        let dropped = late(&|rate| Fate::Complete(vec![(rate + 1.0).abs()]));
        let failed = late(&|rate| if rate < -2.0 { Fate::Failed } else { Fate::Complete(vec![rate]) });
        // A twelfth of the even draws are that near too.
        let name = method.name();
        assert!(kept > 15 && unknown > 15, "{name}: {kept} while good, {unknown} while unknown");
        assert!(dropped < 9 && failed < 9, "{name}: {dropped} once bad, {failed} if it fails");
    }
}

#[test]
fn weights_are_dropped_when_they_are_bad() {
    let space = space(
        "[space]\nlearning_rate = { float = [1e-4, 1.0] }\noptimizer = { one_of = ['sgd', 'adam', 'adamw'], weights = [1, 1, 8] }\n",
    );
    let name = |candidate: &Candidate| candidate.get("optimizer").map(Value::to_string).unwrap_or_default();
    let late = |best: &str| {
        let wrong = |candidate: &Candidate| f64::from(u8::from(name(candidate) != best));
        let fate = |candidate: &Candidate| Fate::Complete(vec![wrong(candidate) + number(candidate, "learning_rate")]);
        let tried = study(&Random, &space, 200, fate);
        tried[150..].iter().filter(|candidate| name(candidate) == "\"adamw\"").count()
    };
    let (good, bad) = (late("\"adamw\""), late("\"sgd\""));
    assert!(good > 36 && bad < 29, "{good} of 50 while good, {bad} once bad");
}
