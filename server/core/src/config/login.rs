//! The file of `web.login`: the identity providers, and what their claims mean here.
//!
//! It is a separate file because it decides who may log in: it can be stored, reviewed and owned apart from the other
//! settings. It contains the paths of secrets and no secrets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use register::grant::Role;
use register::identifier::OrganisationId;
use serde::Deserialize;

use super::faults::Faults;

/// All identity providers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFile {
    /// The providers, in the order of their buttons.
    #[serde(default, rename = "provider")]
    pub providers: Vec<ProviderSettings>,
}

/// One OpenID Connect provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its id in our URLs: the callback is `/inloggen/{id}/terug`.
    pub id: String,
    /// The label of its button.
    pub name: String,
    /// Its issuer identifier, exactly as it publishes it.
    pub issuer: String,
    /// The client id of this register at the provider.
    pub client_id: String,
    /// The file with the client secret.
    pub client_secret_file: Option<PathBuf>,
    /// The file with a private key (PEM) whose public key the provider has. It is safer than a secret, and NLGov requires it.
    pub client_key_file: Option<PathBuf>,
    /// The id of that key at the provider, if it has one.
    pub client_key_id: Option<String>,
    /// The trust anchors for its certificate.
    pub trust_anchors: Vec<PathBuf>,
    /// Scopes to request besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Accepted levels of assurance (`acr`); empty accepts all.
    #[serde(default)]
    pub acr: Vec<String>,
    /// Audiences that an ID token may have besides us, if it names us as the authorised party (`azp`).
    #[serde(default)]
    pub trusted_audiences: Vec<String>,
    /// The claim with the name to show.
    #[serde(default = "name")]
    pub name_claim: String,
    /// Rules that map claims to an organisation and roles. The first rule that matches applies.
    #[serde(default, rename = "rule")]
    pub rules: Vec<ClaimRule>,
}

/// A rule that maps a claim to an organisation and roles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRule {
    /// The claim; dots lead into nested claims, as in `realm_access.roles`.
    pub claim: String,
    /// The value that the claim must have or contain.
    pub value: String,
    /// The organisation for which the person acts.
    pub organisation: Option<OrganisationId>,
    /// The claim that contains the id of that organisation, as an alternative to `organisation`.
    pub organisation_claim: Option<String>,
    /// The roles of the person.
    pub roles: Vec<Role>,
}

fn name() -> String {
    "name".to_owned()
}

impl LoginFile {
    /// Reads and validates a file. The error lists all faults.
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
                wrong("`id` must be a word of lower-case letters, digits and dashes, and not `demo`");
            }
            if !ids.insert(&provider.id) {
                wrong("`id` is used twice");
            }
            if !provider.issuer.starts_with("https://") {
                wrong("`issuer` must begin with `https://`");
            }
            if provider.client_id.is_empty() || provider.name.is_empty() {
                wrong("`client_id` and `name` cannot be empty");
            }
            if provider.client_secret_file.is_some() == provider.client_key_file.is_some() {
                wrong("name either `client_key_file` or `client_secret_file`");
            }
            if provider.trust_anchors.is_empty() {
                wrong("`trust_anchors` must name at least one file with issuers of its certificate");
            }
            if provider.rules.is_empty() {
                wrong("without a `[[provider.rule]]` nobody can log in");
            }
            for rule in &provider.rules {
                if rule.organisation.is_some() == rule.organisation_claim.is_some() {
                    wrong("a rule must have either `organisation` or `organisation_claim`");
                }
                if rule.claim.is_empty() || rule.value.is_empty() {
                    wrong("a rule must have a `claim` and its `value`");
                }
                if rule.roles.is_empty() || rule.roles.contains(&Role::Peer) {
                    wrong("a rule must have `roles`: lookup, resolve, publish or operate");
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
    fn sample_is_valid_and_shows_every_setting() {
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
            "trusted_audiences",
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
    fn all_faults_are_reported_at_once() {
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
    fn unknown_setting_and_missing_file_are_named() {
        assert!(problems("[[provider]]\nclient_secret = \"x\"").contains("client_secret"));
        let missing = LoginFile::read(Path::new("/nowhere/login.toml")).unwrap_err();
        assert!(missing.to_string().contains("/nowhere/login.toml"));
    }
}
