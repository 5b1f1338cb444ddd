//! The client, and what all of its calls share: the deadline, which the request carries, and retries.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::connect::{self, LastConnection, PeerCertificate};
use crate::error::Error;
use crate::retry::{Idempotency, RetryPolicy};
use crate::settings::Settings;

/// The largest response in bytes. A snapshot's report exceeds tonic's default of 4 MiB.
pub(crate) const MAX_RESPONSE_BYTES: usize = 64 << 20;

/// A client of one register. Cheap to clone; clones share the connection.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    state: Arc<ClientState>,
}

#[derive(Debug)]
struct ClientState {
    timeout: Duration,
    sync_timeout: Duration,
    retry: RetryPolicy,
    last_connection: Arc<LastConnection>,
    rng: Mutex<StdRng>,
}

impl Client {
    /// Connects to the first endpoint that answers.
    pub async fn connect(settings: &Settings) -> Result<Self, Error> {
        Self::connect_with(settings, RetryPolicy::default()).await
    }

    /// Connects, with a retry policy of the caller's.
    pub async fn connect_with(settings: &Settings, retry: RetryPolicy) -> Result<Self, Error> {
        let (channel, last_connection) = connect::channel(settings).await?;
        let state = ClientState {
            timeout: settings.timeout,
            sync_timeout: settings.sync_timeout,
            retry,
            last_connection,
            rng: Mutex::new(StdRng::from_os_rng()),
        };
        Ok(Self {
            channel,
            state: Arc::new(state),
        })
    }

    /// Returns the connection for use with a generated client. Its calls have neither deadlines nor retries.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Returns the certificate that the node showed on the last connection.
    pub fn peer_certificate(&self) -> Option<PeerCertificate> {
        self.state.last_connection.certificate()
    }

    /// Makes a request id, by which a node recognises a repeated write.
    pub fn new_request_id(&self) -> String {
        let mut bytes = [0; 16];
        self.rng().fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    pub(crate) fn request_id_or_new(&self, given: &mut String) {
        if given.is_empty() {
            *given = self.new_request_id();
        }
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.state.timeout
    }

    pub(crate) fn sync_timeout(&self) -> Duration {
        self.state.sync_timeout
    }

    pub(crate) fn error(&self, status: &Status, timeout: Duration) -> Error {
        Error::from_status(status, &self.state.last_connection, timeout)
    }

    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        self.state.retry.pause(attempt, asked, &mut *self.rng())
    }

    /// Makes an idempotent call within the usual timeout.
    pub(crate) async fn unary<Q, A, F>(
        &self,
        request: Q,
        call: impl Fn(Channel, Request<Q>) -> F + Send + Sync,
    ) -> Result<A, Error>
    where
        Q: Clone + Send + Sync,
        F: Future<Output = Result<Response<A>, Status>> + Send,
        A: Send,
    {
        self.with_retry(Idempotency::Idempotent, self.timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            call(self.channel(), request)
        })
        .await
    }

    /// Makes a call within `timeout`, without retries.
    pub(crate) async fn once<Q, A, F>(
        &self,
        request: Q,
        timeout: Duration,
        call: impl FnOnce(Channel, Request<Q>) -> F + Send,
    ) -> Result<A, Error>
    where
        F: Future<Output = Result<Response<A>, Status>> + Send,
    {
        let mut request = Request::new(request);
        request.set_timeout(timeout);
        match tokio::time::timeout(timeout, call(self.channel(), request)).await {
            Ok(Ok(response)) => Ok(response.into_inner()),
            Ok(Err(status)) => Err(self.error(&status, timeout)),
            Err(_) => Err(Error::Deadline(timeout)),
        }
    }

    /// Makes a call within `timeout` and retries it where that is safe.
    pub(crate) async fn with_retry<A, F>(
        &self,
        idempotency: Idempotency,
        timeout: Duration,
        call: impl Fn(Duration) -> F + Send + Sync,
    ) -> Result<A, Error>
    where
        F: Future<Output = Result<Response<A>, Status>> + Send,
        A: Send,
    {
        let attempt = |remaining| {
            let answer = call(remaining);
            async move {
                match answer.await {
                    Ok(response) => Ok(response.into_inner()),
                    Err(status) => Err(self.error(&status, timeout)),
                }
            }
        };
        let pause = |attempt, asked| self.pause(attempt, asked);
        self.state.retry.run(idempotency, timeout, pause, attempt).await
    }

    fn rng(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.state.rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
