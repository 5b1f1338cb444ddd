//! A name that expires at its register disappears from replicas: from responses, the index and files.

use jiff::SignedDuration;
use proto::v1::{Contact, Officer};
use tests::dates::date_in;
use tests::eventually::{DEADLINE, eventually};
use tests::files::files_with;
use tests::node::Node;
use tests::world::{AMSTERDAM, officer};

use super::replicate::{Two, is_there, two};

/// Words that occur nowhere else. In both cases, since an index folds them.
const CANARIES: [&str; 5] = ["Roerdompje", "roerdompje", "Krakeendsma", "krakeendsma", "0888456321"];

fn person() -> Officer {
    Officer {
        person_name: "Roerdompje Krakeendsma".to_owned(),
        person_name_until: date_in(3),
        contact: Some(Contact {
            email: "r.krakeendsma@amsterdam.example".to_owned(),
            phone: "0888456321".to_owned(),
            personal: true,
            ..Default::default()
        }),
        ..officer(AMSTERDAM, "persoon")
    }
}

fn traces(node: &Node) -> Vec<String> {
    let found = CANARIES.iter().flat_map(|canary| {
        let files = files_with(node.folder(), canary);
        files.into_iter().map(move |file| format!("{canary} in {}", file.display()))
    });
    found.collect()
}

async fn has_no_trace(node: &Node) {
    eventually(DEADLINE, "no file had the name", async || {
        let traces = traces(node);
        if traces.is_empty() { Ok(()) } else { Err(traces) }
    })
    .await;
}

/// A person whose name is shown in the region for three more days, and its replica.
async fn copied_person() -> Two {
    let two = two().await;
    let officers = vec![person(), officer(AMSTERDAM, "functie")];
    two.region.publisher(AMSTERDAM).publish(AMSTERDAM, officers).await.unwrap();
    let reader = two.national.professional();
    let entry = is_there(&reader, &person().name).await;
    assert_eq!(entry.officer.unwrap().person_name, person().person_name);
    eventually(DEADLINE, "the copy is searched by name", async || {
        match reader.find("krakeendsma", None).await {
            Ok(found) if found == [person().name] => Ok(()),
            other => Err(other),
        }
    })
    .await;
    assert!(!traces(&two.national).is_empty(), "the test looks in the right places");
    two
}

async fn is_nameless(node: &Node) {
    let reader = node.professional();
    let officer = eventually(DEADLINE, "the name was removed", async || {
        let officer = reader.get(&person().name).await.map_err(|status| format!("{status:?}"))?;
        if officer.person_name.is_empty() {
            Ok(officer)
        } else {
            Err(officer.person_name)
        }
    })
    .await;
    let contact = officer.contact.unwrap_or_default();
    assert_eq!((contact.email.as_str(), contact.phone.as_str()), ("", ""));
    eventually(DEADLINE, "no officer was found by the name", async || {
        match reader.find("krakeendsma", None).await {
            Ok(found) if found.is_empty() => Ok(()),
            other => Err(other),
        }
    })
    .await;
    let found = reader.find("wegwijzer", None).await.unwrap();
    assert!(found.contains(&person().name), "the function is still found: {found:?}");
}

#[tokio::test]
async fn an_expired_name_is_nowhere_in_a_replica() {
    let Two {
        mut region,
        mut national,
    } = copied_person().await;
    // Days later a revision of the region removes the name. The replica's clock still has the old date, so that only this revision
    // can remove the name there.
    let port = region.ready.grpc.trim_start_matches("https://").to_owned();
    region.options = region.options.clone().with("listen.grpc", format!("{port:?}"));
    region.options.clock = SignedDuration::from_hours(5 * 24);
    region.restart().await;
    is_nameless(&national).await;
    has_no_trace(&national).await;
    national.restart().await;
    is_nameless(&national).await;
    assert_eq!(traces(&national), Vec::<String>::new(), "after a restart");
}

#[tokio::test]
async fn a_name_expires_in_the_replica_of_an_absent_register() {
    let Two {
        mut region,
        mut national,
    } = copied_person().await;
    region.stop().await;
    national.options.clock = SignedDuration::from_hours(5 * 24);
    national.restart().await;
    is_nameless(&national).await;
    has_no_trace(&national).await;
}
