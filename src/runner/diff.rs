//! What changed between two texts, line by line.

use std::fmt::Write as _;

/// The lines that only one of the texts has, with their numbers: `-` for `old`, `+` for `new`.
///
/// A longest common subsequence by dynamic programming; study files are short.
pub fn lines(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let mut text = String::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            let _ = writeln!(text, "- {:>4} | {}", i + 1, old[i]);
            i += 1;
        } else {
            let _ = writeln!(text, "+ {:>4} | {}", j + 1, new[j]);
            j += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn only_what_changed_is_listed() {
        assert_eq!(lines("a\nb\nc\n", "a\nB\nc\nd\n"), "-    2 | b\n+    2 | B\n+    4 | d\n");
        assert_eq!(lines("a\n", "a\n"), "");
        assert_eq!(lines("", "x"), "+    1 | x\n");
    }
}
