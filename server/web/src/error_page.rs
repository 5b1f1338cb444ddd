//! The error page: its status comes from the table of reasons, its Dutch text says what happened and what to do.
//!
//! `middleware::request` renders it from the error of a handler, with the menu of the visitor.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use server_core::error::{Error, Reason};

use crate::error::status_of;
use crate::frame::{self, Frame};
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    advice: &'static str,
    reason: &'static str,
    request_id: &'a str,
    /// Whether to link to the login page.
    login: bool,
}

/// Renders the page of `error` with its status, and `Retry-After` if the error has a delay.
pub(super) fn page(web: &Web, visitor: Option<&Visitor>, error: &Error, request_id: &str) -> Response {
    let reason = error.reason();
    let (title, advice) = in_dutch(reason);
    let page = ErrorPage {
        frame: visitor.map_or_else(|| web.bare_frame(title), |visitor| web.frame(visitor, title, "")),
        advice,
        reason: reason.as_str(),
        request_id,
        login: visitor.is_none(),
    };
    // Nothing in this template can fail; an empty page would still have its status.
    let mut response = frame::show(&page).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    *response.status_mut() = status_of(reason);
    if let Some(delay) = error.delay() {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    response
}

/// The title and the advice for a reason.
fn in_dutch(reason: Reason) -> (&'static str, &'static str) {
    use Reason as R;
    match reason {
        R::LoginRequired => (
            "U bent niet ingelogd",
            "Log in om verder te gaan. Na een tijd zonder gebruik logt de pagina u vanzelf uit.",
        ),
        R::LoginFailed => (
            "Inloggen is niet gelukt",
            "Begin opnieuw. Blijft het misgaan, vraag dan uw beheerder of uw account voor het Maatwerkregister is ingericht.",
        ),
        R::LoginUnavailable => (
            "De inlogdienst is niet bereikbaar",
            "Probeer het over enkele minuten opnieuw, of kies een andere manier van inloggen.",
        ),
        R::FormNotAccepted => (
            "Dit formulier is verlopen",
            "Er is niets opgeslagen. Ga terug, laad de pagina opnieuw en verstuur het formulier nog eens.",
        ),
        R::PageNotFound => (
            "Deze pagina bestaat niet",
            "Controleer het adres, of begin opnieuw met zoeken.",
        ),
        R::OfficerNotFound => (
            "Deze functionaris staat niet in het register",
            "Misschien is de vermelding ingetrokken. Zoek opnieuw naar wie het nu doet.",
        ),
        R::OrganisationNotFound | R::UnknownNeedOrganisation | R::UnknownOrganisation => (
            "Deze organisatie staat niet in het register",
            "Controleer het adres. Hoort uw organisatie erin, vraag dan de beheerder van het register om haar aan te sluiten.",
        ),
        R::GrantNotFound => ("Deze machtiging bestaat niet meer", "Laad de lijst opnieuw."),
        R::PeerNotFound => (
            "Dit register staat niet in de lijst",
            "Misschien is het intussen verwijderd. Laad de lijst opnieuw.",
        ),
        R::PeerIsConfigured => (
            "Dit register staat in de configuratie van de node",
            "Wijzig het daar, en start de node opnieuw.",
        ),
        R::ReportNotFound => ("Deze melding is al afgehandeld", "Laad de lijst opnieuw."),
        R::NoTarget => (
            "Hiervoor is niemand bekend",
            "Ook het landelijk loket staat niet in dit register. Vraag de beheerder van het register om hulp.",
        ),
        R::NotOwner => (
            "U mag dit niet veranderen",
            "Alleen de organisatie zelf houdt haar functionarissen bij.",
        ),
        R::RoleMissing => (
            "U mag deze pagina niet gebruiken",
            "Uw account heeft er geen rol voor. Vraag uw beheerder erom als u die rol wel hoort te hebben.",
        ),
        R::GrantExpired => (
            "De machtiging is verlopen",
            "Vraag de beheerder van het register om haar te verlengen.",
        ),
        R::Suspended => (
            "Uw organisatie is opgeschort",
            "Vraag de beheerder van het register waarom, en tot wanneer.",
        ),
        R::EtagMismatch | R::BaseNotCurrent => (
            "Iemand anders heeft dit intussen veranderd",
            "Er is niets opgeslagen. Laad de pagina opnieuw, bekijk wat er veranderd is en doe uw wijziging nog eens.",
        ),
        R::AlreadyExists => ("Dit bestaat al", "Kies een andere naam, of verander wat er al is."),
        R::MassWithdrawal => (
            "Hiermee verdwijnen veel functionarissen tegelijk",
            "Er is niets opgeslagen. Bevestig het aantal, of trek er minder tegelijk in.",
        ),
        R::LastOperator => (
            "Er moet een beheerder overblijven",
            "Er is niets opgeslagen. Geef eerst een ander de rol van beheerder.",
        ),
        R::RequestIdReused => (
            "Dit formulier is al verstuurd",
            "Laad de pagina opnieuw en kijk of uw wijziging er staat.",
        ),
        R::RateLimited => ("Te veel verzoeken achter elkaar", "Wacht even en probeer het dan opnieuw."),
        R::DeadlineExceeded | R::OutcomeUnknown => (
            "Dit duurde te lang",
            "Het kan zijn dat uw wijziging toch is opgeslagen. Laad de pagina opnieuw en kijk het na.",
        ),
        R::ShuttingDown => ("Het register wordt herstart", "Probeer het over een minuut opnieuw."),
        R::NotInThisVersion => ("Dit kan nog niet", "Deze functie komt in een volgende versie."),
        other => match other.consequence().http_status {
            400 | 409 => (
                "Hier klopt iets niet",
                "Er is niets opgeslagen. Ga terug en probeer het opnieuw.",
            ),
            413 => ("Dit is te groot", "Er is niets opgeslagen. Stuur minder tegelijk."),
            401 | 403 => ("U mag deze pagina niet gebruiken", "Vraag uw beheerder om toegang."),
            404 => (
                "Dit staat niet in het register",
                "Controleer het adres, of begin opnieuw met zoeken.",
            ),
            503 | 504 => ("Het register is even niet bereikbaar", "Probeer het over een minuut opnieuw."),
            _ => (
                "Er ging iets mis",
                "Dat ligt aan ons. Probeer het opnieuw; blijft het misgaan, meld het dan met het kenmerk hieronder.",
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_text_and_an_error_status() {
        for reason in Reason::ALL {
            let (title, advice) = in_dutch(reason);
            assert!(!title.ends_with('.') && advice.ends_with('.'), "{reason:?}");
            assert!(status_of(reason).as_u16() >= 400, "{reason:?}");
        }
    }
}
