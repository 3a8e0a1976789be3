//! What is said of a change.

use crate::space::fixture::space;

/// What is said of the change from `old` to `new`.
fn told(old: &str, new: &str) -> Result<Vec<String>, Vec<String>> {
    space(&format!("[space]\n{old}")).widening(&space(&format!("[space]\n{new}")))
}

#[test]
fn what_is_wider_is_told() {
    let block = "depth = 2\n[space.stage]\nrepeat = 'depth'\nkernel = ";
    for (old, new, gains) in [
        (
            "depth = { int = [1, 4] }",
            "depth = { int = [0, 6] }",
            "`depth` begins at 0 instead of 1 / `depth` ends at 6 instead of 4",
        ),
        (
            "learning_rate = { float = [1e-3, 1] }",
            "learning_rate = { float = [1e-5, 1.0] }",
            "`learning_rate` begins at 1e-5 instead of 0.001",
        ),
        (
            "dropout = { float = [0, 0.5], step = 0.1 }",
            "dropout = { float = [0, 0.5] }",
            "`dropout` has no steps any more",
        ),
        ("batch_size = 32", "batch_size = { int = [16, 64] }", "`batch_size` is chosen now; it was always 32"),
        (
            "batch_size = { ordinal = [8, 32] }",
            "batch_size = { ordinal = [4, 8, 16, 32] }",
            "`batch_size` can be 4, 16, too",
        ),
        (
            "tags = { subset_of = ['flip'] }",
            "tags = { subset_of = ['flip', 'crop'], max = 1 }",
            "`tags` can hold \"crop\", too",
        ),
        (
            &format!("{block}{{ one_of = [1, 3], each = false }}"),
            &format!("{block}{{ one_of = [1, 3] }}"),
            "`kernel` has a value of its own in each copy",
        ),
        (
            "[network]\nplan = [{ layer = 'convolution', channels = 3 }]",
            "[network]\nplan = [{ layer = { one_of = ['none', 'convolution'] }, channels = { int = [1, 3] } }]",
            "`plan[0].layer` is chosen now; it was always \"convolution\" / \
             `plan[0].channels` is chosen now; it was always 3",
        ),
        ("depth = 2\ndropout = 0.1", "dropout = 0.1\ndepth = 2", ""),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth < 4 and parameters <= 100'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'parameters <= 200'",
            "`require \"depth < 4 and parameters <= 100\"` has become `require \"parameters <= 200\"`",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nforbid = { depth = 3 }",
            "depth = { int = [1, 4] }",
            "`forbid { depth = 3 }` is gone",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth not in [1, 3]'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth not in [3]'",
            "`require \"depth not in [1, 3]\"` has become `require \"depth not in [3]\"`",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = '1 < depth'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = '1 <= depth'",
            "`require \"1 < depth\"` has become `require \"1 <= depth\"`",
        ),
    ] {
        assert_eq!(told(old, new).map(|gains| gains.join(" / ")), Ok(gains.to_owned()), "{old} → {new}");
    }
}

/// That each second declaration is different from the first, and not wider, for these reasons.
fn assert_different(cases: &[(&str, &str, &str)]) {
    for (old, new, reasons) in cases {
        let told = told(old, new).map_err(|reasons| reasons.join(" / "));
        assert_eq!(told, Err((*reasons).to_owned()), "{old} → {new}");
    }
}

#[test]
fn a_range_that_is_otherwise_different() {
    let float = "dropout = { float = [0.0, 0.6] }";
    let steps = "dropout = { float = [0.0, 0.6], step = 0.1 }";
    let prior = "dropout = { float = [0.0, 0.6], prior = 0.1 }";
    let int = "batch_size = { int = [8, 64] }";
    let eights = "batch_size = { int = [8, 64], step = 8 }";
    assert_different(&[
        (float, steps, "`dropout` has steps of 0.1 now"),
        (
            steps,
            "dropout = { float = [0.0, 0.6], step = 0.2 }",
            "`dropout` cannot be 0.1 any more, which its steps leave out",
        ),
        (
            "dropout = { float = [0.0, 0.5], step = 5e-6 }",
            "dropout = { float = [0.0, 0.6], step = 5e-6 }",
            "`dropout` has more than 100000 steps, too many to see whether all former ones are there",
        ),
        (
            float,
            prior,
            "`dropout` has another `prior` / `dropout` follows its prior or weights in another share of the draws",
        ),
        (prior, "dropout = { float = [0.0, 0.6], prior = 0.2 }", "`dropout` has another `prior`"),
        (float, "dropout = { one_of = [0.0, 0.6] }", "`dropout` is drawn from another kind of values"),
        (float, "dropout = 0.5", "`dropout` is drawn from another kind of values"),
        (int, "batch_size = { int = [8, 128], log = true }", "`batch_size` is drawn on another scale (`log`)"),
        (int, "batch_size = { int = [16, 128] }", "`batch_size` begins at 16 instead of 8"),
        (
            eights,
            "batch_size = { int = [4, 64], step = 6 }",
            "`batch_size` cannot be 8 any more, which its steps leave out",
        ),
    ]);
}

#[test]
fn a_list_that_is_otherwise_different() {
    let two = "optimizer = { one_of = ['sgd', 'adam'] }";
    assert_different(&[
        (
            two,
            "optimizer = { one_of = ['adam', 'sgd', 'adamw'] }",
            "`optimizer` lists its former values in another order",
        ),
        (two, "optimizer = { one_of = ['sgd', 'adamw'] }", "`optimizer` cannot be \"adam\" any more"),
        (two, "optimizer = { ordinal = ['sgd', 'adam'] }", "`optimizer` has an order now"),
        (two, "optimizer = { one_of = ['sgd', 'adam'], compare = true }", "`optimizer` is compared now"),
        (
            "optimizer = { one_of = ['sgd', 'adam'], weights = [1, 2] }",
            "optimizer = { one_of = ['sgd', 'adamw', 'adam'], weights = [1, 2, 1] }",
            "`optimizer` has other `weights` for former values",
        ),
        ("optimizer = 'sgd'", "optimizer = 'adam'", "`optimizer` is \"adam\", and was \"sgd\""),
        (
            "optimizer = 'sgd'",
            "optimizer = { one_of = ['adam', 'adamw'] }",
            "`optimizer` was always \"sgd\", which it cannot be now",
        ),
        (
            "tags = { subset_of = ['flip', 'crop'] }",
            "tags = { subset_of = ['flip', 'crop', 'rotate'], max = 1 }",
            "`tags` holds from 0 to 1 values instead of from 0 to 2",
        ),
    ]);
}

#[test]
fn a_space_that_is_otherwise_different() {
    let stage = |stage: &str| format!("depth = 2\nbatch_size = 2\n[space.stage]\n{stage}");
    let rule = |rule: &str| format!("depth = {{ int = [1, 4] }}\n[[constraint]]\n{rule}");
    let inside_and_outside = "depth = 2\nbatch_size = 2\nkernel = 1\n[space.stage]\nrepeat = 2\nskip = true";
    assert_different(&[
        ("depth = 2", "depth = 2\ndropout = 0.1", "`dropout` is new: earlier trials have no value for it"),
        ("depth = 2\ndropout = 0.1", "depth = 2", "`dropout` is not in the space any more"),
        (
            "depth = { int = [1, 2] }\nnesterov = { bool = true, when = 'depth > 1' }",
            "depth = { int = [1, 3] }\nnesterov = { bool = true, when = 'depth > 0' }",
            "`nesterov` depends on another `when`",
        ),
        (
            &stage("repeat = 'depth'\nkernel = 1"),
            &stage("repeat = 'batch_size'\nkernel = 1"),
            "`stage` is repeated by another `repeat`",
        ),
        (&stage("repeat = 2\nkernel = 1"), &stage("repeat = 3\nkernel = 1"), "`stage` is repeated by another `repeat`"),
        (
            &stage("repeat = 2\nkernel = { int = [1, 3] }"),
            &stage("repeat = 2\nkernel = { int = [1, 3], each = false }"),
            "`kernel` has one value for all copies now",
        ),
        (
            &stage("repeat = 2\nskip = true\nkernel = 1"),
            inside_and_outside,
            "`kernel` is not in the space any more / `kernel` is new: earlier trials have no value for it",
        ),
        (
            &rule("require = 'depth < 4 or parameters < 9'"),
            &rule("require = 'depth < 4'"),
            "`require \"depth < 4\"` is new, or stricter than before",
        ),
        (
            &rule("forbid = { depth = 3 }"),
            &rule("require = 'depth != 3'"),
            "`require \"depth != 3\"` is new, or stricter than before",
        ),
    ]);
}
