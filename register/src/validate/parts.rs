//! Validates the parts of an officer: mandates, contact and approach.

use super::{draft_reader::DraftReader, limits};
use crate::draft::{ApproachDraft, ContactDraft, MandateDraft};
use crate::identifier::CompetenceCode;
use crate::officer::{Approach, Channel, Contact, Email, Mandate, MandateLevel, Phone};
use crate::violation::ViolationCode;

impl DraftReader<'_> {
    pub(super) fn mandates(&mut self, drafts: &[MandateDraft], held: &[CompetenceCode]) -> Vec<Mandate> {
        self.each("mandates", drafts, limits::MANDATES, |reader, step, draft| {
            reader.inside(step, |reader| reader.mandate(draft, held))
        })
    }

    fn mandate(&mut self, draft: &MandateDraft, held: &[CompetenceCode]) -> Option<Mandate> {
        if draft.level.trim().is_empty() {
            let message = "Het mandaat heeft geen niveau; kies decide (beslist), advise (adviseert) of refer (verwijst).";
            self.refuse("level", ViolationCode::Required, message);
        }
        let levels = MandateLevel::ALL.map(MandateLevel::as_str);
        let level = self.word("level", &draft.level, &levels, MandateLevel::parse);
        let competences = self.competences("competences", &draft.competences);
        // An officer without competences may have a mandate for a scheme of its life domains.
        if let Some(strange) = competences.iter().find(|code| !held.is_empty() && !held.contains(code)) {
            let message = format!(
                "Het mandaat noemt {strange}, maar die competentie staat niet bij de functionaris; voeg haar daar toe of haal haar hier weg."
            );
            self.refuse("competences", ViolationCode::Contradiction, message);
        }
        let limit = self.optional_line("limit", draft.limit.as_deref(), limits::REMARK);
        let consult = self.optional_line("consult", draft.consult.as_deref(), limits::REMARK);
        let basis = self.optional_line("basis", draft.basis.as_deref(), limits::REMARK);
        let until = self.date("until", draft.until.as_deref());
        let text = self.optional_lines("text", draft.text.as_deref(), limits::EXPLANATION);
        Some(Mandate {
            level: level?,
            competences,
            limit,
            consult,
            basis,
            until,
            text,
        })
    }

    pub(super) fn contact(&mut self, draft: &ContactDraft, has_name: bool) -> Contact {
        self.inside("contact", |reader| {
            let email = reader.email("email", draft.email.as_deref());
            let phone = reader.phone("phone", draft.phone.as_deref());
            let url = reader.url("url", draft.url.as_deref());
            if draft.personal && !has_name && (email.is_some() || phone.is_some()) {
                let message = "Een persoonlijk adres of nummer eindigt met de naam, en er is geen naam; vul die in of geef een adres van de functie.";
                reader.refuse("personal", ViolationCode::Contradiction, message);
            }
            Contact {
                email,
                phone,
                url,
                personal: draft.personal,
            }
        })
    }

    pub(super) fn email(&mut self, field: &str, text: Option<&str>) -> Option<Email> {
        let text = text?.trim();
        if text.is_empty() {
            return None;
        }
        let email = Email::parse(text).ok();
        if email.is_none() {
            let message = "Dit is geen mailadres; schrijf één adres, zoals maatwerk@organisatie.nl.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        email
    }

    pub(super) fn phone(&mut self, field: &str, text: Option<&str>) -> Option<Phone> {
        let text = text?.trim();
        if text.is_empty() {
            return None;
        }
        let phone = if text.len() <= limits::PHONE {
            Phone::parse(text).ok()
        } else {
            None
        };
        if phone.is_none() {
            let message = "Dit is geen telefoonnummer; gebruik 3 tot 15 cijfers, zoals 088 000 0000.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        phone
    }

    pub(super) fn approach(&mut self, draft: &ApproachDraft, contact: &Contact) -> Approach {
        let only_phone = contact.email.is_none() && contact.phone.is_some();
        self.inside("approach", |reader| {
            let prefer = reader.word("prefer", &draft.prefer, &["mail", "phone"], Channel::parse);
            Approach {
                prefer: prefer.unwrap_or(if only_phone { Channel::Phone } else { Channel::Mail }),
                consent_required: draft.consent_required,
                bring: reader.optional_lines("bring", draft.bring.as_deref(), limits::EXPLANATION),
                audience: reader.optional_line("audience", draft.audience.as_deref(), limits::REMARK),
                response_within: reader.optional_line("response_within", draft.response_within.as_deref(), limits::REMARK),
            }
        })
    }
}
