//! The people of a demo: an operator, a professional, and publishers of a few organisations. They have test OINs only.

use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{CompetenceCode, OrganisationId};
use register::oin::Oin;
use register::organisation::{Organisation, OrganisationKind};
use serde::{Deserialize, Serialize};
use web::login::DemoUser;

use super::contents::{OfficerWithOverlays, RegisterContents};

/// The short names of the organisations that get a publisher, if the register knows them.
const PUBLISHERS: [&str; 6] = ["CAK", "SVB", "DUO", "UWV", "CJIB", "Amsterdam"];

const OPERATOR_OIN: &str = "00000099000000001000";
const PROFESSIONAL_OIN: &str = "00000099000000002000";

/// A person with a client certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    /// The name in file names, such as `operator` or `cak`.
    pub(super) name: String,
    /// The OIN in the certificate.
    pub(super) oin: Oin,
    /// The organisation that the person acts for.
    pub(super) organisation: OrganisationId,
    /// The roles of the person.
    pub(super) roles: Vec<Role>,
}

/// All people of a demo.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct People {
    /// The person who operates the register.
    pub(super) operator: Option<Person>,
    /// The person who searches.
    pub(super) professional: Option<Person>,
    /// The people who publish; the first one appears in the examples.
    pub(super) publishers: Vec<Person>,
    /// A competence of the first publisher, for the examples.
    #[serde(default)]
    pub(super) competence: Option<CompetenceCode>,
}

impl People {
    /// Chooses the people for a register.
    pub(super) fn of(contents: &RegisterContents) -> Self {
        let organisations = &contents.organisations;
        let first = |wanted: &dyn Fn(&Organisation) -> bool| organisations.iter().find(|organisation| wanted(organisation));
        let acts = |organisation: &Organisation| organisation.is_visible();
        let operating = first(&|organisation| organisation.kind == OrganisationKind::Loket && acts(organisation))
            .or_else(|| first(&acts))
            .or(organisations.first());
        let asking = first(&|organisation| organisation.short_name == "Amsterdam" && acts(organisation))
            .or_else(|| first(&|organisation| organisation.kind == OrganisationKind::Gemeente && acts(organisation)))
            .or(operating);
        let person = |name: &str, oin: &str, organisation: &Organisation, roles: &[Role]| Person {
            name: name.to_owned(),
            oin: Oin::parse(oin).expect("the demo's OINs are well-formed"),
            organisation: organisation.id.clone(),
            roles: roles.to_vec(),
        };
        let mut publishing: Vec<&Organisation> = PUBLISHERS
            .iter()
            .filter_map(|name| first(&|organisation| organisation.short_name == *name && acts(organisation)))
            .filter(|organisation| contents.officers.contains_key(&organisation.id))
            .collect();
        if publishing.is_empty() {
            let with_officers =
                |organisation: &Organisation| acts(organisation) && contents.officers.contains_key(&organisation.id);
            publishing.extend(first(&with_officers));
        }
        let competence = publishing
            .first()
            .and_then(|organisation| own_competence(contents, organisation));
        Self {
            competence,
            operator: operating.map(|organisation| {
                let roles = [Role::Lookup, Role::Resolve, Role::Operate];
                person("operator", OPERATOR_OIN, organisation, &roles)
            }),
            professional: asking.map(|organisation| {
                let roles = [Role::Lookup, Role::Resolve];
                person("professional", PROFESSIONAL_OIN, organisation, &roles)
            }),
            publishers: publishing
                .iter()
                .enumerate()
                .map(|(number, organisation)| {
                    let roles = [Role::Lookup, Role::Publish, Role::Resolve];
                    let oin = format!("00000099{:09}000", number + 11);
                    person(&file_name(organisation), &oin, organisation, &roles)
                })
                .collect(),
        }
    }

    /// Returns the people as users who can log in at the page.
    pub(super) fn users(&self) -> Vec<DemoUser> {
        let user = |person: &Person, name: &str, about: String| DemoUser {
            id: person.name.clone(),
            name: name.to_owned(),
            about,
            organisation: person.organisation.clone(),
            roles: person.roles.clone(),
        };
        let professional = self.professional.iter().map(|person| {
            let about = "Zoekt wie er over maatwerk beslist.".to_owned();
            user(person, "Sanne, sociaal raadsvrouw", about)
        });
        let publishers = self.publishers.iter().map(|person| {
            let about = format!("Houdt de functionarissen van {} bij, en zoekt.", person.name.to_uppercase());
            user(
                person,
                &format!("Noor, contactpersoon van {}", person.name.to_uppercase()),
                about,
            )
        });
        let operator = self.operator.iter().map(|person| {
            let about = "Sluit organisaties aan en houdt het register in de gaten.".to_owned();
            user(person, "Bas, beheerder van het register", about)
        });
        professional.chain(publishers).chain(operator).collect()
    }

    /// Returns all people.
    pub(super) fn all(&self) -> impl Iterator<Item = &Person> {
        self.operator.iter().chain(&self.professional).chain(&self.publishers)
    }
}

impl Person {
    /// Returns the grant of the person.
    pub(super) fn grant(&self) -> Grant {
        Grant {
            oin: self.oin.clone(),
            organisation: self.organisation.clone(),
            roles: self.roles.clone(),
            from: None,
            until: None,
            basis: GrantBasis::Own,
        }
    }
}

/// Returns the rarest competence of `organisation` in the register.
fn own_competence(contents: &RegisterContents, organisation: &Organisation) -> Option<CompetenceCode> {
    let has = |entries: &[OfficerWithOverlays], code: &CompetenceCode| {
        entries.iter().any(|entry| entry.officer.competences.contains(code))
    };
    let own = contents.officers.get(&organisation.id)?;
    own.iter()
        .flat_map(|entry| &entry.officer.competences)
        .min_by_key(|code| contents.officers.values().filter(|entries| has(entries, code)).count())
        .cloned()
}

/// Returns a name for files: the short name in lower case if it is a plain word, otherwise the id.
fn file_name(organisation: &Organisation) -> String {
    let lower = organisation.short_name.to_lowercase();
    let is_plain = !lower.is_empty() && lower.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if is_plain { lower } else { organisation.id.to_string() }
}
