//! `POST /beheer/organisaties/{id}/machtigingen`: gives and revokes grants to act for an organisation, by OIN.

use axum::extract::{Path, State};
use axum::response::Response;
use directory::PutGrants;
use register::draft::GrantDraft;
use register::oin::Oin;
use server_core::error::Reason;

use super::grant_form::GrantForm;
use super::organisation_page::{OrganisationEdit, organisation, page_of};
use crate::error::PageError;
use crate::fields::Fields;
use crate::pages::outcome::{self, FormOutcome};
use crate::session::Visitor;
use crate::state::Web;

/// `POST /beheer/organisaties/{id}/machtigingen`
pub(crate) async fn give(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let draft = GrantDraft {
        oin: fields.get("oin").to_owned(),
        organisation: held.id.to_string(),
        roles: fields.all("roles").map(str::to_owned).collect(),
        from: fields.some("from"),
        until: fields.some("until"),
        basis: fields.get("basis").to_owned(),
    };
    let request = PutGrants {
        grants: vec![draft.clone()],
        request_id: visitor.request_id(&fields),
    };
    let written = web.directory().put_grants(visitor.caller(), request).await;
    match FormOutcome::of(written, "grants[0].")? {
        FormOutcome::Done => Ok(outcome::done(&visitor, "De machtiging is gegeven.", &page_of(&held.id))),
        FormOutcome::Refused(mut problems) => {
            // The violation names the roles of the contract; the form shows other words.
            for problem in problems.iter_mut().filter(|problem| problem.field == "roles") {
                problem.message = "Kies minstens één ding dat mag.".to_owned();
            }
            let edit = OrganisationEdit {
                held: Some(held),
                grant: GrantForm { draft, problems },
                ..OrganisationEdit::default()
            };
            Ok(outcome::refused(edit.show(&web, &visitor).await?))
        }
    }
}

/// `POST /beheer/organisaties/{id}/machtigingen/{oin}`: revokes a grant.
pub(crate) async fn revoke(
    State(web): State<Web>,
    Path((id, oin)): Path<(String, String)>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let oin = Oin::parse(&oin).map_err(|_| PageError::of(Reason::GrantNotFound))?;
    web.directory().revoke_grant(visitor.caller(), oin, held.id.clone()).await?;
    Ok(outcome::done(&visitor, "De machtiging is ingetrokken.", &page_of(&held.id)))
}
