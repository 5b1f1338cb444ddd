//! Requests on the wire, from bytes to what the register accepts. The first byte of the input chooses the message.

use prost::Message;
use proto::{v1, v1alpha};
use register::draft::{GrantDraft, OfficerDraft, OrganisationDraft};
use register::officer::Officer;
use register::validate::PeerDraft;

use crate::sample;

macro_rules! messages {
    ($($message:path),* $(,)?) => {
        /// Decodes the bytes as each kind of request; what can be encoded again is the same message.
        fn decode(kind: usize, bytes: &[u8]) {
            let readers: &[fn(&[u8])] = &[$(|bytes| {
                if let Ok(message) = <$message>::decode(bytes) {
                    assert_eq!(<$message>::decode(&*message.encode_to_vec()).as_ref(), Ok(&message));
                }
            }),*];
            readers[kind % readers.len()](bytes);
        }
    };
}

messages!(
    v1::SearchOfficersRequest,
    v1::SuggestRequest,
    v1::ListOfficersRequest,
    v1::ListOrganisationsRequest,
    v1::ResolveRequest,
    v1::BatchResolveRequest,
    v1::WatchRoutesRequest,
    v1::SyncOfficersRequest,
    v1::ApplyChangesRequest,
    v1::SetPresenceRequest,
    v1::VerifyOfficersRequest,
    v1::SetSharingRequest,
    v1::WatchChangesRequest,
    v1::PutOrganisationsRequest,
    v1::PutGrantsRequest,
    v1::PutPeerRequest,
    v1::ReportProblemRequest,
    v1alpha::SearchLocalRequest,
    v1alpha::SuggestLocalRequest,
    v1alpha::FetchLocalRequest,
);

/// Any bytes decode or are refused. An officer that becomes a domain type is the same after a trip to the wire and back.
pub fn run(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    decode(usize::from(*kind), bytes);
    if let Ok(message) = v1::Officer::decode(bytes) {
        let _ = OfficerDraft::from(message.clone());
        if let Ok(officer) = Officer::try_from(message) {
            assert_eq!(Officer::try_from(v1::Officer::from(&officer)).as_ref(), Ok(&officer));
        }
    }
    if let Ok(message) = v1::Organisation::decode(bytes) {
        let _ = OrganisationDraft::from(message);
    }
    if let Ok(message) = v1::Grant::decode(bytes) {
        let _ = GrantDraft::from(message);
    }
    if let Ok(message) = v1::Peer::decode(bytes) {
        let _ = PeerDraft::from(message);
    }
}

/// Officers, organisations and some requests.
pub fn seeds() -> Vec<Vec<u8>> {
    let search = v1::SearchOfficersRequest {
        query: "eigen bijdrage na overlijden".to_owned(),
        page_size: 10,
        ..Default::default()
    };
    let changes = v1::ApplyChangesRequest {
        organisation: "organisations/zb000211".to_owned(),
        operations: sample::officers(2)
            .into_iter()
            .map(|officer| v1::ChangeOperation {
                operation: Some(v1::change_operation::Operation::Upsert(officer)),
                etag: String::new(),
            })
            .collect(),
        ..Default::default()
    };
    let put = v1::PutOrganisationsRequest {
        organisations: sample::organisations(2),
        ..Default::default()
    };
    let mut seeds: Vec<Vec<u8>> = sample::officers(2).iter().map(Message::encode_to_vec).collect();
    seeds.extend(sample::organisations(1).iter().map(Message::encode_to_vec));
    let mut seeds: Vec<Vec<u8>> = seeds.into_iter().map(|bytes| [vec![0], bytes].concat()).collect();
    seeds.push([vec![0], search.encode_to_vec()].concat());
    seeds.push([vec![8], changes.encode_to_vec()].concat());
    seeds.push([vec![13], put.encode_to_vec()].concat());
    seeds
}
