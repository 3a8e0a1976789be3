//! What modifies a domain.

use super::{Case, check};

#[test]
fn mistakes_in_modifiers() {
    check(CASES);
}

const CASES: &[Case] = &[
    ("learning_rate = { float = [0, 1], log = true }", &["`learning_rate` cannot be 0.0 @ 0 | it must be above 0.0"]),
    (
        "dropout = { float = [0, 0.5], log = true }",
        &["a logarithmic scale cannot reach 0.0 @ 0 | start the interval above 0, or leave `log` out"],
    ),
    ("depth = { int = [1, 4], prior = 5 }", &["the prior 5 is outside the interval @ 5 | it must be from 1 to 4"]),
    (
        "depth = { int = [1, 4], step = 2 }",
        &["steps of 2 do not lead from 1 to 4 @ 2 | choose a step that divides the interval, or change the upper end"],
    ),
    ("depth = { int = [1, 4], step = 0 }", &["`step` cannot be 0 @ 0 | it must be from 1 to 9007199254740992"]),
    (
        "depth = { int = [1, 4], step = 1, log = true }",
        &["`log` and `step` do not go together @ 1 | leave one of them out, or list the values with `ordinal`"],
    ),
    (
        "dropout = { float = [0, 0.5], step = 0.3 }",
        &[
            "steps of 0.3 do not lead from 0.0 to 0.5 @ 0.3 | choose a step that divides the interval, or change the upper end",
        ],
    ),
    (
        "dropout = { float = [0, 0.5], prior = 0.7 }",
        &["the prior 0.7 is outside the interval @ 0.7 | it must be from 0.0 to 0.5"],
    ),
    ("depth = { int = [1, 4], lgo = true }", &["unknown key `lgo` in [space.depth] @ lgo | did you mean `log`?"]),
    (
        "depth = { int = [1, 4], weights = [1, 2] }",
        &["`weights` does not belong to `int` @ weights | `weights` belongs to `one_of`, `ordinal`, `bool`"],
    ),
    (
        "depth = { one_of = [1, 2], prior = 2 }",
        &["`prior` does not belong to `one_of` @ prior | use `weights` to say which values are likelier"],
    ),
    (
        "depth = { int = [1, 4], prior = 2, confidence = 'hihg' }",
        &[r#"`confidence` cannot be "hihg" @ 'hihg' | did you mean `high`?"#],
    ),
    (
        "depth = { int = [1, 4], prior = 2, confidence = 0.9 }",
        &["`confidence` must be a text, not a real number @ 0.9 | write a text in quotes"],
    ),
    (
        "depth = { int = [1, 4], confidence = 'high' }",
        &["`confidence` has nothing to be confident of @ confidence | add `prior`, or leave it out"],
    ),
    (
        "nesterov = { bool = true, confidence = 'low' }",
        &["`confidence` has nothing to be confident of @ confidence | add `weights`, or leave it out"],
    ),
    (
        "tags = { subset_of = ['flip', 'crop'], confidence = 'low' }",
        &[
            "`confidence` does not belong to `subset_of` @ confidence | `confidence` belongs to `float`, `int`, `one_of`, `ordinal`, `bool`",
        ],
    ),
    (
        "depth = { one_of = [1, 2], weights = [1] }",
        &["there are 1 weights for 2 values @ [1] | give each value its weight, in the same order"],
    ),
    (
        "depth = { one_of = [1, 2], weights = [1, -1] }",
        &["`weights` cannot be -1.0 @ -1 | it must be above 0.0 and at most 1000000000.0"],
    ),
    (
        "depth = { one_of = [1, 2], weights = [0, 'x'] }",
        &[
            "`weights` cannot be 0.0 @ 0 | it must be above 0.0 and at most 1000000000.0",
            "each value of `weights` must be a number, not a text @ 'x' | write a number without quotes",
        ],
    ),
    (
        "depth = { int = [1, 4], each = false }",
        &["`each` belongs to a parameter of a repeated block @ each | leave it out"],
    ),
    (
        "depth = { int = [1, 4], compare = true }",
        &["`compare` does not belong to `int` @ compare | `compare` belongs to `one_of`, `ordinal`, `bool`"],
    ),
    ("depth = { int = [1, 4], when = 3 }", &["`when` must be a text, not a whole number @ 3 | write a text in quotes"]),
    (
        "nesterov = { bool = true, weights = [1, 2, 3] }",
        &["there are 3 weights for 2 values @ [1, 2, 3] | give the weight of false and the weight of true"],
    ),
    ("tags = { subset_of = ['flip', 'crop'], min = 3 }", &["`min` cannot be 3 @ 3 | it must be from 0 to 2"]),
    ("tags = { subset_of = ['flip', 'crop'], min = 2, max = 1 }", &["`max` cannot be 1 @ 1 | it must be from 2 to 2"]),
    (
        "depth = { int = [1, 4], log = 1 }",
        &["`log` must be true or false, not a whole number @ 1 | write true or false, without quotes"],
    ),
];
