use super::*;

const AXES: [Axis; 2] = [Axis::Continuum { prior: None }, Axis::Continuum { prior: None }];

fn waves() -> (Vec<Vec<f64>>, Vec<f64>) {
    let points: Vec<Vec<f64>> = (0..12).map(|at| vec![f64::from(at) / 11.0, f64::from(at * 5 % 12) / 11.0]).collect();
    let scores = points.iter().map(|point| (6.0 * point[0]).sin()).collect();
    (points, scores)
}

#[test]
fn the_gradient_is_that_of_the_cost() {
    let (mut points, scores) = waves();
    points.iter_mut().enumerate().for_each(|(index, point)| point.push((index % 3) as f64));
    let axes = [AXES[0].clone(), AXES[1].clone(), Axis::Names { weights: vec![1.0 / 3.0; 3] }];
    let problem = Likelihood::new(&axes, &points, &scores, Lengths::Walled);
    let logs = [-0.7, 0.4, 0.9, -5.0];
    let (_, gradient) = problem.cost(&logs).expect("definite");
    for (index, slope) in gradient.iter().enumerate() {
        let at = |step: f64| {
            let mut logs = logs;
            logs[index] += step;
            problem.cost(&logs).expect("definite").0
        };
        let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((slope - expected).abs() < 1e-4 * (1.0 + expected.abs()), "{index}: {slope} {expected}");
    }
}

#[test]
fn the_fit_finds_what_matters_and_keeps_to_the_scores() {
    let (points, scores) = waves();
    let mut model = Model::fit(&AXES, points.clone(), scores.clone(), Lengths::Walled).expect("definite");
    assert!(model.scales[0] > 10.0 * model.scales[1], "{:?}", model.scales);
    for (point, score) in points.iter().zip(&scores) {
        let (expected, deviation) = model.predict(point);
        assert!((expected - score).abs() < 0.1 && deviation < 0.2, "{expected} {score} {deviation}");
    }
    let at = vec![0.5, 0.05];
    let (before, unsure) = model.predict(&at);
    model.believe(vec![at.clone()]);
    let (after, sure) = model.predict(&at);
    assert!((before - after).abs() < 1e-3 && sure < unsure, "{before} {after} {sure} {unsure}");
}
