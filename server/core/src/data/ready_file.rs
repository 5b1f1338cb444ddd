//! The ready file: it exists while the node serves, and contains its addresses.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// The addresses of a node.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// gRPC.
    pub grpc: SocketAddr,
    /// Health and metrics.
    pub operation: SocketAddr,
    /// The public URL of the page, if there is one.
    pub web: Option<String>,
}

/// An existing ready file. Dropping it removes the file.
#[derive(Debug)]
pub struct ReadyFile {
    path: PathBuf,
}

#[derive(Serialize)]
struct Content {
    grpc: String,
    metrics: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    web: Option<String>,
    pid: u32,
}

impl ReadyFile {
    /// Removes a file that a killed node left behind.
    pub fn remove_stale(path: &Path) -> io::Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes the file atomically, by renaming it into place.
    pub fn write(path: &Path, grpc: SocketAddr, operation: SocketAddr, web: Option<&str>) -> io::Result<Self> {
        let content = Content {
            grpc: format!("https://{}", reachable(grpc)),
            metrics: format!("http://{}", reachable(operation)),
            web: web.map(str::to_owned),
            pid: std::process::id(),
        };
        let unfinished = unfinished(path)?;
        let mut file = std::fs::File::create(&unfinished)?;
        file.write_all(serde_json::to_string(&content)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        Ok(Self { path: path.to_owned() })
    }
}

impl ReadyFile {
    /// Tries whether the file could be written, without writing it. Folders that it makes for that are removed.
    pub fn check(path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder(path).ancestors().take_while(|folder| !folder.is_dir()).collect();
        let unfinished = unfinished(path);
        let outcome = unfinished.and_then(|file| std::fs::write(&file, b"").and_then(|()| std::fs::remove_file(&file)));
        for folder in missing {
            // A folder that was not made, or that somebody uses by now.
            let _ = std::fs::remove_dir(folder);
        }
        outcome
    }
}

/// The folder of a ready file.
fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// The temporary file beside the ready file. Creates the folder if it does not exist.
fn unfinished(path: &Path) -> io::Result<PathBuf> {
    let folder = folder(path);
    std::fs::create_dir_all(folder)?;
    Ok(folder.join(format!(".ready-{}", std::process::id())))
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        if let Err(error) = Self::remove_stale(&self.path) {
            tracing::warn!(%error, "removing the ready file failed");
        }
    }
}

/// An address that can be dialled on this machine: replaces an unspecified address by localhost.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut reachable = address;
    if address.ip().is_unspecified() {
        match address {
            SocketAddr::V4(_) => reachable.set_ip(std::net::Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(_) => reachable.set_ip(std::net::Ipv6Addr::LOCALHOST.into()),
        }
    }
    reachable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_exists_while_the_node_serves() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/ready.json");
        let file = ReadyFile::write(
            &path,
            ([0, 0, 0, 0], 8443).into(),
            ([127, 0, 0, 1], 9464).into(),
            Some("https://localhost:8445"),
        )
        .unwrap();
        let content: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(content["grpc"], "https://127.0.0.1:8443");
        assert_eq!(content["metrics"], "http://127.0.0.1:9464");
        assert_eq!(content["web"], "https://localhost:8445");
        assert_eq!(content["pid"], std::process::id());
        drop(file);
        assert!(!path.try_exists().unwrap());
        ReadyFile::remove_stale(&path).unwrap();
    }

    #[test]
    fn a_check_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        ReadyFile::check(&folder.path().join("deeper/still/ready.json")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert!(ReadyFile::check(&file.join("ready.json")).is_err());
        assert!(file.is_file());
    }
}
