//! The worklist of an operator: lists of what needs attention, with advice and links.

use directory::{Directory, ListReports, ListedReport, NodeStatus, PeerStatus, Work};
use jiff::ToSpan as _;
use register::identifier::OrganisationId;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::peers::in_trouble;
use crate::pages::dutch::{day, moment};
use crate::pages::facts::OfficerFacts;
use crate::pages::labels::Labels;

/// Maximum number of reports that are listed.
const MAX_REPORTS: i32 = 50;

/// A list of items of one kind.
pub(super) struct WorkList {
    /// The title.
    pub(super) title: &'static str,
    /// What to do about them.
    pub(super) advice: &'static str,
    /// The first items.
    pub(super) items: Vec<WorkItem>,
    /// Total number of items.
    pub(super) total: usize,
}

/// An item of the worklist.
pub(super) struct WorkItem {
    /// The address to look at.
    pub(super) href: String,
    /// The officer, organisation or peer.
    pub(super) text: String,
    /// The cause.
    pub(super) about: String,
}

/// Returns the name of an organisation.
type OrganisationNames<'a> = dyn Fn(&OrganisationId) -> String + Send + Sync + 'a;

/// The lists that are not empty, the most urgent first.
pub(super) async fn lists(
    directory: &Directory,
    caller: &Caller,
    status: &NodeStatus,
    peers: &[PeerStatus],
    name: &OrganisationNames<'_>,
) -> Result<Vec<WorkList>, Error> {
    let worklist = directory.worklist(caller).await?;
    let reports = reports(directory, caller).await?;
    let labels = Labels::new(directory);
    let lists = vec![
        list(
            "Andere registers die niet bereikbaar zijn",
            "Antwoorden zijn nu niet volledig. Probeer ze, en vraag hun beheerder wat er is.",
            some(in_trouble(peers)),
            |names| WorkItem {
                href: "/beheer/registers".to_owned(),
                text: names,
                about: String::new(),
            },
        ),
        list(
            "Certificaten die aflopen",
            "Vraag een nieuw aan en zet het klaar; de node leest het vanzelf in.",
            some(certificate_until(status, &labels)),
            |until| WorkItem {
                href: "/beheer".to_owned(),
                text: "Het certificaat van deze node".to_owned(),
                about: format!("Loopt af op {}", day(until)),
            },
        ),
        list(
            "Open meldingen",
            "De organisatie ziet ze ook. Vraag haar om de vermelding na te kijken.",
            reports,
            |(report, title)| {
                let officer = &report.name.officer;
                WorkItem {
                    href: format!("/medewerker/{}/{}", officer.organisation, officer.officer),
                    text: format!("{title}, {}", name(&officer.organisation)),
                    about: format!("{} {}", report.reason.sentence(), moment(report.reported_at)),
                }
            },
        ),
        list(
            "Machtigingen die aflopen",
            "Vraag de organisatie of zij doorgaat, en verleng de machtiging.",
            worklist.ending_grants,
            |grant| WorkItem {
                href: format!("/beheer/organisaties/{}", grant.organisation),
                text: name(&grant.organisation),
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
                text: format!("{}, {}", entry.officer.function_title, name(&entry.officer.organisation)),
                about: OfficerFacts::of(&entry, &labels).freshness.text,
            },
        ),
    ];
    Ok(lists.into_iter().filter(|list| !list.items.is_empty()).collect())
}

/// The open reports, each with the function title of its officer.
async fn reports(directory: &Directory, caller: &Caller) -> Result<Work<(ListedReport, String)>, Error> {
    let request = ListReports {
        organisation: None,
        page_size: MAX_REPORTS,
        page_token: String::new(),
    };
    let reports = directory.list_reports(caller, request, &Consistency::any()).await?;
    let mut first = Vec::new();
    for report in reports.items {
        let officer = directory.get_officer(caller, &report.name.officer, &Consistency::any()).await;
        let title = officer.map_or_else(
            |_| report.name.officer.officer.to_string(),
            |found| found.value.officer.function_title.clone(),
        );
        first.push((report, title));
    }
    Ok(Work {
        first,
        total: reports.total,
    })
}

/// The last day of the node's certificate, if it is within 60 days.
fn certificate_until(status: &NodeStatus, labels: &Labels<'_>) -> Option<jiff::civil::Date> {
    let until = status.certificate_until.map(register::clock::dutch_date);
    until.filter(|until| *until <= labels.today.saturating_add(60.days()))
}

fn some<T>(one: Option<T>) -> Work<T> {
    Work {
        total: usize::from(one.is_some()),
        first: one.into_iter().collect(),
    }
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
