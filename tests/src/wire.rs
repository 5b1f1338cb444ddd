//! Dials a node with any certificate, or none.
//!
//! Valid calls go through the crate `client`. This module is for calls that it refuses to make or does not have: wrong
//! certificates, invalid messages, reflection.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint, Uri};

use crate::pki::{Authority, Certificate};

/// The TLS configuration of a client.
pub fn client_config(trust: &Authority, identity: Option<&Certificate>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let anchor = CertificateDer::from_pem_slice(trust.pem().as_bytes()).expect("an authority's certificate is PEM");
    roots.add(anchor).expect("an authority's certificate is a trust anchor");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("the provider knows TLS 1.3")
        .with_root_certificates(roots);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let certificate = CertificateDer::from_pem_slice(identity.pem.as_bytes()).expect("a certificate is PEM");
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).expect("a key is PEM");
            let chain = vec![certificate];
            builder
                .with_client_auth_cert(chain, key)
                .expect("the key is the certificate's")
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// The TLS configuration of a server with the certificate `identity`, which accepts clients certified by `trust`.
pub fn server_config(trust: &Authority, identity: &Certificate) -> Arc<ServerConfig> {
    let mut roots = RootCertStore::empty();
    let anchor = CertificateDer::from_pem_slice(trust.pem().as_bytes()).expect("an authority's certificate is PEM");
    roots.add(anchor).expect("an authority's certificate is a trust anchor");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let certificate = CertificateDer::from_pem_slice(identity.pem.as_bytes()).expect("a certificate is PEM");
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).expect("a key is PEM");
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("the provider knows TLS 1.3")
        .with_client_cert_verifier(verifier.build().expect("there is a trust anchor"))
        .with_single_cert(vec![certificate], key)
        .expect("the key is the certificate's");
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// Opens a TLS connection to `https://127.0.0.1:PORT`. With TLS 1.3 a refused certificate shows only at the first read.
pub async fn connect(address: &str, config: Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
    let authority = address.trim_start_matches("https://");
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("127.0.0.1").expect("an address is a server name");
    TlsConnector::from(config).connect(name, stream).await
}

/// Creates a gRPC channel that connects when it is first used.
pub fn channel(address: &str, config: &Arc<ClientConfig>) -> Channel {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("an address is a URI");
    let address = address.to_owned();
    let config = Arc::clone(config);
    endpoint.connect_with_connector_lazy(tower::service_fn(move |_: Uri| {
        let (address, config) = (address.clone(), Arc::clone(&config));
        async move { connect(&address, config).await.map(TokioIo::new) }
    }))
}
