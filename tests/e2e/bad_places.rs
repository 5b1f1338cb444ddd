//! Unusable folders, disks, ports and files. Each gives a clear error, and the node continues where it can.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tests::eventually::{DEADLINE, eventually};
use tests::files::all_files;
use tests::node::{Node, NodeOptions, Prepared};
use tests::refusal::refused;
use tests::skip::skip;
use tests::world::{CAK, officer_name, officers};

/// Exit codes: an unusable folder or store, a damaged database, and an address that cannot be bound.
const UNUSABLE: i32 = 74;
const DAMAGED: i32 = 65;
const NO_ADDRESS: i32 = 69;

/// A small file system of its own, unmounted at the end. Only root can make one.
struct Tmpfs(PathBuf);

impl Tmpfs {
    /// Mounts one of `size`, in the units of mount(8), on `folder`. Where that is not allowed, skips `test` and returns `None`.
    fn mount(folder: &Path, test: &str, size: &str) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder)
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(folder.to_owned())),
            other => {
                skip(
                    test,
                    &format!("only root can mount a tmpfs, and this machine may not: {other:?}"),
                );
                None
            }
        }
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// Fills it to the last byte. Returns the file that does.
    fn fill(&self) -> PathBuf {
        let filler = self.path().join("filler");
        // In ever smaller pieces.
        for size in [1 << 20, 1 << 12, 1] {
            let mut file = OpenOptions::new().create(true).append(true).open(&filler).unwrap();
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        filler
    }

    fn make_read_only(&self) {
        let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(self.path()).status();
        assert!(remount.unwrap().success());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
        assert!(
            std::thread::panicking() || unmounted.is_ok_and(|status| status.success()),
            "the tmpfs can be unmounted"
        );
    }
}

fn with_data(data: PathBuf) -> NodeOptions {
    NodeOptions {
        data: Some(data),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Tmpfs::mount(folder.path(), "a_data_folder_that_cannot_be_written_is_named", "16m") else {
        return;
    };
    let prepared = Prepared::new(with_data(disk.path().join("data")));
    assert_eq!(prepared.init().await.0, 0);
    disk.make_read_only();
    let (code, said) = prepared.run(&["serve"]).await;
    assert_eq!(code, UNUSABLE, "{said}");
    assert!(said.contains(&prepared.data().display().to_string()), "{said}");
    assert!(
        said.to_lowercase().contains("read-only") || said.contains("cannot be written"),
        "{said}"
    );

    let prepared = Prepared::new(with_data(disk.path().join("nieuw")));
    let (code, said) = prepared.init().await;
    assert_eq!(code, UNUSABLE, "{said}");
    assert!(said.contains(&prepared.data().display().to_string()), "{said}");
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Tmpfs::mount(folder.path(), "a_full_disk_refuses_writes_and_nothing_else", "24m") else {
        return;
    };
    let node = Node::start_with(with_data(disk.path().join("data"))).await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 5)).await.unwrap();
    let before = publisher.position().await.unwrap();

    let filler = disk.fill();
    let status = refused(publisher.publish(CAK, officers(CAK, 2_000)).await, "STORAGE_UNAVAILABLE");
    assert_eq!(status.code(), tonic::Code::Unavailable);
    let professional = node.professional();
    assert!(
        professional.get(&officer_name(CAK, "loket-004")).await.is_ok(),
        "reading goes on"
    );
    assert_eq!(professional.find("wegwijzer", None).await.unwrap().len(), 5);
    assert_eq!(professional.position().await.unwrap(), before);

    std::fs::remove_file(&filler).unwrap();
    let report = eventually(DEADLINE, "writes succeeded with free space again", async || {
        publisher.publish(CAK, officers(CAK, 200)).await
    })
    .await;
    assert!(report.applied);
    assert!(professional.get(&officer_name(CAK, "loket-199")).await.is_ok());
    let found = professional.find("wegwijzer", report.position.as_ref()).await.unwrap();
    assert!(!found.is_empty(), "the first write can be searched");
}

#[tokio::test]
async fn searches_go_on_while_the_disk_of_the_index_is_full() {
    let mut node = Node::start().await;
    assert!(node.stop().await.success());
    let index = node.data().join("index");
    let Some(disk) = Tmpfs::mount(&index, "searches_go_on_while_the_disk_of_the_index_is_full", "8m") else {
        return;
    };
    node.start_again().await;
    let publisher = node.publisher(CAK);
    let first = publisher.publish(CAK, officers(CAK, 5)).await.unwrap().position;
    let professional = node.professional();
    assert_eq!(professional.find("wegwijzer", first.as_ref()).await.unwrap().len(), 5);

    let filler = disk.fill();
    let failures = async || count(&node.metrics().await, "mwr_index_failures_total");
    // The response waits for the index, which cannot take so many entries in memory only.
    let while_full = async {
        eventually(DEADLINE, "the index could not be written", async || match failures().await {
            0 => Err(0),
            failed => Ok(failed),
        })
        .await;
        let before = failures().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        let attempts = failures().await - before;
        assert!(attempts <= 10, "{attempts} attempts in 5 s: they have growing pauses");
        assert_eq!(professional.find("wegwijzer", None).await.unwrap().len(), 5);
        assert_eq!(node.operation("/readyz").await.0, 200);
        eprintln!("{attempts} attempts in 5 s");
        std::fs::remove_file(&filler).unwrap();
    };
    let (report, ()) = tokio::join!(publisher.publish(CAK, officers(CAK, 600)), while_full);
    let position = report.unwrap().position;
    let found = eventually(DEADLINE, "the index was written", async || {
        professional.find("wegwijzer", position.as_ref()).await
    })
    .await;
    assert!(found.len() > 5, "the first write can be searched: {}", found.len());
}

/// The value of a counter in the text of the metrics.
fn count(metrics: &str, name: &str) -> u64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |number| number.parse().expect("a counter is a number"))
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    for key in ["listen.grpc", "listen.operation"] {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let prepared = Prepared::new(NodeOptions::default().with(key, format!("{address:?}")));
        assert_eq!(prepared.init().await.0, 0);
        let (code, said) = prepared.run(&["serve"]).await;
        assert_eq!(code, NO_ADDRESS, "{said}");
        assert!(said.contains(&address), "{said}");
    }
}

#[tokio::test]
async fn a_damaged_index_is_rebuilt() {
    let mut node = Node::start().await;
    let position = node.publisher(CAK).publish(CAK, officers(CAK, 5)).await.unwrap().position;
    let find = async |node: &Node| node.professional().find("wegwijzer", position.as_ref()).await.unwrap();
    let found = find(&node).await;
    assert_eq!(found.len(), 5);
    let index = node.data().join("index");

    // Each file is overwritten, truncated or removed.
    let damages: [fn(&Path); 3] = [
        |file| std::fs::write(file, b"onzin onzin onzin onzin").unwrap(),
        |file| {
            let content = std::fs::read(file).unwrap();
            std::fs::write(file, &content[..content.len() / 2]).unwrap();
        },
        |file| std::fs::remove_file(file).unwrap(),
    ];
    for damage in damages {
        assert!(node.stop().await.success());
        let files = all_files(&index);
        assert!(!files.is_empty(), "the index lies in {}", index.display());
        for file in files {
            damage(&file);
        }
        node.start_again().await;
        assert_eq!(find(&node).await, found);
    }
    // Rebuild it by command as well.
    node.stop().await;
    let (code, said) = node.run(&["index", "rebuild"]).await;
    assert_eq!(code, 0, "{said}");
    node.start_again().await;
    assert_eq!(find(&node).await, found);
}

#[tokio::test]
async fn a_damaged_database_is_not_served() {
    let mut node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 500)).await.unwrap();
    assert!(node.stop().await.success());
    let database = node.data().join("register.db");
    let sound = std::fs::read(&database).unwrap();

    let mut headless = sound.clone();
    headless[..100].fill(b'?');
    std::fs::write(&database, &headless).unwrap();
    let (code, said) = node.run(&["serve"]).await;
    assert_eq!(code, DAMAGED, "{said}");
    assert!(
        said.contains("register.db") || said.contains(&node.data().display().to_string()),
        "{said}"
    );

    // Damage in the middle does not show at once, but `verify` detects it.
    let mut holed = sound.clone();
    let page = 4_096;
    for number in (2..sound.len() / page).step_by(3) {
        holed[number * page..(number + 1) * page].fill(0xA5);
    }
    std::fs::write(&database, &holed).unwrap();
    let (code, said) = node.run(&["verify"]).await;
    assert_ne!(code, 0, "{said}");

    std::fs::write(&database, &sound).unwrap();
    node.start_again().await;
    assert!(node.professional().get(&officer_name(CAK, "loket-499")).await.is_ok());
}

#[tokio::test]
async fn two_nodes_do_not_serve_one_store() {
    let node = Node::start().await;
    let (code, said) = node.run(&["serve"]).await;
    assert_eq!(code, UNUSABLE, "{said}");
    assert!(said.contains(&node.data().display().to_string()), "{said}");
    node.professional().find("", None).await.unwrap();
}

#[tokio::test]
async fn a_missing_or_foreign_store_is_not_served() {
    let prepared = Prepared::new(NodeOptions::default());
    let (code, said) = prepared.run(&["serve"]).await;
    assert_eq!(code, UNUSABLE, "{said}");
    assert!(said.contains("init"), "the message gives advice: {said}");
    let (code, _) = prepared.init().await;
    assert_eq!(code, 0);
    let (code, said) = prepared.init().await;
    assert_ne!(code, 0, "a register is not created twice: {said}");
    let (code, said) = prepared.run(&["serve", "--set", "storage.register=ander"]).await;
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("ander"), "{said}");
}
