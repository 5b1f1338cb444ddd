//! The standard health check.

use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::call::Client;
use crate::error::Error;

impl Client {
    /// Checks whether `service` (`maatwerkregister.v1.DirectoryService`, empty for the whole node) is serving.
    pub async fn is_serving(&self, service: &str) -> Result<bool, Error> {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let answer = self
            .unary(request, |channel, request| async move {
                HealthClient::new(channel).check(request).await
            })
            .await?;
        Ok(answer.status() == ServingStatus::Serving)
    }
}
