//! Exit codes and error texts of the commands.

use server_core::data::{DataError, FolderError};

use crate::app::AppError;

/// Returns the exit code for an error.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let data = |error: &DataError| match error {
        DataError::OtherRegister { .. } => 64,
        DataError::Damaged { .. } => 65,
        DataError::Folder(FolderError::Missing(_) | FolderError::InUse(_) | FolderError::Unwritable { .. })
        | DataError::NoRegister(_)
        | DataError::Storage(..)
        | DataError::File { .. } => 74,
    };
    if let Some(error) = error.downcast_ref::<DataError>() {
        return data(error);
    }
    match error.downcast_ref::<AppError>() {
        Some(AppError::Config(_)) => 64,
        Some(AppError::Data(error)) => data(error),
        Some(AppError::Bind { .. }) => 69,
        Some(AppError::Directory(_) | AppError::PartFailed(_) | AppError::CutOff) | None => 1,
    }
}

/// Returns the text of an error. Errors of this program contain their cause already; for others it adds the chain of causes.
pub fn explained(error: &anyhow::Error) -> String {
    match (error.downcast_ref::<AppError>(), error.downcast_ref::<DataError>()) {
        (Some(ours), _) => ours.to_string(),
        (_, Some(ours)) => ours.to_string(),
        (None, None) => format!("{error:#}"),
    }
}
