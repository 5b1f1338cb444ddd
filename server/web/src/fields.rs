//! The fields of a posted form. A handler that takes them can rely on the form being ours: `middleware::session` has compared
//! its token with that of the session.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use server_core::error::Reason;

use crate::error::PageError;

/// Names and values, in the order of the form.
#[derive(Clone, Default)]
pub(super) struct Fields(Arc<Vec<(String, String)>>);

impl Fields {
    /// Reads the body of a form.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(Arc::new(form_urlencoded::parse(body).into_owned().collect()))
    }

    /// The first value of a field, trimmed; empty if the field is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field that may occur several times, as checkboxes do.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.0.iter().filter(move |(key, _)| key == name);
        values.map(|(_, value)| value.trim())
    }

    /// The first value of a field, or `None` if it is empty.
    pub(super) fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The parts of a field, separated by commas, semicolons or line breaks.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).split([',', ';', '\n']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Whether a checkbox is checked or a button was pressed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

// Typed text must not reach a log.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields")
            .field("number", &self.0.len())
            .finish_non_exhaustive()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        // Without fields, the request was not a POST.
        let fields = parts.extensions.get::<Self>().cloned();
        fields.ok_or_else(|| PageError::of(Reason::FormNotAccepted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order_and_trimmed() {
        let fields = Fields::read(b"tekst=+hoge+bijdrage%20&domein=zorg&domein=wonen&aan=");
        assert_eq!(fields.get("tekst"), "hoge bijdrage");
        assert_eq!(fields.all("domein").collect::<Vec<_>>(), ["zorg", "wonen"]);
        assert!(fields.has("aan") && !fields.has("uit"));
        assert_eq!(fields.get("uit"), "");
        assert_eq!(fields.some("tekst").as_deref(), Some("hoge bijdrage"));
        assert_eq!(fields.some("aan"), None);
        let places = Fields::read(b"plaatsen=Wormer,+Jisp%0AOostknollendam%3B");
        assert_eq!(places.list("plaatsen"), ["Wormer", "Jisp", "Oostknollendam"]);
        assert!(!format!("{fields:?}").contains("bijdrage"));
    }
}
