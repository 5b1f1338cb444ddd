//! Splits resource names for drafts, without validating the parts.

/// Makes `organisations/{organisation}/officers/{id}` of unvalidated parts.
pub fn officer_resource_name(organisation: &str, id: &str) -> String {
    format!("organisations/{organisation}/officers/{id}")
}

/// Splits an officer's resource name into organisation and id. A name of another form becomes an id without organisation, which
/// the domain refuses.
pub fn split_officer_name(name: &str) -> (String, String) {
    let parts = name
        .strip_prefix("organisations/")
        .and_then(|rest| rest.split_once("/officers/"));
    match parts {
        Some((organisation, id)) => (organisation.to_owned(), id.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

/// Returns the id in an organisation's resource name. A name of another form is returned unchanged; the domain refuses it if it
/// is not an id.
pub fn split_organisation_name(name: &str) -> String {
    name.strip_prefix("organisations/").unwrap_or(name).to_owned()
}

/// Makes `organisations/{id}`; an empty id gives an empty name.
pub fn organisation_resource_name(id: &str) -> String {
    match id {
        "" => String::new(),
        id => format!("organisations/{id}"),
    }
}
