//! Handshakes over real sockets: which clients are accepted, and what changes without a restart.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt as _;
use jiff::{SignedDuration, ToSpan as _};
use pki::{Authority, Issued, Subject};
use register::clock::FixedClock;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use super::*;
use crate::config::ListenSettings;
use crate::error::Reason;
use crate::lifecycle::Tasks;

mod lists;

const OIN: &str = "00000099000000001000";

/// The TLS of a listening node, with its files in a temporary folder.
struct Node {
    folder: tempfile::TempDir,
    authority: Authority,
    clock: Arc<FixedClock>,
    tls: Arc<NodeTls>,
    address: SocketAddr,
    incoming: Incoming,
    tasks: Tasks,
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn settings(folder: &Path) -> TlsSettings {
    TlsSettings {
        certificate: Some(folder.join("node.pem")),
        key: Some(folder.join("node.key")),
        trust_anchors: vec![folder.join("ca.pem")],
        reload_every: Duration::from_secs(1),
        ..TlsSettings::default()
    }
}

fn write_certificate(folder: &Path, issued: &Issued) {
    std::fs::write(folder.join("node.pem"), &issued.certificate_pem).unwrap();
    std::fs::write(folder.join("node.key"), &issued.key_pem).unwrap();
}

impl Node {
    async fn start(change: impl FnOnce(&mut TlsSettings, &Authority)) -> Self {
        Self::start_with_limit(change, ListenSettings::default().connections).await
    }

    async fn start_with_limit(change: impl FnOnce(&mut TlsSettings, &Authority), connections: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new("Test CA", now()).unwrap();
        std::fs::write(folder.path().join("ca.pem"), &authority.certificate_pem).unwrap();
        let node = authority.issue(&Subject::local_node(OIN), now(), now() + 48.hours()).unwrap();
        write_certificate(folder.path(), &node);
        let mut tls = settings(folder.path());
        change(&mut tls, &authority);
        let clock = Arc::new(FixedClock::new(now()));
        let remembered = RememberedLists::at(folder.path());
        let tls = NodeTls::start(&tls, remembered, clock.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tasks = Tasks::new();
        let listen = ListenSettings {
            handshake_within: Duration::from_secs(1),
            connections,
            ..ListenSettings::default()
        };
        let incoming = accept(listener, tls.clone(), &listen, clock.clone(), &tasks);
        Self {
            folder,
            authority,
            clock,
            tls,
            address,
            incoming,
            tasks,
        }
    }

    fn client(&self, oin: Option<&str>) -> Issued {
        let subject = Subject {
            oin,
            ..Subject::client("client", "")
        };
        self.authority.issue(&subject, now(), now() + 24.hours()).unwrap()
    }

    /// Connects with `certificate`. In TLS 1.3 a client learns of a refusal only when it reads, so this waits for the client's
    /// read and for the node's accept.
    async fn connect(&mut self, certificate: Option<&Issued>) -> Result<Connection, String> {
        self.connect_by(client_config(&self.authority, certificate)).await
    }

    async fn connect_by(&mut self, config: ClientConfig) -> Result<Connection, String> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
            Ok(stream) => stream,
            Err(error) => return Err(error.to_string()),
        };
        let mut byte = [0];
        tokio::select! {
            connection = self.incoming.next() => Ok(connection.unwrap().unwrap()),
            read = stream.read(&mut byte) => Err(read.unwrap_err().to_string()),
        }
    }

    async fn accepted(&mut self, certificate: &Issued) -> Connection {
        self.connect(Some(certificate)).await.unwrap()
    }
}

fn client_config(authority: &Authority, certificate: Option<&Issued>) -> ClientConfig {
    client_config_of(
        authority,
        certificate,
        aws_lc_rs::default_provider(),
        rustls::DEFAULT_VERSIONS,
    )
}

fn client_config_of(
    authority: &Authority,
    certificate: Option<&Issued>,
    provider: rustls::crypto::CryptoProvider,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.certificate_pem.as_bytes()).unwrap())
        .unwrap();
    let time: Arc<dyn rustls::time_provider::TimeProvider> = Arc::new(FixedTime);
    let builder = ClientConfig::builder_with_details(Arc::new(provider), time)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some(issued) => {
            let key = PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![issued.der.clone()], key).unwrap()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// The client's clock: the time at which the certificates were made.
#[derive(Debug)]
struct FixedTime;

impl rustls::time_provider::TimeProvider for FixedTime {
    fn current_time(&self) -> Option<rustls_pki_types::UnixTime> {
        Some(super::time::unix_time(now()))
    }
}

fn oin_of(connection: &Connection) -> Option<String> {
    use tonic::transport::server::Connected as _;
    connection.connect_info().caller.map(|caller| caller.acting.oin().to_string())
}

#[tokio::test]
async fn caller_is_identified_by_the_oin_in_its_certificate() {
    let mut node = Node::start(|_, _| {}).await;
    let certificate = node.client(Some(OIN));
    let connection = node.accepted(&certificate).await;
    assert_eq!(oin_of(&connection).as_deref(), Some(OIN));
}

#[tokio::test]
async fn missing_certificate_and_wrong_issuer_are_refused() {
    let mut node = Node::start(|_, _| {}).await;
    assert!(node.connect(None).await.unwrap_err().contains("CertificateRequired"));

    let stranger = Authority::new("Another CA", now()).unwrap();
    let foreign = stranger
        .issue(&Subject::client("client", OIN), now(), now() + 24.hours())
        .unwrap();
    assert!(node.connect(Some(&foreign)).await.is_err());

    let certificate = node.client(Some(OIN));
    node.accepted(&certificate).await;
}

#[tokio::test]
async fn expired_certificate_is_refused() {
    let mut node = Node::start(|_, _| {}).await;
    let certificate = node.client(Some(OIN));
    node.clock.advance(SignedDuration::from_hours(25));
    let refused = node.connect(Some(&certificate)).await.unwrap_err();
    assert!(refused.contains("CertificateExpired"), "{refused}");
}

#[tokio::test]
async fn certificate_without_oin_has_no_caller() {
    let mut node = Node::start(|_, _| {}).await;
    let certificate = node.client(None);
    let connection = node.accepted(&certificate).await;
    assert_eq!(oin_of(&connection), None);
}

#[tokio::test]
async fn plain_text_and_silent_clients_block_nobody() {
    use tokio::io::AsyncWriteExt as _;
    let mut node = Node::start(|_, _| {}).await;
    let _silent = TcpStream::connect(node.address).await.unwrap();
    let mut plain = TcpStream::connect(node.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let certificate = node.client(Some(OIN));
    node.accepted(&certificate).await;
}

#[tokio::test]
async fn post_quantum_key_exchange_is_preferred_and_can_be_required() {
    let classic = || rustls::crypto::CryptoProvider {
        kx_groups: vec![aws_lc_rs::kx_group::X25519],
        ..aws_lc_rs::default_provider()
    };
    for required in [false, true] {
        let mut node = Node::start(|tls, _| tls.require_post_quantum = required).await;
        let certificate = node.client(Some(OIN));
        let connection = node.accepted(&certificate).await;
        assert_eq!(connection.key_exchange(), Some(rustls::NamedGroup::X25519MLKEM768));
        let config = client_config_of(&node.authority, Some(&certificate), classic(), rustls::DEFAULT_VERSIONS);
        assert_eq!(node.connect_by(config).await.is_err(), required);
    }
}

#[tokio::test]
async fn tls_1_2_needs_a_setting() {
    for allowed in [false, true] {
        let mut node = Node::start(|tls, _| tls.allow_tls12 = allowed).await;
        let certificate = node.client(Some(OIN));
        let old = &[&rustls::version::TLS12];
        let config = client_config_of(&node.authority, Some(&certificate), aws_lc_rs::default_provider(), old);
        assert_eq!(node.connect_by(config).await.is_ok(), allowed);
    }
}

#[tokio::test]
async fn caller_beyond_the_connection_limit_waits() {
    let mut node = Node::start_with_limit(|_, _| {}, 1).await;
    let certificate = node.client(Some(OIN));
    let first = node.accepted(&certificate).await;
    let second = tokio::time::timeout(Duration::from_millis(200), node.connect(Some(&certificate))).await;
    assert!(second.is_err(), "the limit was reached");
    drop(first);
    node.accepted(&certificate).await;
}

#[tokio::test]
async fn revoked_certificate_is_refused_also_on_an_open_connection() {
    let mut node = Node::start(|tls, authority| {
        let file = tls.trust_anchors[0].with_file_name("crl.pem");
        std::fs::write(&file, authority.revocation_list(&[], now()).unwrap()).unwrap();
        tls.crls = vec![file];
    })
    .await;
    let (good, bad) = (node.client(Some(OIN)), node.client(Some(OIN)));
    let open = node.accepted(&bad).await;

    let list = node.authority.revocation_list(&[&bad], now()).unwrap();
    std::fs::write(node.folder.path().join("crl.pem"), list).unwrap();
    node.tls.reload().unwrap();

    let refused = node.connect(Some(&bad)).await.unwrap_err();
    assert!(refused.contains("CertificateRevoked"), "{refused}");
    node.accepted(&good).await;
    use tonic::transport::server::Connected as _;
    let caller = open.connect_info().caller.unwrap();
    assert_eq!(caller.still_valid(now()).unwrap_err().reason(), Reason::CertRevoked);
}

#[tokio::test]
async fn changed_files_are_reloaded_and_bad_ones_ignored() {
    let mut node = Node::start(|_, _| {}).await;
    let until = node.tls.certificate_until();
    node.tasks.spawn(reload_until_shutdown(node.tls.clone(), node.tasks.clone()));

    std::fs::write(node.folder.path().join("node.pem"), "not a certificate").unwrap();
    let faults = node.tls.reload().unwrap_err().to_string();
    assert!(faults.contains("tls.certificate"), "{faults}");
    let certificate = node.client(Some(OIN));
    node.accepted(&certificate).await;

    let renewed = node
        .authority
        .issue(&Subject::local_node(OIN), now(), now() + 72.hours())
        .unwrap();
    write_certificate(node.folder.path(), &renewed);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while node.tls.certificate_until() == until {
        assert!(tokio::time::Instant::now() < deadline, "the new certificate was not loaded");
        tokio::task::yield_now().await;
    }
    node.tasks.shutdown().cancel();
    assert!(node.tasks.ended().await);
}

#[test]
fn all_faults_of_the_files_are_reported_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Test CA", now()).unwrap();
    let (one, other) = (Subject::local_node(OIN), Subject::client("client", OIN));
    let one = authority.issue(&one, now(), now() + 1.hours()).unwrap();
    let other = authority.issue(&other, now(), now() + 1.hours()).unwrap();
    std::fs::write(folder.path().join("ca.pem"), &authority.certificate_pem).unwrap();
    std::fs::write(folder.path().join("node.pem"), &one.certificate_pem).unwrap();
    std::fs::write(folder.path().join("node.key"), &other.key_pem).unwrap();
    let load = |at: Timestamp, tls: &TlsSettings| {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(at));
        Material::load(tls, &RememberedLists::default(), &[], &clock)
            .unwrap_err()
            .to_string()
    };
    let tls = settings(folder.path());
    assert!(load(now(), &tls).contains("does not belong to the certificate"));
    assert!(load(now() + 2.hours(), &tls).contains("expired"));

    std::fs::write(
        folder.path().join("crl.pem"),
        Authority::new("Another CA", now())
            .unwrap()
            .revocation_list(&[], now())
            .unwrap(),
    )
    .unwrap();
    let tls = TlsSettings {
        crls: vec![folder.path().join("crl.pem")],
        trust_anchors: vec![folder.path().join("ca.pem"), folder.path().join("missing.pem")],
        ..tls
    };
    let faults = load(now(), &tls);
    assert!(
        faults.contains("missing.pem") && faults.contains("no revocation list of the issuer"),
        "{faults}"
    );
}
