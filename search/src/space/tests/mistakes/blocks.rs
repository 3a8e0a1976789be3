//! Blocks, repeated or written out.

use super::{Case, check};

#[test]
fn mistakes_in_blocks() {
    check(CASES);
}

const CASES: &[Case] = &[
    (
        "[space.stage]\nchannels = 3",
        &[
            r#"[space.stage] has no `repeat` @ [space.stage] | add `repeat = "depth"`, the name of a whole-number parameter, or `repeat = 3`"#,
        ],
    ),
    (
        "[space.stage]\nrepeat = 'depth'\nchannels = 3",
        &[
            "`depth`, which the block is repeated by, is not in [space] @ 'depth' | add it, for example `depth = { int = [1, 4] }`",
        ],
    ),
    (
        "[space.stage]\nrepeat = 'channels'\nchannels = 3",
        &[
            "the block is repeated by `channels`, which is inside it @ 'channels' | move `channels` out of the block to [space]",
        ],
    ),
    ("[space.stage]\nrepeat = 0\nchannels = 3", &["`repeat` cannot be 0 @ 0 | it must be from 1 to 100"]),
    ("[space.stage]\nrepeat = 101\nchannels = 3", &["`repeat` cannot be 101 @ 101 | it must be from 1 to 100"]),
    (
        "[space.stage]\nrepeat = { int = [1, 4] }\nchannels = 3",
        &[
            r#"`repeat` cannot be a table @ { int = [1, 4] } | write `repeat = "depth"`, the name of a whole-number parameter, or `repeat = 3`"#,
        ],
    ),
    (
        "depth = { int = [1, 400] }\n[space.stage]\nrepeat = 'depth'\nchannels = 3",
        &["a block cannot be repeated 400 times @ 'depth' | let `depth` be at most 100"],
    ),
    (
        "depth = { ordinal = [-1, 4] }\n[space.stage]\nrepeat = 'depth'\nchannels = 3",
        &["`depth` cannot be -1 @ -1 | it must be at least 0"],
    ),
    (
        "batch_size = { ordinal = [1, 4] }\ndropout = 0.1\n[space.stage]\nrepeat = 'dropout'\nchannels = 3",
        &[
            "a block cannot be repeated `dropout` times: that is no whole number @ 'dropout' | give it whole numbers, for example `dropout = { int = [1, 4] }`",
        ],
    ),
    (
        "depth = 0\n[space.stage]\nrepeat = 'depth'\nchannels = 3",
        &["the block is never there @ 'depth' | let `depth` be 1 or more"],
    ),
    (
        "depth = { int = [1, 4] }\n[space.stage]\nrepeat = 'depht'\nchannels = 3",
        &["`depht`, which the block is repeated by, is not in [space] @ 'depht' | did you mean `depth`?"],
    ),
    ("[space.layer]\nrepeat = 3\nchannels = 3", &["unknown block `layer` @ layer | only `stage` is known here"]),
    (
        "stage = 3",
        &[
            "`stage` is a block, not a parameter @ stage | write a table [space.stage] with `repeat` and the parameters of a copy",
        ],
    ),
    (
        "[space.stage]\nrepeat = 3\noptimizer = 'sgd'",
        &[
            "`optimizer` cannot differ from stage to stage @ optimizer | move it to [space]: it holds for the whole network",
        ],
    ),
    ("[space.stage]\nrepeat = 3\nchanels = 3", &["unknown parameter `chanels` @ chanels | did you mean `channels`?"]),
    (
        "[space.stage]\nrepeat = 3\nkernel = { one_of = [1, 3], compare = true }",
        &[
            "what differs from copy to copy cannot be compared @ compare | add `each = false`, so that one draw holds for all copies",
        ],
    ),
    (
        "[space.stage.inner]\nrepeat = 3\n[space.stage]\nrepeat = 3",
        &["`inner` is a block inside a block @ inner | blocks are not nested: give every parameter its own key"],
    ),
    (
        "kernel = 3\n[space.stage]\nrepeat = 3\nkernel = 5",
        &[
            "`kernel` is given both in [space] and in [space.stage] @ kernel | keep one: the first holds for all copies, the second for each copy",
        ],
    ),
    (
        "[[space.stage]]\nrepeat = 3\nkernel = 5",
        &[
            "copies that are written out are not repeated @ repeat | use [space.stage] with single brackets, or leave `repeat` out",
        ],
    ),
    ("[[space.layer]]\nkernel = 5", &["unknown block `layer` @ layer | only `stage` is known here"]),
    (
        "[[space.stage]]\nkernel = { one_of = [1, 3], each = false }",
        &["`each` belongs to a parameter of a repeated block @ each | leave it out"],
    ),
];
