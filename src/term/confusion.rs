//! What images were taken for, as a person reads it.

use std::fmt::Write as _;

use kiln_trials::trial::Confusion;

use crate::term::figure::counted;
use crate::term::table::Table;

/// With more classes, a table of all of them would not fit a terminal.
const MOST: usize = 12;
/// How many of the most frequent mistakes are shown then.
const MISTAKES: usize = 10;

/// The counts of the best epoch of a trial, as [`of`] has them.
pub fn text(confusion: &Confusion, classes: Option<&[String]>) -> String {
    let Confusion { epoch, counts } = confusion;
    of(counts, classes, "validation image", &format!(" after epoch {epoch}, the best"))
}

/// The counts as a table, a row for each class and a column for what its images were taken for; with many classes, the
/// most frequent mistakes. Classes without a name go by their number. Of `images`, such as `validation image`, it says how
/// many there are, and `when`.
pub fn of(counts: &[Vec<u32>], classes: Option<&[String]>, images: &str, when: &str) -> String {
    let name = |class: usize| {
        let name = classes.and_then(|classes| classes.get(class).cloned());
        name.unwrap_or_else(|| class.to_string())
    };
    let all = counts.iter().flatten().map(|count| *count as usize).sum();
    let mut text = format!("of {}{when}, ", counted(all, images));
    let table = if counts.len() <= MOST {
        text.push_str("a row for each class, a column for what it was taken for\n");
        let mut table = Table::new(std::iter::once(String::new()).chain((0..counts.len()).map(name)));
        for (class, row) in counts.iter().enumerate() {
            table.row(std::iter::once(name(class)).chain(row.iter().map(u32::to_string)));
        }
        table
    } else {
        let mut mistakes: Vec<(usize, usize, u32)> = Vec::new();
        for (class, row) in counts.iter().enumerate() {
            let others = row.iter().enumerate().filter(|(taken, count)| *taken != class && **count > 0);
            mistakes.extend(others.map(|(taken, count)| (class, taken, *count)));
        }
        mistakes.sort_by_key(|(class, taken, count)| (std::cmp::Reverse(*count), *class, *taken));
        let _ = writeln!(text, "the most frequent mistakes, of {} of classes", counted(mistakes.len(), "pair"));
        let mut table = Table::new(["class", "taken for", "images", "of"]);
        for (class, taken, count) in mistakes.into_iter().take(MISTAKES) {
            let all = counts[class].iter().sum::<u32>();
            table.row([name(class), name(taken), count.to_string(), all.to_string()]);
        }
        table
    };
    text.push_str(&table.to_text(None));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_classes_are_a_table_with_their_names() {
        let confusion = Confusion { epoch: 3, counts: vec![vec![9, 1], vec![0, 12]] };
        let names = ["cat".to_owned(), "dog".to_owned()];
        assert_eq!(
            text(&confusion, Some(&names)),
            "of 22 validation images after epoch 3, the best, a row for each class, a column for what it was taken for\n\
             \x20    cat  dog\ncat    9    1\ndog    0   12\n"
        );
    }

    #[test]
    fn of_many_classes_the_most_frequent_mistakes_are_shown() {
        let mut counts = vec![vec![0; 20]; 20];
        (counts[4][4], counts[4][7], counts[9][1]) = (5, 2, 3);
        let text = text(&Confusion { epoch: 1, counts }, None);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("the most frequent mistakes, of 2 pairs of classes"), "{text}");
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>(), ["9", "1", "3", "3"]);
        assert_eq!(lines[3].split_whitespace().collect::<Vec<_>>(), ["4", "7", "2", "7"]);
    }
}
