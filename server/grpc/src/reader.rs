//! Parses the fields of requests into domain types, and collects all violations of a request.

use std::time::Duration;

use directory::Expected;
use directory::federation::ask::{OnMissing, Policy, Scope};
use jiff::Timestamp;
use proto::convert::{WireEnum, to_timestamp};
use proto::v1;
use register::identifier::{OfficerName, OrganisationId, RegisterId, RequestId};
use register::oin::Oin;
use register::position::Position;
use register::report::ReportName;
use register::violation::{ViolationCode, Violations};
use server_core::error::Error;
use server_core::views::Consistency;
use tonic::Request;

use super::request::RequestContext;

/// How long before the deadline a read stops waiting for a position, so that the error can state the position.
const MARGIN: Duration = Duration::from_millis(50);

/// Maximum number of registers that a request can require.
const MAX_REQUIRED: usize = 1_000;

/// Parses the fields of one request and collects violations.
#[derive(Default)]
pub(super) struct RequestReader {
    violations: Violations,
}

impl RequestReader {
    /// Returns `value`, or an error with all violations.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Error> {
        self.violations.into_result(value).map_err(Error::invalid)
    }

    /// Parses a position that a register returned before. A missing position is valid.
    pub(super) fn position(&mut self, field: &str, position: Option<&v1::Position>) -> Option<Position> {
        let position = position?;
        match Position::try_from(position) {
            Ok(position) => Some(position),
            Err(_) => {
                let message = "Dit is geen positie; geef terug wat het register eerder heeft gegeven, ongewijzigd.";
                self.violations
                    .add(format!("{field}.cookie"), ViolationCode::Malformed, message);
                None
            }
        }
    }

    /// Returns the position to wait for, and the time left to wait for it.
    pub(super) fn consistency<T>(&mut self, request: &Request<T>, min_position: Option<&v1::Position>) -> Consistency {
        let remaining = RequestContext::of(request).remaining();
        let time_limit = remaining.saturating_sub(MARGIN.min(remaining / 10));
        Consistency::at_least(self.position("min_position", min_position), time_limit)
    }

    pub(super) fn officer(&mut self, field: &str, name: &str) -> Option<OfficerName> {
        let parsed = OfficerName::parse(name).ok();
        if parsed.is_none() {
            let message = "Dit is geen functionaris; schrijf organisations/{organisatie}/officers/{kenmerk}.";
            self.refuse(field, name, message);
        }
        parsed
    }

    pub(super) fn organisation(&mut self, field: &str, name: &str) -> Option<OrganisationId> {
        let parsed = OrganisationId::parse_resource_name(name).ok();
        if parsed.is_none() {
            let message = "Dit is geen organisatie; schrijf organisations/ en het kenmerk, zoals organisations/gm0363.";
            self.refuse(field, name, message);
        }
        parsed
    }

    /// Parses the name of an organisation; an empty name is `None`.
    pub(super) fn optional_organisation(&mut self, field: &str, name: &str) -> Option<OrganisationId> {
        if name.is_empty() {
            None
        } else {
            self.organisation(field, name)
        }
    }

    pub(super) fn report(&mut self, field: &str, name: &str) -> Option<ReportName> {
        let parsed = ReportName::parse(name).ok();
        if parsed.is_none() {
            let message = "Dit is geen melding; schrijf organisations/{organisatie}/officers/{kenmerk}/reports/{nummer}.";
            self.refuse(field, name, message);
        }
        parsed
    }

    pub(super) fn oin(&mut self, field: &str, text: &str) -> Option<Oin> {
        let parsed = Oin::parse(text).ok();
        if parsed.is_none() {
            let message = "Dit is geen OIN; een OIN telt 20 tekens en begint met een bekend voorvoegsel, zoals 00000001.";
            self.refuse(field, text, message);
        }
        parsed
    }

    /// Parses the id of a register.
    pub(super) fn register(&mut self, field: &str, text: &str) -> Option<RegisterId> {
        let parsed = RegisterId::parse(text).ok();
        if parsed.is_none() {
            let message = "Dit is geen kenmerk van een register; het telt 2 tot 64 kleine letters, cijfers en streepjes.";
            self.refuse(field, text, message);
        }
        parsed
    }

    /// Parses a federation policy. The default asks all registers and accepts a partial answer.
    pub(super) fn policy(&mut self, field: &str, message: Option<&v1::FederationPolicy>) -> Policy {
        let Some(message) = message else {
            return Policy::default();
        };
        let required = message.required.iter().take(MAX_REQUIRED).enumerate();
        let required = required.filter_map(|(place, id)| self.register(&format!("{field}.required[{place}]"), id));
        Policy {
            required: required.collect(),
            scope: match message.scope() {
                v1::FederationScope::Local => Scope::Local,
                v1::FederationScope::Federated | v1::FederationScope::Unspecified => Scope::Federated,
            },
            min_answered: usize::try_from(message.min_answered).unwrap_or(0),
            on_missing: match message.on_missing() {
                v1::OnMissing::Fail => OnMissing::Fail,
                v1::OnMissing::Partial | v1::OnMissing::Unspecified => OnMissing::Partial,
            },
        }
    }

    pub(super) fn request_id(&mut self, text: &str) -> Option<RequestId> {
        let parsed = RequestId::parse(text).ok();
        if parsed.is_none() {
            let message = "Geef het verzoek een eigen kenmerk van 1 tot 64 zichtbare tekens, zoals een UUID, en herhaal dat bij een nieuwe poging.";
            self.refuse("request_id", text, message);
        }
        parsed
    }

    pub(super) fn expected(&mut self, field: &str, etag: &str) -> Option<Expected> {
        let parsed = Expected::parse(etag).ok();
        if parsed.is_none() {
            let message = "Dit is geen etag; geef terug wat de vermelding als etag droeg, schrijf none, of laat het leeg.";
            self.refuse(field, etag, message);
        }
        parsed
    }

    /// Parses the value of an enumeration. UNSPECIFIED is a violation.
    pub(super) fn word<W: WireEnum>(&mut self, field: &str, number: i32) -> Option<W> {
        let known = W::from_number(number);
        if known.is_none() {
            let message = format!("Deze waarde bestaat hier niet; mogelijk zijn: {}.", W::words().join(", "));
            self.violations.add(field, ViolationCode::UnknownValue, message);
        }
        known
    }

    pub(super) fn words<W: WireEnum>(&mut self, field: &str, numbers: &[i32]) -> Vec<W> {
        let each = numbers.iter().enumerate();
        each.filter_map(|(place, number)| self.word(&format!("{field}[{place}]"), *number))
            .collect()
    }

    pub(super) fn moment(&mut self, field: &str, moment: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
        let parsed = to_timestamp(field, moment?).ok();
        if parsed.is_none() {
            self.violations.add(field, ViolationCode::Malformed, "Dit is geen tijdstip.");
        }
        parsed
    }

    pub(super) fn add(&mut self, field: &str, code: ViolationCode, message: &str) {
        self.violations.add(field, code, message);
    }

    pub(super) fn refuse(&mut self, field: &str, text: &str, message: &str) {
        let code = if text.is_empty() {
            ViolationCode::Required
        } else {
            ViolationCode::Malformed
        };
        self.violations.add(field, code, message);
    }
}

/// Converts the numbers of an enumeration to words for a draft. An unknown number stays a number, which validation refuses.
pub(super) fn to_words<W: WireEnum>(numbers: &[i32]) -> Vec<String> {
    let to_word = |number: &i32| W::from_number(*number).map_or_else(|| number.to_string(), |value| value.to_word().to_owned());
    numbers.iter().map(to_word).collect()
}
