//! Bounds the memory of drafts: shortens what is longer than any limit allows, and measures what remains.

use super::{HoursDraft, MandateDraft, NotForDraft, OfficerDraft};

/// Texts keep one character more than the longest text of an officer may have, and so stay too long.
const TEXT: usize = crate::validate::limits::DESCRIPTION + 1;

/// Codes keep more characters than any code has.
const CODE: usize = crate::validate::limits::REMARK + 1;

/// Lists keep one item more than the longest list of an officer may have.
const ITEMS: usize = crate::validate::limits::AREA + 1;

impl OfficerDraft {
    /// Shortens texts and lists that are longer than those of any valid officer. The draft has the same violations as before.
    pub fn clip(&mut self) {
        for text in self.texts_mut() {
            shorten(text, TEXT);
        }
        for codes in [&mut self.domains, &mut self.competences, &mut self.area] {
            shorten_list(codes);
        }
        self.not_for.truncate(ITEMS);
        self.mandates.truncate(ITEMS);
        self.hours.truncate(ITEMS);
        self.absences.truncate(ITEMS);
        for NotForDraft { competence, see } in &mut self.not_for {
            shorten(competence, CODE);
            see.iter_mut().for_each(|text| shorten(text, TEXT));
        }
        for mandate in &mut self.mandates {
            shorten(&mut mandate.level, CODE);
            shorten_list(&mut mandate.competences);
            for text in mandate.texts_mut() {
                shorten(text, TEXT);
            }
        }
        for HoursDraft { days, from, until } in &mut self.hours {
            shorten_list(days);
            shorten(from, CODE);
            shorten(until, CODE);
        }
        for absence in &mut self.absences {
            shorten(&mut absence.from, CODE);
            shorten(&mut absence.until, CODE);
        }
        self.not_for.shrink_to_fit();
        self.mandates.shrink_to_fit();
        self.hours.shrink_to_fit();
        self.absences.shrink_to_fit();
    }

    /// Returns about how many bytes the draft holds, including its fixed parts.
    pub fn footprint(&self) -> usize {
        let texts: usize = self.texts().map(String::len).sum();
        let lists = list(&self.domains) + list(&self.competences) + list(&self.area);
        let not_for = self.not_for.iter().map(|draft| draft.competence.len() + optional(&draft.see));
        let mandates = self.mandates.iter().map(|mandate| {
            let texts: usize = mandate.texts().map(String::len).sum();
            mandate.level.len() + list(&mandate.competences) + texts
        });
        let hours = self
            .hours
            .iter()
            .map(|hours| list(&hours.days) + hours.from.len() + hours.until.len());
        let absences = self.absences.iter().map(|absence| absence.from.len() + absence.until.len());
        let parts = [
            size_of_val(self),
            size_of_val(&*self.not_for),
            size_of_val(&*self.mandates),
            size_of_val(&*self.hours),
            size_of_val(&*self.absences),
        ];
        texts
            + lists
            + not_for.sum::<usize>()
            + mandates.sum::<usize>()
            + hours.sum::<usize>()
            + absences.sum::<usize>()
            + parts.iter().sum::<usize>()
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let texts = [
            &self.organisation,
            &self.id,
            &self.function_title,
            &self.kind,
            &self.description,
            &self.approach.prefer,
            &self.managed_by,
        ];
        let optional = [
            &self.name,
            &self.name_until,
            &self.approach.bring,
            &self.approach.audience,
            &self.approach.response_within,
            &self.contact.email,
            &self.contact.phone,
            &self.contact.url,
            &self.deputy,
            &self.verified_on,
        ];
        texts.into_iter().chain(optional.into_iter().flatten())
    }

    fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let texts = [
            &mut self.organisation,
            &mut self.id,
            &mut self.function_title,
            &mut self.kind,
            &mut self.description,
            &mut self.approach.prefer,
            &mut self.managed_by,
        ];
        let optional = [
            &mut self.name,
            &mut self.name_until,
            &mut self.approach.bring,
            &mut self.approach.audience,
            &mut self.approach.response_within,
            &mut self.contact.email,
            &mut self.contact.phone,
            &mut self.contact.url,
            &mut self.deputy,
            &mut self.verified_on,
        ];
        texts.into_iter().chain(optional.into_iter().flatten())
    }
}

impl MandateDraft {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let texts = [&self.limit, &self.consult, &self.basis, &self.until, &self.text];
        texts.into_iter().flatten()
    }

    fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let texts = [
            &mut self.limit,
            &mut self.consult,
            &mut self.basis,
            &mut self.until,
            &mut self.text,
        ];
        texts.into_iter().flatten()
    }
}

fn list(codes: &[String]) -> usize {
    size_of_val(codes) + codes.iter().map(String::len).sum::<usize>()
}

fn optional(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn shorten_list(codes: &mut Vec<String>) {
    if codes.len() > ITEMS {
        codes.truncate(ITEMS);
        codes.shrink_to_fit();
    }
    codes.iter_mut().for_each(|code| shorten(code, CODE));
}

/// Cuts `text` after `most` characters. Validation trims texts, so blanks around a text do not count.
fn shorten(text: &mut String, most: usize) {
    // A text has no more characters than bytes, so most need no counting.
    if text.len() <= most {
        return;
    }
    let kept: String = text.trim().chars().take(most).collect();
    *text = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::AbsenceDraft;

    fn large() -> OfficerDraft {
        let long = || "é".repeat(100_000);
        OfficerDraft {
            description: format!("   {}", long()),
            name: Some(long()),
            competences: vec![long(); 10],
            area: vec!["0363".to_owned(); 100_000],
            mandates: vec![
                MandateDraft {
                    competences: vec![String::new(); 10_000],
                    text: Some(long()),
                    ..MandateDraft::default()
                };
                2
            ],
            not_for: vec![NotForDraft::default(); 100_000],
            absences: vec![AbsenceDraft::default(); 100_000],
            ..OfficerDraft::default()
        }
    }

    #[test]
    fn a_clipped_draft_is_small_and_still_too_long() {
        let mut draft = large();
        let before = draft.footprint();
        draft.clip();
        assert!(draft.footprint() * 20 < before, "{} of {before}", draft.footprint());
        assert_eq!(draft.description.chars().count(), TEXT);
        assert_eq!((draft.area.len(), draft.not_for.len()), (ITEMS, ITEMS));
        let again = draft.clone();
        draft.clip();
        assert_eq!(draft, again);
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let draft = OfficerDraft {
            description: "é".repeat(TEXT - 1),
            area: vec!["0363".to_owned(); ITEMS - 1],
            ..OfficerDraft::default()
        };
        let mut clipped = draft.clone();
        clipped.clip();
        assert_eq!(clipped, draft);
    }

    #[test]
    fn the_footprint_counts_empty_items() {
        let draft = OfficerDraft {
            not_for: vec![NotForDraft::default(); 100],
            ..OfficerDraft::default()
        };
        assert!(draft.footprint() >= 100 * size_of::<NotForDraft>());
    }
}
