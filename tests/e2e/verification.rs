//! Verification of entries.

use proto::v1::VerifyOfficersRequest;
use tests::caller::{new_request_id, timed};
use tests::dates::date_in;
use tests::node::Node;
use tests::refusal::refused;
use tests::world::{CAK, SVB, officer_name, officers, publisher_oin};

fn verify(organisation: &str, officers: &[String], verify_by: &str) -> VerifyOfficersRequest {
    VerifyOfficersRequest {
        organisation: format!("organisations/{organisation}"),
        officers: officers.to_vec(),
        verify_by: verify_by.to_owned(),
        request_id: new_request_id(),
    }
}

#[tokio::test]
async fn a_verification_survives_snapshots() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    let one = officer_name(CAK, "loket-001");
    assert!(publisher.get_entry(&one).await.unwrap().verification.is_none());

    let request = verify(CAK, std::slice::from_ref(&one), &date_in(100));
    let answer = publisher
        .sync
        .clone()
        .verify_officers(timed(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.verified, 1);
    let verification = publisher.get_entry(&one).await.unwrap().verification.unwrap();
    assert_eq!(verification.verified_by, publisher_oin(CAK));
    assert_eq!(verification.verify_by, date_in(100));
    assert!(
        [date_in(0), date_in(1)].contains(&verification.verified_on),
        "{}",
        verification.verified_on
    );

    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    node.restart().await;
    let publisher = node.publisher(CAK);
    assert_eq!(publisher.get_entry(&one).await.unwrap().verification, Some(verification));
    let other = publisher.get_entry(&officer_name(CAK, "loket-002")).await.unwrap();
    assert!(other.verification.is_none(), "a snapshot does not verify");
}

#[tokio::test]
async fn all_of_an_organisation_can_be_verified_at_once() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    let answer = publisher
        .sync
        .clone()
        .verify_officers(timed(verify(CAK, &[], "")))
        .await
        .unwrap();
    assert_eq!(answer.into_inner().verified, 3);
}

#[tokio::test]
async fn invalid_verifications_are_refused() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 1)).await.unwrap();
    let verify = async |request| publisher.sync.clone().verify_officers(timed(request)).await;
    refused(verify(self::verify(CAK, &[], &date_in(400))).await, "INVALID_REQUEST");
    refused(verify(self::verify(CAK, &[], &date_in(-2))).await, "INVALID_REQUEST");
    refused(verify(self::verify(CAK, &[], "morgen")).await, "INVALID_REQUEST");
    refused(
        verify(self::verify(CAK, &[officer_name(CAK, "niemand")], "")).await,
        "INVALID_REQUEST",
    );
    refused(verify(self::verify(SVB, &[], "")).await, "NOT_OWNER");
}
