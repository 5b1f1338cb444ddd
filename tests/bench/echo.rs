//! Measures a bare tonic echo over the same mutual TLS: the cost of the transport alone.

use std::convert::Infallible;
use std::io::Write as _;
use std::path::Path;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Poll};

use proto::v1::SuggestRequest;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tests::caller::Caller;
use tests::pki::{Authority, Leaf};
use tests::wire;
use tests::world::PROFESSIONAL_OIN;
use tokio::io::AsyncBufReadExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::load::{self, Effort, Measured};

const PATH: &str = "/echo.Echo/Echo";

/// Measures the echo in a process of its own.
pub(crate) async fn measure(effort: Effort) -> anyhow::Result<Measured> {
    let folder = tempfile::tempdir()?;
    let authority = Authority::new("Echo CA");
    std::fs::write(folder.path().join("ca.pem"), authority.pem())?;
    authority.issue(&Leaf::server()).write(folder.path(), "node");
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    let command = command
        .arg("echo")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut server = command.spawn()?;
    let stdout = server.stdout.take().expect("standard output is piped");
    let address = tokio::io::BufReader::new(stdout).lines().next_line().await?;
    let address = address.ok_or_else(|| anyhow::anyhow!("the echo did not start"))?;

    let caller = || {
        let identity = authority.issue(&Leaf::client(PROFESSIONAL_OIN));
        Caller::dial(&address, &wire::client_config(&authority, Some(&identity)))
    };
    let callers = (0..effort.connections).map(|_| caller()).collect();
    let measured = load::run(Ask, callers, effort).await?;
    server.kill().await?;
    Ok(measured)
}

struct Ask;

impl load::Request for Ask {
    async fn send(&self, caller: &Caller, _number: usize) -> Result<(), Status> {
        let mut grpc = tonic::client::Grpc::new(caller.channel.clone());
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let message = SuggestRequest {
            text: "eigen bijdrage te hoog na opname echtgenoot".to_owned(),
            limit: 10,
            ..Default::default()
        };
        let codec = ProstCodec::<SuggestRequest, SuggestRequest>::default();
        let answer = grpc
            .unary(Request::new(message), http::uri::PathAndQuery::from_static(PATH), codec)
            .await?;
        debug_assert_eq!(answer.into_inner().limit, 10);
        Ok(())
    }
}

/// Serves the echo until it is killed. Prints its address on standard output.
pub(crate) async fn serve(folder: &Path) -> anyhow::Result<()> {
    let acceptor = TlsAcceptor::from(server_config(folder)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "https://{}", listener.local_addr()?)?;
    stdout.flush()?;
    let (sender, incoming) = tokio::sync::mpsc::channel(16);
    let accept = async {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = acceptor.accept(stream).await;
            if sender.send(connection).await.is_err() {
                return Ok::<(), std::io::Error>(());
            }
        }
    };
    let server = tonic::transport::Server::builder().add_service(Echo);
    let server = server.serve_with_incoming(ReceiverStream::new(incoming));
    tokio::select! {
        ended = accept => ended?,
        ended = server => ended?,
    }
    Ok(())
}

/// The TLS configuration of a node.
fn server_config(folder: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem"))?)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let chain = vec![CertificateDer::from_pem_file(folder.join("node.pem"))?];
    let key = PrivateKeyDer::from_pem_file(folder.join("node.key"))?;
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])?;
    let mut config = builder.with_client_cert_verifier(verifier).with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}

/// The service, without generated code: one call under any name.
#[derive(Clone, Debug)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "echo.Echo";
}

impl UnaryService<SuggestRequest> for Echo {
    type Response = SuggestRequest;
    type Future = std::future::Ready<Result<Response<SuggestRequest>, Status>>;

    fn call(&mut self, request: Request<SuggestRequest>) -> Self::Future {
        std::future::ready(Ok(Response::new(request.into_inner())))
    }
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<SuggestRequest, SuggestRequest>::default());
            Ok(grpc.unary(Echo, request).await)
        })
    }
}
