//! The form of an officer as it is shown: what comes first is what a professional needs first, and what few need is folded away.

use register::draft::{MandateDraft, NotForDraft};
use register::officer::{MandateLevel, OfficerKind};

use super::form::OfficerForm;
use crate::pages::dutch::{kind_of_officer, level_of_mandate};
use crate::pages::field::{Choice, Field, Group, judged, with_a_blank};
use crate::pages::hours;
use crate::pages::words::Words;

/// The groups of the form. `deputies` are the organisation's other officers.
pub(super) fn groups(form: &OfficerForm, deputies: &[(String, String)], words: &Words<'_>) -> Vec<Group> {
    let mut groups = vec![function(form), contact(form)];
    groups.extend(competences(form, words));
    groups.push(area(form, words));
    groups.extend(mandates(form));
    groups.push(approach(form));
    groups.extend(hours::groups("hours", &form.draft.hours));
    groups.push(deputy(form, deputies));
    groups.extend(not_for(form, words));
    groups.push(person(form));
    judged(groups, &form.problems)
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn function(form: &OfficerForm) -> Group {
    let draft = &form.draft;
    let kinds = OfficerKind::ALL.map(|kind| Choice::new(kind.as_str(), kind_of_officer(kind), &draft.kind));
    Group::new(
        "De functie",
        vec![
            Field::line("function_title", "Hoe heet de functie?", &draft.function_title),
            Field::select("kind", "Soort functie", kinds.to_vec()),
            Field::lines("description", "Waarmee kan deze medewerker helpen?", &draft.description)
                .hint("Schrijf het zoals een wijkteam het zou zeggen. Op deze woorden wordt gezocht."),
        ],
    )
}

fn contact(form: &OfficerForm) -> Group {
    let contact = &form.draft.contact;
    Group::new(
        "Bereiken",
        vec![
            Field::of_kind("tel", "contact.phone", "Telefoon", text(contact.phone.as_ref())),
            Field::of_kind("email", "contact.email", "Mailadres", text(contact.email.as_ref()))
                .hint("Liefst een adres van de functie, dat ook bij ziekte wordt gelezen."),
            Field::of_kind("url", "contact.url", "Webadres of formulier", text(contact.url.as_ref())),
            Field::select(
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

/// The schemes by life domain, each once; folded away where nothing is chosen.
fn competences(form: &OfficerForm, words: &Words<'_>) -> Vec<Group> {
    let vocabulary = words.vocabulary();
    let chosen = &form.draft.competences;
    let whole = Field::ticks("competences", "Regelingen", Vec::new());
    let mut groups = vec![
        Group::new("Regelingen", vec![whole])
            .hint("Kies hieronder de wetten en regelingen waarin deze medewerker iets kan: minstens één, of een leefgebied."),
    ];
    for domain in vocabulary.domains() {
        let of_domain = vocabulary
            .competences()
            .iter()
            .filter(|competence| competence.domains.first() == Some(&domain.code) && competence.is_valid_on(words.today));
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
        let field = Field::ticks("competences", format!("Regelingen: {}", domain.label), choices).part(domain.code.as_str());
        groups.push(Group::new(legend, vec![field]).folded(number == 0));
    }
    groups
}

fn area(form: &OfficerForm, words: &Words<'_>) -> Group {
    let domains = words.vocabulary().domains().iter();
    let domains = domains.map(|domain| Choice::among(domain.code.as_str(), &*domain.label, &form.draft.domains));
    Group::new(
        "Waar en in welk leefgebied",
        vec![
            Field::lines("area", "Gemeenten", &form.area).hint("Met een komma ertussen. Leeg betekent: heel Nederland."),
            Field::ticks("domains", "Leefgebieden", domains.collect())
                .hint("Kiest u niets, dan gelden de leefgebieden van de regelingen."),
        ],
    )
    .folded(form.area.is_empty() && !form.draft.domains.is_empty())
}

fn mandates(form: &OfficerForm) -> Vec<Group> {
    let rows = with_a_blank(&form.draft.mandates);
    rows.iter()
        .enumerate()
        .map(|(row, mandate)| mandate_group(row, mandate))
        .collect()
}

fn mandate_group(row: usize, mandate: &MandateDraft) -> Group {
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
        Field::select(name("level"), "Wat mag deze medewerker?", choices),
        Field::lines(name("text"), "In gewone woorden", text(mandate.text.as_ref())),
        Field::line(name("limit"), "Grens", text(mandate.limit.as_ref())).hint("Bijvoorbeeld: tot € 5.000"),
        Field::line(name("consult"), "Overlegt met", text(mandate.consult.as_ref())),
        Field::line(name("basis"), "Grondslag", text(mandate.basis.as_ref()))
            .hint("Bijvoorbeeld: mandaatbesluit 2026, artikel 4"),
        Field::of_kind("date", name("until"), "Geldt tot en met", text(mandate.until.as_ref())),
    ];
    if !only.is_empty() {
        fields.push(Field::ticks(name("competences"), "Alleen voor deze regelingen", only));
    }
    let is_blank = *mandate == MandateDraft::default();
    let legend = match (row, is_blank) {
        (0, _) => "Wie beslist".to_owned(),
        (_, true) => "Nog een mandaat".to_owned(),
        (row, false) => format!("Mandaat {}", row + 1),
    };
    Group::new(legend, fields).folded(is_blank && row > 0)
}

fn approach(form: &OfficerForm) -> Group {
    let approach = &form.draft.approach;
    Group::new(
        "Wat u van de beller vraagt",
        vec![
            Field::lines("approach.bring", "Bij de hand houden", text(approach.bring.as_ref()))
                .hint("Bijvoorbeeld: klantnummer en de laatste brief."),
            Field::tick(
                "approach.consent_required",
                "Het huishouden moet toestemming geven",
                approach.consent_required,
            ),
            Field::line(
                "approach.response_within",
                "Reageert binnen",
                text(approach.response_within.as_ref()),
            )
            .hint("Bijvoorbeeld: twee werkdagen"),
            Field::line("approach.audience", "Voor wie", text(approach.audience.as_ref()))
                .hint("Bijvoorbeeld: alleen voor professionals"),
        ],
    )
}

fn deputy(form: &OfficerForm, deputies: &[(String, String)]) -> Group {
    let chosen = form.draft.deputy.clone().unwrap_or_default();
    let mut choices = vec![Choice::new("", "Niemand", &chosen)];
    choices.extend(deputies.iter().map(|(id, title)| Choice::new(id, title.clone(), &chosen)));
    let field = Field::select("deputy", "Wie vervangt bij afwezigheid?", choices);
    Group::new("Vervanging", vec![field])
}

fn not_for(form: &OfficerForm, words: &Words<'_>) -> Vec<Group> {
    let rows = with_a_blank(&form.draft.not_for);
    let group = |(row, line): (usize, &NotForDraft)| {
        let competences = words.vocabulary().competences().iter();
        let competences = competences.map(|it| Choice::new(it.code.as_str(), it.label.clone(), &line.competence));
        let mut choices = vec![Choice::new("", "Kies", &line.competence)];
        choices.extend(competences);
        let fields = vec![
            Field::select(format!("not_for[{row}].competence"), "Niet voor deze regeling", choices),
            Field::line(format!("not_for[{row}].see"), "Waar dan wel?", text(line.see.as_ref()))
                .hint("In woorden, of het kenmerk van een organisatie."),
        ];
        Group::new("Waarvoor men ergens anders moet zijn", fields).folded(*line == NotForDraft::default())
    };
    rows.iter().enumerate().map(group).collect()
}

fn person(form: &OfficerForm) -> Group {
    let draft = &form.draft;
    let fields = vec![
        Field::line("name", "Naam", text(draft.name.as_ref())),
        Field::of_kind(
            "date",
            "name_until",
            "Laatste dag waarop de naam wordt getoond",
            text(draft.name_until.as_ref()),
        )
        .hint("Hooguit twee jaar vooruit."),
        Field::tick(
            "contact.personal",
            "Adres en nummer zijn van deze persoon zelf",
            draft.contact.personal,
        )
        .hint("Dan verdwijnen ze samen met de naam."),
    ];
    Group::new("Een naam, als het moet", fields)
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
        let words = sample::words();
        let form = OfficerForm::of(OfficerDraft::from(&sample::entry().officer), &words);
        let groups = groups(&form, &[("ander".to_owned(), "Ander".to_owned())], &words);
        let fields = || groups.iter().flat_map(|group| &group.fields);
        let line = |name: &str| {
            fields().find(|field| field.name == name).map(|field| match &field.input {
                Input::Line { value, .. } | Input::Lines { value } => value.clone(),
                other => panic!("{name} is no line: {other:?}"),
            })
        };
        assert_eq!(line("contact.phone").as_deref(), Some("+31 88 000 4108"));
        assert_eq!(line("mandates[0].limit").as_deref(), Some("tot 36 maanden terug"));
        assert_eq!(line("mandates[1].limit").as_deref(), Some(""));
        let ticked = fields()
            .filter(|field| field.name == "competences")
            .flat_map(|field| match &field.input {
                Input::Ticks { choices } => choices
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
        let words = sample::words();
        let groups = competences(&OfficerForm::default(), &words);
        let mut offered: Vec<String> = groups
            .iter()
            .flat_map(|group| match &group.fields[0].input {
                Input::Ticks { choices } => choices.iter().map(|choice| choice.value.clone()).collect(),
                _ => Vec::new(),
            })
            .collect();
        let in_force = words
            .vocabulary()
            .competences()
            .iter()
            .filter(|it| it.is_valid_on(words.today));
        let mut all: Vec<String> = in_force.map(|it| it.code.to_string()).collect();
        offered.sort();
        all.sort();
        assert_eq!(offered, all);
    }

    #[test]
    fn a_group_opens_when_something_in_it_is_wrong() {
        let mut form = OfficerForm::default();
        form.problems.push(Problem::new("name_until", "Vul de laatste dag in."));
        let groups = groups(&form, &[], &sample::words());
        let person = groups.last().unwrap();
        assert!(!person.is_folded);
        assert_eq!(person.fields[1].problem.as_deref(), Some("Vul de laatste dag in."));
    }
}
