//! Maps the claims of a provider to the organisation and roles of a visitor.
//!
//! The first matching rule decides the organisation. Further matching rules for the same organisation add their roles.

use register::grant::Role;
use register::identifier::OrganisationId;
use serde_json::{Map, Value};
use server_core::config::ClaimRule;

/// The claims of a verified ID token.
pub(crate) type Claims = Map<String, Value>;

/// The organisation and roles that `rules` give for `claims`, or `None` if no rule matches.
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

/// Whether a claim that `rules` need is missing.
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

/// Whether a claim is missing.
pub(crate) fn is_missing(claim: &str, claims: &Claims) -> bool {
    find(claim, claims).is_none()
}

/// The name on the page: the claim, limited to 80 characters, or a general word.
pub(crate) fn display_name(claim: &str, claims: &Claims) -> String {
    let name = values(claim, claims).into_iter().next();
    let name = name.map(|name| name.trim().chars().filter(|c| !c.is_control()).take(80).collect::<String>());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "Ingelogd".to_owned())
}

/// The organisation that a rule gives, if it matches.
fn organisation(rule: &ClaimRule, claims: &Claims) -> Option<OrganisationId> {
    if !values(&rule.claim, claims).contains(&rule.value.as_str()) {
        return None;
    }
    if let Some(organisation) = &rule.organisation {
        return Some(organisation.clone());
    }
    // Several values would be ambiguous.
    match values(rule.organisation_claim.as_deref()?, claims).as_slice() {
        [only] => OrganisationId::parse(only).ok(),
        _ => None,
    }
}

/// The texts of a claim: one, several or none. A dot in `path` leads into an object, unless a claim has exactly that name.
fn values<'a>(path: &str, claims: &'a Claims) -> Vec<&'a str> {
    match find(path, claims) {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The claim called `path`, or the value at that path.
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
    fn the_first_rule_decides_the_organisation_and_all_add_roles() {
        let both = serde_json::json!({"org": "cak", "access": {"roles": ["zoeken", "publiceren"]}});
        assert_eq!(
            decided(&both),
            Some(("cak".into(), vec![Role::Lookup, Role::Publish, Role::Resolve]))
        );
        let operator = serde_json::json!({"groups": "beheer", "org": "cak", "access": {"roles": ["publiceren"]}});
        assert_eq!(decided(&operator), Some(("lmm".into(), vec![Role::Lookup, Role::Operate])));
    }

    #[test]
    fn claims_without_a_matching_rule_give_nothing() {
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
    fn missing_claims_are_recognised() {
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
    fn a_display_name_is_one_line_or_a_general_word() {
        let claims = serde_json::json!({"name": " Sam\nVoorbeeld ", "empty": ""});
        let claims = claims.as_object().unwrap();
        assert_eq!(display_name("name", claims), "SamVoorbeeld");
        assert_eq!(display_name("empty", claims), "Ingelogd");
    }
}
