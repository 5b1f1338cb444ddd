//! The file of `web.login`: the identity providers, and what their claims mean here. A file of its own, because it says who
//! gets in: it can be kept, reviewed and owned apart from the rest.
//!
//! It names files of secrets and holds none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use register::grant::Role;
use register::identifier::OrganisationId;
use serde::Deserialize;

use super::faults::Faults;

/// All providers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFile {
    /// Each.
    #[serde(default, rename = "provider")]
    pub providers: Vec<ProviderSettings>,
}

/// One identity provider, by OpenID Connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// The word in our addresses: people come back to `/inloggen/{id}/terug`.
    pub id: String,
    /// What stands on the button.
    pub name: String,
    /// Its issuer, exactly as it calls itself.
    pub issuer: String,
    /// As what it knows this register.
    pub client_id: String,
    /// A file with the secret that it gave us.
    pub client_secret_file: Option<PathBuf>,
    /// A file with a private key (PEM) of which it has the public one: better than a secret, and what NLGov asks for.
    pub client_key_file: Option<PathBuf>,
    /// The name of that key at the provider, if it has one.
    pub client_key_id: Option<String>,
    /// The issuers of its certificate.
    pub trust_anchors: Vec<PathBuf>,
    /// What to ask for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Levels of assurance of which one is required.
    #[serde(default)]
    pub acr: Vec<String>,
    /// The claim with what to call a person on the page.
    #[serde(default = "name")]
    pub name_claim: String,
    /// What its claims mean. The first rule that fits says for whom somebody acts.
    #[serde(default, rename = "rule")]
    pub rules: Vec<ClaimRule>,
}

/// What a claim means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRule {
    /// The claim; dots lead into it, as in `realm_access.roles`.
    pub claim: String,
    /// The value that it has, or one of its values.
    pub value: String,
    /// The organisation that who has it acts for.
    pub organisation: Option<OrganisationId>,
    /// The claim that names that organisation by its id, instead.
    pub organisation_claim: Option<String>,
    /// In what.
    pub roles: Vec<Role>,
}

fn name() -> String {
    "name".to_owned()
}

impl LoginFile {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let source = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                faults.add("web.login", source, format!("cannot be read: {error}"));
                return Err(faults);
            }
        };
        let file: Self = match toml::from_str(&text) {
            Ok(file) => file,
            Err(error) => {
                faults.add("web.login", source, error.to_string());
                return Err(faults);
            }
        };
        file.check(&source, &mut faults);
        faults.into_result(file)
    }

    fn check(&self, source: &str, faults: &mut Faults) {
        let mut ids = BTreeSet::new();
        for provider in &self.providers {
            let mut wrong = |problem: &str| faults.add("web.login", source, format!("provider `{}`: {problem}", provider.id));
            let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if provider.id.is_empty() || !provider.id.chars().all(is_word) || provider.id == "demo" {
                wrong("`id` is a word of lower-case letters, digits and dashes, and not `demo`");
            }
            if !ids.insert(&provider.id) {
                wrong("`id` is there twice");
            }
            if !provider.issuer.starts_with("https://") {
                wrong("`issuer` begins with `https://`");
            }
            if provider.client_id.is_empty() || provider.name.is_empty() {
                wrong("`client_id` and `name` cannot be empty");
            }
            if provider.client_secret_file.is_some() == provider.client_key_file.is_some() {
                wrong("name either `client_key_file` or `client_secret_file`");
            }
            if provider.trust_anchors.is_empty() {
                wrong("`trust_anchors` names at least one file with the issuers of its certificate");
            }
            if provider.rules.is_empty() {
                wrong("without a `[[provider.rule]]` it lets nobody in");
            }
            for rule in &provider.rules {
                if rule.organisation.is_some() == rule.organisation_claim.is_some() {
                    wrong("a rule has either `organisation` or `organisation_claim`");
                }
                if rule.claim.is_empty() || rule.value.is_empty() {
                    wrong("a rule has a `claim` and the `value` that it must have");
                }
                if rule.roles.is_empty() || rule.roles.contains(&Role::Peer) {
                    wrong("a rule has `roles`: lookup, resolve, publish, operate");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/samples/login.toml");

    fn problems(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        LoginFile::read(file.path()).unwrap_err().to_string()
    }

    #[test]
    fn the_sample_is_valid_and_shows_every_setting() {
        let file = LoginFile::read(Path::new(SAMPLE)).unwrap();
        assert_eq!(file.providers.len(), 2);
        let text = std::fs::read_to_string(SAMPLE).unwrap();
        for setting in [
            "id",
            "name",
            "issuer",
            "client_id",
            "client_secret_file",
            "client_key_file",
            "client_key_id",
            "trust_anchors",
            "scopes",
            "acr",
            "name_claim",
            "claim",
            "value",
            "organisation",
            "organisation_claim",
            "roles",
        ] {
            assert!(
                text.lines()
                    .any(|line| line.trim_start().starts_with(&format!("{setting} = "))),
                "{setting}"
            );
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = problems(
            "[[provider]]\nid = \"demo\"\nname = \"x\"\nissuer = \"http://a.example\"\nclient_id = \"c\"\ntrust_anchors = []\n\
             [[provider.rule]]\nclaim = \"g\"\nvalue = \"v\"\nroles = [\"peer\"]\n",
        );
        for expected in [
            "not `demo`",
            "`https://`",
            "either `client_key_file`",
            "trust_anchors",
            "organisation_claim",
            "`roles`",
        ] {
            assert!(text.contains(expected), "`{expected}` is missing in:\n{text}");
        }
    }

    #[test]
    fn an_unknown_setting_and_a_missing_file_are_named() {
        assert!(problems("[[provider]]\nclient_secret = \"x\"").contains("client_secret"));
        let missing = LoginFile::read(Path::new("/nowhere/login.toml")).unwrap_err();
        assert!(missing.to_string().contains("/nowhere/login.toml"));
    }
}
