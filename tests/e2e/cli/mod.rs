//! The command line `mwr`, against a node of its own.

mod errors;
mod finding;
mod operating;
mod publishing;

use proto::v1::Officer;
use tests::mwr::Mwr;
use tests::node::Node;
use tests::world::{CAK, LMM, OPERATOR_OIN, PROFESSIONAL_OIN, deciding_officer, officer, publisher_oin};

/// The command line of the professional, the publisher of CAK and the operator.
struct People {
    professional: Mwr,
    publisher: Mwr,
    operator: Mwr,
}

fn people(node: &Node) -> People {
    let mwr = |oin: &str| Mwr::new(&node.mwr_config(oin));
    People {
        professional: mwr(PROFESSIONAL_OIN),
        publisher: mwr(publisher_oin(CAK)),
        operator: mwr(OPERATOR_OIN),
    }
}

/// Starts a node on which CAK and the LMM have published.
async fn filled_node() -> Node {
    let node = Node::start().await;
    let eigen_bijdrage = Officer {
        function_title: "Maatwerkadviseur eigen bijdragen".to_owned(),
        description: "Beslist over de eigen bijdrage als een van beide echtgenoten naar een verpleeghuis gaat.".to_owned(),
        ..deciding_officer(CAK, "eigen-bijdrage", &["EB-WLZ"])
    };
    let wanbetalers = Officer {
        function_title: "Maatwerkadviseur zorgpremie".to_owned(),
        description: "Voor achterstand bij de zorgverzekering.".to_owned(),
        ..deciding_officer(CAK, "wanbetalers", &["WANBETALERS"])
    };
    node.publisher(LMM).publish(LMM, vec![officer(LMM, "regie")]).await.unwrap();
    let report = node
        .publisher(CAK)
        .publish(CAK, vec![eigen_bijdrage, wanbetalers])
        .await
        .unwrap();
    node.professional().find("", report.position.as_ref()).await.unwrap();
    node
}
