//! Errors and scripts: exit codes, explained TLS alerts, settings, completions.

use std::process::Command;

use tests::binaries::binary;
use tests::files::replace;
use tests::mwr::Mwr;
use tests::node::Node;
use tests::pki::{Authority, Certificate, Leaf};
use tests::world::{PROFESSIONAL_OIN, STRANGER_OIN};

use super::people;

fn with_certificate(node: &Node, name: &str, certificate: &Certificate) -> Mwr {
    let files = certificate.write(node.folder(), name);
    Mwr::new(&node.mwr_config_with(name, &files))
}

#[tokio::test]
async fn exit_codes_tell_who_must_act() {
    let node = Node::start().await;
    let people = people(&node);
    let professional = &people.professional;
    professional.run(["search"]).await.with_code(0);
    professional.run(["zoek"]).await.with_code(2);
    professional
        .run(["search", "--kind", "tovenaar"])
        .await
        .with_code(2)
        .complains("maatwerkfunctionaris");
    professional
        .run(["get", "zb000211/niemand"])
        .await
        .with_code(3)
        .complains("OFFICER_NOT_FOUND");
    professional
        .run(["admin", "status"])
        .await
        .with_code(4)
        .complains("ROLE_MISSING");
    professional
        .run(["search", "--competence", "HUURTOESLAX"])
        .await
        .with_code(5)
        .complains("HUURTOESLAG");
    let stranger = Mwr::new(&node.mwr_config(STRANGER_OIN));
    stranger
        .run(["search", "x"])
        .await
        .with_code(4)
        .complains("UNKNOWN_ORGANISATION");
}

#[tokio::test]
async fn a_refused_handshake_is_explained_with_advice() {
    let node = Node::start().await;
    let expired = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).expired());
    let foreign = Authority::new("Andere CA").issue(&Leaf::client(PROFESSIONAL_OIN));
    let nameless = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).without_oin());
    let said = with_certificate(&node, "verlopen", &expired)
        .run(["search", "x"])
        .await
        .with_code(4);
    said.complains("expired").complains("renew");
    let said = with_certificate(&node, "vreemd", &foreign)
        .run(["search", "x"])
        .await
        .with_code(4);
    said.complains("unknown issuer");
    let said = with_certificate(&node, "naamloos", &nameless)
        .run(["search", "x"])
        .await
        .with_code(4);
    said.complains("SUBJECT_WITHOUT_OIN");

    let without = node.folder().join("zonder.toml");
    replace(
        &without,
        format!("endpoint = {:?}\nca = {:?}\n", node.ready.grpc, node.folder().join("ca.pem")),
    );
    let said = Mwr::new(&without).run(["search", "x"]).await.with_code(4);
    said.complains("no certificate").complains("mwr.toml");
}

#[tokio::test]
async fn an_unreachable_register_is_explained() {
    let mut node = Node::start().await;
    let mwr = people(&node).professional;
    node.stop().await;
    mwr.run(["--timeout", "3s", "search", "x"])
        .await
        .with_code(7)
        .complains("127.0.0.1");
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let node = Node::start().await;
    let file = node.folder().join("fout.toml");
    replace(&file, "endpont = \"https://localhost:1\"\n");
    let mwr = Mwr::new(&file);
    mwr.run(["search", "x"])
        .await
        .with_code(64)
        .complains("did you mean `endpoint`")
        .complains("fout.toml");
    Mwr::new(&node.folder().join("weg.toml"))
        .run(["search", "x"])
        .await
        .with_code(64)
        .complains("weg.toml");
    // Flags override the file.
    let mwr = people(&node).professional;
    let shown = mwr.run(["--json", "--timeout", "7s", "config", "show"]).await.ok().json();
    assert_eq!(shown["timeout"]["from"], "flag", "{shown}");
    assert_eq!(shown["endpoint"]["value"], node.ready.grpc.trim_start_matches("https://"));
}

#[tokio::test]
async fn completions_and_help_need_no_register() {
    let mwr = Mwr::without_config();
    for shell in ["bash", "zsh", "fish"] {
        mwr.run(["completions", shell]).await.ok().says("resolve");
    }
    mwr.run(["--help"]).await.ok().says("Exit codes");
    mwr.run(["--version"]).await.ok().says("mwr ");
}

#[tokio::test]
async fn a_closed_pipe_is_not_an_error() {
    let node = super::filled_node().await;
    let config = node.mwr_config(PROFESSIONAL_OIN);
    let script = format!(
        "set -o pipefail; {:?} --config {config:?} list vocabulary | head -n 1",
        binary("mwr")
    );
    let status = tokio::task::spawn_blocking(move || Command::new("bash").args(["-c", &script]).status())
        .await
        .unwrap();
    assert!(status.unwrap().success());
}
