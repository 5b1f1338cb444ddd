//! `GET /beheer`: how the node is, what needs a look, the other registers, and what happened last.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan as _;

use super::history::HistoryLine;
use crate::directory::{ListReports, ListedReport, Listing, NodeStatus, PeerStatus, Work, Worklist};
use crate::federation::peers::CircuitState;
use crate::views::Consistency;
use crate::web::Web;
use crate::web::error_page::PageError;
use crate::web::frame::{self, Frame};
use crate::web::pages::dutch::{day, moment};
use crate::web::pages::facts::Facts;
use crate::web::pages::words::Words;
use crate::web::session::Visitor;

#[derive(Template)]
#[template(path = "operate/overview.html")]
struct Overview {
    frame: Frame,
    numbers: Vec<(&'static str, String)>,
    work: Vec<WorkList>,
    peers: Vec<PeerLine>,
    history: Vec<HistoryLine>,
    position: String,
    version: String,
}

/// Things of one kind that need a look.
struct WorkList {
    title: &'static str,
    advice: &'static str,
    items: Vec<WorkItem>,
    total: usize,
}

/// One of them.
struct WorkItem {
    href: String,
    text: String,
    about: String,
}

/// Another register.
struct PeerLine {
    register: String,
    mode: &'static str,
    state: &'static str,
    tone: &'static str,
    about: String,
}

/// `GET /beheer`
pub(in crate::web) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (directory, caller) = (web.directory(), visitor.caller());
    let status = directory.get_node_status(caller).await?;
    let worklist = directory.worklist(caller).await?;
    let peers = directory.list_peers(caller).await?;
    let commits = directory.recent_changes(caller).await?;
    let reports = ListReports {
        organisation: None,
        page_size: 50,
        page_token: String::new(),
    };
    let reports = directory.list_reports(caller, reports, &Consistency::any()).await?;
    let words = Words::new(directory);
    frame::show(&Overview {
        frame: web.frame(&visitor, "Beheer", "/beheer"),
        numbers: numbers(&status),
        work: work(worklist, reports, &status, &words),
        peers: peers.iter().map(peer_line).collect(),
        history: commits.iter().map(HistoryLine::of).collect(),
        position: position(&status),
        version: format!("{}, vocabulaire {}", status.version, status.vocabulary_version),
    })
}

fn numbers(status: &NodeStatus) -> Vec<(&'static str, String)> {
    vec![
        ("organisaties", status.organisations.to_string()),
        ("aangesloten", status.organisations_connected.to_string()),
        ("medewerkers", status.officers.to_string()),
        ("lang niet gecontroleerd", status.officers_stale.to_string()),
    ]
}

/// Search is where the log is, or says how far it is behind.
fn position(status: &NodeStatus) -> String {
    let (log, view) = (status.position.revision.0, status.view_position.revision.0);
    let started = moment(status.started_at);
    match log.saturating_sub(view) {
        0 => format!(
            "Register {}, wijziging {log}; zoeken is bij. Gestart op {started}.",
            status.register
        ),
        behind => format!(
            "Register {}, wijziging {log}; zoeken loopt {behind} achter. Gestart op {started}.",
            status.register
        ),
    }
}

fn work(worklist: Worklist, reports: Listing<ListedReport>, status: &NodeStatus, words: &Words<'_>) -> Vec<WorkList> {
    let reports = Work {
        first: reports.items,
        total: reports.total,
    };
    let certificate = status.certificate_until.map(register::clock::dutch_date);
    let certificate = certificate.filter(|until| *until <= words.today.saturating_add(60.days()));
    let certificate = certificate.into_iter().map(|until| WorkItem {
        href: "/beheer".to_owned(),
        text: "Het certificaat van deze node".to_owned(),
        about: format!("Loopt af op {}", day(until)),
    });
    let certificates = Work {
        first: certificate.collect::<Vec<_>>(),
        total: 0,
    };
    let lists = vec![
        list(
            "Certificaten die aflopen",
            "Vraag een nieuw aan en zet het klaar; de node leest het vanzelf in.",
            certificates,
            |it| it,
        ),
        list(
            "Open meldingen",
            "De organisatie ziet ze ook. Vraag haar om de vermelding na te kijken.",
            reports,
            |report| WorkItem {
                href: format!(
                    "/medewerker/{}/{}",
                    report.name.officer.organisation, report.name.officer.officer
                ),
                text: report.name.officer.to_string(),
                about: format!("{} {}", report.reason.sentence(), moment(report.reported_at)),
            },
        ),
        list(
            "Machtigingen die aflopen",
            "Vraag de organisatie of zij doorgaat, en verleng de machtiging.",
            worklist.ending_grants,
            |grant| WorkItem {
                href: format!("/beheer/organisaties/{}", grant.organisation),
                text: grant.organisation.to_string(),
                about: grant
                    .until
                    .map_or_else(String::new, |until| format!("OIN {}, tot en met {}", grant.oin, day(until))),
            },
        ),
        list(
            "Organisaties zonder medewerkers",
            "Professionals krijgen hier alleen het loket. Help de organisatie met haar eerste medewerker.",
            worklist.without_officers,
            |organisation| WorkItem {
                href: format!("/beheer/organisaties/{}", organisation.id),
                text: organisation.short_name.clone(),
                about: String::new(),
            },
        ),
        list(
            "Lang niet gecontroleerd",
            "Vraag de organisatie om na te kijken en te bevestigen.",
            worklist.stale,
            |entry| WorkItem {
                href: format!("/medewerker/{}/{}", entry.officer.organisation, entry.officer.id),
                text: format!("{}, {}", entry.officer.function_title, entry.officer.organisation),
                about: Facts::of(&entry, words).freshness.text,
            },
        ),
    ];
    lists.into_iter().filter(|list| !list.items.is_empty()).collect()
}

fn list<T>(title: &'static str, advice: &'static str, work: Work<T>, item: impl Fn(T) -> WorkItem) -> WorkList {
    let items: Vec<WorkItem> = work.first.into_iter().map(item).collect();
    WorkList {
        title,
        advice,
        total: work.total.max(items.len()),
        items,
    }
}

fn peer_line(peer: &PeerStatus) -> PeerLine {
    use register::peer::PeerMode;
    let (state, tone) = match peer.circuit {
        CircuitState::Closed => ("Bereikbaar", "ok"),
        CircuitState::Open => ("Niet bereikbaar", "warning"),
        CircuitState::HalfOpen => ("Wordt opnieuw geprobeerd", "warning"),
    };
    let mut about = Vec::new();
    about.extend(peer.position.map(|position| format!("wijziging {}", position.revision.0)));
    about.extend(
        peer.fetched_at
            .map(|at| format!("kopie van {}, {} medewerkers", moment(at), peer.entries)),
    );
    about.extend(peer.last_contact.map(|at| format!("laatste antwoord {}", moment(at))));
    about.extend(
        peer.trouble
            .as_ref()
            .map(|trouble| format!("probleem: {}", trouble.kind.as_str())),
    );
    PeerLine {
        register: peer.settings.register.to_string(),
        mode: match peer.settings.mode {
            PeerMode::Replicate => "gekopieerd",
            PeerMode::Query => "bij elke vraag gevraagd",
        },
        state,
        tone,
        about: about.join("; "),
    }
}
