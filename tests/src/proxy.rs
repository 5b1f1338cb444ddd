//! Injects faults between a node and its peer: a TCP proxy that can be slow, silent or away, cut connections or send garbage.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The fault that a proxy injects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// None: it forwards all bytes.
    None,
    /// It delays each piece by this long.
    Slow(Duration),
    /// It accepts connections and forwards nothing in either direction.
    BlackHole,
    /// It does not listen: the system refuses new connections, and open ones are closed.
    Refuse,
    /// It answers with bytes that are not TLS.
    Garbage,
    /// It cuts each connection, open or new, after this many bytes from the peer.
    CutAfter(usize),
}

/// The number of bytes that a proxy has forwarded so far, on all its connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// To the peer.
    pub to_peer: u64,
    /// To the caller.
    pub to_caller: u64,
}

#[derive(Debug, Default)]
struct Counters {
    to_peer: AtomicU64,
    to_caller: AtomicU64,
}

/// A proxy in front of an address.
#[derive(Debug)]
pub struct Proxy {
    /// Its address, `https://127.0.0.1:PORT`.
    pub address: String,
    faults: watch::Sender<Fault>,
    target: watch::Sender<String>,
    counters: Arc<Counters>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Starts a proxy to `target`, `https://127.0.0.1:PORT`, without a fault.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let (faults, fault) = watch::channel(Fault::None);
        let target = watch::Sender::new(authority_of(target));
        let counters = Arc::<Counters>::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, target.subscribe(), fault, Arc::clone(&counters)));
        Self {
            address: format!("https://127.0.0.1:{port}"),
            faults,
            target,
            counters,
            _tasks: tasks,
        }
    }

    /// Changes the fault, for open connections too.
    pub fn set(&self, fault: Fault) {
        self.faults.send_replace(fault);
    }

    /// Changes the target, as after a restart on other ports or when another node has the address. Closes open connections.
    pub fn lead_to(&self, target: &str) {
        self.target.send_replace(authority_of(target));
    }

    /// The number of bytes forwarded so far.
    pub fn passed(&self) -> Passed {
        Passed {
            to_peer: self.counters.to_peer.load(Ordering::Relaxed),
            to_caller: self.counters.to_caller.load(Ordering::Relaxed),
        }
    }
}

fn authority_of(address: &str) -> String {
    address.trim_start_matches("https://").to_owned()
}

async fn accept(
    mut listener: TcpListener,
    target: watch::Receiver<String>,
    mut fault: watch::Receiver<Fault>,
    counters: Arc<Counters>,
) {
    let mut connections = JoinSet::new();
    loop {
        if *fault.borrow_and_update() == Fault::Refuse {
            let Some(again) = be_refused(listener, &mut fault).await else {
                return;
            };
            listener = again;
        }
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { return };
                connections.spawn(serve(stream, target.clone(), fault.clone(), Arc::clone(&counters)));
                while connections.try_join_next().is_some() {}
            }
            changed = fault.changed() => if changed.is_err() { return },
        }
    }
}

/// Does not listen until the fault changes. A bound socket that does not listen keeps the port.
async fn be_refused(listener: TcpListener, fault: &mut watch::Receiver<Fault>) -> Option<TcpListener> {
    let address = listener.local_addr().expect("a bound socket has an address");
    drop(listener);
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.set_reuseaddr(true).expect("a socket takes the option");
    socket.bind(address).expect("the port was bound until now");
    fault.wait_for(|fault| *fault != Fault::Refuse).await.ok()?;
    Some(socket.listen(128).expect("a bound socket can be listened on"))
}

async fn serve(
    mut stream: TcpStream,
    mut target: watch::Receiver<String>,
    mut fault: watch::Receiver<Fault>,
    counters: Arc<Counters>,
) {
    let now = *fault.borrow_and_update();
    match now {
        Fault::Refuse => return,
        Fault::Garbage => {
            let _ = stream
                .write_all(b"\x00\xff this is no TLS, and was never meant to be \xde\xad\xbe\xef")
                .await;
            let _ = stream.shutdown().await;
            return;
        }
        _ => {}
    }
    let address = target.borrow_and_update().clone();
    let Ok(peer) = TcpStream::connect(&address).await else {
        return;
    };
    let _ = (stream.set_nodelay(true), peer.set_nodelay(true));
    let (from_caller, to_caller) = stream.into_split();
    let (from_peer, to_peer) = peer.into_split();
    let left = Arc::new(std::sync::Mutex::new(None));
    tokio::select! {
        () = pass(from_caller, to_peer, fault.clone(), None, &counters.to_peer) => {}
        () = pass(from_peer, to_caller, fault, Some(left), &counters.to_caller) => {}
        // The target has changed, or the proxy was dropped.
        _ = target.changed() => {}
    }
}

/// Forwards bytes subject to the current fault, and counts them. `left` counts the peer's bytes before a cut.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut fault: watch::Receiver<Fault>,
    left: Option<Arc<std::sync::Mutex<Option<usize>>>>,
    passed: &AtomicU64,
) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let now = *fault.borrow_and_update();
        match now {
            Fault::Refuse | Fault::Garbage => return,
            Fault::BlackHole => {
                if fault.changed().await.is_err() {
                    return;
                }
                continue;
            }
            _ => {}
        }
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            changed = fault.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        let Ok(length @ 1..) = read else { return };
        let mut length = length;
        match now {
            Fault::Slow(pause) => tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // Forwards the delayed piece at once. The next piece is subject to the new fault.
                _ = fault.changed() => fault.mark_changed(),
            },
            Fault::CutAfter(most) => {
                if let Some(left) = &left {
                    let mut left = left.lock().expect("nobody panics while holding it");
                    let remaining = left.get_or_insert(most);
                    length = length.min(*remaining);
                    *remaining -= length;
                }
            }
            _ => {}
        }
        if length == 0 || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
        passed.fetch_add(length as u64, Ordering::Relaxed);
    }
}
