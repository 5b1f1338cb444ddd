//! How to approach an officer, and with what at hand.

use serde::{Deserialize, Serialize};

/// What a professional should know before calling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approach {
    /// The channel that it prefers.
    #[serde(default)]
    pub prefer: Channel,
    /// Whether the household must have consented to sharing its data.
    #[serde(default)]
    pub consent_required: bool,
    /// What to have at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring: Option<String>,
    /// For whom it is, "alleen voor professionals".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Within what time it answers, "twee werkdagen".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_within: Option<String>,
}

/// Ways to reach someone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By mail: it can wait, and leaves a trace.
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
