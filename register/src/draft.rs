//! Drafts: input that has not been validated yet.
//!
//! Drafts are the exchange form of files; messages, rows and forms become drafts first. All values are strings, so a draft
//! can represent any input and [`crate::validate`] can report every violation at once. Unknown fields are kept in `unknown`, so
//! that callers can warn about them.

mod bounds;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An officer before validation.
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
    /// Overlay fields that a file may contain. A sync ignores them; a fill (`demo --fill`) uses them.
    pub verified_on: Option<String>,
    pub absences: Vec<AbsenceDraft>,
    #[serde(flatten, skip_serializing)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// An entry of `not_for` before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `NotFor`, which explains them")]
pub struct NotForDraft {
    pub competence: String,
    pub see: Option<String>,
}

/// A mandate before validation.
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

/// An approach before validation.
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

/// A contact before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Contact`, which explains them")]
pub struct ContactDraft {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub personal: bool,
}

/// Opening hours before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `OpeningHours`, which explains them")]
pub struct HoursDraft {
    pub days: Vec<String>,
    pub from: String,
    pub until: String,
}

/// An absence before validation: moments in RFC 3339, or dates in the Netherlands (`until` then includes that day).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Absence`, which explains them")]
pub struct AbsenceDraft {
    pub from: String,
    pub until: String,
}

/// An organisation before validation.
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
    /// If absent, the current value stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<SharingDraft>,
    /// OINs that act for it. A fill creates grants from them.
    pub oins: Vec<String>,
    #[serde(flatten, skip_serializing)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// What an organisation shares, before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Sharing`, which explains them")]
pub struct SharingDraft {
    pub others: String,
    pub peers: Vec<PeerSharingDraft>,
}

/// What an organisation shares with one register, before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `PeerSharing`, which explains them")]
pub struct PeerSharingDraft {
    pub oin: String,
    pub level: String,
}

/// A service of a joint body before validation.
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

/// A desk before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Desk`, which explains them")]
pub struct DeskDraft {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub hours: Vec<HoursDraft>,
}

/// A grant before validation.
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

/// A need before validation: the input of a route.
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
