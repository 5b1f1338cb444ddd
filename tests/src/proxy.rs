//! A TCP proxy with faults: between a node and its peer, to be slow, silent, gone, cut or mad at will.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a proxy does with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Passes them on.
    None,
    /// Passes each piece on after so long.
    Slow(Duration),
    /// Accepts connections and passes nothing on, in either direction.
    BlackHole,
    /// Nobody listens: the system refuses connections, and those that are open are closed.
    Refuse,
    /// Answers with bytes that are no TLS.
    Garbage,
    /// Cuts open connections after so many more bytes of the peer; new ones as well.
    CutAfter(usize),
}

/// How many bytes a proxy has passed on so far, of all its connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// To the peer.
    pub to_peer: u64,
    /// To who called it.
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
    /// Where it listens, `https://127.0.0.1:PORT`.
    pub address: String,
    faults: watch::Sender<Fault>,
    target: watch::Sender<String>,
    counters: Arc<Counters>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// A proxy to `target`, `https://127.0.0.1:PORT`, that passes everything on.
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

    /// Does this with the bytes from now on, of open connections too.
    pub fn set(&self, fault: Fault) {
        self.faults.send_replace(fault);
    }

    /// Leads elsewhere, as when a node was started again and has other ports, or another stands in its place. Connections that
    /// are open are closed.
    pub fn lead_to(&self, target: &str) {
        self.target.send_replace(authority_of(target));
    }

    /// What it has passed on so far.
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

/// Until the fault is mended nobody listens. The port stays ours: a socket that is bound and does not listen keeps it.
async fn be_refused(listener: TcpListener, fault: &mut watch::Receiver<Fault>) -> Option<TcpListener> {
    let address = listener.local_addr().expect("a bound socket has an address");
    drop(listener);
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.set_reuseaddr(true).expect("a socket takes the option");
    socket.bind(address).expect("the port was ours a moment ago");
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
        // Another stands there now, or nobody needs the proxy any more.
        _ = target.changed() => {}
    }
}

/// Passes bytes on as the fault of the moment says, and counts them. `left` counts the peer's bytes before a cut.
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
                // What was held back goes on at once; what comes now is looked at next.
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
