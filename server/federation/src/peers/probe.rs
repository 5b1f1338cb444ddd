//! The background of a peer: connects, asks what it is, closes the circuit, and tries again when it fails.

use std::sync::Arc;
use std::time::Duration;

use client::{Client, Distrust, Error};
use rand::RngCore;
use register::peer::PeerMode;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{CircuitState, Described, Peer, Trouble};

/// How often a peer that is well is asked how it is.
const EVERY: Duration = Duration::from_secs(15);

/// How long a description may take at least: nobody waits for it.
const DESCRIBE: Duration = Duration::from_secs(3);

impl Peer {
    /// Until the node stops, or the peer is no peer any more.
    pub(crate) async fn keep_probing(self: Arc<Self>, mut random: Box<dyn RngCore + Send>, shutdown: CancellationToken) {
        loop {
            let probe = async {
                self.begin_trying();
                self.probe().await;
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.stop.cancelled() => return,
                () = probe => {}
            }
            let pause = match self.circuit() {
                CircuitState::Closed => EVERY,
                CircuitState::Open | CircuitState::HalfOpen => self.lock().circuit.pause(&mut *random),
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                // A request has found it away: it is tried again after the circuit's pause.
                () = self.wake.notified() => {
                    let pause = self.lock().circuit.pause(&mut *random);
                    tokio::select! {
                        () = shutdown.cancelled() => return,
                        () = self.stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
    }

    fn begin_trying(&self) {
        let mut state = self.lock();
        let before = state.circuit.state();
        state.circuit.trying();
        let after = state.circuit.state();
        drop(state);
        if before != after {
            self.show_circuit(after);
        }
    }

    async fn probe(&self) {
        let client = self.lock().client.clone();
        match self.describe(client).await {
            Ok((client, described)) => self.is_well(client, described).await,
            Err(trouble) => self.failed(trouble, true),
        }
    }

    /// Asks what it is, over `client` or a new connection.
    pub(super) async fn describe(&self, client: Option<Client>) -> Result<(Client, Described), Trouble> {
        let client = match client {
            Some(client) => client,
            None => {
                let longest = self.dialling.longest() + Duration::from_secs(1);
                match tokio::time::timeout(longest, self.dialling.connect()).await {
                    Ok(connected) => connected.map_err(|error| Trouble::of(&error))?,
                    Err(_) => return Err(Trouble::of(&Error::Deadline(longest))),
                }
            }
        };
        let allowed = self.budget().max(DESCRIBE);
        let begin = Instant::now();
        let answer = client.describe(allowed).await.map_err(|error| Trouble::of(&error))?;
        // A connection outlives the certificate that it began with.
        let certificate = client.peer_certificate();
        if certificate.is_some_and(|certificate| certificate.until < self.clock.now()) {
            let expired = Distrust::Certificate("its certificate has expired".to_owned());
            return Err(Trouble::of(&Error::Distrusted(expired)));
        }
        let described = Described::read(answer, self.register(), begin.elapsed())?;
        Ok((client, described))
    }

    /// Asks what it is over the connection of a question, because its answer is not that of the register that was described:
    /// it holds something else, was restored, or another one stands there.
    pub(crate) async fn describe_anew(&self, client: &Client, allowed: Duration) -> Result<(), Trouble> {
        let begin = Instant::now();
        let described = match client.describe(allowed).await {
            Ok(answer) => Described::read(answer, self.register(), begin.elapsed()),
            Err(error) => Err(Trouble::of(&error)),
        };
        match described {
            Ok(described) => {
                self.learn(described);
                Ok(())
            }
            Err(trouble) => {
                self.failed(trouble.clone(), allowed >= self.budget());
                Err(trouble)
            }
        }
    }

    async fn is_well(&self, client: Client, described: Described) {
        let now = self.clock.now();
        let register = self.register();
        if self.mode() == PeerMode::Query {
            // Of a copied peer the copy tells, which is at one position with its officers. It is asked once it is known
            // what its answer counts for.
            let claim = self.holds(described.claims());
            self.decisions.heard(claim).await;
        }
        metrics::gauge!("mwr_peer_round_trip_seconds", "peer" => register.to_string()).set(described.round_trip.as_secs_f64());
        self.described.store(Some(Arc::new(described)));
        let mut state = self.lock();
        let before = state.circuit.state();
        state.circuit.is_well();
        state.client = Some(client);
        state.last_contact = Some(now);
        let had_trouble = state.trouble.take().is_some();
        drop(state);
        if before != CircuitState::Closed {
            if had_trouble {
                tracing::info!(peer.id = %register, "peer `{register}` answers again");
            }
            self.show_circuit(CircuitState::Closed);
        }
        gauge_of_contact(register, now);
    }
}

// A gauge is a float, and seconds since 1970 are far below what one holds exactly.
#[allow(clippy::cast_precision_loss)]
fn gauge_of_contact(register: &register::identifier::RegisterId, now: jiff::Timestamp) {
    metrics::gauge!("mwr_peer_last_contact_timestamp_seconds", "peer" => register.to_string()).set(now.as_second() as f64);
}
