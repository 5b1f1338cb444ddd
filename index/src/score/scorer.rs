//! Scores and explains the documents of a segment.

use super::contributions::{Observer, Unobserved};
use super::resolved::ResolvedPlan;
use super::window::{SegmentMatch, Window};
use crate::error::IndexError;
use crate::segment::DocId;
use crate::sort_key::Score;

impl ResolvedPlan<'_> {
    /// Returns the documents that score at least `min_score`, in order, including deleted ones and those that filters exclude.
    pub(crate) fn score(&self, min_score: Score) -> Result<Vec<SegmentMatch>, IndexError> {
        let documents = self.segment.facts().documents.len();
        let documents = u32::try_from(documents).expect("a segment has fewer than 2^32 documents");
        if self.plan.is_browse {
            let score = Score::ZERO;
            return Ok((0..documents).map(|doc| SegmentMatch { doc, score }).collect());
        }
        let mut matches = Vec::new();
        let mut window = Window::new(self, documents)?;
        while window.advance() {
            window.score(min_score, &mut Unobserved, &mut matches);
        }
        Ok(matches)
    }

    /// Scores single documents again, in ascending order, and reports the contributions to `observer`.
    pub(crate) fn explain(&self, docs: &[DocId], observer: &mut impl Observer) -> Result<(), IndexError> {
        if self.plan.is_browse {
            return Ok(());
        }
        let mut window = Window::new(self, 1)?;
        for doc in docs {
            window.move_to(*doc);
            window.score(Score::ZERO, observer, &mut Vec::new());
        }
        Ok(())
    }
}
