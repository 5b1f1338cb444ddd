//! The fields of an officer as text, for comparing two versions.

use register::draft::{HoursDraft, MandateDraft, OfficerDraft};

use crate::pages::difference::FieldTexts;
use crate::pages::dutch::and;
use crate::pages::labels::Labels;
use crate::pages::places;

/// The fields of an officer as text, in the order of the form.
pub(super) fn field_texts(draft: &OfficerDraft, labels: &Labels<'_>) -> FieldTexts {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let yes = |yes: bool| if yes { "ja" } else { "nee" }.to_owned();
    let competences = |codes: &[String]| and(&codes.iter().map(|code| labels.competence_named(code)).collect::<Vec<_>>());
    let not_for = draft
        .not_for
        .iter()
        .map(|it| format!("{} ({})", labels.competence_named(&it.competence), text(&it.see)));
    vec![
        ("Functie", draft.function_title.clone()),
        ("Soort", draft.kind.clone()),
        ("Omschrijving", draft.description.clone()),
        ("Mailadres", text(&draft.contact.email)),
        ("Telefoon", text(&draft.contact.phone)),
        ("Webadres", text(&draft.contact.url)),
        ("Naam", text(&draft.name)),
        ("Naam tonen tot en met", text(&draft.name_until)),
        ("Adres en nummer zijn persoonlijk", yes(draft.contact.personal)),
        ("Regelingen", competences(&draft.competences)),
        ("Leefgebieden", draft.domains.join(", ")),
        ("Gemeenten", places::names(&draft.area, labels)),
        ("Wie beslist", joined(&draft.mandates, mandate)),
        ("Niet voor", not_for.collect::<Vec<_>>().join("; ")),
        ("Liefst per", draft.approach.prefer.clone()),
        ("Toestemming nodig", yes(draft.approach.consent_required)),
        ("Bij de hand houden", text(&draft.approach.bring)),
        ("Voor wie", text(&draft.approach.audience)),
        ("Reageert binnen", text(&draft.approach.response_within)),
        ("Tijden", joined(&draft.hours, hours)),
        ("Vervanger", text(&draft.deputy)),
    ]
}

fn joined<T>(rows: &[T], text: impl Fn(&T) -> String) -> String {
    rows.iter().map(text).collect::<Vec<_>>().join("; ")
}

fn mandate(mandate: &MandateDraft) -> String {
    let level = match mandate.level.as_str() {
        "decide" => "beslist zelf",
        "advise" => "adviseert wie beslist",
        "refer" => "weet wie beslist",
        other => other,
    };
    let parts = [
        &mandate.text,
        &mandate.limit,
        &mandate.consult,
        &mandate.basis,
        &mandate.until,
    ];
    let mut texts = vec![level.to_owned()];
    texts.extend(parts.into_iter().flatten().cloned());
    texts.join(", ")
}

fn hours(hours: &HoursDraft) -> String {
    format!("{} {}–{}", hours.days.join(", "), hours.from, hours.until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::difference::differences;
    use crate::pages::sample;

    #[test]
    fn only_what_differs_is_told() {
        let labels = sample::labels();
        let theirs = OfficerDraft::from(&sample::entry().officer);
        let mut yours = theirs.clone();
        assert!(differences(field_texts(&theirs, &labels), field_texts(&yours, &labels)).is_empty());
        yours.contact.phone = Some("088 000 0000".to_owned());
        yours.mandates[0].limit = None;
        let differing = differences(field_texts(&theirs, &labels), field_texts(&yours, &labels));
        assert_eq!(
            differing.iter().map(|it| it.label).collect::<Vec<_>>(),
            ["Telefoon", "Wie beslist"]
        );
        assert_eq!(
            (differing[0].theirs.as_str(), differing[0].yours.as_str()),
            ("+31 88 000 4108", "088 000 0000")
        );
    }
}
