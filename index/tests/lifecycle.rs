//! Opening, resuming and rebuilding an index, and what survives.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use common::{filled, generated, generator, language, names, position, register, search, unlearned};
use index::{Index, IndexError, Opened, RebuildReason};
use register::position::{Epoch, Position, Revision};

fn reopen(folder: &tempfile::TempDir, register: Position) -> (Index, Opened) {
    Index::open(folder.path(), language(), register).unwrap()
}

#[test]
fn indexes_resume_at_their_last_commit() {
    let (folder, index) = filled(register());
    drop(index);
    let (index, opened) = reopen(&folder, position(5));
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_eq!(index.snapshot().position(), position(1));
    assert_eq!(index.snapshot().len(), 7);
}

#[test]
fn changes_are_visible_at_once_and_flushed_later() {
    let (folder, index) = filled(register());
    let mut changed = register().remove(3);
    changed.description = "Uitsluitend klompenmakers.".into();
    let withdrawn = register()[1].name.clone();
    index.apply(position(2), vec![changed], &[withdrawn]).unwrap();
    assert_eq!(index.snapshot().position(), position(2));
    assert_eq!(index.snapshot().len(), 6);
    assert_eq!(names(&search(&index, "klompenmakers")), ["gm0363/zaken"]);
    assert!(names(&search(&index, "voorbeeldoglu")).is_empty());

    // The caller applies unflushed changes again, from the position that `open` returns.
    drop(index);
    let (index, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_eq!(index.snapshot().len(), 7);
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
fn erased_names_are_not_found() {
    let (_folder, index) = filled(register());
    let mut changed = register().remove(1);
    changed.person = None;
    index.apply(position(2), vec![changed], &[]).unwrap();
    assert!(search(&index, "voorbeeldoglu").hits.is_empty());
    index.flush().unwrap();
    assert!(search(&index, "voorbeeldoglu").hits.is_empty());
}

/// Returns the files of segments that no longer belong to the index in `folder`.
fn unread_files(folder: &tempfile::TempDir) -> Vec<String> {
    let index = tantivy::Index::open_in_dir(folder.path()).unwrap();
    let segments = index.searchable_segment_ids().unwrap();
    let segments: Vec<String> = segments.iter().map(|id| id.uuid_string()).collect();
    let files = std::fs::read_dir(folder.path()).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let of_segments = files.filter(|file| !file.starts_with('.') && file != "meta.json");
    of_segments
        .filter(|file| !segments.iter().any(|segment| file.starts_with(segment.as_str())))
        .collect()
}

#[test]
fn a_flush_removes_erased_names_from_disk() {
    // Files are compressed, so the terms are read as the index reads them, of deleted documents too.
    let holds_name = |folder: &tempfile::TempDir| {
        let files = tantivy::Index::open_in_dir(folder.path()).unwrap();
        let person = files.schema().get_field("person").unwrap();
        let segments = files.searchable_segments().unwrap();
        segments.iter().any(|segment| {
            let reader = tantivy::SegmentReader::open(segment).unwrap();
            let terms = reader.inverted_index(person).unwrap();
            terms.terms().get("=kwikstaart").unwrap().is_some()
        })
    };
    let mut officers = register();
    officers[1].person = Some("Quirine Kwikstaart".into());
    let (folder, index) = filled(officers);
    index.flush().unwrap();
    assert!(holds_name(&folder), "the name is on disk before it is erased");
    // A search in progress must not keep the files.
    let searched = index.snapshot();
    let mut changed = register().remove(1);
    changed.person = None;
    index.apply(position(2), vec![changed], &[]).unwrap();
    index.flush().unwrap();
    assert!(!holds_name(&folder));
    assert_eq!(
        unread_files(&folder),
        Vec::<String>::new(),
        "files of replaced segments are gone too"
    );
    drop(searched);
    assert_eq!(
        (index.snapshot().len(), index.snapshot().position()),
        (register().len(), position(2))
    );
    drop(index);
    let (_, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(2) });
}

#[test]
fn many_small_changes_are_merged_and_committed() {
    let (_folder, index) = filled(Vec::new());
    let generator = generator();
    for number in 0..40 {
        index
            .apply(position(2 + number as u64), vec![generated(&generator, number)], &[])
            .unwrap();
    }
    assert_eq!(index.snapshot().len(), 40);
    let officers = (0..600).map(|number| generated(&generator, number)).collect();
    index.apply(position(90), officers, &[]).unwrap();
    assert_eq!(index.snapshot().len(), 600);
    assert_eq!(index.snapshot().position(), position(90));
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
fn indexes_of_another_epoch_or_ahead_are_rebuilt() {
    let elsewhere = Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), Revision(8));
    for (register_position, reason) in [(elsewhere, RebuildReason::OtherEpoch), (position(0), RebuildReason::Ahead)] {
        let (folder, index) = filled(register());
        drop(index);
        let (index, opened) = reopen(&folder, register_position);
        assert_eq!(opened, Opened::Rebuild { reason });
        assert!(index.snapshot().is_empty());
        assert_eq!(
            index.snapshot().position(),
            Position::new(register_position.epoch, Revision::ZERO)
        );
    }
}

#[test]
fn indexes_of_other_versions_are_rebuilt() {
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
fn another_model_rebuilds_no_index() {
    let (folder, index) = filled(register());
    let before = names(&search(&index, "briefadres"));
    drop(index);
    let (index, opened) = Index::open(folder.path(), unlearned(), position(1)).unwrap();
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_ne!(unlearned().understanding_version(), language().understanding_version());
    // The plan was made with the built-in model, by another register.
    assert_eq!(names(&search(&index, "briefadres")), before);
}

#[test]
fn damaged_folders_are_rebuilt() {
    let damage: [fn(&std::path::Path, &[u8]); 3] = [
        |path, _| std::fs::remove_file(path).unwrap(),
        |path, content| std::fs::write(path, &content[..content.len() / 2]).unwrap(),
        |path, content| std::fs::write(path, content.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()).unwrap(),
    ];
    for damage in damage {
        let (folder, index) = filled(register());
        drop(index);
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.retain(|path| std::fs::metadata(path).unwrap().len() > 0 && !path.to_string_lossy().contains(".managed"));
        files.sort();
        for path in files {
            // Damages one file of a fresh copy at a time.
            let copy = tempfile::tempdir().unwrap();
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                let from = entry.unwrap().path();
                std::fs::copy(&from, copy.path().join(from.file_name().unwrap())).unwrap();
            }
            let target = copy.path().join(path.file_name().unwrap());
            damage(&target, &std::fs::read(&path).unwrap());
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
fn folders_in_use_are_left_alone() {
    let (folder, index) = filled(register());
    assert!(matches!(
        Index::open(folder.path(), language(), position(1)),
        Err(IndexError::Unavailable(_))
    ));
    assert_eq!(index.snapshot().len(), 7);
    drop(index);
    assert_eq!(reopen(&folder, position(1)).0.snapshot().len(), 7);
}

#[test]
fn searches_run_beside_a_writer() {
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
    assert_eq!(index.snapshot().position(), position(29));
}

#[test]
fn a_failed_commit_keeps_the_changes_for_the_next_one() {
    let (folder, index) = filled(register());
    let generator = generator();
    let many: Vec<_> = (0..600).map(|number| generated(&generator, number)).collect();
    // Without its folder, as with a full disk, nothing can be written.
    let away = folder.path().with_extension("away");
    std::fs::rename(folder.path(), &away).unwrap();
    assert!(index.apply(position(2), many.clone(), &[]).is_err());
    assert!(index.flush().is_err());
    assert_eq!(
        (index.snapshot().len(), index.snapshot().position()),
        (7, position(1)),
        "the last state can be searched"
    );
    assert!(!search(&index, "voorbeeldoglu").hits.is_empty());

    std::fs::rename(&away, folder.path()).unwrap();
    index.apply(position(2), many, &[]).unwrap();
    assert_eq!((index.snapshot().len(), index.snapshot().position()), (607, position(2)));
    drop(index);
    let (index, opened) = reopen(&folder, position(2));
    assert_eq!(opened, Opened::Resumed { position: position(2) });
    assert_eq!(index.snapshot().len(), 607);
}

#[test]
fn a_released_index_can_be_searched_and_opened_again() {
    let (folder, index) = filled(register());
    index.release();
    assert!(matches!(index.flush(), Err(IndexError::Unavailable(_))));
    let (again, opened) = reopen(&folder, position(1));
    assert_eq!(opened, Opened::Resumed { position: position(1) });
    assert_eq!((index.snapshot().len(), again.snapshot().len()), (7, 7));
    assert!(
        matches!(index.flush(), Err(IndexError::Unavailable(_))),
        "it never writes again"
    );
}
