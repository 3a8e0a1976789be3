//! What changed between two texts, line by line.

use std::fmt::Write as _;

/// Texts that have more pairs of lines than this between their first and their last difference are not compared line
/// by line: nobody reads such a difference.
const MOST_PAIRS: usize = 1 << 20;

/// The lines that only one of the texts has, with their numbers: `-` for `old`, `+` for `new`.
///
/// A longest common subsequence by dynamic programming, between what both begin with and what both end with; where that
/// is too long, all of it counts as changed.
pub fn lines(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let ahead = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[ahead..], &new[ahead..]);
    let behind = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - behind], &new[..new.len() - behind]);
    let common = common(old, new);
    let mut text = String::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let rest = |i: usize, j: usize| common.get(i * (new.len() + 1) + j).copied().unwrap_or_default();
        if i < old.len() && j < new.len() && old[i] == new[j] && !common.is_empty() {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || rest(i + 1, j) >= rest(i, j + 1)) {
            let _ = writeln!(text, "- {:>4} | {}", ahead + i + 1, old[i]);
            i += 1;
        } else {
            let _ = writeln!(text, "+ {:>4} | {}", ahead + j + 1, new[j]);
            j += 1;
        }
    }
    text
}

/// How many lines what follows each pair of lines has in common, a row for each line of `old`; nothing where that is
/// too much.
fn common(old: &[&str], new: &[&str]) -> Vec<u32> {
    let width = new.len() + 1;
    if (old.len() + 1).saturating_mul(width) > MOST_PAIRS {
        return Vec::new();
    }
    let mut common = vec![0; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let at = i * width + j;
            common[at] =
                if old[i] == new[j] { common[at + width + 1] + 1 } else { common[at + width].max(common[at + 1]) };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn only_what_changed_is_listed() {
        assert_eq!(lines("a\nb\nc\n", "a\nB\nc\nd\n"), "-    2 | b\n+    2 | B\n+    4 | d\n");
        assert_eq!(lines("a\n", "a\n"), "");
        assert_eq!(lines("", "x"), "+    1 | x\n");
        assert_eq!(lines("a\nb\nc\nd\nz\n", "a\nc\nx\nd\nz\n"), "-    2 | b\n+    3 | x\n");
        assert_eq!(lines("a\na\n", "a\na\na\n"), "+    3 | a\n");
    }

    #[test]
    fn one_line_among_very_many_is_found() {
        let text: String = (0..100_000).map(|line| line.to_string() + "\n").collect();
        assert_eq!(lines(&text, &text.replace("\n500\n", "\nfive hundred\n")), "-  501 | 500\n+  501 | five hundred\n");
    }

    #[test]
    fn very_many_differences_are_not_weighed_against_each_other() {
        let text = |begin: &str| (0..3_000).map(|line| format!("{begin} {line}\nboth\n")).collect::<Vec<_>>().concat();
        let found = lines(&format!("same\n{}same\n", text("a")), &format!("same\n{}same\n", text("b")));
        // The last of the lines `both` belongs to the end that is alike.
        assert_eq!(found.lines().count(), 2 * (2 * 3_000 - 1));
        assert!(found.starts_with("-    2 | a 0\n-    3 | both\n"), "all of the old comes first");
    }
}
