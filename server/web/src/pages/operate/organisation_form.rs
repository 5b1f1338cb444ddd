//! The form of an organisation: from posted fields to a draft and back.
//!
//! A joint body often has the same terms for many municipalities, so services with equal terms share one row of the form. A
//! violation of one of them is shown at its row.

use register::draft::{OrganisationDraft, ServiceDraft};
use register::organisation::{OrganisationKind, ServiceBasis};
use register::violation::Violation;
use sha2::{Digest as _, Sha256};

use crate::fields::Fields;
use crate::pages::difference::FieldTexts;
use crate::pages::dutch::kind_of_organisation;
use crate::pages::field::{Choice, FieldGroup, FormField, Problem, with_blank_row, with_problems};
use crate::pages::labels::Labels;
use crate::pages::{hours, places};

/// Maximum number of service rows that a form reads; nobody fills in more by hand.
const MAX_ROWS: usize = 100;

/// A form with its values and errors.
#[derive(Clone, Debug, Default)]
pub(super) struct OrganisationForm {
    /// The values as typed.
    pub(super) draft: OrganisationDraft,
    /// The errors, in the order of the form.
    pub(super) problems: Vec<Problem>,
    services: Vec<ServiceRow>,
    /// The row of each service of the draft.
    row_of: Vec<usize>,
}

/// The terms of a service for some municipalities.
#[derive(Clone, Debug, Default, PartialEq)]
struct ServiceRow {
    /// The municipalities as typed.
    municipalities: String,
    /// The service without its municipality.
    terms: ServiceDraft,
}

impl OrganisationForm {
    /// The form of an organisation in the register; `labels` name the municipalities.
    pub(super) fn of(draft: OrganisationDraft, labels: &Labels<'_>) -> Self {
        let mut rows: Vec<(Vec<String>, ServiceDraft)> = Vec::new();
        let mut row_of = Vec::new();
        for service in &draft.serves {
            let terms = ServiceDraft {
                municipality: String::new(),
                ..service.clone()
            };
            let row = rows.iter().position(|(_, known)| *known == terms).unwrap_or_else(|| {
                rows.push((Vec::new(), terms));
                rows.len() - 1
            });
            rows[row].0.push(service.municipality.clone());
            row_of.push(row);
        }
        let services = rows.into_iter().map(|(codes, terms)| ServiceRow {
            municipalities: places::names(&codes, labels),
            terms,
        });
        Self {
            services: services.collect(),
            row_of,
            draft,
            problems: Vec::new(),
        }
    }

    /// Reads a posted form. What the form does not show stays as in `held`.
    pub(super) fn read(fields: &Fields, held: OrganisationDraft, labels: &Labels<'_>) -> Self {
        let mut form = Self {
            draft: OrganisationDraft {
                name: fields.get("name").to_owned(),
                short_name: fields.get("short_name").to_owned(),
                kind: fields.get("kind").to_owned(),
                aliases: fields.list("aliases"),
                places: fields.list("places"),
                municipality_code: fields.some("municipality_code"),
                serves: Vec::new(),
                agreement: fields.has("agreement"),
                valid_from: fields.some("valid_from"),
                valid_until: fields.some("valid_until"),
                successors: fields.list("successors"),
                ..held
            },
            ..Self::default()
        };
        form.draft.desk.email = fields.some("desk.email");
        form.draft.desk.phone = fields.some("desk.phone");
        form.draft.desk.url = fields.some("desk.url");
        form.draft.desk.hours = hours::read(fields, "desk.hours");
        for row in (0..MAX_ROWS).filter_map(|row| service_row(fields, row)) {
            form.add_service(row, labels);
        }
        form
    }

    fn add_service(&mut self, row: ServiceRow, labels: &Labels<'_>) {
        let place = self.services.len();
        let field = format!("serves[{place}].municipalities");
        let (mut codes, problems) = places::read(&row.municipalities, &field, labels);
        self.problems.extend(problems);
        if codes.is_empty() {
            // Keep the row, so that its other violations are reported at once.
            codes.push(String::new());
        }
        for municipality in codes {
            self.draft.serves.push(ServiceDraft {
                municipality,
                ..row.terms.clone()
            });
            self.row_of.push(place);
        }
        self.services.push(row);
    }

    /// Adds the violations of the use case, each once, and none at a field that already has an error.
    pub(super) fn add<'v>(&mut self, violations: impl IntoIterator<Item = &'v Violation>) {
        let known = self.problems.len();
        for violation in violations {
            let problem = Problem::new(self.at_row(&violation.field), &*violation.message);
            let is_told = self.problems[..known].iter().any(|known| known.field == problem.field);
            if !is_told && !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    /// The path of a service field, at the row of that service in the form.
    fn at_row(&self, path: &str) -> String {
        let service = path.strip_prefix("serves[").and_then(|rest| rest.split_once(']'));
        let row = service.and_then(|(place, part)| Some((self.row_of.get(place.parse::<usize>().ok()?)?, part)));
        match row {
            Some((row, ".municipality")) => format!("serves[{row}].municipalities"),
            Some((row, part)) => format!("serves[{row}]{part}"),
            None => path.to_owned(),
        }
    }

    /// The groups of the form.
    pub(super) fn groups(&self, is_new: bool, labels: &Labels<'_>) -> Vec<FieldGroup> {
        let mut groups = vec![about(&self.draft, is_new), desk(&self.draft)];
        groups.extend(hours::groups("desk.hours", &self.draft.desk.hours));
        groups.push(reach(&self.draft));
        for (row, service) in with_blank_row(&self.services).iter().enumerate() {
            groups.extend(service_groups(row, service, labels));
        }
        groups.push(validity(&self.draft));
        with_problems(groups, &self.problems)
    }
}

fn service_row(fields: &Fields, row: usize) -> Option<ServiceRow> {
    let name = |part: &str| format!("serves[{row}].{part}");
    let all = |part: &str| fields.all(&name(part)).map(str::to_owned).collect();
    let row = ServiceRow {
        municipalities: fields.get(&name("municipalities")).to_owned(),
        terms: ServiceDraft {
            municipality: String::new(),
            competences: all("competences"),
            domains: all("domains"),
            basis: fields.get(&name("basis")).to_owned(),
            from: fields.some(&name("from")),
            until: fields.some(&name("until")),
        },
    };
    (row != ServiceRow::default()).then_some(row)
}

fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn about(draft: &OrganisationDraft, is_new: bool) -> FieldGroup {
    let kinds = OrganisationKind::ALL.map(|kind| Choice::new(kind.as_str(), kind_of_organisation(kind), &draft.kind));
    let id = FormField::text("id", "Kenmerk", &draft.id)
        .hint("De TOOI-code als die er is, zoals gm0363 of zb000211; anders een korte naam.");
    let mut fields: Vec<FormField> = is_new.then_some(id).into_iter().collect();
    fields.extend([
        FormField::text("name", "Officiële naam", &draft.name),
        FormField::text("short_name", "Korte naam", &draft.short_name).hint("Zoals men haar in een zin noemt: CAK, Den Haag."),
        FormField::select("kind", "Soort organisatie", kinds.to_vec()),
        FormField::text_area("aliases", "Andere namen", draft.aliases.join(", "))
            .hint("Met een komma ertussen: ook oude namen waarop men zoekt."),
        FormField::checkbox("agreement", "Bestuurlijk aangesloten", draft.agreement),
    ]);
    FieldGroup::new("De organisatie", fields)
}

fn desk(draft: &OrganisationDraft) -> FieldGroup {
    let fields = vec![
        FormField::of_kind("tel", "desk.phone", "Telefoon", text(&draft.desk.phone)),
        FormField::of_kind("email", "desk.email", "Mailadres", text(&draft.desk.email)),
        FormField::of_kind("url", "desk.url", "Webadres", text(&draft.desk.url)),
    ];
    FieldGroup::new("Het algemene loket", fields).hint("Hier komt men uit als er niemand anders is.")
}

fn reach(draft: &OrganisationDraft) -> FieldGroup {
    let fields = vec![
        FormField::text_area("places", "Plaatsen en dorpen", draft.places.join(", "))
            .hint("Van een gemeente, met een komma ertussen: daarop wordt gezocht."),
        FormField::text("municipality_code", "Gemeentecode", text(&draft.municipality_code))
            .hint("Alleen voor een gemeente die haar code niet al als kenmerk heeft, zoals GM0363."),
    ];
    FieldGroup::new("Plaatsen van een gemeente", fields).folded(draft.places.is_empty() && draft.municipality_code.is_none())
}

fn service_groups(row: usize, service: &ServiceRow, labels: &Labels<'_>) -> [FieldGroup; 2] {
    let (name, terms) = (|part: &str| format!("serves[{row}].{part}"), &service.terms);
    let is_blank = *service == ServiceRow::default();
    let domains = labels.vocabulary().domains().iter();
    let domains = domains.map(|domain| Choice::among(domain.code.as_str(), &*domain.label, &terms.domains));
    let basis = [
        ("", "Kies"),
        ("mandaat", "Mandaat: de gemeente mag ook zelf nog beslissen"),
        ("delegatie", "Delegatie: de gemeente beslist niet meer zelf"),
    ];
    debug_assert!(basis[1..].iter().all(|(word, _)| ServiceBasis::parse(word).is_some()));
    let basis = basis.map(|(value, label)| Choice::new(value, label, &terms.basis));
    let fields = vec![
        FormField::text_area(name("municipalities"), "Voor welke gemeenten", &service.municipalities)
            .hint("Met een komma ertussen."),
        FormField::select(name("basis"), "Met welke bevoegdheid", basis.to_vec()),
        FormField::checkboxes(name("domains"), "In welke leefgebieden", domains.collect())
            .hint("Kiest u hier en bij de regelingen niets, dan geldt het voor alles wat zij doet."),
        FormField::of_kind("date", name("from"), "Eerste dag", text(&terms.from)),
        FormField::of_kind("date", name("until"), "Laatste dag", text(&terms.until)),
    ];
    let legend = if is_blank && row > 0 {
        "Ook voor andere gemeenten"
    } else {
        "Werkt voor andere gemeenten"
    };
    let in_force = labels.vocabulary().competences().iter();
    let in_force =
        in_force.filter(|it| it.is_valid_on(labels.today) || terms.competences.iter().any(|code| *code == it.code.as_str()));
    let competences = in_force.map(|it| Choice::among(it.code.as_str(), &*it.label, &terms.competences));
    let only = FormField::checkboxes(name("competences"), "Alleen deze regelingen", competences.collect());
    [
        FieldGroup::new(legend, fields)
            .hint("Voor een samenwerkingsverband of centrumgemeente: voor wie het beslist, en waarin.")
            .folded(is_blank),
        FieldGroup::new("Voor die gemeenten: alleen bepaalde regelingen", vec![only]).folded(terms.competences.is_empty()),
    ]
}

fn validity(draft: &OrganisationDraft) -> FieldGroup {
    let fields = vec![
        FormField::of_kind("date", "valid_from", "Bestaat vanaf", text(&draft.valid_from)),
        FormField::of_kind("date", "valid_until", "Bestaat tot en met", text(&draft.valid_until)),
        FormField::text("successors", "Wie neemt haar taken over", draft.successors.join(", "))
            .hint("De kenmerken van organisaties, met een komma ertussen. Na de laatste dag worden vragen daarheen geleid."),
    ];
    let is_blank = draft.valid_from.is_none() && draft.valid_until.is_none() && draft.successors.is_empty();
    FieldGroup::new("Begin en einde", fields)
        .hint("Bijvoorbeeld bij een herindeling. Leeg betekent: geen begin of einde bekend.")
        .folded(is_blank)
}

/// The version of an organisation, for detecting conflicts between two forms.
pub(super) fn version(draft: &OrganisationDraft) -> String {
    let text = serde_json::to_vec(draft).unwrap_or_default();
    hex::encode(&Sha256::digest(text)[..16])
}

/// The fields of an organisation as text, for comparing two versions.
pub(super) fn field_texts(draft: &OrganisationDraft, labels: &Labels<'_>) -> FieldTexts {
    let form = OrganisationForm::of(draft.clone(), labels);
    let hours = draft.desk.hours.iter();
    let hours = hours.map(|hours| format!("{} {}–{}", hours.days.join(", "), hours.from, hours.until));
    let services = form.services.iter().map(|row| {
        let terms = [
            &row.terms.domains[..],
            &row.terms.competences[..],
            &[row.terms.basis.clone()][..],
        ]
        .concat();
        let period = [&row.terms.from, &row.terms.until].map(text).join("–");
        format!("{}: {} {period}", row.municipalities, terms.join(", "))
    });
    vec![
        ("Officiële naam", draft.name.clone()),
        ("Korte naam", draft.short_name.clone()),
        ("Soort organisatie", draft.kind.clone()),
        ("Andere namen", draft.aliases.join(", ")),
        (
            "Bestuurlijk aangesloten",
            if draft.agreement { "ja" } else { "nee" }.to_owned(),
        ),
        ("Telefoon", text(&draft.desk.phone)),
        ("Mailadres", text(&draft.desk.email)),
        ("Webadres", text(&draft.desk.url)),
        ("Tijden", hours.collect::<Vec<_>>().join("; ")),
        ("Plaatsen", draft.places.join(", ")),
        ("Gemeentecode", text(&draft.municipality_code)),
        ("Werkt voor", services.collect::<Vec<_>>().join("; ")),
        ("Bestaat vanaf", text(&draft.valid_from)),
        ("Bestaat tot en met", text(&draft.valid_until)),
        ("Opvolgers", draft.successors.join(", ")),
        // The form does not show the status, but somebody else may have changed it.
        ("Stand", draft.status.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use register::violation::ViolationCode;

    use super::*;
    use crate::pages::field::Input;
    use crate::pages::sample;

    fn held() -> OrganisationDraft {
        serde_json::from_value(serde_json::json!({
            "id": "werkplein-kwartel", "name": "Werkplein Kwartel", "short_name": "Werkplein", "kind": "samenwerkingsverband",
            "status": "connected", "places": ["Wormer"], "valid_from": "2024-01-01", "tooi_uri": "https://id.example/1",
            "serves": [
                {"municipality": "GM0479", "domains": ["SCH"], "basis": "mandaat", "from": "2025-01-01"},
                {"municipality": "GM0880", "domains": ["SCH"], "basis": "mandaat", "from": "2025-01-01"},
                {"municipality": "GM0363", "competences": ["EB-WLZ"], "basis": "delegatie"},
            ],
            "desk": {"phone": "088 000 0000", "hours": [{"days": ["ma"], "from": "09:00", "until": "12:00"}]},
        }))
        .unwrap()
    }

    /// The fields that a browser sends of an untouched form.
    fn sent(groups: &[FieldGroup]) -> Fields {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in groups.iter().flat_map(|group| &group.fields) {
            match &field.input {
                Input::Text { value, .. } | Input::TextArea { value } => drop(body.append_pair(&field.name, value)),
                Input::Select { choices } | Input::Checkboxes { choices } => {
                    for choice in choices.iter().filter(|choice| choice.is_chosen) {
                        body.append_pair(&field.name, &choice.value);
                    }
                }
                Input::Checkbox { is_chosen } => drop(is_chosen.then(|| body.append_pair(&field.name, "ja"))),
            }
        }
        Fields::read(body.finish().as_bytes())
    }

    #[test]
    fn an_unchanged_form_reads_back_as_the_held_organisation() {
        let labels = sample::labels();
        let form = OrganisationForm::of(held(), &labels);
        assert_eq!(form.services.len(), 2, "municipalities with the same terms are one row");
        let again = OrganisationForm::read(&sent(&form.groups(false, &labels)), held(), &labels);
        assert_eq!(again.draft, held());
        assert!(again.problems.is_empty());
        assert_eq!(version(&again.draft), version(&held()));
    }

    #[test]
    fn violations_of_services_appear_once_at_their_row() {
        let labels = sample::labels();
        let mut form = OrganisationForm::of(held(), &labels);
        let violation = |field: &str| Violation {
            field: field.to_owned(),
            code: ViolationCode::Required,
            message: "Dit ontbreekt.".to_owned(),
        };
        form.add(&[
            violation("serves[0].basis"),
            violation("serves[1].basis"),
            violation("serves[2].municipality"),
            violation("name"),
        ]);
        let fields: Vec<&str> = form.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["serves[0].basis", "serves[1].municipalities", "name"]);
    }

    #[test]
    fn an_unknown_municipality_is_named_beside_other_errors() {
        let labels = sample::labels();
        let fields = Fields::read(b"serves[4].municipalities=Nergenshuizen&serves[4].basis=&serves[4].domains=SCH");
        let mut form = OrganisationForm::read(&fields, OrganisationDraft::default(), &labels);
        assert_eq!(form.draft.serves.len(), 1);
        form.add(&[Violation {
            field: "serves[0].municipality".to_owned(),
            code: ViolationCode::Required,
            message: "Er is geen gemeente.".to_owned(),
        }]);
        assert_eq!(form.problems.len(), 1);
        assert!(form.problems[0].message.starts_with("‘Nergenshuizen’") && form.problems[0].field == "serves[0].municipalities");
    }
}
