//! The systemd unit, the account and the sample configuration fit each other.

use super::{Config, ConfigSources, RUNTIME_FOLDER, SAMPLE};

const UNIT: &str = include_str!("../../../../../deploy/systemd/maatwerkregister.service");
const ACCOUNTS: &str = include_str!("../../../../../deploy/systemd/maatwerkregister.sysusers");

/// The last value of a directive of the unit.
fn directive(name: &str) -> &'static str {
    let mut values = UNIT.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    values.next_back().unwrap_or_else(|| panic!("the unit has no {name}"))
}

fn sample() -> Config {
    let sources = ConfigSources {
        file: Some(SAMPLE.into()),
        ..ConfigSources::default()
    };
    Config::load(&sources).unwrap().config
}

#[test]
fn unit_and_sample_fit_each_other() {
    let config = sample();
    let ports = [config.listen.grpc, config.listen.operation, config.web.listen.unwrap()].map(|address| address.port());
    if ports.iter().any(|port| *port < 1024) {
        for name in ["AmbientCapabilities", "CapabilityBoundingSet"] {
            assert!(directive(name).contains("CAP_NET_BIND_SERVICE"), "{name}");
        }
        assert!(!UNIT.contains("\nPrivateUsers=yes"), "it takes the capability away");
    }
    let below = |folder: &str, path: &std::path::Path| path.starts_with(folder);
    let (state, runtime) = (directive("StateDirectory"), directive("RuntimeDirectory"));
    assert!(below(&format!("/var/lib/{state}"), &config.storage.folder));
    assert_eq!(format!("/run/{runtime}"), RUNTIME_FOLDER);
    assert!(below(RUNTIME_FOLDER, &config.ready_file()));
    let configuration = format!("/etc/{}", directive("ConfigurationDirectory"));
    let files = config
        .tls
        .certificate
        .iter()
        .chain(&config.tls.key)
        .chain(&config.tls.trust_anchors);
    let files = files
        .chain(&config.web.certificate)
        .chain(&config.web.key)
        .chain(&config.web.login);
    for file in files {
        assert!(below(&configuration, file), "{}", file.display());
    }
    for command in ["ExecStart", "ExecStartPre"] {
        assert!(
            directive(command).ends_with(&format!("--config {configuration}/maatwerkregister.toml")),
            "{command}"
        );
    }
}

#[test]
fn the_unit_has_a_fixed_account_and_does_not_restart_for_ever() {
    let account = directive("User");
    assert!(ACCOUNTS.lines().any(|line| line.starts_with(&format!("u {account} "))));
    assert!(
        !UNIT.contains("DynamicUser=yes"),
        "its number changes, and keys cannot be given to it"
    );
    let prevented: Vec<&str> = directive("RestartPreventExitStatus").split(' ').collect();
    assert_eq!(prevented, ["64", "65", "69"]);
    let pause: u64 = directive("RestartSec").trim_end_matches('s').parse().unwrap();
    let burst: u64 = directive("StartLimitBurst").parse().unwrap();
    let minutes: u64 = directive("StartLimitIntervalSec").trim_end_matches("min").parse().unwrap();
    assert!(pause * burst < minutes * 60, "the limit is reached");
    // A fault that `serve` can do without, such as a bad revocation list, does not keep the node down.
    assert!(directive("ExecStartPre").starts_with('-'));
}
