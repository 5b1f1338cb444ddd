//! What a demo says once it serves: what it is, where it is, and three commands to paste.

use std::fmt;
use std::path::Path;

use server_core::data::Addresses;

use super::callers::{list_name, settings_name};
use super::marker::Marker;

/// A situation in everyday words; any register of the field has an answer to it.
const SITUATION: &str = "eigen bijdrage te hoog na opname echtgenoot";

/// The text of the invitation.
pub struct Invitation<'a> {
    pub(super) folder: &'a Path,
    pub(super) marker: &'a Marker,
    pub(super) addresses: &'a Addresses,
}

impl fmt::Display for Invitation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            folder,
            marker,
            addresses: Addresses { grpc, operation, web },
        } = self;
        let what = if marker.from_files {
            "from your files"
        } else {
            "real organisations, invented officers"
        };
        writeln!(f, "Maatwerkregister DEMO, on this machine only: {what}.")?;
        writeln!(
            f,
            "{} organisations, {} officers when it was filled.",
            marker.organisations, marker.officers
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "  gRPC      https://{grpc}  (with a certificate of {})",
            folder.join("pki").display()
        )?;
        if let Some(web) = web {
            writeln!(f, "  page      {web}  (your browser will warn of the demo's certificate)")?;
        }
        writeln!(f, "  metrics   http://{operation}/metrics")?;
        writeln!(f, "  data      {}  (a next start reuses it)", folder.display())?;
        writeln!(f)?;
        writeln!(f, "To try, in another terminal:")?;
        for (about, command) in self.commands() {
            writeln!(f, "\n  # {about}\n  {command}")?;
        }
        writeln!(f, "\nCtrl-C ends it.")
    }
}

impl Invitation<'_> {
    /// Commands to paste, each with what it is about.
    fn commands(&self) -> Vec<(String, String)> {
        let mwr = quoted(&mwr());
        let with = |settings: &str| format!("{mwr} --config {}", quoted(&self.folder.join(settings).display().to_string()));
        let search = (
            "who decides, from a situation in everyday words".to_owned(),
            format!("{} search '{SITUATION}'", with("mwr.toml")),
        );
        let mut commands = vec![search];
        let Some(publisher) = self.marker.people.publishers.first() else {
            return commands;
        };
        let organisation = &publisher.organisation;
        let competence = self.marker.people.competence.as_ref();
        let about = competence.map(|code| format!(" --competence {code}")).unwrap_or_default();
        commands.push((
            "where a case must go, in which order, and why".to_owned(),
            format!("{} resolve --organisation {organisation}{about}", with("mwr.toml")),
        ));
        let settings = settings_name(&publisher.name);
        let list = quoted(&self.folder.join(list_name(publisher)).display().to_string());
        commands.push((
            format!(
                "publish as {}: a list with one officer more than the register had",
                publisher.name.to_uppercase()
            ),
            format!("{} sync {list}", with(&settings)),
        ));
        commands
    }
}

/// The command line beside this program, if it is there; else wherever the shell finds it.
pub(super) fn mwr() -> String {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name("mwr"));
    match beside {
        Some(path) if path.is_file() => path.display().to_string(),
        _ => "mwr".to_owned(),
    }
}

/// The word as a shell reads it back.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | ':');
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_when_a_shell_would_take_them_apart() {
        assert_eq!(quoted("/opt/mwr"), "/opt/mwr");
        assert_eq!(quoted("my demo"), "'my demo'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
