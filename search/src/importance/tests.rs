use super::*;
use crate::candidate::Value;
use crate::history::{Fate, Past};
use crate::pareto::Goal::{Maximize, Minimize};
use crate::space::fixture::space;

const PLAIN: &str = "[space]\nlearning_rate = { float = [1e-3, 1e-1] }\nmomentum = { float = [0.0, 0.9] }\n\
                     dropout = { float = [0.0, 0.5] }\n";

#[test]
fn speed() {
    let mut text = "[space]\ndepth = 16\nlearning_rate = { float = [1e-3, 1e-1], log = true }\nmomentum = { float = [0.0, 0.9] }\n\
                     dropout = { float = [0.0, 0.5] }\noptimizer = {one_of=['sgd','adam']}\n[space.stage]\nrepeat='depth'\nchannels={int=[1,512]}\n".to_owned();
    text.push_str("");
    let space = space(&text);
    let mut rng = Stream::new(1, 2, Purpose::Candidate).rng();
    let pasts = (0..1000).map(|_| {
        let candidate = space.draw(&mut rng);
        let x = |name: &str| candidate.get(name).and_then(Value::as_f64).unwrap_or(0.0);
        let value =
            x("learning_rate").ln() + x("momentum") * 2.0 + x("stage[3].channels") / 512.0 + rng.random::<f64>();
        Past { candidate, fate: Fate::Complete(vec![value]) }
    });
    let history = History::new(vec![Minimize], pasts.collect());
    let begin = std::time::Instant::now();
    let found = importance(&space, &history, 0, 1).unwrap();
    println!("{:?} {}", begin.elapsed(), found.explained);
    for row in found.parameters {
        println!("{row:?}");
    }
}
