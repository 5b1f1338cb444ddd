//! The last good revocation lists in the data folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::list::SignedList;

/// Where the last good lists are remembered, one file per issuer in the folder `crls`.
#[derive(Clone, Debug, Default)]
pub struct RememberedLists {
    folder: Option<PathBuf>,
    is_read_only: bool,
}

impl RememberedLists {
    /// Remembers lists in this data folder.
    pub fn at(data: &Path) -> Self {
        Self {
            folder: Some(data.join("crls")),
            is_read_only: false,
        }
    }

    /// Compares with the lists in this data folder and writes nothing, for a check.
    pub fn read_only(data: &Path) -> Self {
        Self {
            is_read_only: true,
            ..Self::at(data)
        }
    }

    /// The remembered lists, unchecked. Files that cannot be read are problems.
    pub(super) fn read(&self, problems: &mut Vec<String>) -> Vec<Vec<u8>> {
        let Some(folder) = &self.folder else {
            return Vec::new();
        };
        let files = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            files => files.and_then(|files| files.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()),
        };
        let mut files = match files {
            Ok(files) => files,
            Err(error) => {
                problems.push(format!(
                    "the last good revocation lists in `{}` cannot be read: {error}",
                    folder.display()
                ));
                return Vec::new();
            }
        };
        files.sort();
        let mut found = Vec::new();
        for file in files
            .iter()
            .filter(|file| file.extension().is_some_and(|extension| extension == "crl"))
        {
            match fs::read(file) {
                Ok(bytes) => found.push(bytes),
                Err(error) => problems.push(format!("`{}` cannot be read: {error}", file.display())),
            }
        }
        found
    }

    /// Writes the lists in use that are not there yet, each in one step.
    pub(crate) fn write<'a>(&self, lists: impl Iterator<Item = &'a SignedList>) -> io::Result<()> {
        let Some(folder) = self.folder.as_ref().filter(|_| !self.is_read_only) else {
            return Ok(());
        };
        for list in lists {
            let target = folder.join(format!("{}.crl", list.key));
            let is_there = fs::read(&target).is_ok_and(|bytes| bytes == list.der.as_ref());
            if is_there {
                continue;
            }
            fs::create_dir_all(folder)?;
            let partial = target.with_extension("partial");
            let mut file = File::create(&partial)?;
            file.write_all(&list.der)?;
            file.sync_all()?;
            fs::rename(&partial, &target)?;
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}
