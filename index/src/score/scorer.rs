//! Scores and explains the documents of a segment.

use fixedbitset::FixedBitSet;

use super::ceiling::IN_AREA;
use super::contributions::{Observer, Unobserved};
use super::resolved::ResolvedPlan;
use super::window::Window;
use crate::segment::DocId;
use crate::sort_key::Score;

impl<'a> ResolvedPlan<'a> {
    /// Calls `found` with each document that matches and is among `accepted`, in order; with none if the plan has no text.
    #[inline(always)]
    pub(crate) fn score(&self, accepted: Option<&FixedBitSet>, mut found: impl FnMut(DocId, Score)) {
        let mut window = Window::new(self, self.segment.facts().len());
        while window.advance() {
            window.score(&mut Unobserved, accepted, &mut found);
        }
    }

    /// Scores single documents again, in ascending order, and reports the contributions to `observer`.
    pub(crate) fn explain(&'a self, docs: &[DocId], observer: &mut impl Observer<'a>) {
        if self.plan.is_browse {
            if !self.plan.municipalities.is_empty() {
                let serves = self.segment.facts().serves(&self.plan.municipalities);
                let in_area = docs.iter().filter(|doc| serves(**doc));
                in_area.for_each(|doc| observer.record(*doc, "place", "", "", IN_AREA.0));
            }
            return;
        }
        let mut window = Window::new(self, 1);
        for doc in docs {
            window.move_to(*doc);
            window.score(observer, None, |_, _| {});
        }
    }
}
