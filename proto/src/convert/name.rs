//! Resource names, taken apart for drafts without judging the parts.

/// `organisations/{organisation}/officers/{id}` of parts as they are.
pub fn officer_resource_name(organisation: &str, id: &str) -> String {
    format!("organisations/{organisation}/officers/{id}")
}

/// Organisation and id of an officer's resource name. What has another shape is taken as an id without an organisation, which
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

/// The id of an organisation's resource name. What has another shape is taken as the id, which the domain refuses when it is
/// none.
pub fn split_organisation_name(name: &str) -> String {
    name.strip_prefix("organisations/").unwrap_or(name).to_owned()
}

/// `organisations/{id}`, and nothing for nothing.
pub fn organisation_resource_name(id: &str) -> String {
    match id {
        "" => String::new(),
        id => format!("organisations/{id}"),
    }
}
