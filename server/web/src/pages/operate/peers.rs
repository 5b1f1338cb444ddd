//! `/beheer/registers`: the peers, with their state and settings, to add, change, test and remove. A peer from the configuration of
//! the node is shown here and changed there.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::PeerStatus;
use directory::federation::peers::{CircuitState, PeerCheck, PeerProblemKind, PeerSource};
use register::identifier::RegisterId;
use register::peer::{DEFAULT_BUDGET_MS, Peer, PeerMode};
use register::validate::PeerDraft;
use server_core::error::Reason;

use crate::error::PageError;
use crate::fields::Fields;
use crate::frame::{self, Frame};
use crate::pages::dutch::{and, moment};
use crate::pages::field::{Choice, FieldGroup, FormField, Input, Problem, with_problems};
use crate::pages::outcome::{self, FormOutcome};
use crate::session::Visitor;
use crate::state::Web;

/// The address of the list.
const LIST: &str = "/beheer/registers";

#[derive(Template)]
#[template(path = "operate/peers.html")]
struct PeersPage {
    frame: Frame,
    peers: Vec<PeerLine>,
}

#[derive(Template)]
#[template(path = "operate/peer.html")]
struct PeerPage {
    frame: Frame,
    heading: String,
    action: String,
    problems: Vec<Problem>,
    groups: Vec<FieldGroup>,
    peer: Option<PeerLine>,
}

/// A peer in the list.
pub(super) struct PeerLine {
    /// Its register id.
    pub(super) register: String,
    /// The address of its form; `None` if it comes from the configuration.
    pub(super) href: Option<String>,
    /// The mode of exchange.
    pub(super) mode: &'static str,
    /// Whether it is reachable.
    pub(super) state: &'static str,
    /// The tone of the badge.
    pub(super) tone: &'static str,
    /// Position, copy, last contact and trouble.
    pub(super) about: Vec<String>,
}

impl PeerLine {
    pub(super) fn of(peer: &PeerStatus) -> Self {
        let (state, tone) = match peer.circuit {
            CircuitState::Closed => ("Bereikbaar", "ok"),
            CircuitState::Open => ("Niet bereikbaar", "warning"),
            CircuitState::HalfOpen => ("Wordt opnieuw geprobeerd", "warning"),
        };
        let mut about = Vec::new();
        about.extend(
            peer.position
                .map(|position| format!("Staat op wijziging {}.", position.revision.0)),
        );
        about.extend(
            peer.fetched_at
                .map(|at| format!("De kopie is van {} en telt {} medewerkers.", moment(at), peer.entries)),
        );
        about.extend(peer.last_contact.map(|at| format!("Laatste antwoord: {}.", moment(at))));
        about.extend(peer.problem.as_ref().map(|trouble| trouble_text(trouble.kind).to_owned()));
        if !peer.refused.is_empty() {
            about.push(format!("Van {} organisaties is niets overgenomen.", peer.refused.len()));
        }
        let register = peer.settings.register.to_string();
        Self {
            href: (peer.source == PeerSource::Admin).then(|| format!("{LIST}/{register}")),
            register,
            mode: match peer.settings.mode {
                PeerMode::Replicate => "Wordt gekopieerd.",
                PeerMode::Query => "Wordt bij elke vraag gevraagd.",
            },
            state,
            tone,
            about,
        }
    }
}

/// `GET /beheer/registers`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let peers = web.directory().list_peers(visitor.caller()).await?;
    frame::show(&PeersPage {
        frame: web.frame(&visitor, "Andere registers", "/beheer"),
        peers: peers.iter().map(PeerLine::of).collect(),
    })
}

/// `GET /beheer/registers/nieuw`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    // A visitor who may not operate gets an error, not a form without effect.
    web.directory().list_peers(visitor.caller()).await?;
    page(&web, &visitor, None, &PeerDraft::default(), Vec::new())
}

/// `GET /beheer/registers/{register}`
pub(crate) async fn show(State(web): State<Web>, Path(register): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let peer = peer(&web, &visitor, &register).await?;
    let draft = draft(&peer.settings);
    page(&web, &visitor, Some(&peer), &draft, Vec::new())
}

/// `POST /beheer/registers/nieuw`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let draft = PeerDraft {
        register: fields.get("register").to_lowercase(),
        ..read(&fields)
    };
    let known = web.directory().list_peers(visitor.caller()).await?;
    if known.iter().any(|peer| peer.settings.register.as_str() == draft.register) {
        let problem = Problem::new("register", "Dit register staat al in de lijst; wijzig het daar.");
        return Ok(outcome::refused(page(&web, &visitor, None, &draft, vec![problem])?));
    }
    save(&web, &visitor, None, draft).await
}

/// `POST /beheer/registers/{register}`
pub(crate) async fn change(
    State(web): State<Web>,
    Path(register): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let peer = peer(&web, &visitor, &register).await?;
    let draft = PeerDraft {
        register,
        ..read(&fields)
    };
    save(&web, &visitor, Some(&peer), draft).await
}

/// `POST /beheer/registers/{register}/verwijderen`
pub(crate) async fn remove(
    State(web): State<Web>,
    Path(register): Path<String>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let notice = format!("{register} is verwijderd, met wat ervan was gekopieerd.");
    web.directory().remove_peer(visitor.caller(), id(&register)?).await?;
    Ok(outcome::done(&visitor, notice, LIST))
}

/// `POST /beheer/registers/{register}/proberen`
pub(crate) async fn check(
    State(web): State<Web>,
    Path(register): Path<String>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let checks = web.directory().check_peers(visitor.caller(), vec![id(&register)?]).await?;
    let check_notice: Vec<String> = checks.iter().map(check_notice).collect();
    Ok(outcome::done(&visitor, check_notice.join(" "), LIST))
}

async fn save(web: &Web, visitor: &Visitor, held: Option<&PeerStatus>, draft: PeerDraft) -> Result<Response, PageError> {
    let written = web.directory().put_peer(visitor.caller(), draft.clone()).await;
    match FormOutcome::of(written, "peer.")? {
        FormOutcome::Done => {
            let notice = format!("{} is opgeslagen. Probeer nu of er verbinding is.", draft.register);
            Ok(outcome::done(visitor, notice, LIST))
        }
        FormOutcome::Refused(problems) => Ok(outcome::refused(page(web, visitor, held, &draft, problems)?)),
    }
}

fn id(register: &str) -> Result<RegisterId, PageError> {
    RegisterId::parse(register).map_err(|_| PageError::of(Reason::PeerNotFound))
}

/// A peer that can be changed here.
async fn peer(web: &Web, visitor: &Visitor, register: &str) -> Result<PeerStatus, PageError> {
    let peers = web.directory().list_peers(visitor.caller()).await?;
    let mut peers = peers.into_iter();
    match peers.find(|peer| peer.settings.register.as_str() == register) {
        Some(peer) if peer.source == PeerSource::Admin => Ok(peer),
        Some(_) => Err(PageError::of(Reason::PeerIsConfigured)),
        None => Err(PageError::of(Reason::PeerNotFound)),
    }
}

fn page(
    web: &Web,
    visitor: &Visitor,
    held: Option<&PeerStatus>,
    draft: &PeerDraft,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let heading = held.map_or_else(
        || "Register toevoegen".to_owned(),
        |held| format!("Register {}", held.settings.register),
    );
    let mut frame = web.frame(visitor, heading.clone(), "/beheer");
    frame.has_problem = !problems.is_empty();
    frame::show(&PeerPage {
        frame,
        heading,
        action: held.map_or_else(
            || format!("{LIST}/nieuw"),
            |held| format!("{LIST}/{}", held.settings.register),
        ),
        groups: with_problems(groups(draft, held.is_none()), &problems),
        problems,
        peer: held.map(PeerLine::of),
    })
}

fn read(fields: &Fields) -> PeerDraft {
    PeerDraft {
        register: String::new(),
        oin: fields.get("oin").to_owned(),
        endpoints: fields.list("endpoints"),
        mode: fields.get("mode").to_owned(),
        organisations: fields.list("organisations"),
        // An invalid number is outside of every range.
        budget_ms: fields.some("budget").map(|text| text.parse().unwrap_or(0)),
        server_name: fields.get("server_name").to_owned(),
    }
}

fn draft(peer: &Peer) -> PeerDraft {
    PeerDraft {
        register: peer.register.to_string(),
        oin: peer.oin.to_string(),
        endpoints: peer.endpoints.clone(),
        mode: peer.mode.as_str().to_owned(),
        organisations: peer.organisations.iter().map(ToString::to_string).collect(),
        budget_ms: Some(peer.budget_ms),
        server_name: peer.server_name.clone().unwrap_or_default(),
    }
}

fn groups(draft: &PeerDraft, is_new: bool) -> Vec<FieldGroup> {
    let id =
        FormField::text("register", "Kenmerk van het register", &draft.register).hint("Zoals het zichzelf noemt: regio-noord.");
    let modes = vec![
        Choice::new(
            "replicate",
            "Een kopie die meeloopt: vindt ook als het andere register weg is",
            &draft.mode,
        ),
        Choice::new("query", "Vragen bij elke zoekvraag: hier blijft niets staan", &draft.mode),
    ];
    let budget = draft.budget_ms.unwrap_or(DEFAULT_BUDGET_MS).to_string();
    let mut fields: Vec<FormField> = is_new.then_some(id).into_iter().collect();
    fields.extend([
        FormField::text("oin", "OIN", &draft.oin).hint("Twintig cijfers, zoals in het certificaat van het andere register."),
        FormField::text_area("endpoints", "Adressen", draft.endpoints.join("\n"))
            .hint("Elk op een regel, zoals https://register.example:8443. Ze worden in deze volgorde geprobeerd."),
        FormField::select("mode", "Hoe wisselen we uit?", modes),
        FormField::text_area(
            "organisations",
            "Voor welke organisaties geldt dit register?",
            draft.organisations.join(", "),
        )
        .hint("Kenmerken met een komma ertussen, zoals gm0363. Leeg betekent: alle die het zelf heeft."),
    ]);
    let rarely = vec![
        FormField::text("budget", "Hoe lang een vraag mag duren, in milliseconden", budget),
        FormField::text("server_name", "Naam in het certificaat", &draft.server_name)
            .hint("Alleen als die anders is dan in het adres."),
    ];
    vec![
        FieldGroup::new("Het register", fields),
        FieldGroup::new("Zelden nodig", rarely).folded(true),
    ]
}

/// The notice with the result of a check.
fn check_notice(check: &PeerCheck) -> String {
    match (&check.problem, check.position()) {
        (Some(trouble), _) => format!("{}: {}", check.register, trouble_text(trouble.kind)),
        (None, Some(position)) => format!(
            "{} is bereikbaar en staat op wijziging {}.",
            check.register, position.revision.0
        ),
        (None, None) => format!("{} is bereikbaar.", check.register),
    }
}

/// What is wrong with a peer, and what to do.
fn trouble_text(kind: PeerProblemKind) -> &'static str {
    match kind {
        PeerProblemKind::Unreachable => "Er komt geen verbinding tot stand. Klopt het adres, en staat het andere register aan?",
        PeerProblemKind::TimedOut => "Het antwoord komt te laat. Houdt een firewall het tegen?",
        PeerProblemKind::Refused => "Het andere register laat ons niet toe. Vraag zijn beheerder om een machtiging.",
        PeerProblemKind::WrongCertificate => "Het certificaat van het andere register is niet te vertrouwen.",
        PeerProblemKind::WrongOin => "Het certificaat heeft een ander OIN dan hier is opgegeven.",
        PeerProblemKind::WrongRegister => "Op dit adres zit een ander register dan hier is opgegeven.",
        PeerProblemKind::Incompatible => "Het andere register spreekt geen versie die wij kennen. Een van beide moet nieuwer.",
        PeerProblemKind::BadAnswer => "Het antwoord klopt niet met de afspraken. Vraag de beheerder van het andere register.",
    }
}

/// The names of the unreachable peers, for the worklist.
pub(super) fn in_trouble(peers: &[PeerStatus]) -> Option<String> {
    let names: Vec<&str> = peers
        .iter()
        .filter(|peer| peer.circuit == CircuitState::Open)
        .map(|peer| peer.settings.register.as_str())
        .collect();
    (!names.is_empty()).then(|| and(&names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_form_reads_back_as_the_held_peer() {
        let json = serde_json::json!({"register": "regio-noord", "oin": "00000099000000003100", "endpoints":
            ["https://a.example:8443", "https://b.example:8443"], "mode": "query", "organisations": ["gm0362", "gm0363"],
            "budget_ms": 900, "server_name": "c.example"});
        let peer: Peer = serde_json::from_value(json).unwrap();
        let held = draft(&peer);
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in groups(&held, false).iter().flat_map(|group| &group.fields) {
            match &field.input {
                Input::Text { value, .. } | Input::TextArea { value } => {
                    body.append_pair(&field.name, value);
                }
                Input::Select { choices } => {
                    let chosen = choices.iter().find(|choice| choice.is_chosen).unwrap();
                    body.append_pair(&field.name, &chosen.value);
                }
                other => panic!("{other:?}"),
            }
        }
        let sent = read(&Fields::read(body.finish().as_bytes()));
        let again = PeerDraft {
            register: held.register.clone(),
            ..sent
        };
        assert_eq!(draft(&register::validate::peer(&again, None).unwrap()), draft(&peer));
    }

    #[test]
    fn an_invalid_budget_is_an_error_of_its_field() {
        let draft = read(&Fields::read(b"budget=snel&mode=query"));
        let problems = register::validate::peer(&draft, None).unwrap_err();
        assert!(problems.iter().any(|problem| problem.field == "budget"));
    }
}
