//! `[[constraint]]`.

use super::{Case, check};

#[test]
fn mistakes_in_constraints() {
    check(CASES);
}

const CASES: &[Case] = &[
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depht > 1'",
        &["unknown name `depht` @ depht | did you mean `depth`?"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'paramters > 1'",
        &["unknown name `paramters` @ paramters | did you mean `parameters`?"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'val_accuracy > 1'",
        &["`val_accuracy` is known only after training @ val_accuracy | known before are parameters, macs"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth'",
        &[
            "a condition must be a truth value, not a number @ depth | compare it, for example `depth > 2` or `optimizer == 'sgd'`",
        ],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequires = 'depth > 1'",
        &["unknown key `requires` in [[constraint]] @ requires | did you mean `require`?"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth > 1'\nforbid = { depth = 1 }",
        &["a constraint has `require` or `forbid`, not both @ forbid | write two [[constraint]] tables"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nforbid = 'depth > 1'",
        &[
            r#"`forbid` takes names and values, not a text @ 'depth > 1' | write `forbid = { optimizer = "adam" }`, or `require = "not (...)"`"#,
        ],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nforbid = { }",
        &[
            r#"`forbid` is empty @ forbid | write `require = "parameters <= 100_000"` or `forbid = { optimizer = "adam", rounding = "hard" }`"#,
        ],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]\nforbid = { depth = 5 }",
        &["`depth` cannot be 5 @ 5 | it is drawn from 1 to 4"],
    ),
    (
        "depth = { int = [1, 4] }\n[[constraint]]",
        &[
            r#"the constraint says nothing @ [[constraint]] | add `require = "parameters <= 100_000"` or `forbid = { optimizer = "adam", rounding = "hard" }`"#,
        ],
    ),
    (
        "depth = { int = [1, 4] }\n[constraint]\nrequire = 'depth > 1'",
        &["`constraint` is a list of tables @ [constraint] | write [[constraint]] with double brackets"],
    ),
];
