//! Errors of the demo.

use std::path::Path;

use server_core::data::DataError;

/// Returns the error for a file or folder at `path`.
pub(super) fn file_error(path: &Path, source: std::io::Error) -> DataError {
    DataError::File {
        path: path.to_owned(),
        source,
    }
}
