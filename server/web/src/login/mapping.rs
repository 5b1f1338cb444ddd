//! What the claims of a provider mean here: for which organisation somebody acts, and in what roles.
//!
//! The first rule that fits decides the organisation; every further rule that fits for the same one adds its roles.

use register::grant::Role;
use register::identifier::OrganisationId;
use serde_json::{Map, Value};
use server_core::config::ClaimRule;

/// The claims of a token that was checked.
pub(crate) type Claims = Map<String, Value>;

/// For whom and in what somebody with `claims` acts; nothing if no rule fits.
pub(crate) fn organisation_and_roles(rules: &[ClaimRule], claims: &Claims) -> Option<(OrganisationId, Vec<Role>)> {
    let fitting = || rules.iter().filter_map(|rule| Some((organisation(rule, claims)?, rule)));
    let (organisation, _) = fitting().next()?;
    let mut roles = Vec::new();
    for (_, rule) in fitting().filter(|(other, _)| *other == organisation) {
        roles.extend(&rule.roles);
    }
    roles.sort_unstable();
    roles.dedup();
    Some((organisation, roles))
}

/// Whether one of the claims that the rules ask for is not there.
pub(crate) fn is_any_missing(rules: &[ClaimRule], claims: &Claims) -> bool {
    let asked = |rule: &ClaimRule| {
        is_missing(&rule.claim, claims)
            || rule
                .organisation_claim
                .as_ref()
                .is_some_and(|claim| is_missing(claim, claims))
    };
    rules.iter().any(asked)
}

/// Whether a claim is not there.
pub(crate) fn is_missing(claim: &str, claims: &Claims) -> bool {
    find(claim, claims).is_none()
}

/// What to call somebody: the claim, or a word that fits everybody.
pub(crate) fn display_name(claim: &str, claims: &Claims) -> String {
    let name = values(claim, claims).into_iter().next();
    let name = name.map(|name| name.trim().chars().filter(|c| !c.is_control()).take(80).collect::<String>());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "Ingelogd".to_owned())
}

/// The organisation by a rule, if it fits.
fn organisation(rule: &ClaimRule, claims: &Claims) -> Option<OrganisationId> {
    if !values(&rule.claim, claims).contains(&rule.value.as_str()) {
        return None;
    }
    if let Some(organisation) = &rule.organisation {
        return Some(organisation.clone());
    }
    // Two names would leave open which one is meant.
    match values(rule.organisation_claim.as_deref()?, claims).as_slice() {
        [only] => OrganisationId::parse(only).ok(),
        _ => None,
    }
}

/// The words of a claim: one, several, or none. A dot leads into an object, unless there is a claim of that very name.
fn values<'a>(path: &str, claims: &'a Claims) -> Vec<&'a str> {
    match find(path, claims) {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The claim of a name, or at the end of a path into one.
fn find<'a>(path: &str, claims: &'a Claims) -> Option<&'a Value> {
    let direct = claims.get(path);
    direct.or_else(|| {
        let mut parts = path.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<ClaimRule> {
        let rule = |claim: &str, value: &str, organisation: Option<&str>, roles: &[Role]| ClaimRule {
            claim: claim.into(),
            value: value.into(),
            organisation: organisation.map(|id| OrganisationId::parse(id).unwrap()),
            organisation_claim: organisation.is_none().then(|| "org".into()),
            roles: roles.to_vec(),
        };
        vec![
            rule("groups", "beheer", Some("lmm"), &[Role::Lookup, Role::Operate]),
            rule("access.roles", "publiceren", None, &[Role::Lookup, Role::Publish]),
            rule("access.roles", "zoeken", None, &[Role::Lookup, Role::Resolve]),
        ]
    }

    fn decided(claims: &Value) -> Option<(String, Vec<Role>)> {
        let (organisation, roles) = organisation_and_roles(&rules(), claims.as_object().unwrap())?;
        Some((organisation.to_string(), roles))
    }

    #[test]
    fn the_first_rule_decides_for_whom_and_all_of_that_organisation_in_what() {
        let both = serde_json::json!({"org": "cak", "access": {"roles": ["zoeken", "publiceren"]}});
        assert_eq!(
            decided(&both),
            Some(("cak".into(), vec![Role::Lookup, Role::Publish, Role::Resolve]))
        );
        let operator = serde_json::json!({"groups": "beheer", "org": "cak", "access": {"roles": ["publiceren"]}});
        assert_eq!(decided(&operator), Some(("lmm".into(), vec![Role::Lookup, Role::Operate])));
    }

    #[test]
    fn who_fits_no_rule_does_not_come_in() {
        for claims in [
            serde_json::json!({}),
            serde_json::json!({"groups": ["anders"]}),
            serde_json::json!({"groups": "beheerder"}),
            serde_json::json!({"access": {"roles": ["zoeken"]}}),
            serde_json::json!({"org": ["cak", "svb"], "access": {"roles": ["zoeken"]}}),
            serde_json::json!({"org": "Geen id!", "access": {"roles": ["zoeken"]}}),
        ] {
            assert_eq!(decided(&claims), None, "{claims}");
        }
    }

    #[test]
    fn what_a_token_leaves_open_is_known() {
        let all = serde_json::json!({"groups": [], "org": "cak", "access": {"roles": []}});
        assert!(!is_any_missing(&rules(), all.as_object().unwrap()));
        for missing in ["groups", "org", "access"] {
            let mut claims = all.as_object().unwrap().clone();
            claims.remove(missing);
            assert!(is_any_missing(&rules(), &claims), "{missing}");
        }
        assert!(is_missing("access.name", all.as_object().unwrap()));
    }

    #[test]
    fn a_name_is_a_line_or_a_word_for_everybody() {
        let claims = serde_json::json!({"name": " Sam\nVoorbeeld ", "empty": ""});
        let claims = claims.as_object().unwrap();
        assert_eq!(display_name("name", claims), "SamVoorbeeld");
        assert_eq!(display_name("empty", claims), "Ingelogd");
    }
}
