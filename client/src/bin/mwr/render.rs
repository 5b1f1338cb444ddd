//! Entries for people: function, organisation, what for, who decides, how to reach it, since when it is known to be right.

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

/// CompetenceLabels of competences by code; without a vocabulary the codes themselves.
pub(crate) struct CompetenceLabels(HashMap<String, String>);

impl CompetenceLabels {
    /// The labels of the register's vocabulary.
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

    /// The labels of `codes`, with commas in between.
    pub(crate) fn list<T: AsRef<str>>(&self, codes: impl IntoIterator<Item = T>) -> String {
        let labels: Vec<_> = codes.into_iter().map(|code| self.of(code.as_ref())).collect();
        labels.join("; ")
    }
}

/// A block of labelled lines, indented, empty ones left out.
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

/// Who decides, in words.
pub(crate) fn mandates(entry: &Entry, labels: &CompetenceLabels, today: Date) -> String {
    let holds = |mandate: &&Mandate| mandate.until.is_none_or(|until| today <= until);
    let mut mandates: Vec<&Mandate> = entry.officer.mandates.iter().filter(holds).collect();
    mandates.sort_by_key(|mandate| mandate.level);
    let told: Vec<String> = mandates.into_iter().map(|mandate| mandate_words(mandate, labels)).collect();
    if told.is_empty() {
        "refers to who decides".to_owned()
    } else {
        told.join("\n")
    }
}

fn mandate_words(mandate: &Mandate, labels: &CompetenceLabels) -> String {
    let mut words = match mandate.level {
        MandateLevel::Decide => "decides",
        MandateLevel::Advise => "advises who decides",
        MandateLevel::Refer => "refers to who decides",
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

/// Mail, phone and page, with what is preferred.
pub(crate) fn contact(entry: &Entry) -> String {
    let contact = &entry.officer.contact;
    let mut ways: Vec<String> = Vec::new();
    ways.extend(contact.email.as_ref().map(|email| email.as_str().to_owned()));
    ways.extend(contact.phone.as_ref().map(|phone| phone.as_str().to_owned()));
    ways.extend(contact.url.clone());
    let mut words = ways.join("  ");
    if contact.email.is_some() && contact.phone.is_some() && entry.officer.approach.prefer == Channel::Phone {
        words += "  (rather by phone)";
    }
    words
}

/// A desk's mail, phone and page.
pub(crate) fn desk(desk: &Desk) -> String {
    let mut ways: Vec<String> = Vec::new();
    ways.extend(desk.email.as_ref().map(|email| email.as_str().to_owned()));
    ways.extend(desk.phone.as_ref().map(|phone| phone.as_str().to_owned()));
    ways.extend(desk.url.clone());
    ways.join("  ")
}

/// Whether it can be reached now, or from when.
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

/// When it was last found right, and whether callers have found it wrong since.
pub(crate) fn verified(entry: &Entry, today: Date) -> String {
    let doubt = if entry.is_doubted() {
        "; betwijfeld: callers found it wrong"
    } else {
        ""
    };
    let verified = match &entry.verification {
        None => "never".to_owned(),
        Some(verification) if verification.is_stale_on(today) => {
            format!(
                "{} (no longer fresh since {})",
                verification.verified_on, verification.verify_by
            )
        }
        Some(verification) => verification.verified_on.to_string(),
    };
    verified + doubt
}

/// A moment as a clock in the Netherlands shows it.
pub(crate) fn moment(moment: Timestamp) -> String {
    moment.to_zoned(dutch_time_zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The present moment and the day in the Netherlands.
pub(crate) fn now() -> (Timestamp, Date) {
    (SystemClock.now(), SystemClock.today())
}

/// All of an entry that a professional needs before calling.
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
