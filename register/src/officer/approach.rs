//! How to approach an officer, and what to have at hand.

use serde::{Deserialize, Serialize};

/// Practical information for a professional before making contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approach {
    /// The preferred channel.
    #[serde(default)]
    pub prefer: Channel,
    /// Whether the household must have consented to sharing its data.
    #[serde(default)]
    pub consent_required: bool,
    /// What to have at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring: Option<String>,
    /// The intended audience, "alleen voor professionals".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The expected response time, "twee werkdagen".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_within: Option<String>,
}

/// A channel to reach an officer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By mail: asynchronous, and leaves a record.
    #[default]
    Mail,
    /// By phone.
    Phone,
}

impl Channel {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Phone => "phone",
        }
    }

    /// The channel of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Mail, Self::Phone].into_iter().find(|channel| channel.as_str() == word)
    }
}
