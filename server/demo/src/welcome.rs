//! The text that a demo prints once it serves: what it is, its addresses, and three commands to paste.

use std::fmt;
use std::path::Path;

use server_core::data::Addresses;

use super::marker::Marker;
use super::mwr_settings::{list_name, settings_name};
use super::shell::{mwr, quoted};

/// An example query in everyday words, to which any register of the field has an answer.
const EXAMPLE_QUERY: &str = "eigen bijdrage te hoog na opname echtgenoot";

/// The welcome text; its `Display` writes it.
pub struct Welcome<'a> {
    pub(super) folder: &'a Path,
    pub(super) marker: &'a Marker,
    pub(super) addresses: &'a Addresses,
}

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            folder,
            marker,
            addresses: Addresses { grpc, operation, web },
        } = self;
        let contents = if marker.from_files {
            "from your files"
        } else {
            "real organisations, invented officers"
        };
        writeln!(f, "Maatwerkregister DEMO, on this machine only: {contents}.")?;
        writeln!(
            f,
            "Filled with {} organisations and {} officers.",
            marker.organisations, marker.officers
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "  gRPC      https://{grpc}  (needs a certificate from {})",
            folder.join("pki").display()
        )?;
        if let Some(web) = web {
            writeln!(
                f,
                "  page      {web}  (your browser will warn about the certificate of the demo)"
            )?;
        }
        writeln!(f, "  metrics   http://{operation}/metrics")?;
        writeln!(f, "  data      {}  (reused at the next start)", folder.display())?;
        writeln!(f)?;
        writeln!(f, "Try these commands in another terminal:")?;
        for (about, command) in self.commands() {
            writeln!(f, "\n  # {about}\n  {command}")?;
        }
        writeln!(f, "\nPress Ctrl-C to stop.")
    }
}

impl Welcome<'_> {
    /// Returns commands to paste, each with a description.
    fn commands(&self) -> Vec<(String, String)> {
        let mwr = quoted(&mwr());
        let with = |settings: &str| format!("{mwr} --config {}", quoted(&self.folder.join(settings).display().to_string()));
        let search = (
            "find who decides, from a situation in everyday words".to_owned(),
            format!("{} search '{EXAMPLE_QUERY}'", with("mwr.toml")),
        );
        let mut commands = vec![search];
        let Some(publisher) = self.marker.people.publishers.first() else {
            return commands;
        };
        let organisation = &publisher.organisation;
        let competence = self.marker.people.competence.as_ref();
        let about = competence.map(|code| format!(" --competence {code}")).unwrap_or_default();
        commands.push((
            "show where a case must go, in which order, and why".to_owned(),
            format!("{} resolve --organisation {organisation}{about}", with("mwr.toml")),
        ));
        let settings = settings_name(&publisher.name);
        let list = quoted(&self.folder.join(list_name(publisher)).display().to_string());
        commands.push((
            format!(
                "publish as {}: a list with one more officer than in the register",
                publisher.name.to_uppercase()
            ),
            format!("{} sync {list}", with(&settings)),
        ));
        commands
    }
}
