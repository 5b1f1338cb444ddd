//! Bare servers to compare a node with: one unary call of tonic over the mutual TLS of a node, and nothing else.
//!
//! Each runs in a process of its own, started from this program by a hidden command.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::io::Write as _;
use std::marker::PhantomData;
use std::path::Path;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Poll};

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
use tokio::process::Child;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// The path of the only call.
const PATH: &str = "/bare.Bare/Call";

/// A bare server in a process of its own, which ends with this value.
pub(crate) struct BareServer {
    authority: Authority,
    address: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl BareServer {
    /// Starts the hidden command `arguments` of this program, which is given the folder with `ca.pem`, `node.pem` and `node.key`
    /// as well. Waits until it prints its address.
    pub(crate) async fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = Authority::new("Bare CA");
        std::fs::write(folder.path().join("ca.pem"), authority.pem())?;
        authority.issue(&Leaf::server()).write(folder.path(), "node");
        let mut command = tokio::process::Command::new(std::env::current_exe()?);
        let command = command
            .args(arguments)
            .arg(folder.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn()?;
        let stdout = process.stdout.take().expect("standard output is piped");
        let address = tokio::io::BufReader::new(stdout).lines().next_line().await?;
        Ok(Self {
            authority,
            address: address.ok_or_else(|| anyhow::anyhow!("the bare server did not start"))?,
            process,
            _folder: folder,
        })
    }

    /// Connects as a professional.
    pub(crate) fn caller(&self) -> Caller {
        let identity = self.authority.issue(&Leaf::client(PROFESSIONAL_OIN));
        Caller::dial(&self.address, &wire::client_config(&self.authority, Some(&identity)))
    }

    /// The id of the process.
    pub(crate) fn process(&self) -> Option<u32> {
        self.process.id()
    }

    /// Ends the process.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.process.kill().await?)
    }
}

/// Calls the server of `caller`.
pub(crate) async fn call<Q, A>(caller: &Caller, message: Q) -> Result<A, Status>
where
    Q: prost::Message + Default + 'static,
    A: prost::Message + Default + 'static,
{
    let mut grpc = tonic::client::Grpc::new(caller.channel.clone());
    grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = http::uri::PathAndQuery::from_static(PATH);
    let answer = grpc.unary(Request::new(message), path, ProstCodec::<Q, A>::default());
    Ok(answer.await?.into_inner())
}

/// Serves `answer` until the process is killed. Prints the address on standard output.
pub(crate) async fn serve<Q, A>(folder: &Path, answer: impl Fn(Q) -> A + Send + Sync + 'static) -> anyhow::Result<()>
where
    Q: prost::Message + Default + 'static,
    A: prost::Message + Default + 'static,
{
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
    let service = Bare {
        answer: Arc::new(answer),
        messages: PhantomData::<fn(Q) -> A>,
    };
    let server = tonic::transport::Server::builder().add_service(service);
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
struct Bare<F, Q, A> {
    answer: Arc<F>,
    messages: PhantomData<fn(Q) -> A>,
}

impl<F, Q, A> Clone for Bare<F, Q, A> {
    fn clone(&self) -> Self {
        Self {
            answer: Arc::clone(&self.answer),
            messages: PhantomData,
        }
    }
}

impl<F, Q, A> NamedService for Bare<F, Q, A> {
    const NAME: &'static str = "bare.Bare";
}

impl<F, Q, A> tower::Service<http::Request<Body>> for Bare<F, Q, A>
where
    F: Fn(Q) -> A + Send + Sync + 'static,
    Q: prost::Message + Default + 'static,
    A: prost::Message + Default + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = Arc::clone(&self.answer);
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<A, Q>::default());
            let service = tower::service_fn(move |request: Request<Q>| {
                std::future::ready(Ok::<_, Status>(Response::new(answer(request.into_inner()))))
            });
            Ok(grpc.unary(service, request).await)
        })
    }
}
