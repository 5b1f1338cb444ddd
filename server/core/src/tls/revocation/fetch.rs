//! Fetches revocation lists over plain HTTP, as issuers publish them: the signature protects a list, not the connection.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The time limit of a fetch.
const WITHIN: Duration = Duration::from_secs(30);

/// The maximum size of a list, in bytes. Those of PKIoverheid have at most a few MB.
const MAX_BYTES: usize = 32 << 20;

/// Fetches the list at `address`. The error completes "fetching the list failed: …" and contains nothing of the answer.
pub(crate) async fn fetch(address: &str) -> Result<Vec<u8>, String> {
    tokio::time::timeout(WITHIN, get(address))
        .await
        .unwrap_or_else(|_| Err(format!("there was no answer within {} seconds", WITHIN.as_secs())))
}

async fn get(address: &str) -> Result<Vec<u8>, String> {
    let uri: Uri = address.parse().map_err(|_| "the address is malformed".to_owned())?;
    let host = uri.host().ok_or("the address has no host")?;
    let port = uri.port_u16().unwrap_or(80);
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((name, port)).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path)
        .header(header::HOST, uri.authority().map_or(host, |authority| authority.as_str()))
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(format!("the status is {}", response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
        body.map(|body| body.to_bytes().to_vec())
            .map_err(|_| format!("the answer broke off or is larger than {} MiB", MAX_BYTES >> 20))
    };
    // The connection works only while it is polled. Its own errors reach the exchange too.
    let (answer, _) = tokio::join!(exchange, connection);
    answer
}
