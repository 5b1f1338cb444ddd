//! The standard service for health, per service; and reflection under its older name.

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// What the node says of each of its services.
#[derive(Clone, Debug)]
pub struct Health {
    reporter: HealthReporter,
    services: Vec<String>,
}

impl Health {
    /// No service serves yet.
    pub async fn new() -> Self {
        let descriptors = FileDescriptorSet::decode(proto::DESCRIPTORS).expect("the build script encoded it");
        // The empty name stands for the node as a whole.
        let mut services = vec![String::new()];
        for file in &descriptors.file {
            services.extend(
                file.service
                    .iter()
                    .map(|service| format!("{}.{}", file.package(), service.name())),
            );
        }
        let health = Self {
            reporter: HealthReporter::new(),
            services,
        };
        health.set_serving(false).await;
        health
    }

    /// Says of all services that they serve, or do not. Whoever watches is told.
    pub async fn set_serving(&self, serves: bool) {
        let status = if serves {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        for service in &self.services {
            self.reporter.set_service_status(service, status).await;
        }
    }

    /// `routes` with health beside them, and reflection by the name under which older tools ask for it.
    pub fn add_to(&self, routes: Routes) -> Routes {
        let health = tonic_health::server::HealthService::from_health_reporter(self.reporter.clone());
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1alpha()
            .expect("the descriptors are complete: the build script encoded them with their imports");
        routes
            .add_service(tonic_health::pb::health_server::HealthServer::new(health))
            .add_service(reflection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_service_of_the_contract_has_a_health_and_reflection_is_whole() {
        let health = Health::new().await;
        assert!(health.services.iter().any(|name| name == "maatwerkregister.v1.SyncService"));
        assert!(health.services.iter().any(String::is_empty));
        health.add_to(Routes::default());
    }
}
