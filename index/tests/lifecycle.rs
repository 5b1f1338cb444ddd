//! Opening, resuming, rebuilding, and what survives.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use common::{filled, language, names, position, register, search};
use index::{Index, IndexError, Opened, RebuildReason};
use register::position::{Epoch, Position, Revision};

fn reopen(folder: &tempfile::TempDir, register: Position) -> (Index, Opened) {
    Index::open(folder.path(), language(), register).unwrap()
}

#[test]
fn an_index_is_resumed_where_it_was_committed() {
    let (folder, index) = filled(register());
    drop(index);
    let (index, opened) = reopen(&folder, position(5));
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_eq!(index.position(), position(1));
    assert_eq!(index.len(), 7);
}

#[test]
fn changes_are_visible_at_once_and_on_disk_after_a_flush() {
    let (folder, index) = filled(register());
    let mut changed = register().remove(3);
    changed.description = "Uitsluitend klompenmakers.".into();
    let withdrawn = register()[1].name.clone();
    index.apply(position(2), vec![changed], &[withdrawn]).unwrap();
    assert_eq!(index.position(), position(2));
    assert_eq!(index.len(), 6);
    assert_eq!(names(&search(&index, "klompenmakers")), ["gm0363/zaken"]);
    assert!(names(&search(&index, "voorbeeldoglu")).is_empty());

    // What was never flushed is applied again by the caller, who is told from where.
    drop(index);
    let (index, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_eq!(index.len(), 7);
    let mut changed = register().remove(3);
    changed.description = "Uitsluitend klompenmakers.".into();
    index.apply(position(2), vec![changed], &[]).unwrap();
    index.flush().unwrap();
    drop(index);
    let (index, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(2) });
    assert_eq!(names(&search(&index, "klompenmakers")), ["gm0363/zaken"]);
}

#[test]
fn a_name_that_was_erased_is_found_no_more() {
    let (_folder, index) = filled(register());
    let mut changed = register().remove(1);
    changed.person = None;
    index.apply(position(2), vec![changed], &[]).unwrap();
    assert!(search(&index, "voorbeeldoglu").hits.is_empty());
    index.flush().unwrap();
    assert!(search(&index, "voorbeeldoglu").hits.is_empty());
}

#[test]
fn a_name_that_was_erased_is_on_disk_no_more_after_a_flush() {
    let traces = |folder: &tempfile::TempDir| -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        let holds = |path: &std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(8).any(|window| window.eq_ignore_ascii_case(b"wikstaar"))
        };
        files.filter(holds).collect()
    };
    // A word that is like no other: what lies on disk is compressed.
    let mut officers = register();
    officers[1].person = Some("Quirine Kwikstaart".into());
    let (folder, index) = filled(officers);
    index.flush().unwrap();
    assert!(!traces(&folder).is_empty(), "the test looks for the right bytes");
    let mut changed = register().remove(1);
    changed.person = None;
    index.apply(position(2), vec![changed], &[]).unwrap();
    index.flush().unwrap();
    assert_eq!(traces(&folder), Vec::<std::path::PathBuf>::new());
    assert_eq!((index.len(), index.position()), (register().len(), position(2)));
    drop(index);
    let (_, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(2) });
}

#[test]
fn many_small_changes_are_folded_and_committed() {
    let (_folder, index) = filled(Vec::new());
    let generator = index::testing::Generator::new();
    for number in 0..40 {
        index
            .apply(position(2 + number as u64), vec![generator.officer(number)], &[])
            .unwrap();
    }
    assert_eq!(index.len(), 40);
    index.apply(position(90), generator.officers(600).collect(), &[]).unwrap();
    assert_eq!(index.len(), 600);
    assert_eq!(index.position(), position(90));
}

#[test]
fn changes_out_of_order_are_refused() {
    let (_folder, index) = filled(register());
    index.apply(position(4), Vec::new(), &[]).unwrap();
    assert!(matches!(
        index.apply(position(3), Vec::new(), &[]),
        Err(IndexError::OutOfOrder { .. })
    ));
    let elsewhere = Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), Revision(8));
    assert!(matches!(
        index.apply(elsewhere, Vec::new(), &[]),
        Err(IndexError::OutOfOrder { .. })
    ));
}

#[test]
fn an_index_of_another_life_or_of_the_future_is_rebuilt() {
    let elsewhere = Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), Revision(8));
    for (register_position, reason) in [(elsewhere, RebuildReason::OtherEpoch), (position(0), RebuildReason::Ahead)] {
        let (folder, index) = filled(register());
        drop(index);
        let (index, opened) = reopen(&folder, register_position);
        assert_eq!(opened, Opened::Rebuild { reason });
        assert!(index.is_empty());
        assert_eq!(index.position(), Position::new(register_position.epoch, Revision::ZERO));
    }
}

#[test]
fn an_index_of_other_versions_is_rebuilt() {
    let (folder, index) = filled(register());
    drop(index);
    let meta = folder.path().join("meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    std::fs::write(&meta, text.replace("\\\"analyser\\\":1", "\\\"analyser\\\":0")).unwrap();
    let (_, opened) = reopen(&folder, position(1));
    assert_eq!(
        opened,
        Opened::Rebuild {
            reason: RebuildReason::OtherVersions
        }
    );
}

#[test]
fn a_damaged_folder_is_removed_and_rebuilt() {
    let damage: [fn(&std::path::Path, &[u8]); 3] = [
        |path, _| std::fs::remove_file(path).unwrap(),
        |path, content| std::fs::write(path, &content[..content.len() / 2]).unwrap(),
        |path, content| std::fs::write(path, content.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()).unwrap(),
    ];
    for harm in damage {
        let (folder, index) = filled(register());
        drop(index);
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.retain(|path| std::fs::metadata(path).unwrap().len() > 0 && !path.to_string_lossy().contains(".managed"));
        files.sort();
        for path in files {
            // Each file in turn, on a fresh copy.
            let copy = tempfile::tempdir().unwrap();
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                let from = entry.unwrap().path();
                std::fs::copy(&from, copy.path().join(from.file_name().unwrap())).unwrap();
            }
            let target = copy.path().join(path.file_name().unwrap());
            harm(&target, &std::fs::read(&path).unwrap());
            let (index, opened) = Index::open(copy.path(), language(), position(1)).unwrap();
            assert!(
                matches!(
                    opened,
                    Opened::Rebuild {
                        reason: RebuildReason::Damaged(_)
                    }
                ),
                "{}: {opened:?}",
                path.display()
            );
            assert_eq!(index.rebuild(position(1), register()).unwrap(), 7);
            assert_eq!(search(&index, "briefadres").total, 2);
        }
    }
}

#[test]
fn a_folder_that_is_in_use_is_left_alone() {
    let (folder, index) = filled(register());
    assert!(matches!(
        Index::open(folder.path(), language(), position(1)),
        Err(IndexError::Unavailable(_))
    ));
    assert_eq!(index.len(), 7);
    drop(index);
    assert_eq!(reopen(&folder, position(1)).0.len(), 7);
}

#[test]
fn searchers_and_a_writer_do_not_wait_for_each_other() {
    let (_folder, index) = filled(register());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let results = search(&index, "briefadres");
                    assert_eq!(results.total, 2);
                    assert!(results.position.revision.0 >= 1);
                }
            });
        }
        for revision in 2..30 {
            index.apply(position(revision), vec![register().remove(3)], &[]).unwrap();
            if revision % 10 == 0 {
                index.flush().unwrap();
            }
        }
    });
    assert_eq!(index.position(), position(29));
}
