//! Scores and explains the documents of a segment.

use super::contributions::{Observer, Unobserved};
use super::resolved::ResolvedPlan;
use super::window::Window;
use crate::segment::DocId;
use crate::sort_key::Score;

impl<'a> ResolvedPlan<'a> {
    /// Calls `found` with each document that matches and that `accepts` lets through, in order.
    #[inline(always)]
    pub(crate) fn score(&self, accepts: impl Fn(DocId) -> bool, mut found: impl FnMut(DocId, Score)) {
        let documents = self.segment.facts().len();
        if self.plan.is_browse {
            (0..documents)
                .filter(|doc| accepts(*doc))
                .for_each(|doc| found(doc, Score::ZERO));
            return;
        }
        let mut window = Window::new(self, documents);
        while window.advance() {
            window.score(&mut Unobserved, &accepts, &mut found);
        }
    }

    /// Scores single documents again, in ascending order, and reports the contributions to `observer`.
    pub(crate) fn explain(&'a self, docs: &[DocId], observer: &mut impl Observer<'a>) {
        if self.plan.is_browse {
            return;
        }
        let mut window = Window::new(self, 1);
        for doc in docs {
            window.move_to(*doc);
            window.score(observer, |_| true, |_, _| {});
        }
    }
}
