//! A peer that lies: whatever it answers, nothing of it is shown, the other registers answer, and the fault is reported.

mod scene;
mod slow;

use proto::v1::watch_changes_response::Message;
use proto::v1::{Change, CheckPeersRequest, Entry, FederationScope, Need, RegisterState, SuggestRequest, change};
use proto::v1alpha::{BestForNeed, DescribeResponse, SearchLocalResponse};
use register::position::{Position, Revision};
use tests::caller::{target_name, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::lying_peer::{Lie, LyingPeer, each_entry, first, organisations, renamed, share};
use tests::registers::{PeerTable, RegisterOptions, register_oin, start_with};
use tests::world::{AMSTERDAM, officer, officers};

use scene::{OFFICERS, Scene, is_of_peer, last_lines, status};

/// A text that a lying peer sends and that must not appear anywhere.
const FORGED: &str = "schulden van Noor\nINFO vervalste regel";

/// The fault that is reported, and the change in an answer that causes it.
type LieCase<T> = (&'static str, fn(&mut T));

/// The lies about a search, with the fault that is reported.
const SEARCH_LIES: [LieCase<SearchLocalResponse>; 13] = [
    ("totals contradict", |answer| share(answer).total = 0),
    ("fewer than its totals", |answer| {
        share(answer).ranked.truncate(1);
        answer.entries.clear();
    }),
    ("a score is out of bounds", |answer| first(answer).own_score = i64::MIN),
    ("a score is not one of the plan", |answer| {
        let key = first(answer).key.as_mut().unwrap();
        key.score = 1 << 51;
    }),
    ("not in order", |answer| share(answer).ranked.reverse()),
    ("an officer more than once", |answer| {
        let first = first(answer).clone();
        share(answer).ranked[1] = first;
    }),
    ("a best officer for a need that cannot be", |answer| {
        let key = first(answer).key.clone();
        let best = BestForNeed { need: 0, key, group: 0 };
        share(answer).best_for_needs.push(best);
    }),
    ("another one than its share ranks", |answer| {
        first(answer).key.as_mut().unwrap().verified_on = 20_261_101;
    }),
    ("facets contradict", |answer| share(answer).facets[0].counts[0] += 1),
    ("TOO_LONG in `function_title`", |answer| {
        answer.entries[0].officer.as_mut().unwrap().function_title = "x".repeat(9_008);
    }),
    ("invalid `contact.url`", |answer| {
        let contact = answer.entries[0].officer.as_mut().unwrap().contact.as_mut().unwrap();
        contact.url = "javascript:alert(1)".to_owned();
    }),
    ("TOO_LONG in `name_until`", |answer| {
        let officer = answer.entries[0].officer.as_mut().unwrap();
        officer.person_name = "Noor Voorbeeld".to_owned();
        officer.person_name_until = "2199-01-01".to_owned();
    }),
    ("not in its share", |answer| {
        let stranger = renamed(&answer.entries[0], "vreemd");
        answer.entries.push(stranger);
    }),
];

#[tokio::test]
async fn a_lying_answer_of_a_queried_peer_is_not_shown() {
    let scene = Scene::new("query", Lie::None).await;
    scene.is_whole(OFFICERS).await;
    for (fault, lie) in SEARCH_LIES {
        eprintln!("search: {fault}");
        scene.liar.tell(Lie::Search(lie));
        scene.is_left_out().await;
        scene.is_reported(fault).await;
        scene.liar.tell(Lie::None);
        scene.is_whole(OFFICERS).await;
    }

    eprintln!("suggestions");
    scene.liar.tell(Lie::Suggest(|answer| {
        let functions = answer.functions.get_or_insert_default();
        functions.values.insert(0, "m".repeat(100_003));
        functions.counts.insert(0, 9);
    }));
    let request = SuggestRequest {
        text: "maat".to_owned(),
        ..SuggestRequest::default()
    };
    let suggested = scene.asker.professional().directory.clone().suggest(timed(request)).await;
    let suggested = suggested.unwrap().into_inner();
    assert_eq!(
        status(&suggested.registers).state(),
        RegisterState::BadAnswer,
        "{:?}",
        suggested.registers
    );
    assert!(
        suggested.suggestions.iter().all(|one| one.text.len() < 1_000),
        "the long one is not shown"
    );
    scene.is_reported("TOO_LONG in `function_title`").await;
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;

    eprintln!("a need");
    scene.liar.tell(Lie::Fetch(|answer| {
        let same = answer.entries[0].clone();
        answer.entries.extend(std::iter::repeat_n(same, 400));
    }));
    let need = Need {
        municipality: "GM0363".to_owned(),
        domains: vec!["INK".to_owned()],
        ..Need::default()
    };
    let route = scene.asker.professional().resolve(need, None).await.unwrap();
    assert_eq!(route.gaps.len(), 1, "{route:?}");
    assert_eq!(route.gaps[0].reason, "BAD_ANSWER");
    assert!(
        route.targets.iter().all(|target| !is_of_peer(&target_name(target))),
        "{route:?}"
    );
    scene.is_reported("an officer more than once").await;
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;

    eprintln!("other organisations at each attempt");
    scene
        .liar
        .tell(Lie::Search(|answer| answer.organisations_hash = "0".repeat(64)));
    scene.is_left_out().await;
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;
}

#[tokio::test]
async fn a_lying_description_is_refused_and_nobody_waits_for_it() {
    let scene = Scene::new("query", Lie::None).await;
    scene.is_whole(OFFICERS).await;
    let lies: [LieCase<DescribeResponse>; 5] = [
        ("larger than accepted", |answer| {
            answer.organisations.extend(organisations(100_000))
        }),
        ("more than 250000 elements", |answer| {
            let empty = proto::v1alpha::HeldOrganisation::default();
            answer.organisations.extend(std::iter::repeat_n(empty, 300_000));
        }),
        ("more organisations than", |answer| {
            answer.organisations.extend(organisations(300))
        }),
        ("an organisation more than once", |answer| {
            let same = answer.organisations[0].clone();
            answer.organisations.push(same);
        }),
        ("a version or capability that is none", |answer| {
            answer.version = FORGED.to_owned()
        }),
    ];
    for (fault, lie) in lies {
        eprintln!("description: {fault}");
        // An operator sees the fault, and the node's own probe runs into it once the circuit is open.
        scene.liar.tell(Lie::Description(lie));
        let request = timed(CheckPeersRequest {
            registers: vec!["regio".to_owned()],
        });
        let checked = scene.asker.operator().admin.clone().check_peers(request).await;
        let check = checked.unwrap().into_inner().checks.remove(0);
        assert_eq!(check.problem, "BAD_ANSWER", "{check:?}");
        assert!(check.message.contains(fault), "{check:?}");
    }
    // A failed call opens the circuit, and the probe asks for the description.
    scene.liar.tell(Lie::Error(FORGED));
    let answer = scene.search().await;
    assert!(!status(&answer.registers).message.contains("Noor"), "{:?}", answer.registers);
    // Two of them: the pause before a probe doubles with each failure.
    for (fault, lie) in [lies[0], lies[2]] {
        scene.liar.tell(Lie::Description(lie));
        scene.is_reported(fault).await;
        scene.is_left_out().await;
        let local = scene.search_in(FederationScope::Local).await;
        assert_eq!((local.total, local.registers.len()), (1, 1));
        assert_eq!(scene.asker.operation("/readyz").await.0, 200);
    }
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;
    let log = scene.asker.log();
    assert!(
        !log.contains("Noor") && !log.lines().any(|line| line.starts_with("INFO vervalste")),
        "{log}"
    );
}

/// A part of a state that never ends: sound entries, each once.
fn endless(number: u64) -> Vec<Change> {
    let entry = |place: u64| Entry {
        officer: Some(officer(AMSTERDAM, &format!("eindeloos-{number}-{place}"))),
        etag: "0".repeat(32),
        update_time: Some(prost_types::Timestamp::default()),
        ..Entry::default()
    };
    let change = |place| Change {
        change: Some(change::Change::Entry(entry(place))),
    };
    (0..100).map(change).collect()
}

#[tokio::test]
async fn a_lying_state_is_not_copied_and_stops_at_the_bounds() {
    let scene = Scene::new("replicate", Lie::EndlessState(endless)).await;
    scene.is_reported("more entries than `federation.entries_per_peer`").await;
    let parts = scene.liar.parts_sent();
    let lies: [LieCase<Message>; 3] = [
        ("other counts than its end says", |message| {
            if let Message::SnapshotEnd(end) = message {
                end.entries += 7;
            }
        }),
        ("something more than once", |message| {
            if let Message::Changes(set) = message {
                let last = set.changes.last().cloned();
                set.changes.extend(last);
            }
        }),
        ("TOO_LONG in `name_until`", |message| {
            each_entry(message, |entry| {
                let officer = entry.officer.as_mut().unwrap();
                officer.person_name = "Noor Voorbeeld".to_owned();
                officer.person_name_until = "2199-01-01".to_owned();
            });
        }),
    ];
    for (fault, lie) in lies {
        eprintln!("state: {fault}");
        scene.liar.tell(Lie::Watch(lie));
        scene.is_reported(fault).await;
        let answer = scene.search().await;
        assert_eq!(answer.total, 1, "{:?}", answer.hits);
    }
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;
    // Ten parts fill the bound; the rest is what the connection holds.
    assert!((11..1_000).contains(&parts), "{parts} parts were sent");

    eprintln!("a change that breaks the rules");
    scene.liar.tell(Lie::Watch(|message| {
        each_entry(message, |entry| {
            entry.officer.as_mut().unwrap().function_title = "x".repeat(9_008)
        });
    }));
    let more = officers(AMSTERDAM, OFFICERS + 1);
    scene.real.publisher(AMSTERDAM).publish(AMSTERDAM, more).await.unwrap();
    scene.is_reported("TOO_LONG in `function_title`").await;
    scene.is_as_before().await;
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS + 1).await;
}

#[tokio::test]
async fn an_endless_revision_stops_at_the_bound_of_a_copy() {
    let scene = Scene::new("replicate", Lie::None).await;
    scene.is_whole(OFFICERS).await;
    // The stream breaks, and its successor continues from the position of the copy.
    scene.liar.tell(Lie::Watch(backwards));
    scene.is_reported("position went back").await;
    scene.liar.tell(Lie::EndlessRevision(endless));
    scene.is_reported("a revision is larger than accepted").await;
    // 2 MiB is some 70 parts; the rest is what the connection holds, for a few attempts.
    let parts = scene.liar.parts_sent();
    assert!((20..2_000).contains(&parts), "{parts} parts were sent");
    scene.is_as_before().await;
}

#[tokio::test]
async fn a_position_that_goes_back_ends_the_stream() {
    let scene = Scene::new("replicate", Lie::None).await;
    scene.is_whole(OFFICERS).await;
    scene.liar.tell(Lie::Watch(backwards));
    // With the next progress message, and then with a change.
    scene.is_reported("its position went back").await;
    let more = officers(AMSTERDAM, OFFICERS + 1);
    scene.real.publisher(AMSTERDAM).publish(AMSTERDAM, more).await.unwrap();
    scene.is_as_before().await;
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS + 1).await;
}

/// Moves each position of a stream to the beginning of the register.
fn backwards(message: &mut Message) {
    let position = match message {
        Message::Changes(set) => &mut set.position,
        Message::Progress(progress) => &mut progress.position,
        Message::SnapshotBegin(_) | Message::SnapshotEnd(_) => return,
    };
    if let Some(known) = position.as_ref().and_then(|position| Position::try_from(position).ok()) {
        *position = Some(Position::new(known.epoch, Revision(0)).into());
    }
}

/// Organisations of which each of two peers says that it holds them.
const DISPUTED: usize = 2_000;

#[tokio::test]
async fn disputed_organisations_are_named_ten_times_and_counted() {
    let scene = Scene::new(
        "query",
        Lie::Description(|answer| answer.organisations = organisations(DISPUTED)),
    )
    .await;
    let authority = &scene.authority;
    let (oin, asker) = (register_oin(3), register_oin(2));
    let other = LyingPeer::start(authority, &oin, &scene.real.ready.grpc, &asker).await;
    other.tell(Lie::Description(|answer| {
        answer.register = "tweede".to_owned();
        answer.organisations = organisations(DISPUTED);
    }));
    let mut peers = scene.peers.clone();
    peers.push(PeerTable::new("tweede", &oin, &other.address, "query"));
    let options = RegisterOptions {
        id: "landelijk",
        oin: &asker,
        organisations: Vec::new(),
        peers,
        askers: Vec::new(),
    };
    let bounds = vec![("federation.organisations_per_peer", "5000".to_owned())];
    let node = start_with(authority, options, bounds).await;
    eventually(DEADLINE, "the dispute is reported", async || {
        let log = node.log();
        let is_counted = log.contains(&format!("several peers hold {} further organisations", DISPUTED - 10));
        if is_counted { Ok(()) } else { Err(last_lines(&log)) }
    })
    .await;
    let log = node.log();
    let named = (0..DISPUTED).filter(|number| log.contains(&format!("several peers hold `verzonnen-{number}`")));
    assert_eq!(named.count(), 10);
    let lines = log.lines().filter(|line| line.contains("verzonnen-")).count();
    assert!(lines < 100, "{lines} lines are about disputed organisations");
}
