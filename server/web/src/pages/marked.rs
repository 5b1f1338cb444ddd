//! Marks the matched words in a text. The template escapes each piece, so that a text can never inject markup.

use directory::{Highlight, TextField};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextPiece {
    /// The text.
    pub(super) text: String,
    /// Whether it is a matched word.
    pub(super) is_marked: bool,
}

/// Splits `text` at the marks of the highlights for `field`.
pub(super) fn marked(text: &str, field: TextField, highlights: &[Highlight]) -> Vec<TextPiece> {
    let mut marks: Vec<std::ops::Range<usize>> = Vec::new();
    for highlight in highlights.iter().filter(|highlight| highlight.field == field) {
        // A fragment occurs literally in the text, unless the entry changed between index and view.
        let Some(start) = text.find(&highlight.fragment) else {
            continue;
        };
        marks.extend(highlight.marked.iter().map(|mark| mark.start + start..mark.end + start));
    }
    marks.sort_by_key(|mark| mark.start);
    pieces(text, &marks)
}

fn pieces(text: &str, marks: &[std::ops::Range<usize>]) -> Vec<TextPiece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |part: Option<&str>, is_marked: bool| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            pieces.push(TextPiece {
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

    fn bracketed(pieces: &[TextPiece]) -> String {
        let bracketed = pieces.iter().map(|piece| {
            if piece.is_marked {
                format!("[{}]", piece.text)
            } else {
                piece.text.clone()
            }
        });
        bracketed.collect()
    }

    #[test]
    fn words_of_a_fragment_are_marked_in_the_whole_text() {
        let highlight = Highlight {
            field: TextField::Description,
            fragment: "de eigen bijdrage".to_owned(),
            marked: vec![3..8, 9..17],
        };
        let text = "Als de eigen bijdrage te hoog is.";
        assert_eq!(
            bracketed(&marked(text, TextField::Description, std::slice::from_ref(&highlight))),
            "Als de [eigen] [bijdrage] te hoog is."
        );
        assert_eq!(bracketed(&marked(text, TextField::FunctionTitle, &[highlight])), text);
    }

    #[test]
    fn invalid_marks_are_ignored() {
        // Inside a character, and beyond the end.
        assert_eq!(bracketed(&pieces("één", &[1..2, 0..2, 0..99])), "[é]én");
        assert_eq!(bracketed(&pieces("één", &[])), "één");
        assert!(pieces("", &[]).is_empty());
    }
}
