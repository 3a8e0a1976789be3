//! What a parameter is drawn from.

use super::{Case, check};

#[test]
fn mistakes_in_values() {
    check(CASES);
}

const CASES: &[Case] = &[
    ("depht = 3", &["unknown parameter `depht` @ depht | did you mean `depth`?"]),
    ("optimizer = 'adma'", &[r#"`optimizer` cannot be "adma" @ 'adma' | did you mean `adam`?"#]),
    ("depth = -1", &["`depth` cannot be -1 @ -1 | it must be at least 0"]),
    ("depth = 'x'", &["`depth` must be a whole number, not a text @ 'x' | it must be at least 0"]),
    ("depth = 1.5", &["`depth` must be a whole number, not a real number @ 1.5 | it must be at least 0"]),
    ("dropout = 1", &["`dropout` cannot be 1.0 @ 1 | it must be at least 0.0 and below 1.0"]),
    ("learning_rate = { float = [0, 1] }", &["`learning_rate` cannot be 0.0 @ 0 | it must be above 0.0"]),
    ("depth = { int = [4, 1] }", &["the interval is upside down @ [4, 1] | write [1, 4]"]),
    ("depth = { int = [4, 4] }", &["the interval is empty of choices @ [4, 4] | for a fixed value write `depth = 4`"]),
    (
        "depth = { int = [1, 2, 3] }",
        &[
            "`int` takes the lowest and the highest value, not 3 values @ [1, 2, 3] | to list values one by one, use `one_of` or `ordinal`",
        ],
    ),
    (
        "depth = { int = [1, 'x'] }",
        &[
            "each value of `int` must be a whole number, not a text @ 'x' | write a whole number, without a point or quotes",
        ],
    ),
    ("depth = { int = 3 }", &["`int` must be a list, not a whole number @ 3 | write a list in brackets: [ … ]"]),
    (
        "depth = { float = [1, 2] }",
        &["`depth` is a whole number, which `float` does not draw @ float | use `int` or `one_of` or `ordinal`"],
    ),
    (
        "depth = { int = [1, 99999999999999999] }",
        &[
            "`int` cannot be 99999999999999999 @ 99999999999999999 | it must be from -9007199254740992 to 9007199254740992",
        ],
    ),
    ("depth = { itn = [1, 4] }", &["unknown key `itn` in [space.depth] @ itn | did you mean `int`?"]),
    (
        "depth = { }",
        &[
            "`depth` does not say which values it takes @ depth | give it one of `int`, `one_of`, `ordinal`, or a plain value",
        ],
    ),
    (
        "depth = { int = [1, 4], one_of = [1, 2] }",
        &["`depth` has two kinds of values, `int` and `one_of` @ one_of | keep one of them"],
    ),
    ("depth = { one_of = [] }", &["`one_of` is empty @ [] | list the values to choose from"]),
    ("depth = { one_of = [1, 1] }", &["1 is listed twice @ 1 | leave it out; `weights` make a value more likely"]),
    (
        "depth = { one_of = [1, 'x'] }",
        &[
            "a text is listed together with a whole number @ 'x' | give the other kind a parameter of its own, with `when`",
        ],
    ),
    (
        "depth = { ordinal = [2, 1] }",
        &["1 comes after 2 @ 1 | list the numbers of an `ordinal` upwards, or use `one_of`"],
    ),
    (
        "depth = { ordinal = [[1], [2]] }",
        &[
            "`ordinal` cannot choose among lists @ [1] | list texts, numbers or truth values",
            "`ordinal` cannot choose among lists @ [2] | list texts, numbers or truth values",
        ],
    ),
    (
        "depth = [1, 2]",
        &["`depth` must be a whole number, not a list @ [1, 2] | to choose among these, write `{ one_of = [1, 2] }`"],
    ),
    ("optimizer = { one_of = ['sgd', 'adma'] }", &[r#"`optimizer` cannot be "adma" @ 'adma' | did you mean `adam`?"#]),
    (
        "optimizer = { int = [1, 4] }",
        &["`optimizer` is a text, which `int` does not draw @ int | use `one_of` or `ordinal`"],
    ),
    (
        "nesterov = { bool = false }",
        &["`bool` takes true, to say that there is a choice @ false | for a fixed value write `nesterov = false`"],
    ),
    (
        "nesterov = { one_of = ['yes', 'no'] }",
        &[
            "`nesterov` must be a truth value, not a text @ 'yes' | write true or false, without quotes",
            "`nesterov` must be a truth value, not a text @ 'no' | write true or false, without quotes",
        ],
    ),
    ("tags = { subset_of = ['flip', 'corp'] }", &[r#"`tags` cannot be "corp" @ 'corp' | did you mean `crop`?"#]),
    (
        "tags = { one_of = ['flip', 'crop'] }",
        &["`tags` is a list of texts, which `one_of` does not draw @ one_of | use `subset_of`"],
    ),
    (
        "tags = ['flip', 'spin', 'flip']",
        &[
            r#"`tags` cannot be "spin" @ 'spin' | known here: `flip`, `crop`, `rotate`"#,
            r#"`tags` holds "flip" twice @ 'flip' | a subset holds each value once"#,
        ],
    ),
    ("tags = 'flip'", &["`tags` must be a list of texts, not a text @ 'flip' | known here: `flip`, `crop`, `rotate`"]),
    (
        "optimizer = ['sgd', 3]",
        &[
            r#"`optimizer` must be a text, not a list @ ['sgd', 3] | to choose among these, write `{ one_of = ["sgd", 3] }`"#,
        ],
    ),
    ("batch_size = { ordinal = [0, 32] }", &["`batch_size` cannot be 0 @ 0 | it must be at least 1"]),
    ("depth = nan", &["`depth` is not finite @ nan | write a finite number"]),
    (
        "depth = 1979-05-27",
        &["`depth` must be a value, not a date @ 1979-05-27 | write a number, true or false, or a text in quotes"],
    ),
];
