//! Dutch labels for the kinds, levels and statuses of the model.

use register::officer::{MandateLevel, OfficerKind};
use register::organisation::{OrganisationKind, OrganisationStatus};

pub(in crate::pages) fn kind_of_organisation(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Gemeente => "Gemeente",
        OrganisationKind::Uitvoeringsorganisatie => "Uitvoeringsorganisatie",
        OrganisationKind::Ministerie => "Ministerie",
        OrganisationKind::Koepel => "Koepel",
        OrganisationKind::Samenwerkingsverband => "Samenwerkingsverband",
        OrganisationKind::Zorg => "Zorg",
        OrganisationKind::Loket => "Landelijk loket",
        OrganisationKind::Escalatieteam => "Escalatieteam",
        OrganisationKind::Overig => "Overig",
    }
}

pub(in crate::pages) fn kind_of_officer(kind: OfficerKind) -> &'static str {
    match kind {
        OfficerKind::Maatwerkfunctionaris => "Maatwerkfunctionaris",
        OfficerKind::Regievoerder => "Regievoerder",
        OfficerKind::Ambassadeur => "Ambassadeur",
        OfficerKind::Escalatielid => "Lid van het escalatieteam",
    }
}

/// What an officer with a mandate of this level does.
pub(in crate::pages) fn level_of_mandate(level: MandateLevel) -> &'static str {
    match level {
        MandateLevel::Decide => "Beslist zelf",
        MandateLevel::Advise => "Adviseert wie beslist",
        MandateLevel::Refer => "Weet wie beslist",
    }
}

pub(in crate::pages) fn status_label(status: OrganisationStatus) -> &'static str {
    match status {
        OrganisationStatus::Known => "Niet aangesloten",
        OrganisationStatus::Connecting => "Wordt aangesloten",
        OrganisationStatus::Connected => "Aangesloten",
        OrganisationStatus::Suspended => "Doet nu niet mee",
    }
}
