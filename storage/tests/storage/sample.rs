//! Invented organisations, officers and moments.

use jiff::{SignedDuration, Timestamp, civil::Date};
use register::change::Mutation;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OfficerId, OfficerName, OrganisationId, RequestId};
use register::officer::Officer;
use register::oin::Oin;
use register::organisation::Organisation;
use register::peer::Peer;
use register::presence::{Absence, Presence};
use serde_json::{Value, json};
use storage::{RequestKey, StoredAnswer};

/// A fixed moment plus `second` seconds, not on a whole second.
pub(crate) fn moment(second: i64) -> Timestamp {
    let morning: Timestamp = "2026-03-02T08:00:00.123456789Z".parse().unwrap();
    morning + SignedDuration::from_secs(second)
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn oin(number: u32) -> Oin {
    Oin::parse(&format!("00000099{number:012}")).unwrap()
}

pub(crate) fn organisation_id(id: &str) -> OrganisationId {
    OrganisationId::parse(id).unwrap()
}

pub(crate) fn organisation(id: &str) -> Organisation {
    let value = json!({
        "id": id,
        "name": format!("Gemeente {id}"),
        "short_name": id,
        "kind": "gemeente",
        "municipality_code": "GM9901",
        "places": ["Voorbeeldum"],
        "desk": {"email": "loket@gemeente.example", "hours": [{"days": ["ma"], "from": "09:00", "until": "12:30"}]},
        "status": "connected",
    });
    serde_json::from_value(value).unwrap()
}

pub(crate) fn grant(number: u32, organisation: &str) -> Grant {
    Grant {
        oin: oin(number),
        organisation: organisation_id(organisation),
        roles: vec![Role::Publish, Role::Lookup],
        from: Some(day("2026-01-01")),
        until: None,
        basis: GrantBasis::Mandate,
    }
}

pub(crate) fn peer(register: &str, number: u32) -> Peer {
    let value = json!({
        "register": register,
        "oin": oin(number),
        "endpoints": ["https://register.example:8443"],
        "mode": "replicate",
    });
    serde_json::from_value(value).unwrap()
}

pub(crate) fn name(organisation: &str, officer: &str) -> OfficerName {
    OfficerName::new(organisation_id(organisation), OfficerId::parse(officer).unwrap())
}

/// A function with a mailbox.
pub(crate) fn mailbox(organisation: &str, id: &str) -> Officer {
    officer_with(
        organisation,
        id,
        &json!({"contact": {"email": "maatwerk@gemeente.example", "phone": "14 0990"}}),
    )
}

/// An officer with a person's own address and number, until the end of May.
pub(crate) fn person(organisation: &str, id: &str, person: &str) -> Officer {
    let contact = json!({
        "email": format!("{}@gemeente.example", person.to_lowercase().replace(' ', ".")),
        "phone": "+31 6 0000 1234",
        "personal": true,
    });
    let fields = json!({"name": person, "name_until": "2026-05-31", "contact": contact});
    officer_with(organisation, id, &fields)
}

/// An officer with `fields` in addition to the defaults.
pub(crate) fn officer_with(organisation: &str, id: &str, fields: &Value) -> Officer {
    let mut value = json!({
        "organisation": organisation,
        "id": id,
        "function_title": "Maatwerkfunctionaris",
        "description": "Kijkt mee als regels knellen bij schulden en wonen.",
        "domains": ["SCH"],
        "competences": ["BBZ"],
        "mandates": [{"level": "decide", "limit": "tot € 5.000", "until": "2027-01-01"}],
        "area": ["GM9901"],
    });
    for (field, content) in fields.as_object().unwrap() {
        value[field] = content.clone();
    }
    serde_json::from_value(value).unwrap()
}

/// An absence of one hour, `hour` hours after the fixed moment.
pub(crate) fn absent(hour: i64) -> Presence {
    Presence {
        absences: vec![Absence {
            from: moment(hour * 3600),
            until: moment((hour + 1) * 3600),
        }],
    }
}

pub(crate) fn put(officer: Officer) -> Mutation {
    Mutation::PutOfficer(officer)
}

pub(crate) fn put_organisation(id: &str) -> Mutation {
    Mutation::PutOrganisation(organisation(id))
}

pub(crate) fn withdraw(name: &OfficerName) -> Mutation {
    Mutation::WithdrawOfficer {
        name: name.clone(),
        replaced_by: None,
    }
}

pub(crate) fn request(id: &str) -> RequestKey {
    RequestKey {
        oin: oin(1),
        organisation: Some(organisation_id("gm9901")),
        method: "sync.SyncOfficers",
        request_id: RequestId::parse(id).unwrap(),
    }
}

pub(crate) fn answer(byte: u8, second: i64) -> StoredAnswer {
    StoredAnswer {
        request_digest: [byte; 32],
        answer: vec![byte; 3],
        time: moment(second),
    }
}
