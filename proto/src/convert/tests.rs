//! Round trips: values survive conversion to messages and back.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use register::change::{Actor, Applied, Change, Commit};
use register::draft::{GrantDraft, OfficerDraft, OrganisationDraft};
use register::entry::{Entry, Etag};
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OrganisationId};
use register::officer::*;
use register::oin::Oin;
use register::organisation::*;
use register::peer::{PeerSharing, Sharing, SharingLevel};
use register::position::{Epoch, Position, Revision};
use register::presence::{Absence, Presence};
use register::verification::Verification;
use register::violation::ViolationCode;

use crate::v1;

// Strategies for domain values.

fn text() -> impl Strategy<Value = Option<String>> {
    option::of("\\PC{1,20}")
}

fn date() -> impl Strategy<Value = Date> {
    (1900i16..2100, 1i8..13, 1i8..29).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (-4_000_000_000i64..8_000_000_000, 0i32..1_000_000_000).prop_map(|(s, n)| Timestamp::new(s, n).unwrap())
}

fn organisation_id() -> impl Strategy<Value = OrganisationId> {
    "[a-z][a-z0-9-]{1,12}".prop_map(|id| OrganisationId::parse(&id).unwrap())
}

fn officer_id() -> impl Strategy<Value = OfficerId> {
    "[a-z0-9][a-z0-9_.-]{0,12}".prop_map(|id| OfficerId::parse(&id).unwrap())
}

fn competences() -> impl Strategy<Value = Vec<CompetenceCode>> {
    vec("[A-Z0-9-]{1,10}".prop_map(|code| CompetenceCode::parse(&code).unwrap()), 0..4)
}

fn domains() -> impl Strategy<Value = Vec<DomainCode>> {
    vec("[A-Z]{3}".prop_map(|code| DomainCode::parse(&code).unwrap()), 0..3)
}

fn municipality() -> impl Strategy<Value = MunicipalityCode> {
    "GM[0-9]{4}".prop_map(|code| MunicipalityCode::parse(&code).unwrap())
}

fn email() -> impl Strategy<Value = Email> {
    "[a-z]{1,8}@[a-z]{1,8}\\.example".prop_map(|text| Email::parse(&text).unwrap())
}

fn phone() -> impl Strategy<Value = Phone> {
    "\\+31 88 000 [0-9]{4}".prop_map(|text| Phone::parse(&text).unwrap())
}

fn web_address() -> impl Strategy<Value = WebAddress> {
    "https://[a-z]{1,8}\\.example/[a-z]{0,8}".prop_map(|text| WebAddress::parse(&text).unwrap())
}

fn hours() -> impl Strategy<Value = Vec<OpeningHours>> {
    let one = (proptest::sample::subsequence(Weekday::ALL.to_vec(), 1..7), 0i8..23, 0i8..60).prop_map(|(days, hour, minute)| {
        OpeningHours {
            days,
            from: Time::new(hour, minute, 0, 0).unwrap(),
            until: Time::new(23, 59, 0, 0).unwrap(),
        }
    });
    vec(one, 0..3)
}

fn oin() -> impl Strategy<Value = Oin> {
    "00000099[0-9]{12}".prop_map(|text| Oin::parse(&text).unwrap())
}

prop_compose! {
    fn mandate()(
        level in proptest::sample::select(&MandateLevel::ALL[..]),
        competences in competences(),
        limit in text(), consult in text(), basis in text(), wording in text(),
        until in option::of(date()),
    ) -> Mandate {
        Mandate { level, competences, limit, consult, basis, until, text: wording }
    }
}

prop_compose! {
    fn approach()(
        prefer in proptest::sample::select(&[Channel::Mail, Channel::Phone][..]),
        consent_required in any::<bool>(),
        bring in text(), audience in text(), response_within in text(),
    ) -> Approach {
        Approach { prefer, consent_required, bring, audience, response_within }
    }
}

prop_compose! {
    fn contact()(
        email in option::of(email()), phone in option::of(phone()), url in option::of(web_address()), personal in any::<bool>(),
    ) -> Contact {
        Contact { email, phone, url, personal }
    }
}

prop_compose! {
    fn officer()(
        (organisation, id, deputy) in (organisation_id(), officer_id(), option::of(officer_id())),
        (name, name_until) in (text(), option::of(date())),
        (function_title, description) in ("\\PC{1,30}", "\\PC{0,60}"),
        kind in proptest::sample::select(&OfficerKind::ALL[..]),
        (domains, competences, area) in (domains(), competences(), vec(municipality(), 0..3)),
        not_for in vec((competences(), text()), 0..2),
        mandates in vec(mandate(), 0..3),
        (approach, contact, hours) in (approach(), contact(), hours()),
        managed_by in proptest::sample::select(&[ManagedBy::Sync, ManagedBy::Page][..]),
    ) -> Officer {
        let not_for = not_for.into_iter().flat_map(|(competences, see)| {
            competences.into_iter().map(move |competence| NotFor { competence, see: see.clone() })
        });
        Officer {
            organisation, id, name, name_until, function_title, kind, description, domains, competences,
            not_for: not_for.collect(), area, mandates, approach, contact, hours, deputy, managed_by,
        }
    }
}

prop_compose! {
    fn entry()(
        officer in officer(),
        absences in vec((moment(), moment()), 0..3),
        verification in option::of((date(), option::of(oin()), date())),
        revision in any::<u64>(),
        updated_at in moment(),
    ) -> Entry {
        Entry {
            reports: Default::default(),
            etag: Etag::of(&officer),
            officer,
            presence: Presence { absences: absences.into_iter().map(|(from, until)| Absence { from, until }).collect() },
            verification: verification.map(|(verified_on, verified_by, verify_by)| {
                Verification { verified_on, verified_by, verify_by }
            }),
            revision: Revision(revision),
            updated_at,
        }
    }
}

prop_compose! {
    fn service()(
        municipality in municipality(), competences in competences(), domains in domains(),
        delegated in any::<bool>(), from in option::of(date()), until in option::of(date()),
    ) -> Service {
        let basis = if delegated { ServiceBasis::Delegatie } else { ServiceBasis::Mandaat };
        Service { municipality, competences, domains, basis, from, until }
    }
}

prop_compose! {
    fn sharing()(
        others in proptest::sample::select(SharingLevel::ALL.to_vec()),
        peers in proptest::collection::btree_map(oin(), proptest::sample::select(SharingLevel::ALL.to_vec()), 0..3),
    ) -> Sharing {
        let peers = peers.into_iter().map(|(oin, level)| PeerSharing { oin, level });
        Sharing { others, peers: peers.collect() }
    }
}

prop_compose! {
    fn organisation()(
        (id, name, short_name) in (organisation_id(), "\\PC{1,20}", "\\PC{1,10}"),
        (aliases, places) in (vec("\\PC{1,10}", 0..3), vec("\\PC{1,10}", 0..3)),
        kind in proptest::sample::select(&OrganisationKind::ALL[..]),
        status in proptest::sample::select(&OrganisationStatus::ALL[..]),
        (tooi_uri, municipality_code, agreement) in (option::of(web_address().prop_map(|uri| uri.to_string())), option::of(municipality()), any::<bool>()),
        serves in vec(service(), 0..3),
        (email, phone, url, hours) in (option::of(email()), option::of(phone()), option::of(web_address()), hours()),
        (valid_from, valid_until) in (option::of(date()), option::of(date())),
        successors in vec(organisation_id(), 0..2),
        sharing in sharing(),
    ) -> Organisation {
        let desk = Desk { email, phone, url, hours };
        Organisation {
            id, name, short_name, aliases, kind, tooi_uri, municipality_code, places, serves, desk, status, agreement,
            valid_from, valid_until, successors, sharing,
        }
    }
}

prop_compose! {
    fn grant()(
        oin in oin(), organisation in organisation_id(),
        roles in proptest::sample::subsequence(Role::ALL.to_vec(), 1..5),
        from in option::of(date()), until in option::of(date()), own in any::<bool>(),
    ) -> Grant {
        let basis = if own { GrantBasis::Own } else { GrantBasis::Mandate };
        Grant { oin, organisation, roles, from, until, basis }
    }
}

/// Reads a draft from the exchange form of a value.
fn draft_of<D: serde::de::DeserializeOwned>(value: &impl serde::Serialize) -> D {
    serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn an_entry_survives_the_wire(entry in entry()) {
        prop_assert_eq!(Entry::try_from(v1::Entry::from(&entry)).unwrap(), entry);
    }

    #[test]
    fn an_organisation_survives_the_wire(organisation in organisation()) {
        prop_assert_eq!(Organisation::try_from(v1::Organisation::from(&organisation)).unwrap(), organisation);
    }

    #[test]
    fn a_grant_survives_the_wire(grant in grant()) {
        prop_assert_eq!(Grant::try_from(v1::Grant::from(&grant)).unwrap(), grant);
    }

    #[test]
    fn a_message_becomes_the_same_draft_as_its_file(officer in officer(), organisation in organisation(), grant in grant()) {
        prop_assert_eq!(OfficerDraft::from(v1::Officer::from(&officer)), draft_of::<OfficerDraft>(&officer));
        prop_assert_eq!(
            OrganisationDraft::from(v1::Organisation::from(&organisation)),
            draft_of::<OrganisationDraft>(&organisation)
        );
        prop_assert_eq!(GrantDraft::from(v1::Grant::from(&grant)), draft_of::<GrantDraft>(&grant));
    }

    #[test]
    fn a_draft_survives_the_wire(officer in officer(), organisation in organisation(), grant in grant()) {
        let officer: OfficerDraft = draft_of(&officer);
        let message = v1::Officer::try_from(&officer).unwrap();
        // An approach with only the default value is not lost.
        prop_assert_eq!(OfficerDraft::from(message), officer);
        let organisation: OrganisationDraft = draft_of(&organisation);
        prop_assert_eq!(OrganisationDraft::from(v1::Organisation::try_from(&organisation).unwrap()), organisation);
        let grant: GrantDraft = draft_of(&grant);
        prop_assert_eq!(GrantDraft::from(v1::Grant::try_from(&grant).unwrap()), grant);
    }

    #[test]
    fn any_officer_message_becomes_a_draft(bytes in vec(any::<u8>(), 0..200)) {
        use prost::Message as _;
        if let Ok(message) = v1::Officer::decode(bytes.as_slice()) {
            let _ = OfficerDraft::from(message.clone());
            let _ = Officer::try_from(message);
        }
    }
}

#[test]
fn words_without_an_enum_value_are_violations_by_field() {
    let draft: OfficerDraft = serde_json::from_value(serde_json::json!({
        "organisation": "zb000211", "id": "a", "kind": "baas", "managed_by": "excel",
        "mandates": [{"level": "decide"}, {"level": "beslist"}], "approach": {"prefer": "fax"},
    }))
    .unwrap();
    let violations = v1::Officer::try_from(&draft).unwrap_err();
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["kind", "mandates[1].level", "approach.prefer", "managed_by"]);
    assert!(
        violations
            .iter()
            .all(|violation| violation.code == ViolationCode::UnknownValue)
    );
    assert!(violations[1].message.contains("decide, advise, refer"));
}

#[test]
fn a_name_of_another_form_reaches_the_domain_unchanged() {
    let named = |name: &str| {
        let draft = OfficerDraft::from(v1::Officer {
            name: name.to_owned(),
            ..v1::Officer::default()
        });
        (draft.organisation, draft.id)
    };
    assert_eq!(named("organisations/a/officers/b"), ("a".into(), "b".into()));
    assert_eq!(named("organisations/a/officers/b/c"), ("a".into(), "b/c".into()));
    assert_eq!(named("b"), (String::new(), "b".into()));
}

#[test]
fn a_commit_lists_each_entry_once_and_no_grant() {
    let officer = |id: &str| Officer {
        organisation: OrganisationId::parse("zb000211").unwrap(),
        id: OfficerId::parse(id).unwrap(),
        name: None,
        name_until: None,
        function_title: "Maatwerk".into(),
        kind: OfficerKind::default(),
        description: String::new(),
        domains: vec![],
        competences: vec![],
        not_for: vec![],
        area: vec![],
        mandates: vec![],
        approach: Approach::default(),
        contact: Contact::default(),
        hours: vec![],
        deputy: None,
        managed_by: ManagedBy::Sync,
    };
    let entry = Entry {
        reports: Default::default(),
        etag: Etag::of(&officer("a")),
        officer: officer("a"),
        presence: Presence::default(),
        verification: None,
        revision: Revision(3),
        updated_at: Timestamp::UNIX_EPOCH,
    };
    let verification = Verification::new(Date::new(2026, 1, 5).unwrap(), None);
    let grant = Grant {
        oin: Oin::parse("00000099000000000001").unwrap(),
        organisation: OrganisationId::parse("zb000211").unwrap(),
        roles: vec![Role::Publish],
        from: None,
        until: None,
        basis: GrantBasis::Own,
    };
    let salt = register::personal::Salt([1; 16]);
    let applied = Applied {
        position: Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(7)), Revision(3)),
        commit: Commit {
            revision: Revision(3),
            time: Timestamp::UNIX_EPOCH,
            actor: Actor::node(),
            changes: vec![
                Change::GrantPut { grant },
                Change::OfficerPut {
                    officer: officer("a"),
                    personal: register::officer::PersonalPart::default().digest(&salt),
                },
                Change::OfficerVerified {
                    name: officer("a").officer_name(),
                    verification,
                },
                Change::OfficerWithdrawn {
                    name: officer("b").officer_name(),
                    replaced_by: Some(officer("a").officer_name()),
                },
            ],
        },
        entries: vec![entry.clone()],
    };
    let name = |id: &str| officer(id).officer_name();
    let expected = [v1::Change::from(&entry), v1::Change::withdrawal(&name("b"), Some(&name("a")))];
    assert_eq!(super::changes_of(&applied), expected);
}
