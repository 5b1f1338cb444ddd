//! Certificates and revocation lists are reloaded without a restart. With a bad file, the last good one stays in use.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use proto::v1::WatchChangesRequest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tests::eventually::{DEADLINE, eventually};
use tests::files::replace;
use tests::node::{Node, NodeOptions, Prepared};
use tests::pki::{Authority, Certificate, Leaf};
use tests::refusal::{reason, refused};
use tests::watch::{Watch, names};
use tests::wire;
use tests::world::{CAK, PROFESSIONAL_OIN, officer_name, officers, publisher_oin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The certificate that the node presents to a new connection.
async fn shown(node: &Node) -> Vec<u8> {
    let identity = node.certificate(PROFESSIONAL_OIN);
    let config = wire::client_config(&node.authority, Some(&identity));
    let stream = wire::connect(&node.ready.grpc, config).await.unwrap();
    let (_, connection) = stream.get_ref();
    connection.peer_certificates().unwrap()[0].to_vec()
}

fn der(certificate: &Certificate) -> Vec<u8> {
    CertificateDer::from_pem_slice(certificate.pem.as_bytes()).unwrap().to_vec()
}

#[tokio::test]
async fn the_nodes_certificate_is_renewed_without_a_restart() {
    let mut node = Node::start().await;
    let professional = node.professional();
    professional.find("", None).await.unwrap();
    let renewed = node.authority.issue(&Leaf::server());
    assert_ne!(shown(&node).await, der(&renewed));
    renewed.write(node.folder(), "node");
    node.process().signal("HUP");
    eventually(DEADLINE, "the new certificate was shown", async || {
        if shown(&node).await == der(&renewed) {
            Ok(())
        } else {
            Err("the old one is shown")
        }
    })
    .await;
    professional.find("", None).await.expect("an open connection is left alone");

    // A bad file is reported and changes nothing.
    replace(&node.folder().join("node.pem"), "geen certificaat");
    node.process().signal("HUP");
    eventually(DEADLINE, "the log reported the bad file", async || {
        let log = node.log();
        if log.contains("the last good one stays") {
            Ok(())
        } else {
            Err(log)
        }
    })
    .await;
    assert_eq!(shown(&node).await, der(&renewed));
    node.professional().find("", None).await.unwrap();
}

#[tokio::test]
async fn a_new_issuer_is_trusted_after_its_file_was_added() {
    let mut node = Node::start().await;
    let second = Authority::new("Proef CA G2");
    let client = second.issue(&Leaf::client(PROFESSIONAL_OIN));
    assert!(node.caller_with(&client).find("", None).await.is_err());

    let both = format!("{}{}", node.authority.pem(), second.pem());
    replace(&node.folder().join("ca.pem"), both);
    node.process().signal("HUP");
    eventually(DEADLINE, "the second issuer was trusted", async || {
        node.caller_with(&client).find("", None).await
    })
    .await;
    node.professional()
        .find("", None)
        .await
        .expect("the first issuer is trusted as before");
}

/// Starts a node with an empty revocation list at `list`.
async fn with_revocation_list(list: &Path) -> Node {
    let prepared = Prepared::new(NodeOptions::default().with("tls.crls", format!("[{list:?}]")));
    replace(list, prepared.authority().revoke(1, &[]));
    assert_eq!(prepared.init().await.0, 0);
    let node = prepared.start().await;
    node.fill().await;
    node
}

#[tokio::test]
async fn a_revoked_certificate_ends_a_watch_within_30_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("crl.pem");
    let node = with_revocation_list(&list).await;
    let stolen = node.certificate(PROFESSIONAL_OIN);
    let thief = node.caller_with(&stolen);
    // No progress for a minute: only the revocation can end the wait.
    let request = WatchChangesRequest {
        position: thief.position().await.ok(),
        progress_interval: Some(prost_types::Duration { seconds: 60, nanos: 0 }),
        ..Default::default()
    };
    let mut watch = Watch::open(&thief, request).await.unwrap();
    let honest = node.professional();
    let mut other = Watch::after(&honest, &honest.position().await.unwrap()).await;

    // Without a signal: the node notices the new list by itself.
    replace(&list, node.authority.revoke(2, &[&stolen]));
    let revoked = Instant::now();
    let status = watch.end().await;
    assert_eq!(reason(&status), "CERT_REVOKED", "{status:?}");
    assert!(revoked.elapsed() < Duration::from_secs(30), "{:?}", revoked.elapsed());
    // Another certificate of the same organisation stays valid.
    node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    assert_eq!(names(&other.changes().await), [officer_name(CAK, "loket-000")]);
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_on_every_connection() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("crl.pem");
    let mut node = with_revocation_list(&list).await;
    let stolen = node.certificate(publisher_oin(CAK));
    let thief = node.caller_with(&stolen);
    thief.publish(CAK, officers(CAK, 1)).await.unwrap();
    replace(&list, node.authority.revoke(2, &[&stolen]));
    node.process().signal("HUP");
    let status = eventually(DEADLINE, "the open connection was refused", async || {
        match thief.find("", None).await {
            Err(status) => Ok(status),
            Ok(found) => Err(found),
        }
    })
    .await;
    assert_eq!(reason(&status), "CERT_REVOKED");
    refused(thief.publish(CAK, officers(CAK, 2)).await, "CERT_REVOKED");
    let again = node.caller_with(&stolen).find("", None).await.unwrap_err();
    assert_eq!(reason(&again), "", "a new connection is refused at the handshake");
    // The organisation continues with its new certificate.
    node.publisher(CAK).publish(CAK, officers(CAK, 2)).await.unwrap();
}

/// Serves `list` over plain HTTP, as issuers do, until the value is dropped. Returns the address.
async fn serve_list(list: Arc<Mutex<String>>) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/list.crl", listener.local_addr().unwrap());
    // A test may spawn: it has no shutdown to wait for.
    #[allow(clippy::disallowed_methods)]
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let body = list.lock().unwrap().clone();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, serving)
}

#[tokio::test]
async fn forged_and_older_revocation_lists_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("crl.pem");
    let mut node = with_revocation_list(&list).await;
    let stolen = node.certificate(PROFESSIONAL_OIN);
    replace(&list, node.authority.revoke(2, &[&stolen]));
    node.process().signal("HUP");
    let refused_now = async |node: &Node| {
        eventually(DEADLINE, "the stolen certificate was refused", async || {
            match node.caller_with(&stolen).find("", None).await {
                Err(status) => Ok(status),
                Ok(found) => Err(found),
            }
        })
        .await
    };
    refused_now(&node).await;

    // The list of a namesake would cut everybody off, and an older list would let the thief in.
    let namesake = Authority::new("Proef CA").revoke(3, &[]);
    for (bad, problem) in [
        (namesake, "is not signed with its key"),
        (node.authority.revoke(1, &[]), "is older"),
    ] {
        replace(&list, bad);
        node.process().signal("HUP");
        eventually(DEADLINE, "the log gave the reason", async || {
            let log = node.log();
            if log.contains(problem) { Ok(()) } else { Err(log) }
        })
        .await;
        node.professional().find("", None).await.unwrap();
        refused_now(&node).await;
        let (code, said) = node.run(&["config", "check"]).await;
        assert!(code == 64 && said.contains(problem), "{said}");
    }
    assert!(node.metrics().await.contains("mwr_tls_crl_refusals_total"));
    // Neither does a restart.
    node.restart().await;
    node.professional().find("", None).await.unwrap();
    refused_now(&node).await;
}

#[tokio::test]
async fn revocation_lists_are_fetched_on_schedule() {
    let list = Arc::new(Mutex::new(String::new()));
    let (address, serving) = serve_list(list.clone()).await;
    let options = NodeOptions::default()
        .with("tls.crl_urls", format!("[{address:?}]"))
        .with("tls.fetch_crls_every", "\"1s\"");
    let prepared = Prepared::new(options);
    *list.lock().unwrap() = prepared.authority().revoke(1, &[]);
    assert_eq!(prepared.init().await.0, 0);
    let mut node = prepared.start().await;
    node.fill().await;
    let stolen = node.certificate(PROFESSIONAL_OIN);
    node.caller_with(&stolen).find("", None).await.unwrap();
    *list.lock().unwrap() = node.authority.revoke(2, &[&stolen]);
    eventually(DEADLINE, "the new list was fetched", async || {
        match node.caller_with(&stolen).find("", None).await {
            Err(status) => Ok(status),
            Ok(found) => Err(found),
        }
    })
    .await;
    // The node starts without the place, from the list that it kept.
    serving.abort();
    node.restart().await;
    assert!(node.caller_with(&stolen).find("", None).await.is_err());
    node.professional().find("", None).await.unwrap();
}

#[tokio::test]
async fn a_fetched_list_replaces_a_stale_one_and_admits_its_clients() {
    let folder = tempfile::tempdir().unwrap();
    let [list, second_list] = ["crl.pem", "second.pem"].map(|name| folder.path().join(name));
    let second = Authority::new("Proef CA G2");
    replace(&second_list, second.stale_list());
    let served = Arc::new(Mutex::new(second.stale_list()));
    let (address, _serving) = serve_list(served.clone()).await;
    let options = NodeOptions::default()
        .with("tls.crls", format!("[{list:?}, {second_list:?}]"))
        .with("tls.crl_urls", format!("[{address:?}]"))
        .with("tls.fetch_crls_every", "\"1s\"")
        .with("tls.refuse_stale_crls", "true");
    let prepared = Prepared::new(options);
    replace(&list, prepared.authority().revoke(1, &[]));
    let both = format!("{}{}", prepared.authority().pem(), second.pem());
    replace(&prepared.folder().join("ca.pem"), both);
    assert_eq!(prepared.init().await.0, 0);
    let node = prepared.start().await;
    node.fill().await;
    let client = second.issue(&Leaf::client(PROFESSIONAL_OIN));
    assert!(node.caller_with(&client).find("", None).await.is_err(), "its list is stale");
    assert!(
        node.log().contains("the clients of this issuer are refused"),
        "{}",
        node.log()
    );
    node.professional().find("", None).await.expect("the other issuer has a list");

    *served.lock().unwrap() = second.revoke(1, &[]);
    eventually(DEADLINE, "the clients of the issuer were admitted", async || {
        node.caller_with(&client).find("", None).await
    })
    .await;
    // The file still has the stale list: the fetched one counts, also for a revocation.
    *served.lock().unwrap() = second.revoke(2, &[&client]);
    eventually(DEADLINE, "the next list was fetched", async || {
        match node.caller_with(&client).find("", None).await {
            Err(status) => Ok(status),
            Ok(found) => Err(found),
        }
    })
    .await;
}
