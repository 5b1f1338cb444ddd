//! Health, readiness and reflection, as generic tools use them.

use std::collections::BTreeSet;

use prost::Message as _;
use tests::caller::timed;
use tests::node::Node;
use tokio_stream::StreamExt as _;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

const SERVICES: [&str; 5] = [
    "maatwerkregister.v1.DirectoryService",
    "maatwerkregister.v1.RoutingService",
    "maatwerkregister.v1.ReportService",
    "maatwerkregister.v1.SyncService",
    "maatwerkregister.v1.AdminService",
];

#[tokio::test]
async fn every_service_is_healthy_and_an_unknown_one_is_unknown() {
    let mut node = Node::start().await;
    let professional = node.professional();
    let check = async |service: &str| {
        let request = timed(HealthCheckRequest {
            service: service.to_owned(),
        });
        let answer = professional.health.clone().check(request).await?;
        Ok::<_, tonic::Status>(answer.into_inner().status())
    };
    for service in SERVICES.into_iter().chain([""]) {
        assert_eq!(check(service).await.unwrap(), ServingStatus::Serving, "{service}");
    }
    let status = check("maatwerkregister.v1.NoService").await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::NotFound);

    // A health watch reports the end before it happens.
    let request = HealthCheckRequest {
        service: SERVICES[0].to_owned(),
    };
    let mut watch = professional.health.clone().watch(request).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    node.process().signal("TERM");
    let last = watch.message().await.unwrap().unwrap();
    assert_eq!(last.status(), ServingStatus::NotServing);
    drop(watch);
    assert!(node.process().end().await.success());
}

#[tokio::test]
async fn the_operation_address_serves_health_and_metrics() {
    let node = Node::start().await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(node.operation(path).await.0, 200, "{path}");
    }
    assert_eq!(node.operation("/elders").await.0, 404);
    let (code, said) = node.run(&["healthcheck"]).await;
    assert_eq!(code, 0, "{said}");
}

#[tokio::test]
async fn the_contract_can_be_read_by_reflection() {
    let node = Node::start().await;
    let mut reflection = ServerReflectionClient::new(node.professional().channel);
    let symbol = |name: &str| MessageRequest::FileContainingSymbol(name.to_owned());
    let questions = [
        MessageRequest::ListServices(String::new()),
        symbol(SERVICES[0]),
        symbol("maatwerkregister.v1.Officer"),
        symbol("google.rpc.ErrorInfo"),
        symbol("google.rpc.BadRequest"),
    ];
    let requests = questions.map(request);
    let stream = reflection.server_reflection_info(tokio_stream::iter(requests)).await.unwrap();
    let answers: Vec<ServerReflectionResponse> = stream.into_inner().collect::<Result<_, _>>().await.unwrap();
    let answers: Vec<MessageResponse> = answers.into_iter().map(|answer| answer.message_response.unwrap()).collect();

    let MessageResponse::ListServicesResponse(list) = &answers[0] else {
        panic!("{:?}", answers[0]);
    };
    let listed: BTreeSet<&str> = list.service.iter().map(|service| service.name.as_str()).collect();
    let standard = ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"];
    for service in SERVICES.into_iter().chain(standard) {
        assert!(listed.contains(service), "{service} is not in {listed:?}");
    }
    for (answer, symbol) in [
        (&answers[1], "SearchOfficers"),
        (&answers[2], "function_title"),
        (&answers[3], "ErrorInfo"),
        (&answers[4], "field_violations"),
    ] {
        let MessageResponse::FileDescriptorResponse(files) = answer else {
            panic!("{answer:?}");
        };
        let file = prost_types::FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice()).unwrap();
        assert!(format!("{file:?}").contains(symbol), "{symbol}");
    }
    let unknown = tokio_stream::iter([request(symbol("maatwerkregister.v1.NoSuchThing"))]);
    let mut stream = reflection.server_reflection_info(unknown).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap_err().code(), tonic::Code::NotFound);
}

fn request(question: MessageRequest) -> ServerReflectionRequest {
    ServerReflectionRequest {
        host: String::new(),
        message_request: Some(question),
    }
}
