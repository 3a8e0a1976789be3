//! Networks that are put together by hand.

use super::super::super::fixture::space;
use super::{Case, check};
use crate::candidate::Value;
use crate::rng::{Purpose, Stream};

#[test]
fn mistakes_in_plans() {
    check(CASES);
}

const CASES: &[Case] = &[
    (
        "[network]",
        &[r#"[network] has no `plan` @ [network] | add `plan = [{ layer = "convolution", channels = 16 }, …]`"#],
    ),
    (
        "[network]\nplan = []",
        &[
            r#"`plan` has 0 layers @ [] | write from 1 to 100, for example `plan = [{ layer = "convolution", channels = 16 }, …]`"#,
        ],
    ),
    (
        "[network]\nplan = [3]",
        &["each value of `plan` must be a table, not a whole number @ 3 | write names and values in braces: { … }"],
    ),
    (
        "[network]\nplan = [{ channels = 3 }]",
        &[
            "`plan[0]` does not say which layer it is @ { channels = 3 } | known here: `none`, `convolution`, `normalization`, `residual`, `repeat`",
        ],
    ),
    (
        "[network]\nplan = [{ layer = 'convolutoin', channels = 3 }]",
        &[r#"`layer` cannot be "convolutoin" @ 'convolutoin' | did you mean `convolution`?"#],
    ),
    (
        "[network]\nplan = [{ layer = 'convolution', chanels = 3, skip = true, kernel = 12 }]",
        &[
            "`chanels` means nothing to `convolution` @ chanels | did you mean `channels`?",
            "`skip` means nothing to `convolution` @ skip | known here: `channels`, `kernel`",
            "`kernel` cannot be 12 @ 12 | it must be from 1 to 11",
        ],
    ),
    (
        "[network]\nplan = [{ layer = { one_of = ['none', 'normalization'] }, depth = 3 }]",
        &[
            "`plan[0]` has no `normalization`, without which it does nothing @ { layer = { one_of = ['none', 'normalization'] }, depth = 3 } | add `normalization`, here or in [space]",
            "`depth` means nothing to `none` or `normalization` @ depth | only `normalization` is known here",
        ],
    ),
    (
        "[network]\nplan = [{ layer = 'residual' }, { layer = 'none', body = [] }]",
        &[
            "`plan[0]` has no `body` @ { layer = 'residual' } | add the layers that it holds: `body = [{ layer = … }, …]`",
            "`body` means nothing to `none` @ body | nothing can stand here",
        ],
    ),
    (
        "[network]\nplan = [{ layer = { one_of = ['none', 'residual'] }, body = [{ layer = 'none' }] }]",
        &[
            "`plan[0]` has a `body`, but may be a layer that holds none @ body | let `layer` be `residual` alone; with a `when`, it is there only where that holds",
        ],
    ),
    (
        "[network]\nplan = [{ layer = 'residual', body = [{ layer = 'none', kernel = 3 }] }]",
        &["`kernel` means nothing to `none` @ kernel | nothing can stand here"],
    ),
    (
        "dropout = 0.5\nrounding = 'hard'\n[network]\nplan = [{ layer = 'convolution' }]\nwidth = 3",
        &[
            "no layer of the plan looks at `dropout` @ dropout | remove it, or add a layer that does",
            "unknown key `width` in [network] @ width | only `plan` is known here",
        ],
    ),
    (
        "[space.stage]\nrepeat = 2\nskip = true\n[network]\nplan = [{ layer = 'none' }]",
        &[
            r#"`stage` and [network] both say what the network is @ stage | keep one of them; a plan can have `layer = "stage"`"#,
        ],
    ),
    (
        "[network]\nplan = [{ layer = 'convolution', kernel = { int = [1, 3], when = 'plan[0].skip' } }]",
        &[
            "unknown name `plan[0].skip` @ plan[0].skip | known here: `kernel`, `layer`, `plan[0].kernel`, `plan[0].layer`",
        ],
    ),
];

#[test]
fn a_plan_is_a_space_of_its_layers() {
    let space = space(
        "[space]\noptimizer = 'sgd'\nnormalization = { one_of = ['none', 'batch'] }\n[network]\nplan = [\n\
         { layer = 'convolution', channels = { int = [1, 9] } },\n\
         { layer = { one_of = ['none', 'convolution'] }, kernel = { int = [1, 3], when = \"layer != 'none'\" } },\n\
         { layer = 'repeat', depth = { int = [1, 2] }, body = [\n\
         { layer = 'residual', body = [{ layer = 'convolution', kernel = { int = [1, 5], when = \
         'plan[0].channels > 4 and plan[2].depth == 2' } }] }, { layer = 'normalization' }] }]\n",
    );
    let names: Vec<String> = space.parameters().iter().map(crate::space::Parameter::name).collect();
    assert_eq!(
        names,
        [
            "optimizer",
            "normalization",
            "plan[0].layer",
            "plan[0].channels",
            "plan[1].layer",
            "plan[1].kernel",
            "plan[2].layer",
            "plan[2].body[0].layer",
            "plan[2].body[0].body[0].layer",
            "plan[2].body[0].body[0].kernel",
            "plan[2].body[1].layer",
            "plan[2].depth",
        ]
    );
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    for _ in 0..50 {
        let candidate = space.draw(&mut rng);
        space.validate(&candidate).expect("drawn from the space");
        let get = |name: &str| candidate.get(name);
        let there = get("plan[1].layer") == Some(&Value::Text("convolution".to_owned()));
        assert_eq!(get("plan[1].kernel").is_some(), there, "{candidate:?}");
        let wide = matches!(get("plan[0].channels"), Some(Value::Int(channels)) if *channels > 4);
        let inner = wide && get("plan[2].depth") == Some(&Value::Int(2));
        assert_eq!(get("plan[2].body[0].body[0].kernel").is_some(), inner, "{candidate:?}");
    }
}
