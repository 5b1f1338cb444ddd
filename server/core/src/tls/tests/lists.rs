//! Which revocation lists are taken: only newer ones that their issuer signed.

use super::*;

/// The file of the list in the node's folder.
fn list_file(folder: &Path) -> std::path::PathBuf {
    folder.join("crl.pem")
}

/// Starts a node with a list that revokes nothing.
async fn node_with_list(change: impl FnOnce(&mut TlsSettings)) -> Node {
    Node::start(|tls, authority| {
        let file = list_file(tls.trust_anchors[0].parent().unwrap());
        std::fs::write(&file, authority.revocation_list(&[], now()).unwrap()).unwrap();
        tls.crls = vec![file];
        change(tls);
    })
    .await
}

impl Node {
    /// Puts a list in place and reloads. Returns why it was not taken.
    fn offer(&self, list: impl AsRef<[u8]>) -> String {
        std::fs::write(list_file(self.folder.path()), list).unwrap();
        self.tls.reload().unwrap();
        self.tls.refused_lists().join("\n")
    }

    async fn is_refused(&mut self, certificate: &Issued) {
        let refused = self.connect(Some(certificate)).await.unwrap_err();
        assert!(refused.contains("CertificateRevoked"), "{refused}");
    }
}

#[tokio::test]
async fn a_list_of_another_key_or_an_older_one_is_not_taken() {
    let mut node = node_with_list(|_| {}).await;
    let (good, bad) = (node.client(Some(OIN)), node.client(Some(OIN)));
    let revoking = node.authority.revocation_list(&[&bad], now()).unwrap();
    assert_eq!(node.offer(&revoking), "");
    node.is_refused(&bad).await;

    // An authority of the same name with another key.
    let namesake = Authority::new("Test CA", now()).unwrap();
    let later = now() + 1.minutes();
    for (list, problem) in [
        (
            namesake.revocation_list(&[&good], later).unwrap(),
            "is not signed with its key",
        ),
        (node.authority.revocation_list(&[], now() - 1.minutes()).unwrap(), "is older"),
        (
            node.authority.revocation_list(&[], now() + 3.hours()).unwrap(),
            "in the future",
        ),
        (
            Authority::new("Other CA", now())
                .unwrap()
                .revocation_list(&[], later)
                .unwrap(),
            "which is not in `tls.trust_anchors`",
        ),
        ("no list".to_owned(), "contains no revocation list"),
    ] {
        let said = node.offer(&list);
        assert!(said.contains(problem), "{problem}: {said}");
        node.accepted(&good).await;
        node.is_refused(&bad).await;
    }
    // Each bit of a list is covered by its signature, or it is no list any more.
    let der = rustls_pki_types::CertificateRevocationListDer::from_pem_slice(revoking.as_bytes()).unwrap();
    for place in (0..der.len()).step_by(3) {
        let mut flipped = der.to_vec();
        flipped[place] ^= 1 << (place % 8);
        assert_ne!(node.offer(&flipped), "", "byte {place}");
    }

    // A bad list does not keep a renewed certificate from being loaded.
    let renewed = node
        .authority
        .issue(&Subject::local_node(OIN), now(), now() + 72.hours())
        .unwrap();
    write_certificate(node.folder.path(), &renewed);
    node.tls.reload().unwrap();
    assert_eq!(node.tls.certificate_until(), now() + 72.hours());
    // A newer list is taken.
    assert_eq!(node.offer(node.authority.revocation_list(&[], later).unwrap()), "");
    node.accepted(&bad).await;
}

#[tokio::test]
async fn an_older_list_is_not_taken_after_a_restart() {
    let node = node_with_list(|_| {}).await;
    let bad = node.client(Some(OIN));
    let revoking = node.authority.revocation_list(&[&bad], now() + 1.minutes()).unwrap();
    assert_eq!(node.offer(revoking), "");
    std::fs::write(
        list_file(node.folder.path()),
        node.authority.revocation_list(&[], now()).unwrap(),
    )
    .unwrap();

    let settings = TlsSettings {
        crls: vec![list_file(node.folder.path())],
        ..settings(node.folder.path())
    };
    let clock: Arc<dyn Clock> = node.clock.clone();
    let start = async |remembered| NodeTls::start(&settings, remembered, clock.clone()).await.unwrap();
    let again = start(RememberedLists::at(node.folder.path())).await;
    assert!(again.refused_lists()[0].contains("is older"), "{:?}", again.refused_lists());
    assert_eq!(again.verify(std::slice::from_ref(&bad.der), now()), Err(Reason::CertRevoked));
    // The check of the configuration compares too, and writes nothing.
    let kept = node.folder.path().join("crls");
    std::fs::remove_dir_all(&kept).unwrap();
    let forgetful = start(RememberedLists::read_only(node.folder.path())).await;
    assert_eq!(forgetful.refused_lists(), Vec::<String>::new());
    assert!(!kept.try_exists().unwrap());
}

#[tokio::test]
async fn a_stale_list_refuses_only_if_it_should() {
    for refuse in [false, true] {
        let mut node = node_with_list(|tls| tls.refuse_stale_crls = refuse).await;
        let certificate = node.client(Some(OIN));
        node.accepted(&certificate).await;
        node.clock.advance(SignedDuration::from_hours(8 * 24));
        let verdict = node.tls.verify(std::slice::from_ref(&certificate.der), now() + 8.hours());
        assert_eq!(verdict, Ok(()), "the list is of this week");
        let late = now() + (8 * 24).hours();
        let client = node
            .authority
            .issue(&Subject::client("client", OIN), late, late + 1.hours())
            .unwrap();
        let verdict = node.tls.verify(std::slice::from_ref(&client.der), late);
        assert_eq!(verdict.is_err(), refuse);
        // Either way it is reported, and a reload works.
        node.tls.look();
        assert_eq!(node.tls.stale.lock().unwrap().len(), 1);
        let renewed = node
            .authority
            .issue(&Subject::local_node(OIN), late, late + 72.hours())
            .unwrap();
        write_certificate(node.folder.path(), &renewed);
        node.tls.reload().unwrap();
        // The next list ends it.
        assert_eq!(node.offer(node.authority.revocation_list(&[], late).unwrap()), "");
        assert!(node.tls.stale.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_node_starts_with_a_stale_list_and_refuses_the_clients_of_its_issuer_only() {
    let other = Authority::new("Other CA", now()).unwrap();
    let late = now() + (8 * 24).hours();
    let node = node_with_list(|_| {}).await;
    let file = |name: &str| node.folder.path().join(name);
    std::fs::write(file("other.pem"), &other.certificate_pem).unwrap();
    std::fs::write(file("other-crl.pem"), other.revocation_list(&[], late).unwrap()).unwrap();
    let renewed = node
        .authority
        .issue(&Subject::local_node(OIN), late, late + 72.hours())
        .unwrap();
    write_certificate(node.folder.path(), &renewed);
    let settings = TlsSettings {
        trust_anchors: vec![file("ca.pem"), file("other.pem")],
        crls: vec![list_file(node.folder.path()), file("other-crl.pem")],
        refuse_stale_crls: true,
        ..settings(node.folder.path())
    };
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(late));
    let started = NodeTls::start(&settings, RememberedLists::default(), clock).await.unwrap();
    let verdict = |authority: &Authority| {
        let client = authority.issue(&Subject::client("client", OIN), late, late + 1.hours());
        started.verify(&[client.unwrap().der], late)
    };
    assert!(verdict(&node.authority).is_err());
    assert_eq!(verdict(&other), Ok(()));
    let [warning] = &started.stale_lists()[..] else {
        panic!("one list is stale: {:?}", started.stale_lists())
    };
    assert!(warning.contains("Test CA") && warning.contains("are refused"), "{warning}");

    // A new list ends it.
    std::fs::write(
        list_file(node.folder.path()),
        node.authority.revocation_list(&[], late).unwrap(),
    )
    .unwrap();
    started.reload().unwrap();
    assert_eq!(verdict(&node.authority), Ok(()));
    assert_eq!(started.stale_lists(), Vec::<String>::new());
}
