//! Style sheets, scripts and images. They are part of the binary and have names that change with their content, so that
//! browsers may keep them for good.
//!
//! To add one: the file in `server/web/static`, a field in [`Hrefs`], a line in [`Assets::load`], `frame.assets.name` in the
//! template.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use server_core::config::Faults;
use sha2::{Digest as _, Sha256};

/// The addresses of the files.
#[derive(Debug)]
pub(super) struct Hrefs {
    /// The theme and our style sheet, in one file to save a round trip.
    pub(super) style: String,
    /// The script for suggestions while typing.
    pub(super) combobox: String,
    /// The script for buttons that copy and print.
    pub(super) copy: String,
    /// The icon of the page.
    pub(super) icon: String,
}

/// The design tokens come first, so that the operator's theme, which browsers load last, can override each.
const STYLE: &str = concat!(include_str!("../static/tokens.css"), include_str!("../static/page.css"));

/// All files, by the name in their address.
#[derive(Debug)]
pub(super) struct Assets {
    hrefs: Arc<Hrefs>,
    theme: Option<String>,
    files: Files,
}

#[derive(Debug, Default)]
struct Files(BTreeMap<String, (&'static str, Bytes)>);

impl Assets {
    /// Loads the files of the binary and the theme of the operator. Fails if the theme cannot be read.
    pub(super) fn load(theme: Option<&Path>) -> Result<Self, Faults> {
        let mut files = Files::default();
        let hrefs = Hrefs {
            style: files.add("page.css", STYLE),
            combobox: files.add("combobox.js", include_str!("../static/combobox.js")),
            copy: files.add("copy.js", include_str!("../static/copy.js")),
            icon: files.add("favicon.svg", include_str!("../static/favicon.svg")),
        };
        let theme = match theme {
            None => None,
            Some(path) => Some(files.add("theme.css", read(path)?)),
        };
        Ok(Self {
            hrefs: Arc::new(hrefs),
            theme,
            files,
        })
    }

    /// The addresses of the files.
    pub(super) fn hrefs(&self) -> Arc<Hrefs> {
        self.hrefs.clone()
    }

    /// The content type and the content of the file called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&(&'static str, Bytes)> {
        self.files.0.get(name)
    }

    /// The address of the operator's own style sheet, if there is one.
    pub(super) fn theme(&self) -> Option<String> {
        self.theme.clone()
    }
}

impl Files {
    /// Adds a file and returns its address.
    fn add(&mut self, name: &str, content: impl Into<Bytes>) -> String {
        let content = content.into();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let version = hex::encode(&Sha256::digest(&content)[..6]);
        let versioned = format!("{stem}.{version}.{extension}");
        let href = format!("/static/{versioned}");
        self.0.insert(versioned, (content_type(extension), content));
        href
    }
}

fn read(theme: &Path) -> Result<Vec<u8>, Faults> {
    std::fs::read(theme).map_err(|error| {
        let mut faults = Faults::new();
        faults.add("web.theme", theme.display().to_string(), format!("cannot be read: {error}"));
        faults
    })
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_small_and_load_nothing_from_elsewhere() {
        let assets = Assets::load(None).unwrap();
        let bytes: usize = assets.files.0.values().map(|(_, content)| content.len()).sum();
        assert!(bytes < 40_000, "{bytes} bytes of style and scripts, before compression");
        for (_, content) in assets.files.0.values() {
            let text = std::str::from_utf8(content)
                .unwrap()
                .replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http") && !text.contains("@import"));
        }
    }

    #[test]
    fn an_address_changes_with_the_content() {
        let theme = tempfile::NamedTempFile::new().unwrap();
        let load = || Assets::load(Some(theme.path())).unwrap();
        let before = load();
        std::fs::write(theme.path(), ":root { --x: 1 }").unwrap();
        let after = load();
        assert_ne!(before.theme(), after.theme());
        assert_eq!(before.hrefs().style, after.hrefs().style);
        assert_eq!(Assets::load(None).unwrap().theme(), None);
        assert!(Assets::load(Some(Path::new("/nowhere/theme.css"))).is_err());
    }
}
