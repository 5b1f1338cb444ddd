//! Connecting over real TLS: accepted and refused certificates, and the errors of a refusal. The server speaks TLS and the
//! standard health service only.

#![allow(clippy::unwrap_used, reason = "helpers of a test fail like the test")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use client::settings::{Endpoint, Identity, Settings};
use client::{Client, Distrust, Error, Refusal, RetryPolicy};
use jiff::Timestamp;
use pki::{Authority, Subject};
use register::oin::Oin;
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const A_DAY: Duration = Duration::from_secs(24 * 3600);
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// A certificate authority and the files of the certificates that it issued.
struct Pki {
    folder: TempDir,
    authority: Authority,
}

impl Pki {
    fn new(name: &str) -> Self {
        let authority = Authority::new(name, now() - A_YEAR).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), &authority.certificate_pem).unwrap();
        Self { folder, authority }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn issue(&self, name: &str) -> Identity {
        self.issue_until(name, now() + A_YEAR)
    }

    fn issue_until(&self, name: &str, end: Timestamp) -> Identity {
        let subject = Subject {
            common_name: name,
            oin: Some("00000099000000000001"),
            hosts: &["localhost"],
        };
        let issued = self.authority.issue(&subject, now() - A_YEAR, end).unwrap();
        let file = |kind: &str| self.folder.path().join(format!("{name}-{kind}.pem"));
        std::fs::write(file("certificate"), issued.certificate_pem).unwrap();
        std::fs::write(file("key"), issued.key_pem).unwrap();
        Identity {
            certificate: file("certificate"),
            key: file("key"),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "TLS compares certificates with the real clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Starts a node that accepts certificates of `pki` and serves health checks.
async fn start_node(pki: &Pki) -> SocketAddr {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    let read = |path: &Path| {
        CertificateDer::pem_file_iter(path)
            .unwrap()
            .collect::<Result<Vec<_>, _>>()
            .unwrap()
    };
    let mut anchors = RootCertStore::empty();
    anchors.add_parsable_certificates(read(&pki.ca()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(anchors), Arc::clone(&provider));
    let own = pki.issue("node");
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(read(&own.certificate), PrivateKeyDer::from_pem_file(&own.key).unwrap())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    // Failed handshakes are dropped; the next caller is served.
    let incoming = futures::stream::unfold((listener, acceptor), |(listener, acceptor)| async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                return Some((Ok::<_, std::io::Error>(stream), (listener, acceptor)));
            }
        }
    });
    let (_, health) = tonic_health::server::health_reporter();
    let node = tonic::transport::Server::builder()
        .add_service(health)
        .serve_with_incoming(incoming);
    #[allow(clippy::disallowed_methods, reason = "there is no node whose task tracker could be asked")]
    tokio::spawn(node);
    address
}

fn settings(address: SocketAddr, identity: Option<Identity>, ca: PathBuf) -> Settings {
    Settings {
        endpoints: vec![Endpoint::parse(&format!("https://localhost:{}", address.port())).unwrap()],
        identity,
        ca: vec![ca],
        server_name: None,
        oin: None,
        timeout: Duration::from_secs(10),
        sync_timeout: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(5),
        require_post_quantum: true,
    }
}

/// Connects and makes one call.
async fn ask(settings: &Settings) -> Result<bool, Error> {
    Client::connect_with(settings, RetryPolicy::default())
        .await?
        .is_serving("")
        .await
}

#[tokio::test]
async fn a_known_certificate_is_accepted() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let settings = settings(address, Some(pki.issue("caller")), pki.ca());
    assert!(ask(&settings).await.unwrap());
}

#[tokio::test]
async fn an_expired_certificate_is_reported() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let settings = settings(address, Some(pki.issue_until("late", now() - A_DAY)), pki.ca());
    let error = ask(&settings).await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refusal::Expired)), "{error:?}");
}

#[tokio::test]
async fn an_unknown_issuer_is_reported() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let settings = settings(address, Some(Pki::new("Other CA").issue("stranger")), pki.ca());
    // The temporary folder of the other authority is gone, and the files with it.
    assert!(matches!(ask(&settings).await.unwrap_err(), Error::Settings(_)));
    let foreign = Pki::new("Other CA");
    let settings = self::settings(address, Some(foreign.issue("stranger")), pki.ca());
    let error = ask(&settings).await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refusal::UnknownIssuer)), "{error:?}");
}

#[tokio::test]
async fn a_missing_certificate_is_reported_by_every_call() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let settings = settings(address, None, pki.ca());
    assert!(matches!(
        ask(&settings).await.unwrap_err(),
        Error::Refused(Refusal::NoCertificate)
    ));
    if let Ok(client) = Client::connect(&settings).await {
        for _ in 0..3 {
            let error = client.is_serving("").await.unwrap_err();
            assert!(matches!(error, Error::Refused(Refusal::NoCertificate)), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_node_of_an_unknown_issuer_is_not_trusted() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let other = Pki::new("Other CA");
    let settings = settings(address, Some(pki.issue("caller")), other.ca());
    let error = ask(&settings).await.unwrap_err();
    assert!(matches!(error, Error::Distrusted(Distrust::Certificate(_))), "{error:?}");
    assert!(error.to_string().contains("is not in `ca`"), "{error}");
}

#[tokio::test]
async fn only_a_node_with_the_expected_oin_is_trusted() {
    let pki = Pki::new("Test CA");
    let address = start_node(&pki).await;
    let mut settings = settings(address, Some(pki.issue("caller")), pki.ca());
    settings.oin = Some(Oin::parse("00000099000000000001").unwrap());
    ask(&settings).await.unwrap();
    settings.oin = Some(Oin::parse("00000099000000000002").unwrap());
    let error = ask(&settings).await.unwrap_err();
    assert!(matches!(error, Error::Distrusted(Distrust::OtherOin { .. })), "{error:?}");
    assert!(error.to_string().contains("OIN 00000099000000000001"), "{error}");
}

#[tokio::test]
async fn endpoints_are_tried_in_order_and_failures_named() {
    let pki = Pki::new("Test CA");
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut settings = settings(gone, Some(pki.issue("caller")), pki.ca());
    let error = ask(&settings).await.unwrap_err();
    assert!(
        error.is_retry_safe() && error.to_string().contains(&gone.port().to_string()),
        "{error}"
    );
    let address = start_node(&pki).await;
    let second = Endpoint::parse(&format!("localhost:{}", address.port())).unwrap();
    settings.endpoints.push(second);
    assert!(ask(&settings).await.unwrap());
}
