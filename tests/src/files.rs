//! Replaces files in a run's folder and searches them for bytes.

use std::path::{Path, PathBuf};

/// Writes `content` to `path` in one step, so that a reader sees the old file or the new one.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, content).expect("the run's folder can be written");
    std::fs::rename(&beside, path).expect("a file in the run's folder can be replaced");
}

/// Lists the files below `folder` that contain the bytes of `needle`.
pub fn files_with(folder: &Path, needle: &str) -> Vec<PathBuf> {
    all_files(folder)
        .into_iter()
        .filter(|path| holds(&std::fs::read(path).unwrap_or_default(), needle.as_bytes()))
        .collect()
}

/// Lists all files below `folder`, or `folder` itself if it is a file.
pub fn all_files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let mut files = Vec::new();
    // Files come and go while a node runs: a folder that has gone contains nothing.
    let Ok(entries) = std::fs::read_dir(folder) else {
        return files;
    };
    for entry in entries.flatten() {
        files.extend(all_files(&entry.path()));
    }
    files
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_found_in_a_folder_below() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("below/file"), b"\0hay needle hay\0").unwrap();
        assert_eq!(files_with(folder.path(), "needle").len(), 1);
        assert!(files_with(folder.path(), "pin").is_empty());
    }
}
