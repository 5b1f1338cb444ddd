//! Queries the health endpoints of a node, for `maatwerkregister healthcheck`.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Maximum size of a response, in bytes.
const MAX_RESPONSE_BYTES: u64 = 4 << 20;

/// Returns the status and body of `path` on the operation address of a node. Fails after `time_limit`.
pub async fn check(address: SocketAddr, path: &str, time_limit: Duration) -> io::Result<(u16, String)> {
    tokio::time::timeout(time_limit, get(address, path))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no response in time"))?
}

/// Sends a GET request. It is written by hand because a client library would be larger than all of its use here.
async fn get(address: SocketAddr, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.take(MAX_RESPONSE_BYTES).read_to_string(&mut response).await?;
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    match (status, body) {
        (Some(status), Some(body)) => Ok((status, body)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the response is not HTTP")),
    }
}
