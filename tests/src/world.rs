//! The small world in which a story begins: a few organisations, their grants, and officers to vary.
//!
//! Names and codes of organisations are facts. Addresses, functions and people are invented, and OINs are test OINs.

use proto::v1::{
    Contact, Desk, Grant, GrantBasis, Mandate, MandateLevel, Officer, Organisation, OrganisationKind, OrganisationStatus, Role,
};

/// The OIN in the node's own certificate.
pub const NODE_OIN: &str = "00000099000000000001";
/// The OIN of the operator.
pub const OPERATOR_OIN: &str = "00000099000000000002";
/// The OIN of a professional, who may search and resolve for the municipality of Amsterdam and write nothing.
pub const PROFESSIONAL_OIN: &str = "00000099000000000003";
/// An OIN without grants.
pub const STRANGER_OIN: &str = "00000099000000000004";

/// The organisation of the operator.
pub const OPERATOR: &str = "pmm-beheer";
/// CAK.
pub const CAK: &str = "zb000211";
/// SVB.
pub const SVB: &str = "zb000143";
/// DUO.
pub const DUO: &str = "oorg10148";
/// The municipality of Amsterdam, connected.
pub const AMSTERDAM: &str = "gm0363";
/// The municipality of Den Haag, which has not joined.
pub const DEN_HAAG: &str = "gm0518";
/// The Landelijk Maatwerkloket.
pub const LMM: &str = "lmm";
/// The Landelijk Escalatie Team.
pub const LET: &str = "let";

/// Organisations that publish, each with the OIN of its publisher.
pub const PUBLISHERS: [(&str, &str); 6] = [
    (CAK, "00000099000000000010"),
    (SVB, "00000099000000000011"),
    (DUO, "00000099000000000012"),
    (AMSTERDAM, "00000099000000000013"),
    (LMM, "00000099000000000014"),
    (LET, "00000099000000000015"),
];

/// Returns the OIN of the publisher of `organisation`.
pub fn publisher_oin(organisation: &str) -> &'static str {
    let publisher = PUBLISHERS.iter().find(|(id, _)| *id == organisation);
    publisher.expect("the organisation publishes in the tests' world").1
}

/// The organisations.
pub fn organisations() -> Vec<Organisation> {
    use OrganisationKind::{Escalatieteam, Uitvoeringsorganisatie};
    vec![
        organisation(CAK, "CAK", "CAK", Uitvoeringsorganisatie),
        organisation(SVB, "Sociale Verzekeringsbank", "SVB", Uitvoeringsorganisatie),
        organisation(DUO, "Dienst Uitvoering Onderwijs", "DUO", Uitvoeringsorganisatie),
        municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam", "Weesp"]),
        Organisation {
            status: OrganisationStatus::Known.into(),
            agreement: false,
            ..municipality(DEN_HAAG, "Den Haag", "GM0518", &["Den Haag", "Scheveningen"])
        },
        lmm(),
        organisation(LET, "Landelijk Escalatie Team", "LET", Escalatieteam),
    ]
}

/// The LMM.
pub fn lmm() -> Organisation {
    let name = "Landelijk Maatwerkloket Multiproblematiek";
    organisation(LMM, name, "LMM", OrganisationKind::Loket)
}

/// A connected organisation.
pub fn organisation(id: &str, name: &str, short_name: &str, kind: OrganisationKind) -> Organisation {
    Organisation {
        name: format!("organisations/{id}"),
        display_name: name.to_owned(),
        short_name: short_name.to_owned(),
        kind: kind.into(),
        desk: Some(Desk {
            email: format!("loket@{id}.example"),
            phone: "+31 88 000 0000".to_owned(),
            ..Default::default()
        }),
        status: OrganisationStatus::Connected.into(),
        agreement: true,
        ..Default::default()
    }
}

/// A connected municipality.
pub fn municipality(id: &str, name: &str, code: &str, places: &[&str]) -> Organisation {
    Organisation {
        municipality_code: code.to_owned(),
        places: places.iter().map(ToString::to_string).collect(),
        ..organisation(id, &format!("Gemeente {name}"), name, OrganisationKind::Gemeente)
    }
}

/// The grants of the publishers and of the professional.
pub fn grants() -> Vec<Grant> {
    let publishers = PUBLISHERS.iter();
    let publishers =
        publishers.map(|(organisation, oin)| grant(oin, organisation, &[Role::Lookup, Role::Publish, Role::Resolve]));
    let professional = grant(PROFESSIONAL_OIN, AMSTERDAM, &[Role::Lookup, Role::Resolve]);
    publishers.chain([professional]).collect()
}

/// A grant without end, with basis `own`.
pub fn grant(oin: &str, organisation: &str, roles: &[Role]) -> Grant {
    Grant {
        oin: oin.to_owned(),
        organisation: format!("organisations/{organisation}"),
        roles: roles.iter().map(|role| (*role).into()).collect(),
        basis: GrantBasis::Own.into(),
        ..Default::default()
    }
}

/// The resource name of an officer.
pub fn officer_name(organisation: &str, id: &str) -> String {
    format!("organisations/{organisation}/officers/{id}")
}

/// A valid officer with a function and a mailbox.
pub fn officer(organisation: &str, id: &str) -> Officer {
    Officer {
        name: officer_name(organisation, id),
        function_title: "Wegwijzer levensonderhoud".to_owned(),
        description: "Denkt mee als de gewone regels een huishouden klem zetten.".to_owned(),
        domains: vec!["INK".to_owned()],
        contact: Some(Contact {
            email: format!("{id}@{organisation}.example"),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// An officer with a mandate to decide in these competences.
pub fn deciding_officer(organisation: &str, id: &str, competences: &[&str]) -> Officer {
    Officer {
        // The domains follow from the competences.
        domains: Vec::new(),
        competences: competences.iter().map(ToString::to_string).collect(),
        mandates: vec![Mandate {
            level: MandateLevel::Decide.into(),
            ..Default::default()
        }],
        ..officer(organisation, id)
    }
}

/// `count` officers of an organisation with ids in order.
pub fn officers(organisation: &str, count: usize) -> Vec<Officer> {
    (0..count)
        .map(|number| officer(organisation, &format!("loket-{number:03}")))
        .collect()
}
