//! The background probe of a peer: connects, fetches its description and closes the circuit; backs off after failures.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use client::{Client, Distrust, Error};
use proto::v1alpha::DescribeResponse;
use rand::RngCore;
use register::peer::PeerMode;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::description::DescriptionReader;
use super::{CircuitState, Peer, PeerDescription, PeerProblem, claims_of};
use crate::received::BadAnswer;

/// The interval between probes of a reachable peer.
const PROBE_INTERVAL: Duration = Duration::from_secs(15);

/// The minimum timeout of a description: no request waits for it.
const MIN_DESCRIBE_TIMEOUT: Duration = Duration::from_secs(3);

impl Peer {
    /// Probes until shutdown or until the peer is removed.
    pub(crate) async fn keep_probing(self: Arc<Self>, mut random: Box<dyn RngCore + Send>, shutdown: CancellationToken) {
        loop {
            let probe = async {
                self.begin_probe();
                self.probe().await;
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.stop.cancelled() => return,
                () = probe => {}
            }
            let pause = match self.circuit() {
                CircuitState::Closed => PROBE_INTERVAL,
                CircuitState::Open | CircuitState::HalfOpen => self.lock().circuit.backoff(&mut *random),
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                // A request failed: probe again after the backoff.
                () = self.wake.notified() => {
                    let pause = self.lock().circuit.backoff(&mut *random);
                    tokio::select! {
                        () = shutdown.cancelled() => return,
                        () = self.stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
    }

    fn begin_probe(&self) {
        let mut state = self.lock();
        let before = state.circuit.state();
        state.circuit.begin_probe();
        let after = state.circuit.state();
        drop(state);
        if before != after {
            self.show_circuit(after);
        }
    }

    async fn probe(&self) {
        let client = self.lock().client.clone();
        match self.describe(client).await {
            Ok((client, description)) => self.mark_reachable(client, description).await,
            Err(problem) => self.record_failure(problem, true),
        }
    }

    /// Fetches the description, over `client` or a new connection.
    pub(super) async fn describe(&self, client: Option<Client>) -> Result<(Client, PeerDescription), PeerProblem> {
        let client = match client {
            Some(client) => client,
            None => {
                let longest = self.dialler.longest() + Duration::from_secs(1);
                match tokio::time::timeout(longest, self.dialler.connect()).await {
                    Ok(connected) => connected.map_err(|error| PeerProblem::of(&error))?,
                    Err(_) => return Err(PeerProblem::of(&Error::Deadline(longest))),
                }
            }
        };
        let allowed = self.budget().max(MIN_DESCRIBE_TIMEOUT);
        let begin = Instant::now();
        let answer = client.describe(self.answer_limits(), allowed).await;
        let answer = answer.map_err(|error| PeerProblem::of(&error))?;
        // A connection can outlive the certificate that it was made with.
        let certificate = client.peer_certificate();
        if certificate.is_some_and(|certificate| certificate.until < self.clock.now()) {
            let expired = Distrust::Certificate("its certificate has expired".to_owned());
            return Err(PeerProblem::of(&Error::Distrusted(expired)));
        }
        let description = self.read_description(answer, begin.elapsed()).await?;
        Ok((client, description))
    }

    async fn read_description(&self, answer: DescribeResponse, round_trip: Duration) -> Result<PeerDescription, PeerProblem> {
        let (expected, most) = (self.register().clone(), self.bounds().organisations_per_peer);
        let known = self.description().map(|description| Arc::clone(&description.held));
        let read = self.read(move |reader| {
            let reader = DescriptionReader {
                reader: reader.clone(),
                most,
                known,
            };
            Ok(PeerDescription::read(answer, &expected, round_trip, &reader))
        });
        read.await?
    }

    /// Fetches the description over the connection of a request whose answer does not match the known description: the peer
    /// holds other organisations, was restored, or is another register.
    pub(crate) async fn refresh_description(&self, client: &Client, allowed: Duration) -> Result<(), PeerProblem> {
        let begin = Instant::now();
        if !self.may_refresh(begin) {
            return Err(self.report_bad(BadAnswer::new("it keeps changing its organisations")));
        }
        let description = match client.describe(self.answer_limits(), allowed).await {
            Ok(answer) => self.read_description(answer, begin.elapsed()).await,
            Err(error) => Err(PeerProblem::of(&error)),
        };
        match description {
            Ok(description) => {
                self.update_description(description).await;
                Ok(())
            }
            Err(problem) => {
                self.record_failure(problem.clone(), allowed >= self.budget());
                Err(problem)
            }
        }
    }

    fn may_refresh(&self, now: Instant) -> bool {
        self.refreshes.lock().unwrap_or_else(PoisonError::into_inner).may_refresh(now)
    }

    async fn mark_reachable(&self, client: Client, description: PeerDescription) {
        let now = self.clock.now();
        let register = self.register();
        let description = Arc::new(description);
        if self.mode() == PeerMode::Query {
            // The holdings of a copied peer come from the copy, at the same position as its officers. A queried peer is used only
            // once a decision covers its claims.
            let claim = self.update_holdings(claims_of(&description)).await;
            self.decisions.wait_for(claim).await;
        }
        metrics::gauge!("mwr_peer_round_trip_seconds", "peer" => register.to_string()).set(description.round_trip.as_secs_f64());
        self.description.store(Some(description));
        let mut state = self.lock();
        let before = state.circuit.state();
        state.circuit.probe_succeeded();
        state.client = Some(client);
        state.last_contact = Some(now);
        let had_problem = state.problem.take().is_some();
        drop(state);
        if before != CircuitState::Closed {
            if had_problem {
                tracing::info!(peer.id = %register, "peer `{register}` answers again");
            }
            self.show_circuit(CircuitState::Closed);
        }
        gauge_of_contact(register, now);
    }
}

// Seconds since 1970 are exact in a float.
#[allow(clippy::cast_precision_loss)]
fn gauge_of_contact(register: &register::identifier::RegisterId, now: jiff::Timestamp) {
    metrics::gauge!("mwr_peer_last_contact_timestamp_seconds", "peer" => register.to_string()).set(now.as_second() as f64);
}
