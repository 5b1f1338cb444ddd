//! Texts with the words that matched: pieces that the template escapes one by one, so that marking can never let markup through.

use directory::{Highlight, TextField};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The text.
    pub(super) text: String,
    /// Whether it is one of the words that matched.
    pub(super) is_marked: bool,
}

/// `text` whole, with the marks that `highlights` have for `field`.
pub(super) fn marked(text: &str, field: TextField, highlights: &[Highlight]) -> Vec<Piece> {
    let mut marks: Vec<std::ops::Range<usize>> = Vec::new();
    for highlight in highlights.iter().filter(|highlight| highlight.field == field) {
        // A fragment stands in the text as it is, but for an entry that changed between index and view.
        let Some(start) = text.find(&highlight.fragment) else {
            continue;
        };
        marks.extend(highlight.marked.iter().map(|mark| mark.start + start..mark.end + start));
    }
    marks.sort_by_key(|mark| mark.start);
    pieces(text, &marks)
}

fn pieces(text: &str, marks: &[std::ops::Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |part: Option<&str>, is_marked: bool| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            pieces.push(Piece {
                text: part.to_owned(),
                is_marked,
            });
        }
    };
    for mark in marks {
        if mark.start < at || text.get(mark.clone()).is_none() {
            continue;
        }
        push(text.get(at..mark.start), false);
        push(text.get(mark.clone()), true);
        at = mark.end;
    }
    push(text.get(at..), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[Piece]) -> String {
        let told = pieces.iter().map(|piece| {
            if piece.is_marked {
                format!("[{}]", piece.text)
            } else {
                piece.text.clone()
            }
        });
        told.collect()
    }

    #[test]
    fn words_of_a_fragment_are_marked_where_they_stand() {
        let highlight = Highlight {
            field: TextField::Description,
            fragment: "de eigen bijdrage".to_owned(),
            marked: vec![3..8, 9..17],
        };
        let text = "Als de eigen bijdrage te hoog is.";
        assert_eq!(
            told(&marked(text, TextField::Description, std::slice::from_ref(&highlight))),
            "Als de [eigen] [bijdrage] te hoog is."
        );
        assert_eq!(told(&marked(text, TextField::FunctionTitle, &[highlight])), text);
    }

    #[test]
    fn marks_that_make_no_sense_are_passed_over() {
        // In the middle of a letter, and beyond the end.
        assert_eq!(told(&pieces("één", &[1..2, 0..2, 0..99])), "[é]én");
        assert_eq!(told(&pieces("één", &[])), "één");
        assert!(pieces("", &[]).is_empty());
    }
}
