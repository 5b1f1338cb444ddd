//! Tests the gRPC services without a network: parsing, responses and errors.

use directory::Limits;
use futures::StreamExt as _;
use proto::digest::SnapshotDigest;
use proto::v1::sync_officers_request::Message;
use proto::v1::watch_changes_response::Message as Watched;
use proto::v1::{self, SyncBegin, SyncCommit, SyncOfficersRequest};
use proto::v1alpha::DescribeRequest;
use proto::v1alpha::federation_service_client::FederationServiceClient;
use tonic::service::Routes;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::world::*;

fn services(world: &World) -> Routes {
    grpc::routes(world.directory.clone())
}

/// Returns a request with its caller, as the layer passes it on.
fn from<T>(world: &World, oin: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(world.caller(oin));
    request
}

fn reason_of(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .expect("every error has a reason")
        .reason
        .clone()
}

fn message(message: Message) -> SyncOfficersRequest {
    SyncOfficersRequest { message: Some(message) }
}

fn begin(organisation: &str) -> SyncOfficersRequest {
    message(Message::Begin(SyncBegin {
        organisation: organisation.to_owned(),
        request_id: request_id().to_string(),
        ..SyncBegin::default()
    }))
}

fn entry(id: &str) -> v1::Officer {
    let mut draft = officer(id);
    draft.organisation = "zb000211".to_owned();
    v1::Officer::try_from(&draft).unwrap()
}

fn commit(entries: &[v1::Officer]) -> SyncCommit {
    let mut digest = SnapshotDigest::new();
    entries.iter().for_each(|entry| digest.push(entry));
    let (count, sha256) = digest.finish();
    SyncCommit {
        count,
        sha256: sha256.to_vec(),
    }
}

/// Returns the messages of a complete snapshot of CAK.
fn whole(entries: &[v1::Officer]) -> Vec<SyncOfficersRequest> {
    let entries_sent = entries.iter().cloned().map(|entry| message(Message::Entry(entry)));
    let mut messages = vec![begin("organisations/zb000211")];
    messages.extend(entries_sent);
    messages.push(message(Message::Commit(commit(entries))));
    messages
}

async fn send(world: &World, oin: &str, messages: Vec<SyncOfficersRequest>) -> Result<v1::SyncReport, Status> {
    let mut client = v1::sync_service_client::SyncServiceClient::new(services(world));
    let request = from(world, oin, futures::stream::iter(messages));
    let answer = client.sync_officers(request).await?.into_inner();
    Ok(answer.report.expect("the response has a report"))
}

#[tokio::test]
async fn a_complete_snapshot_is_applied() {
    let world = World::new().await;
    let report = send(&world, CAK, whole(&[entry("a"), entry("b")])).await.unwrap();
    assert_eq!((report.applied, report.created), (true, 2), "{:?}", report.violations);
    assert_eq!(report.changes[0].officer, "organisations/zb000211/officers/a");
}

#[tokio::test]
async fn an_incomplete_snapshot_changes_nothing() {
    let world = World::new().await;
    let before = world.directory.position();
    let entries = [entry("a"), entry("b")];
    let with_commit = |change: &dyn Fn(&mut SyncCommit)| {
        let mut messages = whole(&entries);
        let mut sent = commit(&entries);
        change(&mut sent);
        *messages.last_mut().unwrap() = message(Message::Commit(sent));
        messages
    };
    let cut = |messages: Vec<SyncOfficersRequest>, length: usize| messages.into_iter().take(length).collect::<Vec<_>>();
    let mut two_begins = whole(&entries);
    two_begins.insert(1, begin("organisations/zb000211"));
    let mut after_commit = whole(&entries);
    after_commit.push(message(Message::Entry(entry("c"))));
    let mut empty_message = whole(&entries);
    empty_message.insert(1, SyncOfficersRequest { message: None });
    let cases = [
        ("no messages", vec![], "SNAPSHOT_INCOMPLETE"),
        ("cut in the middle", cut(whole(&entries), 2), "SNAPSHOT_INCOMPLETE"),
        ("no Commit", cut(whole(&entries), 3), "SNAPSHOT_INCOMPLETE"),
        (
            "no Begin",
            whole(&entries).into_iter().skip(1).collect(),
            "SNAPSHOT_INCOMPLETE",
        ),
        ("two Begins", two_begins, "SNAPSHOT_INCOMPLETE"),
        ("an entry after Commit", after_commit, "SNAPSHOT_INCOMPLETE"),
        ("an empty message", empty_message, "SNAPSHOT_INCOMPLETE"),
        ("wrong count", with_commit(&|commit| commit.count = 3), "SNAPSHOT_INCOMPLETE"),
        (
            "wrong digest",
            with_commit(&|commit| commit.sha256[0] ^= 1),
            "SNAPSHOT_DIGEST_MISMATCH",
        ),
        (
            "no digest",
            with_commit(&|commit| commit.sha256.clear()),
            "SNAPSHOT_DIGEST_MISMATCH",
        ),
        ("for nobody", vec![begin("")], "INVALID_REQUEST"),
        ("for another", vec![begin("organisations/oorg12369")], "NOT_OWNER"),
    ];
    for (what, messages, expected) in cases {
        let refused = send(&world, CAK, messages).await.unwrap_err();
        assert_eq!(reason_of(&refused), expected, "{what}");
    }
    assert_eq!(world.directory.position(), before);
    assert!(send(&world, CAK, whole(&entries)).await.unwrap().applied);
}

#[tokio::test]
async fn a_snapshot_above_the_limit_is_refused() {
    let limits = Limits {
        snapshot_entries: 3,
        ..Limits::default()
    };
    let world = World::limited(limits).await;
    let entries: Vec<_> = (0..4).map(|n| entry(&format!("o{n}"))).collect();
    let refused = send(&world, CAK, whole(&entries)).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason_of(&refused).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_ENTRIES")
    );
    assert!(send(&world, CAK, whole(&entries[..3])).await.unwrap().applied);
}

#[tokio::test]
async fn all_violations_of_a_request_are_reported() {
    let world = World::new().await;
    let mut client = v1::sync_service_client::SyncServiceClient::new(services(&world));
    let request = v1::ApplyChangesRequest {
        organisation: "zb000211".to_owned(),
        operations: vec![
            v1::ChangeOperation::default(),
            v1::ChangeOperation {
                operation: Some(v1::change_operation::Operation::Upsert(entry("a"))),
                etag: "latest".to_owned(),
            },
        ],
        ..v1::ApplyChangesRequest::default()
    };
    let refused = client.apply_changes(from(&world, CAK, request)).await.unwrap_err();
    let details = refused.get_error_details();
    let fields: Vec<_> = details
        .bad_request()
        .unwrap()
        .field_violations
        .iter()
        .map(|found| found.field.clone())
        .collect();
    assert_eq!(fields, ["organisation", "request_id", "operations[0]", "operations[1].etag"]);
}

#[tokio::test]
async fn a_request_without_caller_is_refused() {
    let world = World::new().await;
    let mut client = v1::directory_service_client::DirectoryServiceClient::new(services(&world));
    let refused = client
        .get_vocabulary(Request::new(v1::GetVocabularyRequest {}))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), reason_of(&refused).as_str()),
        (Code::Unauthenticated, "CERTIFICATE_MISSING")
    );
}

#[tokio::test]
async fn a_search_returns_entries_facets_and_understanding() {
    let world = World::new().await;
    let report = send(&world, CAK, whole(&[entry("a")])).await.unwrap();
    let mut client = v1::directory_service_client::DirectoryServiceClient::new(services(&world));
    let request = v1::SearchOfficersRequest {
        query: "eigen bijdrge opname echtgenoot".to_owned(),
        min_position: report.position,
        explain: true,
        ..v1::SearchOfficersRequest::default()
    };
    let found = client
        .search_officers(from(&world, READER, request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        found.hits[0].entry.as_ref().unwrap().officer.as_ref().unwrap().name,
        "organisations/zb000211/officers/a"
    );
    assert_eq!(found.hits[0].organisation.as_ref().unwrap().short_name, "CAK");
    assert!(!found.hits[0].contributions.is_empty());
    assert_eq!(found.completeness(), v1::Completeness::Local);
    assert_eq!(found.facets.len(), 5);
    let understanding = found.understanding.unwrap();
    assert!(understanding.competences.contains(&"EB-WLZ".to_owned()));
    for correction in &understanding.corrections {
        let range = correction.range.as_ref().expect("a corrected word has a range");
        assert_eq!((range.start, range.end), (6, 13));
    }
    assert_ne!(understanding.certainty(), v1::Certainty::Unspecified);
    let likely = &understanding.likely_competences[0];
    assert_eq!(likely.competence, understanding.competences[0]);
    assert!((0.0..=1.0).contains(&likely.confidence) && !likely.words.is_empty());
}

#[tokio::test]
async fn an_answer_says_how_sure_it_is_and_what_it_did_not_understand() {
    let world = World::new().await;
    let mut client = v1::directory_service_client::DirectoryServiceClient::new(services(&world));
    let mut understood = async |query: &str| {
        let request = v1::SearchOfficersRequest {
            query: query.to_owned(),
            ..v1::SearchOfficersRequest::default()
        };
        let answer = client.search_officers(from(&world, READER, request)).await.unwrap();
        answer.into_inner().understanding.unwrap()
    };
    let recipe = understood("meng de boter met de suiker en verwarm de oven").await;
    assert_eq!(recipe.certainty(), v1::Certainty::NotUnderstood);
    assert!(recipe.likely_competences.is_empty() && recipe.competences.is_empty());
    let sure = understood("kinderopvangtoeslag vrmblgrt").await;
    assert_eq!(sure.certainty(), v1::Certainty::Sure);
    let ranges: Vec<_> = sure.not_understood.iter().map(|range| (range.start, range.end)).collect();
    assert_eq!(ranges, [(20, 28)]);
    let turkish = understood("kira yardımı").await;
    assert_eq!(turkish.language, "tr");
    assert_eq!(turkish.corrections[0].translated_from, "tr");
    assert_eq!(turkish.likely_competences[0].competence, "HUURTOESLAG");
    let village = &understood("schulden in Nes").await.places[0];
    assert_eq!(village.name, "Nes");
    let names: Vec<&str> = village.municipalities.iter().map(|it| it.official_name.as_str()).collect();
    assert!(names.len() > 1 && names.contains(&"Ameland"), "{names:?}");
}

#[tokio::test]
async fn a_question_is_about_a_person_only_if_the_name_is_all_that_was_unknown() {
    let world = World::new().await;
    world.sync(vec![person("a", "Noor el Qwirmali", "2027-01-01")]).await;
    let mut client = v1::directory_service_client::DirectoryServiceClient::new(services(&world));
    let mut understood = async |query: &str| {
        let request = v1::SearchOfficersRequest {
            query: query.to_owned(),
            ..v1::SearchOfficersRequest::default()
        };
        let answer = client
            .search_officers(from(&world, READER, request))
            .await
            .unwrap()
            .into_inner();
        assert!(!answer.hits.is_empty(), "{query}");
        answer.understanding.unwrap()
    };
    for query in ["Qwirmali", "el qwirmali"] {
        let understanding = understood(query).await;
        assert_eq!(understanding.certainty(), v1::Certainty::Sure, "{query}");
        assert!(understanding.not_understood.is_empty(), "{query}");
    }
    let sentence = understood("no puedo pagar el alquiler").await;
    assert_eq!(sentence.certainty(), v1::Certainty::NotUnderstood);
    assert!(!sentence.not_understood.is_empty());
}

#[tokio::test]
async fn the_error_details_name_an_unknown_officer() {
    let world = World::new().await;
    let mut client = v1::directory_service_client::DirectoryServiceClient::new(services(&world));
    let request = v1::GetOfficerRequest {
        name: "organisations/zb000211/officers/nobody".to_owned(),
        min_position: None,
    };
    let refused = client.get_officer(from(&world, READER, request)).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason_of(&refused).as_str()),
        (Code::NotFound, "OFFICER_NOT_FOUND")
    );
    let details = refused.get_error_details();
    assert_eq!(
        details.resource_info().unwrap().resource_name,
        "organisations/zb000211/officers/nobody"
    );
}

#[tokio::test]
async fn a_watch_stream_ends_with_its_reason() {
    let world = World::new().await;
    let mut client = v1::sync_service_client::SyncServiceClient::new(services(&world));
    let start = v1::Position::from(world.directory.position());
    let request = v1::WatchChangesRequest {
        position: Some(start.clone()),
        ..v1::WatchChangesRequest::default()
    };
    let mut stream = client
        .watch_changes(from(&world, READER, request))
        .await
        .unwrap()
        .into_inner();
    let report = send(&world, CAK, whole(&[entry("a")])).await.unwrap();
    let Some(Watched::Changes(changes)) = stream.next().await.unwrap().unwrap().message else {
        panic!("changes")
    };
    assert_eq!(
        (changes.position, changes.changes.len(), changes.more),
        (report.position, 1, false)
    );
    world.tasks.shutdown().cancel();
    let ended = stream.next().await.unwrap().unwrap_err();
    assert_eq!(
        (ended.code(), reason_of(&ended).as_str()),
        (Code::Unavailable, "SHUTTING_DOWN")
    );
    assert!(stream.next().await.is_none());

    let mut broken = start;
    broken.cookie.pop();
    let request = v1::WatchChangesRequest {
        position: Some(broken),
        ..v1::WatchChangesRequest::default()
    };
    let refused = client.watch_changes(from(&world, READER, request)).await.unwrap_err();
    assert_eq!(reason_of(&refused), "INVALID_REQUEST");
}

#[tokio::test]
async fn the_federation_service_requires_the_role_peer() {
    let world = World::new().await;
    let mut federation = FederationServiceClient::new(services(&world));
    let refused = federation
        .describe(from(&world, READER, DescribeRequest {}))
        .await
        .unwrap_err();
    assert_eq!(reason_of(&refused), "ROLE_MISSING");
}

#[tokio::test]
async fn a_batch_returns_routes_and_failures() {
    let world = World::new().await;
    send(&world, CAK, whole(&[entry("a")])).await.unwrap();
    let mut client = v1::routing_service_client::RoutingServiceClient::new(services(&world));
    let need = |organisation: &str| v1::Need {
        organisation: organisation.to_owned(),
        competences: vec!["EB-WLZ".to_owned()],
        ..v1::Need::default()
    };
    let request = v1::BatchResolveRequest {
        needs: vec![need("organisations/zb000211"), need("organisations/niemand")],
        min_position: None,
    };
    let answer = client
        .batch_resolve(from(&world, READER, request))
        .await
        .unwrap()
        .into_inner();
    use v1::resolve_result::Result as Outcome;
    let [Some(Outcome::Route(route)), Some(Outcome::Failure(failure))] =
        &answer.results.iter().map(|it| it.result.clone()).collect::<Vec<_>>()[..]
    else {
        panic!("a route and a failure: {answer:?}")
    };
    assert_eq!(route.targets[0].reason, "COMPETENCE_MATCH");
    assert_eq!(failure.reason, "UNKNOWN_ORGANISATION");
    let request = v1::ResolveRequest {
        need: Some(need("organisations/niemand")),
        min_position: None,
    };
    let refused = client.resolve(from(&world, READER, request)).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason_of(&refused).as_str()),
        (Code::NotFound, "UNKNOWN_ORGANISATION")
    );
    let unknown_code = v1::Need {
        competences: vec!["HUURTOESLG".to_owned()],
        ..v1::Need::default()
    };
    let request = v1::ResolveRequest {
        need: Some(unknown_code),
        min_position: None,
    };
    let refused = client.resolve(from(&world, READER, request)).await.unwrap_err();
    let details = refused.get_error_details();
    assert_eq!(
        details.bad_request().unwrap().field_violations[0].field,
        "need.competences[0]"
    );
}

#[tokio::test]
async fn an_import_reports_violations_by_index() {
    let world = World::new().await;
    let mut admin = v1::admin_service_client::AdminServiceClient::new(services(&world));
    let organisation = |name: &str| v1::Organisation {
        name: name.to_owned(),
        display_name: "Dienst Uitvoering Onderwijs".to_owned(),
        short_name: "DUO".to_owned(),
        kind: v1::OrganisationKind::Uitvoeringsorganisatie.into(),
        status: v1::OrganisationStatus::Connected.into(),
        ..v1::Organisation::default()
    };
    let put = |names: &[&str]| v1::PutOrganisationsRequest {
        organisations: names.iter().map(|name| organisation(name)).collect(),
        request_id: request_id().to_string(),
        validate_only: false,
    };
    let refused = admin
        .put_organisations(from(&world, OPERATOR, put(&["organisations/duo", "organisations/DUO"])))
        .await
        .unwrap();
    let answer = refused.into_inner();
    assert!(!answer.applied);
    assert_eq!((answer.violations[0].index, answer.violations[0].id.as_str()), (1, "DUO"));
    let answer = admin
        .put_organisations(from(&world, OPERATOR, put(&["organisations/duo"])))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((answer.applied, answer.created), (true, 1));
    let status = v1::SetOrganisationStatusRequest {
        organisation: "organisations/duo".to_owned(),
        status: 0,
    };
    let refused = admin
        .set_organisation_status(from(&world, OPERATOR, status))
        .await
        .unwrap_err();
    assert_eq!(reason_of(&refused), "INVALID_REQUEST");
}
