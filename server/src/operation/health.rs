//! Asking a node how it is, from outside: what `maatwerkregister healthcheck` does.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// More than any answer of ours is long, but for the metrics.
const LONGEST_ANSWER: u64 = 4 << 20;

/// The status and body of `path` on a node's address for operation.
pub async fn check(address: SocketAddr, path: &str, patience: Duration) -> io::Result<(u16, String)> {
    tokio::time::timeout(patience, ask(address, path))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer in time"))?
}

/// A GET by hand: a client library for one line of request would be the larger part of the program.
async fn ask(address: SocketAddr, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(LONGEST_ANSWER).read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    match (status, body) {
        (Some(status), Some(body)) => Ok((status, body)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP")),
    }
}
