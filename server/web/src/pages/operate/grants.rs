//! `POST /beheer/organisaties/{id}/machtigingen`: who may act for an organisation, by OIN.

use axum::extract::{Path, State};
use axum::response::Response;
use directory::PutGrants;
use register::draft::GrantDraft;
use register::grant::Role;
use register::oin::Oin;
use server_core::error::Reason;

use super::connect::{Edit, organisation, page_of};
use crate::Web;
use crate::error_page::PageError;
use crate::fields::Fields;
use crate::pages::field::{Choice, Field, Group, Problem, judged};
use crate::pages::sent::{self, Sent};
use crate::session::Visitor;

/// The form of a grant.
#[derive(Default)]
pub(super) struct GrantForm {
    /// The values, as typed.
    pub(super) draft: GrantDraft,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

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
        request_id: visitor.request_id(&web, &fields),
    };
    let written = web.directory().put_grants(visitor.caller(), request).await;
    match Sent::of(written, "grants[0].")? {
        Sent::Done => Ok(sent::done(&visitor, "De machtiging is gegeven.", &page_of(&held.id))),
        Sent::Refused(mut problems) => {
            // The contract names its roles; here there are words to tick.
            for problem in problems.iter_mut().filter(|problem| problem.field == "roles") {
                problem.message = "Kies minstens één ding dat mag.".to_owned();
            }
            let edit = Edit {
                held: Some(held),
                grant: GrantForm { draft, problems },
                ..Edit::default()
            };
            Ok(sent::refused(edit.show(&web, &visitor).await?))
        }
    }
}

/// `POST /beheer/organisaties/{id}/machtigingen/{oin}`: ends it.
pub(crate) async fn revoke(
    State(web): State<Web>,
    Path((id, oin)): Path<(String, String)>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let held = organisation(&web, &visitor, &id).await?;
    let oin = Oin::parse(&oin).map_err(|_| PageError::of(Reason::GrantNotFound))?;
    web.directory().revoke_grant(visitor.caller(), oin, held.id.clone()).await?;
    Ok(sent::done(&visitor, "De machtiging is ingetrokken.", &page_of(&held.id)))
}

impl GrantForm {
    /// The groups of the form.
    pub(super) fn groups(&self) -> Vec<Group> {
        judged(vec![group(&self.draft)], &self.problems)
    }
}

fn group(draft: &GrantDraft) -> Group {
    let roles = Role::ALL.map(|role| Choice::among(role.as_str(), role_words(role), &draft.roles));
    let basis = vec![
        Choice::new("own", "Het is het nummer van de organisatie zelf", &draft.basis),
        Choice::new("mandate", "Een ander handelt namens de organisatie", &draft.basis),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Group::new(
        "Machtiging geven",
        vec![
            Field::line("oin", "OIN", &draft.oin).hint("Twintig cijfers, zoals in het certificaat staat."),
            Field::ticks("roles", "Mag", roles.to_vec()),
            Field::select("basis", "Waarop berust dit?", basis),
            Field::of_kind("date", "from", "Eerste dag", text(&draft.from)).hint("Leeg betekent: vandaag al."),
            Field::of_kind("date", "until", "Laatste dag", text(&draft.until)).hint("Leeg betekent: zonder einddatum."),
        ],
    )
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
