//! `POST /beheer/organisaties/{id}/machtigingen`: who may act for an organisation, by OIN.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use register::draft::GrantDraft;
use register::grant::Role;
use register::oin::Oin;

use super::connect::{organisation, refused_grant};
use crate::directory::PutGrants;
use crate::error::Reason;
use crate::web::Web;
use crate::web::error_page::PageError;
use crate::web::fields::Fields;
use crate::web::pages::field::{Choice, Field, Group, Problem, problem_of};
use crate::web::session::Visitor;

/// `POST /beheer/organisaties/{id}/machtigingen`
pub(in crate::web) async fn give(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let some = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    let draft = GrantDraft {
        oin: fields.get("oin").to_owned(),
        organisation: held.id.to_string(),
        roles: fields.all("roles").map(str::to_owned).collect(),
        from: some("from"),
        until: some("until"),
        basis: fields.get("basis").to_owned(),
    };
    let request = PutGrants {
        grants: vec![draft.clone()],
        request_id: visitor.request_id(&web, &fields),
    };
    match web.directory().put_grants(visitor.caller(), request).await {
        Ok(_) => {
            visitor.tell("De machtiging is gegeven.");
            Ok(Redirect::to(&format!("/beheer/organisaties/{id}")).into_response())
        }
        Err(error) if error.reason() == Reason::InvalidRequest => {
            let problems: Vec<Problem> = error
                .violations()
                .iter()
                .map(|violation| Problem {
                    field: violation
                        .field
                        .strip_prefix("grants[0].")
                        .unwrap_or(&violation.field)
                        .to_owned(),
                    message: violation.message.clone(),
                })
                .collect();
            let groups = groups(&draft, &problems);
            refused_grant(&web, &visitor, held, problems, groups).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /beheer/organisaties/{id}/machtigingen/{oin}`: ends it.
pub(in crate::web) async fn revoke(
    State(web): State<Web>,
    Path((id, oin)): Path<(String, String)>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let oin = Oin::parse(&oin).map_err(|_| PageError::of(Reason::GrantNotFound))?;
    web.directory().revoke_grant(visitor.caller(), oin, held.id.clone()).await?;
    visitor.tell("De machtiging is ingetrokken.");
    Ok(Redirect::to(&format!("/beheer/organisaties/{id}")).into_response())
}

/// The form of a grant.
pub(super) fn groups(draft: &GrantDraft, problems: &[Problem]) -> Vec<Group> {
    let with = |field: Field| {
        let problem = problem_of(problems, &field.name).map(str::to_owned);
        field.problem(problem.as_deref())
    };
    let roles = Role::ALL.map(|role| Choice::among(role.as_str(), role_words(role), &draft.roles));
    let basis = vec![
        Choice::new("own", "Het is het nummer van de organisatie zelf", &draft.basis),
        Choice::new("mandate", "Een ander handelt namens de organisatie", &draft.basis),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![Group::new(
        "Machtiging geven",
        vec![
            with(Field::line("oin", "OIN", &draft.oin)).hint("Twintig cijfers, zoals in het certificaat staat."),
            with(Field::ticks("roles", "Mag", roles.to_vec())),
            with(Field::select("basis", "Waarop berust dit?", basis)),
            with(Field::of_kind("date", "from", "Eerste dag", text(&draft.from))).hint("Leeg betekent: vandaag al."),
            with(Field::of_kind("date", "until", "Laatste dag", text(&draft.until))).hint("Leeg betekent: zonder einddatum."),
        ],
    )]
}

/// What a role lets somebody do.
pub(super) fn role_words(role: Role) -> &'static str {
    match role {
        Role::Lookup => "opzoeken",
        Role::Publish => "medewerkers publiceren",
        Role::Resolve => "doorverwijzing vragen",
        Role::Peer => "uitwisselen als ander register",
        Role::Operate => "het register beheren",
    }
}
