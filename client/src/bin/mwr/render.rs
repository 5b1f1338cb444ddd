//! Renders entries for people: function, organisation, competences, mandates, contact and verification.

use std::collections::HashMap;

use client::Client;
use comfy_table::{ContentArrangement, Table, presets};
use jiff::Timestamp;
use jiff::civil::Date;
use register::calendar::next_open;
use register::clock::{Clock as _, SystemClock, dutch_time_zone};
use register::entry::Entry;
use register::officer::{Channel, Mandate, MandateLevel};
use register::organisation::Desk;

/// The labels of competences, by code.
pub(crate) struct CompetenceLabels(HashMap<String, String>);

impl CompetenceLabels {
    /// Fetches the labels from the register's vocabulary.
    pub(crate) async fn fetch(client: &Client) -> anyhow::Result<Self> {
        let vocabulary = client.get_vocabulary().await?;
        let competences = vocabulary
            .competences
            .into_iter()
            .map(|competence| (competence.code, competence.label));
        Ok(Self(competences.collect()))
    }

    fn of(&self, code: &str) -> String {
        self.0.get(code).cloned().unwrap_or_else(|| code.to_owned())
    }

    /// Joins the labels of `codes` with semicolons. A code without a label stands for itself.
    pub(crate) fn list<T: AsRef<str>>(&self, codes: impl IntoIterator<Item = T>) -> String {
        let labels: Vec<_> = codes.into_iter().map(|code| self.of(code.as_ref())).collect();
        labels.join("; ")
    }
}

/// Makes an indented block of labelled lines, without the empty ones.
pub(crate) fn block(lines: &[(&str, String)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    for (label, text) in lines {
        if !text.is_empty() {
            table.add_row([format!("  {label}"), text.clone()]);
        }
    }
    table
}

/// Describes the mandates that are valid today.
pub(crate) fn mandates(entry: &Entry, labels: &CompetenceLabels, today: Date) -> String {
    let holds = |mandate: &&Mandate| mandate.until.is_none_or(|until| today <= until);
    let mut mandates: Vec<&Mandate> = entry.officer.mandates.iter().filter(holds).collect();
    mandates.sort_by_key(|mandate| mandate.level);
    let lines: Vec<String> = mandates.into_iter().map(|mandate| mandate_words(mandate, labels)).collect();
    if lines.is_empty() {
        "refers to the decision maker".to_owned()
    } else {
        lines.join("\n")
    }
}

fn mandate_words(mandate: &Mandate, labels: &CompetenceLabels) -> String {
    let mut words = match mandate.level {
        MandateLevel::Decide => "decides",
        MandateLevel::Advise => "advises the decision maker",
        MandateLevel::Refer => "refers to the decision maker",
    }
    .to_owned();
    if !mandate.competences.is_empty() {
        words += &format!(" on {}", labels.list(mandate.competences.iter().map(|code| code.as_str())));
    }
    for (before, part) in [
        (", ", &mandate.limit),
        (", after consulting ", &mandate.consult),
        (" (", &mandate.text),
    ] {
        if let Some(part) = part.as_ref().filter(|part| !part.is_empty()) {
            words += before;
            words += part;
            if before == " (" {
                words.push(')');
            }
        }
    }
    words
}

/// Formats mail, phone and page, with the preferred channel.
pub(crate) fn contact(entry: &Entry) -> String {
    let contact = &entry.officer.contact;
    let mut channels: Vec<String> = Vec::new();
    channels.extend(contact.email.as_ref().map(|email| email.as_str().to_owned()));
    channels.extend(contact.phone.as_ref().map(|phone| phone.as_str().to_owned()));
    channels.extend(contact.url.as_ref().map(ToString::to_string));
    let mut words = channels.join("  ");
    if contact.email.is_some() && contact.phone.is_some() && entry.officer.approach.prefer == Channel::Phone {
        words += "  (phone preferred)";
    }
    words
}

/// Formats mail, phone and page of a desk.
pub(crate) fn desk(desk: &Desk) -> String {
    let mut channels: Vec<String> = Vec::new();
    channels.extend(desk.email.as_ref().map(|email| email.as_str().to_owned()));
    channels.extend(desk.phone.as_ref().map(|phone| phone.as_str().to_owned()));
    channels.extend(desk.url.as_ref().map(ToString::to_string));
    channels.join("  ")
}

/// Tells whether the officer is reachable now, or from when.
pub(crate) fn reachable(entry: &Entry, now: Timestamp) -> String {
    if let Some(absence) = entry.presence.absence_at(now) {
        let deputy = entry
            .officer
            .deputy
            .as_ref()
            .map(|deputy| format!("; deputy {deputy}"))
            .unwrap_or_default();
        return format!("absent until {}{deputy}", moment(absence.until));
    }
    match next_open(&entry.officer.hours, now) {
        Some(open) if open <= now => "now".to_owned(),
        Some(open) => format!("from {}", moment(open)),
        None => String::new(),
    }
}

/// Tells when the entry was last verified, and whether callers have reported it as wrong since.
pub(crate) fn verified(entry: &Entry, today: Date) -> String {
    let doubt = if entry.is_doubted() {
        "; betwijfeld: callers reported it as wrong"
    } else {
        ""
    };
    let verified = match &entry.verification {
        None => "never".to_owned(),
        Some(verification) if verification.is_stale_on(today) => {
            format!("{} (expired on {})", verification.verified_on, verification.verify_by)
        }
        Some(verification) => verification.verified_on.to_string(),
    };
    verified + doubt
}

/// Formats a moment in Dutch time.
pub(crate) fn moment(moment: Timestamp) -> String {
    moment.to_zoned(dutch_time_zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Returns the current moment and the date in the Netherlands.
pub(crate) fn now() -> (Timestamp, Date) {
    (SystemClock.now(), SystemClock.today())
}

/// Lists all that a professional needs from an entry before calling.
pub(crate) fn entry_lines(entry: &Entry, labels: &CompetenceLabels) -> Vec<(&'static str, String)> {
    let (now, today) = now();
    let officer = &entry.officer;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let not_for = officer.not_for.iter().map(|not_for| {
        let see = not_for.see.as_ref().map(|see| format!(" (see {see})")).unwrap_or_default();
        format!("{}{see}", labels.list([not_for.competence.as_str()]))
    });
    vec![
        ("name", entry.officer_name().to_string()),
        ("person", text(&officer.name)),
        ("about", officer.description.clone()),
        ("for", labels.list(officer.competences.iter().map(|code| code.as_str()))),
        ("not for", not_for.collect::<Vec<_>>().join("; ")),
        (
            "domains",
            officer
                .domains
                .iter()
                .map(|code| code.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (
            "area",
            officer.area.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
        ),
        ("mandate", mandates(entry, labels, today)),
        ("contact", contact(entry)),
        ("reachable", reachable(entry, now)),
        (
            "consent",
            if officer.approach.consent_required {
                "required".to_owned()
            } else {
                String::new()
            },
        ),
        ("bring", text(&officer.approach.bring)),
        ("audience", text(&officer.approach.audience)),
        ("answers in", text(&officer.approach.response_within)),
        ("deputy", officer.deputy.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("verified", verified(entry, today)),
        ("etag", entry.etag.as_str().to_owned()),
    ]
}
