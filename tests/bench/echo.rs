//! Measures a bare echo: the cost of the transport alone.

use std::path::Path;

use proto::v1::SuggestRequest;
use tests::caller::Caller;
use tonic::Status;

use crate::bare::{self, BareServer};
use crate::load::{self, Effort, Measured};

/// Measures the echo in a process of its own.
pub(crate) async fn measure(effort: Effort) -> anyhow::Result<Measured> {
    let server = BareServer::start(["echo"]).await?;
    let callers = (0..effort.connections).map(|_| server.caller()).collect();
    let measured = load::run(Ask, callers, effort).await?;
    server.stop().await?;
    Ok(measured)
}

struct Ask;

impl load::Request for Ask {
    async fn send(&self, caller: &Caller, _number: usize) -> Result<(), Status> {
        let message = SuggestRequest {
            text: "eigen bijdrage te hoog na opname echtgenoot".to_owned(),
            limit: 10,
            ..Default::default()
        };
        let answer: SuggestRequest = bare::call(caller, message).await?;
        debug_assert_eq!(answer.limit, 10);
        Ok(())
    }
}

/// Serves the echo until it is killed.
pub(crate) async fn serve(folder: &Path) -> anyhow::Result<()> {
    bare::serve(folder, |message: SuggestRequest| message).await
}
