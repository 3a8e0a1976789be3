//! `when`.

use super::{Case, check};

#[test]
fn mistakes_in_conditions() {
    check(CASES);
}

const CASES: &[Case] = &[
    (
        r#"depth = { int = [1, 4], when = "nesterov" }
nesterov = { bool = true, when = 'depth > 1' }"#,
        &[
            r#"`depth` → `nesterov` → `depth` wait for each other @ "nesterov" | remove one of the conditions: something must be drawn first"#,
        ],
    ),
    (
        "depth = { int = [1, 4], when = 'depth > 1' }",
        &["`depth` waits for itself @ 'depth > 1' | remove one of the conditions: something must be drawn first"],
    ),
    (
        r#"depth = { int = [1, 4], when = "stage[0].kernel > 1" }
[space.stage]
repeat = 'depth'
kernel = 3"#,
        &[
            r#"`depth` → `stage[0].kernel` → `depth` wait for each other @ "stage[0].kernel > 1" | remove one of the conditions: something must be drawn first"#,
        ],
    ),
    (
        r#"depth = { int = [1, 4], when = "optimizer == 'sdg'" }
optimizer = { one_of = ['sgd', 'adam'] }"#,
        &[r#"`optimizer` cannot be "sdg" @ 'sdg' | did you mean `sgd`?"#],
    ),
    (
        r#"depth = { int = [1, 4], when = "optimizer == 'sgd'" }"#,
        &["`optimizer` is not in [space] @ optimizer | add it to [space], for example with a fixed value"],
    ),
    (
        r#"depth = { int = [1, 4], when = "nesterof" }
nesterov = true"#,
        &["unknown name `nesterof` @ nesterof | did you mean `nesterov`?"],
    ),
    (
        r#"depth = { int = [1, 4], when = "channels > 1" }
[space.stage]
repeat = 2
channels = 3"#,
        &["unknown name `channels` @ channels | say of which stage, for example `stage[0].channels`"],
    ),
    (
        r#"depth = { int = [1, 4], when = "stage[5].channels > 1" }
[space.stage]
repeat = 2
channels = 3"#,
        &["unknown name `stage[5].channels` @ stage[5].channels | the copies are stage[0] to stage[1]"],
    ),
    (
        r#"depth = { int = [1, 4], when = "parameters > 1" }"#,
        &[
            "`parameters` is not known when parameters are drawn @ parameters | figures of the network can be used in `require` of a [[constraint]] only",
        ],
    ),
    (
        r#"depth = { int = [1, 4], when = "val_accuracy > 1" }"#,
        &["`val_accuracy` is known only after training @ val_accuracy | known before are parameters, macs"],
    ),
    (
        r#"depth = { int = [1, 4], when = "nesterov = true" }
nesterov = true"#,
        &["`=` means nothing in an expression @ = | write `==` to compare"],
    ),
    (
        r#"depth = { int = [1, 4] }
nesterov = { bool = true, when = 'depth > \"x' }"#,
        &[r"`\\` means nothing in an expression @ \ | there are comparisons, in, and, or, not, and + - * /"],
    ),
    (
        r#"depth = { int = [1, 4] }
nesterov = { bool = true, when = "depth == 7" }"#,
        &["`depth` cannot be 7 @ 7 | it is drawn from 1 to 4"],
    ),
    (
        "depth = { itn = [1, 4] }\nnesterov = { bool = true, when = 'depth == 7' }",
        &["unknown key `itn` in [space.depth] @ itn | did you mean `int`?"],
    ),
    (
        "depht = { int = [1, 4] }\nnesterov = { bool = true, when = 'depth == 7' }\n[space.stage]\nrepeat = 'depth'",
        &["unknown parameter `depht` @ depht | did you mean `depth`?"],
    ),
];
