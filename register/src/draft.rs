//! Drafts: what arrived, before anyone checked it.
//!
//! The exchange form of files, and what a message, a row or a form is turned into first. All values are texts, so that a
//! draft can hold anything and [`crate::validate`] can name all that is wrong at once. Fields that the form does not know
//! are kept by name in `unknown`, for a warning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An officer as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Officer`, which explains them")]
pub struct OfficerDraft {
    pub organisation: String,
    pub id: String,
    pub name: Option<String>,
    pub name_until: Option<String>,
    pub function_title: String,
    pub kind: String,
    pub description: String,
    pub domains: Vec<String>,
    pub competences: Vec<String>,
    pub not_for: Vec<NotForDraft>,
    pub area: Vec<String>,
    pub mandates: Vec<MandateDraft>,
    pub approach: ApproachDraft,
    pub contact: ContactDraft,
    pub hours: Vec<HoursDraft>,
    pub deputy: Option<String>,
    pub managed_by: String,
    /// Overlay fields that a file may carry along; a sync passes them over, a fill (`demo --fill`) uses them.
    pub verified_on: Option<String>,
    pub absences: Vec<AbsenceDraft>,
    #[serde(flatten, skip_serializing)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// An entry of `not_for` as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `NotFor`, which explains them")]
pub struct NotForDraft {
    pub competence: String,
    pub see: Option<String>,
}

/// A mandate as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Mandate`, which explains them")]
pub struct MandateDraft {
    pub level: String,
    pub competences: Vec<String>,
    pub limit: Option<String>,
    pub consult: Option<String>,
    pub basis: Option<String>,
    pub until: Option<String>,
    pub text: Option<String>,
}

/// An approach as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Approach`, which explains them")]
pub struct ApproachDraft {
    pub prefer: String,
    pub consent_required: bool,
    pub bring: Option<String>,
    pub audience: Option<String>,
    pub response_within: Option<String>,
}

/// A contact as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Contact`, which explains them")]
pub struct ContactDraft {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub personal: bool,
}

/// Opening hours as they arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `OpeningHours`, which explains them")]
pub struct HoursDraft {
    pub days: Vec<String>,
    pub from: String,
    pub until: String,
}

/// An absence as it arrived: moments in RFC 3339, or dates in the Netherlands (`until` then includes that day).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Absence`, which explains them")]
pub struct AbsenceDraft {
    pub from: String,
    pub until: String,
}

/// An organisation as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Organisation`, which explains them")]
pub struct OrganisationDraft {
    pub id: String,
    pub name: String,
    pub short_name: String,
    pub aliases: Vec<String>,
    pub kind: String,
    pub tooi_uri: Option<String>,
    pub municipality_code: Option<String>,
    pub places: Vec<String>,
    pub serves: Vec<ServiceDraft>,
    pub desk: DeskDraft,
    pub status: String,
    pub agreement: bool,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub successors: Vec<String>,
    /// Absent leaves it as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<SharingDraft>,
    /// OINs that act for it; a fill makes grants of them.
    pub oins: Vec<String>,
    #[serde(flatten, skip_serializing)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// What an organisation shares, as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Sharing`, which explains them")]
pub struct SharingDraft {
    pub others: String,
    pub peers: Vec<PeerSharingDraft>,
}

/// What an organisation shares with one register, as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `PeerSharing`, which explains them")]
pub struct PeerSharingDraft {
    pub oin: String,
    pub level: String,
}

/// A service of a joint body as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Service`, which explains them")]
pub struct ServiceDraft {
    pub municipality: String,
    pub competences: Vec<String>,
    pub domains: Vec<String>,
    pub basis: String,
    pub from: Option<String>,
    pub until: Option<String>,
}

/// A desk as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Desk`, which explains them")]
pub struct DeskDraft {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub hours: Vec<HoursDraft>,
}

/// A grant as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Grant`, which explains them")]
pub struct GrantDraft {
    pub oin: String,
    pub organisation: String,
    pub roles: Vec<String>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub basis: String,
}

/// A need as it arrived: what a route is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Need`, which explains them")]
pub struct NeedDraft {
    pub organisation: String,
    pub competences: Vec<String>,
    pub domains: Vec<String>,
    pub municipality: String,
    pub moment: Option<jiff::Timestamp>,
}
