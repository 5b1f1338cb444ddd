//! Who takes part in a demo: an operator, a professional, and publishers of a few organisations. Test OINs only.

use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{CompetenceCode, OrganisationId};
use register::oin::Oin;
use register::organisation::{Organisation, OrganisationKind};
use serde::{Deserialize, Serialize};
use web::login::DemoUser;

use super::fill::{Drafts, Filled};

/// Organisations that get a publisher if the register knows them, by their short names.
const PUBLISHERS: [&str; 6] = ["CAK", "SVB", "DUO", "UWV", "CJIB", "Amsterdam"];

/// The OIN of the node itself.
pub(super) const NODE_OIN: &str = "00000099000000003000";
const OPERATOR_OIN: &str = "00000099000000001000";
const PROFESSIONAL_OIN: &str = "00000099000000002000";

/// Somebody with a certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    /// The name of the files: `operator`, `cak`.
    pub(super) name: String,
    /// The OIN in the certificate.
    pub(super) oin: Oin,
    /// For whom.
    pub(super) organisation: OrganisationId,
    /// In what.
    pub(super) roles: Vec<Role>,
}

/// All of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct People {
    /// Who operates the register.
    pub(super) operator: Option<Person>,
    /// Who searches.
    pub(super) professional: Option<Person>,
    /// Who publish, the one of the example first.
    pub(super) publishers: Vec<Person>,
    /// A competence of the first publisher, for the example.
    #[serde(default)]
    pub(super) competence: Option<CompetenceCode>,
}

impl People {
    /// Who takes part in the register of `drafts`.
    pub(super) fn of(drafts: &Drafts) -> Self {
        let organisations = &drafts.organisations;
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
            .filter(|organisation| drafts.officers.contains_key(&organisation.id))
            .collect();
        if publishing.is_empty() {
            let with_officers =
                |organisation: &Organisation| acts(organisation) && drafts.officers.contains_key(&organisation.id);
            publishing.extend(first(&with_officers));
        }
        let competence = publishing
            .first()
            .and_then(|organisation| own_competence(drafts, organisation));
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

    /// Who may log in at the page: the same.
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

    /// Each.
    pub(super) fn all(&self) -> impl Iterator<Item = &Person> {
        self.operator.iter().chain(&self.professional).chain(&self.publishers)
    }
}

impl Person {
    /// What the register says that they may.
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

/// The competence of `organisation` that fewest others have: what it is known for.
fn own_competence(drafts: &Drafts, organisation: &Organisation) -> Option<CompetenceCode> {
    let has = |entries: &[Filled], code: &CompetenceCode| entries.iter().any(|entry| entry.officer.competences.contains(code));
    let own = drafts.officers.get(&organisation.id)?;
    own.iter()
        .flat_map(|entry| &entry.officer.competences)
        .min_by_key(|code| drafts.officers.values().filter(|entries| has(entries, code)).count())
        .cloned()
}

/// A name for files: the short name in lower case if it is a plain word, else the id.
fn file_name(organisation: &Organisation) -> String {
    let lower = organisation.short_name.to_lowercase();
    let is_plain = !lower.is_empty() && lower.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if is_plain { lower } else { organisation.id.to_string() }
}
