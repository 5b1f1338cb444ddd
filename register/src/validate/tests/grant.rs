//! Tests of grants.

use super::*;

#[test]
fn a_grant_requires_an_oin_and_a_role() {
    let draft = GrantDraft {
        oin: "1".into(),
        organisation: "zb000211".into(),
        ..GrantDraft::default()
    };
    let found = with_rules(|rules| grant(&draft, rules)).unwrap_err();
    assert_eq!(found.len(), 2);
    let draft = GrantDraft {
        oin: "00000099000000001000".into(),
        organisation: "zb000211".into(),
        roles: vec!["publish".into(), "lookup".into(), "publish".into()],
        ..GrantDraft::default()
    };
    assert_eq!(with_rules(|rules| grant(&draft, rules)).unwrap().roles.len(), 2);
}
