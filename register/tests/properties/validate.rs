//! Properties of validation: it never panics, and accepted input round-trips through an export.

use crate::generators::{officer_draft, today, with_rules};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use register::draft::{
    AbsenceDraft, ApproachDraft, ContactDraft, GrantDraft, HoursDraft, MandateDraft, NeedDraft, NotForDraft, OfficerDraft,
    OrganisationDraft, ServiceDraft,
};
use register::officer::ManagedBy;
use register::organisation::Organisation;
use register::validate::{self, OfficerSet};

/// Arbitrary text: noise, codes, almost valid values, and texts that break parsers.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<String>(),
        6 => select(vec![
            "", " ", "a", "zb000211", "gm0363", "GM0363", "GM0010", "EB-WLZ", "eb-wlz", "EBWLZ", "LZO", "decide", "advise",
            "sync", "page", "mail", "gemeente", "connected", "mandaat", "ma", "zo", "09:00", "17:00", "24:00", "99:99",
            "2026-12-31", "2026-02-30", "9999-12-31", "-001-01-01", "2026-12-31T09:00:00Z", "9999-12-31T23:59:59Z",
            "noor@cak.example", "088 000 0000", "https://cak.example/x", "javascript:x", "\u{202E}", "\0", "ﬁ", "🎯", "ß",
            "00000099000000001000", "lookup",
        ])
        .prop_map(str::to_owned),
        1 => (0..20_000_usize).prop_map(|length| "é".repeat(length)),
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    vec(text(), 0..5)
}

fn wild_officer() -> impl Strategy<Value = OfficerDraft> {
    let head = (text(), text(), option::of(text()), option::of(text()), text(), text(), text());
    let lists = (texts(), texts(), vec((text(), option::of(text())), 0..3), texts());
    let parts = (
        vec((text(), texts(), option::of(text()), option::of(text())), 0..3),
        (text(), any::<bool>(), option::of(text())),
        (option::of(text()), option::of(text()), option::of(text()), any::<bool>()),
        vec((texts(), text(), text()), 0..3),
        option::of(text()),
        text(),
        vec((text(), text()), 0..3),
    );
    (head, lists, parts).prop_map(|(head, lists, parts)| OfficerDraft {
        organisation: head.0,
        id: head.1,
        name: head.2,
        name_until: head.3,
        function_title: head.4,
        kind: head.5,
        description: head.6,
        domains: lists.0,
        competences: lists.1,
        not_for: lists
            .2
            .into_iter()
            .map(|(competence, see)| NotForDraft { competence, see })
            .collect(),
        area: lists.3,
        mandates: parts
            .0
            .into_iter()
            .map(|(level, competences, until, text)| MandateDraft {
                level,
                competences,
                until,
                text,
                ..Default::default()
            })
            .collect(),
        approach: ApproachDraft {
            prefer: parts.1.0,
            consent_required: parts.1.1,
            bring: parts.1.2,
            ..Default::default()
        },
        contact: ContactDraft {
            email: parts.2.0,
            phone: parts.2.1,
            url: parts.2.2,
            personal: parts.2.3,
        },
        hours: parts
            .3
            .into_iter()
            .map(|(days, from, until)| HoursDraft { days, from, until })
            .collect(),
        deputy: parts.4,
        managed_by: parts.5,
        absences: parts
            .6
            .into_iter()
            .map(|(from, until)| AbsenceDraft { from, until })
            .collect(),
        ..OfficerDraft::default()
    })
}

fn wild_organisation() -> impl Strategy<Value = OrganisationDraft> {
    let head = (
        text(),
        text(),
        text(),
        texts(),
        text(),
        option::of(text()),
        option::of(text()),
        texts(),
    );
    let tail = (
        vec((text(), texts(), texts(), text()), 0..3),
        option::of(text()),
        option::of(text()),
        texts(),
    );
    (head, tail).prop_map(|(head, tail)| OrganisationDraft {
        id: head.0,
        name: head.1,
        short_name: head.2,
        aliases: head.3,
        kind: head.4,
        tooi_uri: head.5,
        municipality_code: head.6,
        places: head.7,
        serves: tail
            .0
            .into_iter()
            .map(|(municipality, competences, domains, basis)| ServiceDraft {
                municipality,
                competences,
                domains,
                basis,
                ..ServiceDraft::default()
            })
            .collect(),
        valid_from: tail.1,
        valid_until: tail.2,
        successors: tail.3,
        ..OrganisationDraft::default()
    })
}

fn cak() -> Organisation {
    serde_json::from_str(
        r#"{"id":"zb000211","name":"CAK","short_name":"CAK","kind":"uitvoeringsorganisatie","status":"connected"}"#,
    )
    .expect("an organisation")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn officer_drafts_never_panic_and_messages_stay_short(draft in wild_officer()) {
        let read = with_rules(|rules| validate::officer(&draft, rules));
        let _ = with_rules(|rules| validate::overlays(&draft, rules));
        match read {
            Ok(officer) => {
                let again = with_rules(|rules| validate::officer(&OfficerDraft::from(&officer), rules));
                prop_assert_eq!(again, Ok(officer));
            }
            Err(violations) => {
                prop_assert!(!violations.is_empty());
                for violation in violations {
                    prop_assert!(violation.message.len() < 400 && violation.field.len() < 60);
                }
            }
        }
    }

    #[test]
    fn other_drafts_never_panic(
        draft in wild_organisation(),
        grant in (text(), text(), texts(), option::of(text()), text()),
        need in (text(), texts(), texts(), text()),
    ) {
        if let Ok(organisation) = with_rules(|rules| validate::organisation(&draft, rules)) {
            let again = with_rules(|rules| validate::organisation(&OrganisationDraft::from(&organisation), rules));
            prop_assert_eq!(again, Ok(organisation));
        }
        let (oin, organisation, roles, from, basis) = grant;
        let grant = GrantDraft { oin, organisation, roles, from, until: None, basis };
        if let Ok(grant) = with_rules(|rules| validate::grant(&grant, rules)) {
            let again = with_rules(|rules| validate::grant(&GrantDraft::from(&grant), rules));
            prop_assert_eq!(again, Ok(grant));
        }
        let (organisation, competences, domains, municipality) = need;
        let need = NeedDraft { organisation, competences, domains, municipality, moment: None };
        let _ = with_rules(|rules| validate::need(&need, jiff::Timestamp::UNIX_EPOCH, rules));
    }

    #[test]
    fn sets_of_drafts_never_panic(drafts in vec(prop_oneof![officer_draft(), wild_officer()], 0..8)) {
        let organisation = cak();
        let read = with_rules(|rules| {
            let mut set = OfficerSet::new(&organisation, ManagedBy::Sync, rules);
            for draft in &drafts {
                set.add(draft);
            }
            set.finish([])
        });
        match read {
            Ok(officers) => prop_assert_eq!(officers.len(), drafts.len()),
            Err(violations) => prop_assert!(violations.total > 0 && violations.found.len() <= violations.total),
        }
    }

    #[test]
    fn an_export_round_trips(draft in officer_draft()) {
        let officer = with_rules(|rules| validate::officer(&draft, rules)).expect("the draft is valid");
        let json = serde_json::to_string(&OfficerDraft::from(&officer)).expect("a draft is plain data");
        let read: OfficerDraft = serde_json::from_str(&json).expect("the draft that was written");
        let again = with_rules(|rules| validate::officer(&read, rules));
        prop_assert_eq!(again, Ok(officer.clone()));
        // The stored form is also a valid draft, as in files of the register.
        let stored = serde_json::to_string(&officer).expect("an officer is plain data");
        let read: OfficerDraft = serde_json::from_str(&stored).expect("the exchange form");
        prop_assert!(read.unknown.is_empty());
        prop_assert_eq!(with_rules(|rules| validate::officer(&read, rules)), Ok(officer));
    }

    #[test]
    fn a_fill_adds_an_end_date_to_a_name(mut draft in officer_draft()) {
        draft.name = Some("Noor Voorbeeld".to_owned());
        draft.name_until = None;
        let draft = validate::with_end_of_name(draft, today());
        let officer = with_rules(|rules| validate::officer(&draft, rules)).expect("the draft is valid");
        prop_assert!(officer.name.is_some() && officer.name_until.is_some());
    }
}
