//! The section of writes: the memory for uploads, and the window of the guard against mass withdrawal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::sections::within;
use super::{serde_duration, serde_size};
use crate::budget::BudgetLimits;

/// Bounds on what publishers write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteSettings {
    /// Maximum size of the entries of one snapshot in memory.
    #[serde(with = "serde_size")]
    pub bytes_per_upload: usize,
    /// Maximum size of the entries of all snapshots that one OIN is sending.
    #[serde(with = "serde_size")]
    pub bytes_per_oin: usize,
    /// Maximum size of the entries of all snapshots that the node is receiving.
    #[serde(with = "serde_size")]
    pub bytes_in_uploads: usize,
    /// The window over which the guard against mass withdrawal counts the withdrawals of an organisation.
    #[serde(with = "serde_duration")]
    pub withdrawal_window: Duration,
}

impl Default for WriteSettings {
    fn default() -> Self {
        Self {
            bytes_per_upload: 256 << 20,
            bytes_per_oin: 256 << 20,
            bytes_in_uploads: 512 << 20,
            withdrawal_window: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl WriteSettings {
    /// The bounds of the memory for uploads.
    pub fn uploads(&self) -> BudgetLimits {
        BudgetLimits {
            each: self.bytes_per_upload,
            per_holder: self.bytes_per_oin,
            total: self.bytes_in_uploads,
        }
    }

    pub(super) fn validate(&self, faults: &mut Faults) {
        for (key, bytes, least, bound) in [
            ("writes.bytes_per_upload", self.bytes_per_upload, 1 << 20, "1MiB"),
            (
                "writes.bytes_per_oin",
                self.bytes_per_oin,
                self.bytes_per_upload,
                "`writes.bytes_per_upload`",
            ),
            (
                "writes.bytes_in_uploads",
                self.bytes_in_uploads,
                self.bytes_per_oin,
                "`writes.bytes_per_oin`",
            ),
        ] {
            if bytes < least {
                faults.add(key, "", format!("it must be at least {bound}"));
            }
        }
        within(faults, "writes.withdrawal_window", self.withdrawal_window, 60, 30 * 24 * 3600);
    }
}
