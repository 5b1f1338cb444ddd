//! The standard health service, with a status per service, and reflection under its older name.

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// The health status of each service of the node.
#[derive(Clone, Debug)]
pub struct Health {
    reporter: HealthReporter,
    services: Vec<String>,
}

impl Health {
    /// Creates the health service; all services are NOT_SERVING.
    pub async fn new() -> Self {
        let descriptors = FileDescriptorSet::decode(proto::DESCRIPTORS).expect("the build script encoded it");
        // The empty name means the whole node.
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

    /// Sets the status of all services, and notifies watchers.
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

    /// Adds the health service to `routes`, and reflection under the name that older tools use.
    pub fn add_to(&self, routes: Routes) -> Routes {
        let health = tonic_health::server::HealthService::from_health_reporter(self.reporter.clone());
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1alpha()
            .expect("the build script encoded the descriptors with their imports");
        routes
            .add_service(tonic_health::pb::health_server::HealthServer::new(health))
            .add_service(reflection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_service_has_a_health_status_and_reflection_builds() {
        let health = Health::new().await;
        assert!(health.services.iter().any(|name| name == "maatwerkregister.v1.SyncService"));
        assert!(health.services.iter().any(String::is_empty));
        health.add_to(Routes::default());
    }
}
