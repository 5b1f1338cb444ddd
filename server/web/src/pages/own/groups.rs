//! The groups of the form of an officer: what professionals need most comes first, and rare fields are collapsed.

use register::draft::{MandateDraft, NotForDraft};
use register::officer::{MandateLevel, OfficerKind};

use super::form::OfficerForm;
use crate::pages::dutch::{kind_of_officer, level_of_mandate};
use crate::pages::field::{Choice, FieldGroup, FormField, with_blank_row, with_problems};
use crate::pages::hours;
use crate::pages::labels::Labels;

/// The groups of the form. `deputies` are the organisation's other officers, by id and title.
pub(super) fn groups(form: &OfficerForm, deputies: &[(String, String)], labels: &Labels<'_>) -> Vec<FieldGroup> {
    let mut groups = vec![function(form), contact(form)];
    groups.extend(competences(form, labels));
    groups.push(area(form, labels));
    groups.extend(mandates(form));
    groups.push(approach(form));
    groups.extend(hours::groups("hours", &form.draft.hours));
    groups.push(deputy(form, deputies));
    groups.extend(not_for(form, labels));
    groups.push(person(form));
    with_problems(groups, &form.problems)
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn function(form: &OfficerForm) -> FieldGroup {
    let draft = &form.draft;
    let kinds = OfficerKind::ALL.map(|kind| Choice::new(kind.as_str(), kind_of_officer(kind), &draft.kind));
    FieldGroup::new(
        "De functie",
        vec![
            FormField::text("function_title", "Hoe heet de functie?", &draft.function_title),
            FormField::select("kind", "Soort functie", kinds.to_vec()),
            FormField::text_area("description", "Waarmee kan deze medewerker helpen?", &draft.description)
                .hint("Schrijf het zoals een wijkteam het zou zeggen. Op deze woorden wordt gezocht."),
        ],
    )
}

fn contact(form: &OfficerForm) -> FieldGroup {
    let contact = &form.draft.contact;
    FieldGroup::new(
        "Bereiken",
        vec![
            FormField::of_kind("tel", "contact.phone", "Telefoon", text(contact.phone.as_ref())),
            FormField::of_kind("email", "contact.email", "Mailadres", text(contact.email.as_ref()))
                .hint("Liefst een adres van de functie, dat ook bij ziekte wordt gelezen."),
            FormField::of_kind("url", "contact.url", "Webadres of formulier", text(contact.url.as_ref())),
            FormField::select(
                "approach.prefer",
                "Liefst per",
                vec![
                    Choice::new("mail", "mail", &form.draft.approach.prefer),
                    Choice::new("phone", "telefoon", &form.draft.approach.prefer),
                ],
            ),
        ],
    )
}

/// The competences, each once under a life domain. A domain without a choice is collapsed.
fn competences(form: &OfficerForm, labels: &Labels<'_>) -> Vec<FieldGroup> {
    let vocabulary = labels.vocabulary();
    let chosen = &form.draft.competences;
    let whole = FormField::checkboxes("competences", "Regelingen", Vec::new());
    let mut groups = vec![
        FieldGroup::new("Regelingen", vec![whole])
            .hint("Kies hieronder de wetten en regelingen waarin deze medewerker iets kan: minstens één, of een leefgebied."),
    ];
    for domain in vocabulary.domains() {
        let of_domain = vocabulary
            .competences()
            .iter()
            .filter(|competence| competence.domains.first() == Some(&domain.code) && competence.is_valid_on(labels.today));
        let choices: Vec<Choice> = of_domain
            .map(|competence| Choice::among(competence.code.as_str(), &*competence.label, chosen))
            .collect();
        if choices.is_empty() {
            continue;
        }
        let number = choices.iter().filter(|choice| choice.is_chosen).count();
        let legend = if number == 0 {
            domain.label.clone()
        } else {
            format!("{} ({number} gekozen)", domain.label)
        };
        let field =
            FormField::checkboxes("competences", format!("Regelingen: {}", domain.label), choices).part(domain.code.as_str());
        groups.push(FieldGroup::new(legend, vec![field]).folded(number == 0));
    }
    groups
}

fn area(form: &OfficerForm, labels: &Labels<'_>) -> FieldGroup {
    let domains = labels.vocabulary().domains().iter();
    let domains = domains.map(|domain| Choice::among(domain.code.as_str(), &*domain.label, &form.draft.domains));
    FieldGroup::new(
        "Waar en in welk leefgebied",
        vec![
            FormField::text_area("area", "Gemeenten", &form.area).hint("Met een komma ertussen. Leeg betekent: heel Nederland."),
            FormField::checkboxes("domains", "Leefgebieden", domains.collect())
                .hint("Kiest u niets, dan gelden de leefgebieden van de regelingen."),
        ],
    )
    .folded(form.area.is_empty() && !form.draft.domains.is_empty())
}

fn mandates(form: &OfficerForm) -> Vec<FieldGroup> {
    let rows = with_blank_row(&form.draft.mandates);
    rows.iter()
        .enumerate()
        .map(|(row, mandate)| mandate_group(row, mandate))
        .collect()
}

fn mandate_group(row: usize, mandate: &MandateDraft) -> FieldGroup {
    let name = |part: &str| format!("mandates[{row}].{part}");
    let levels = MandateLevel::ALL.map(|level| Choice::new(level.as_str(), level_of_mandate(level), &mandate.level));
    let mut choices = vec![Choice::new("", "Kies", &mandate.level)];
    choices.extend(levels);
    let only = mandate
        .competences
        .iter()
        .map(|code| Choice::among(code, code.clone(), &mandate.competences));
    let only: Vec<Choice> = only.collect();
    let mut fields = vec![
        FormField::select(name("level"), "Wat mag deze medewerker?", choices),
        FormField::text_area(name("text"), "In gewone woorden", text(mandate.text.as_ref())),
        FormField::text(name("limit"), "Grens", text(mandate.limit.as_ref())).hint("Bijvoorbeeld: tot € 5.000"),
        FormField::text(name("consult"), "Overlegt met", text(mandate.consult.as_ref())),
        FormField::text(name("basis"), "Grondslag", text(mandate.basis.as_ref()))
            .hint("Bijvoorbeeld: mandaatbesluit 2026, artikel 4"),
        FormField::of_kind("date", name("until"), "Geldt tot en met", text(mandate.until.as_ref())),
    ];
    if !only.is_empty() {
        fields.push(FormField::checkboxes(
            name("competences"),
            "Alleen voor deze regelingen",
            only,
        ));
    }
    let is_blank = *mandate == MandateDraft::default();
    let legend = match (row, is_blank) {
        (0, _) => "Wie beslist".to_owned(),
        (_, true) => "Nog een mandaat".to_owned(),
        (row, false) => format!("Mandaat {}", row + 1),
    };
    FieldGroup::new(legend, fields).folded(is_blank && row > 0)
}

fn approach(form: &OfficerForm) -> FieldGroup {
    let approach = &form.draft.approach;
    FieldGroup::new(
        "Wat u van de beller vraagt",
        vec![
            FormField::text_area("approach.bring", "Bij de hand houden", text(approach.bring.as_ref()))
                .hint("Bijvoorbeeld: klantnummer en de laatste brief."),
            FormField::checkbox(
                "approach.consent_required",
                "Het huishouden moet toestemming geven",
                approach.consent_required,
            ),
            FormField::text(
                "approach.response_within",
                "Reageert binnen",
                text(approach.response_within.as_ref()),
            )
            .hint("Bijvoorbeeld: twee werkdagen"),
            FormField::text("approach.audience", "Voor wie", text(approach.audience.as_ref()))
                .hint("Bijvoorbeeld: alleen voor professionals"),
        ],
    )
}

fn deputy(form: &OfficerForm, deputies: &[(String, String)]) -> FieldGroup {
    let chosen = form.draft.deputy.clone().unwrap_or_default();
    let mut choices = vec![Choice::new("", "Niemand", &chosen)];
    choices.extend(deputies.iter().map(|(id, title)| Choice::new(id, title.clone(), &chosen)));
    let field = FormField::select("deputy", "Wie vervangt bij afwezigheid?", choices);
    FieldGroup::new("Vervanging", vec![field])
}

fn not_for(form: &OfficerForm, labels: &Labels<'_>) -> Vec<FieldGroup> {
    let rows = with_blank_row(&form.draft.not_for);
    let group = |(row, line): (usize, &NotForDraft)| {
        let competences = labels.vocabulary().competences().iter();
        let competences = competences.map(|it| Choice::new(it.code.as_str(), it.label.clone(), &line.competence));
        let mut choices = vec![Choice::new("", "Kies", &line.competence)];
        choices.extend(competences);
        let fields = vec![
            FormField::select(format!("not_for[{row}].competence"), "Niet voor deze regeling", choices),
            FormField::text(format!("not_for[{row}].see"), "Waar dan wel?", text(line.see.as_ref()))
                .hint("In woorden, of het kenmerk van een organisatie."),
        ];
        FieldGroup::new("Waarvoor men ergens anders moet zijn", fields).folded(*line == NotForDraft::default())
    };
    rows.iter().enumerate().map(group).collect()
}

fn person(form: &OfficerForm) -> FieldGroup {
    let draft = &form.draft;
    let fields = vec![
        FormField::text("name", "Naam", text(draft.name.as_ref())),
        FormField::of_kind(
            "date",
            "name_until",
            "Laatste dag waarop de naam wordt getoond",
            text(draft.name_until.as_ref()),
        )
        .hint("Hooguit twee jaar vooruit."),
        FormField::checkbox(
            "contact.personal",
            "Adres en nummer zijn van deze persoon zelf",
            draft.contact.personal,
        )
        .hint("Dan verdwijnen ze samen met de naam."),
    ];
    FieldGroup::new("Een naam, als het moet", fields)
        .hint("Een functie met een postbus is genoeg, en blijft kloppen als iemand anders haar vervult.")
        .folded(draft.name.is_none())
}

#[cfg(test)]
mod tests {
    use register::draft::OfficerDraft;

    use super::*;
    use crate::pages::field::{Input, Problem};
    use crate::pages::sample;

    #[test]
    fn every_value_of_an_officer_has_its_field() {
        let labels = sample::labels();
        let form = OfficerForm::of(OfficerDraft::from(&sample::entry().officer), &labels);
        let groups = groups(&form, &[("ander".to_owned(), "Ander".to_owned())], &labels);
        let fields = || groups.iter().flat_map(|group| &group.fields);
        let line = |name: &str| {
            fields().find(|field| field.name == name).map(|field| match &field.input {
                Input::Text { value, .. } | Input::TextArea { value } => value.clone(),
                other => panic!("{name} is no line: {other:?}"),
            })
        };
        assert_eq!(line("contact.phone").as_deref(), Some("+31 88 000 4108"));
        assert_eq!(line("mandates[0].limit").as_deref(), Some("tot 36 maanden terug"));
        assert_eq!(line("mandates[1].limit").as_deref(), Some(""));
        let ticked = fields()
            .filter(|field| field.name == "competences")
            .flat_map(|field| match &field.input {
                Input::Checkboxes { choices } => choices
                    .iter()
                    .filter(|choice| choice.is_chosen)
                    .map(|it| it.value.clone())
                    .collect(),
                _ => Vec::new(),
            });
        assert_eq!(ticked.collect::<Vec<_>>(), ["EB-WLZ"]);
    }

    #[test]
    fn every_competence_in_force_can_be_ticked_once() {
        let labels = sample::labels();
        let groups = competences(&OfficerForm::default(), &labels);
        let mut offered: Vec<String> = groups
            .iter()
            .flat_map(|group| match &group.fields[0].input {
                Input::Checkboxes { choices } => choices.iter().map(|choice| choice.value.clone()).collect(),
                _ => Vec::new(),
            })
            .collect();
        let in_force = labels
            .vocabulary()
            .competences()
            .iter()
            .filter(|it| it.is_valid_on(labels.today));
        let mut all: Vec<String> = in_force.map(|it| it.code.to_string()).collect();
        offered.sort();
        all.sort();
        assert_eq!(offered, all);
    }

    #[test]
    fn a_group_with_an_error_opens() {
        let mut form = OfficerForm::default();
        form.problems.push(Problem::new("name_until", "Vul de laatste dag in."));
        let groups = groups(&form, &[], &sample::labels());
        let person = groups.last().unwrap();
        assert!(!person.is_folded);
        assert_eq!(person.fields[1].problem.as_deref(), Some("Vul de laatste dag in."));
    }
}
