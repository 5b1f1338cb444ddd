//! The load generator completes its measurements. The numbers need an idle machine and are not tested.

use tests::binaries::binary;
use tokio::process::Command;

#[tokio::test]
async fn the_federation_measurement_completes() {
    let small = [
        ("--officers", "40"),
        ("--registers", "2"),
        ("--seconds", "0.2"),
        ("--questions", "5"),
        ("--rounds", "0"),
        ("--writes", "3"),
        ("--changes", "40"),
    ];
    let mut command = Command::new(binary("mwr-load"));
    command.arg("federation").kill_on_drop(true);
    command.args(small.iter().flat_map(|(flag, value)| [flag, value]));
    let output = command.output().await.unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{complained}\n{said}");
    for line in [
        "| one register |",
        "| all `query` |",
        "| all `replicate` |",
        "Catching up: 40 changes",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[tokio::test]
async fn the_flood_measurement_completes() {
    let small = [
        ("--officers", "20"),
        ("--connections", "1"),
        ("--streams", "4"),
        ("--silent", "4"),
        ("--seconds", "0.1"),
        ("--settle", "0"),
    ];
    let mut command = Command::new(binary("mwr-load"));
    command.arg("flood").kill_on_drop(true);
    command.args(small.iter().flat_map(|(flag, value)| [flag, value]));
    let output = command.output().await.unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{complained}\n{said}");
    for line in [
        "| none |",
        "| searches |",
        "| messages of empty parts |",
        "| connections without a handshake |",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}
