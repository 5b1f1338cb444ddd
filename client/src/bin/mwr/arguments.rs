//! Parses arguments: organisations, officers, municipalities, moments and positions.

use anyhow::Context as _;
use client::Client;
use futures::TryStreamExt as _;
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use proto::v1;
use register::calendar::{end_of_day, start_of_day};
use register::clock::dutch_time_zone;
use register::identifier::{MunicipalityCode, OfficerName, OrganisationId};
use register::organisation::{Organisation, OrganisationKind};
use register::position::Position;

use crate::exit::Failure;

/// Parses `organisations/{organisation}/officers/{id}` or `{organisation}/{id}`.
pub(crate) fn officer_name(text: &str) -> Result<OfficerName, String> {
    let full = match text.split_once('/') {
        Some((organisation, id)) if organisation != "organisations" => format!("organisations/{organisation}/officers/{id}"),
        _ => text.to_owned(),
    };
    OfficerName::parse(&full).map_err(|error| format!("{error}; the short form is `organisation/id`"))
}

/// Parses `organisations/{id}` or `{id}`.
pub(crate) fn organisation_id(text: &str) -> Result<OrganisationId, String> {
    OrganisationId::parse(text.strip_prefix("organisations/").unwrap_or(text)).map_err(|error| error.to_string())
}

/// Parses a position: its cookie in hexadecimal, as `--json` and `--state` show it.
pub(crate) fn position(text: &str) -> Result<Position, String> {
    let bytes = hex::decode(text).map_err(|_| "write a position as its cookie in hexadecimal, as `--json` shows it")?;
    Position::from_cookie(&bytes).map_err(|error| error.to_string())
}

/// Formats the cookie of a position in hexadecimal.
pub(crate) fn cookie_text(position: &Position) -> String {
    hex::encode(position.to_cookie())
}

/// Parses a moment: RFC 3339, `2026-11-23T09:00` in Dutch time, or a date for the start of that day.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    if let Ok(day) = text.parse::<Date>()
        && text.len() <= "2026-11-23".len()
    {
        return start_of_day(day).ok_or_else(|| "that day has no start".to_owned());
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok();
    let zoned: Option<Zoned> = civil.and_then(|civil| civil.to_zoned(dutch_time_zone()).ok());
    zoned
        .map(|zoned| zoned.timestamp())
        .ok_or_else(|| "write a moment as `2026-11-23`, `2026-11-23T09:00` or RFC 3339".to_owned())
}

/// Parses `FROM..UNTIL` in moments or dates. If the end is a date, that day is included.
pub(crate) fn period(text: &str) -> Result<(Timestamp, Timestamp), String> {
    let (from, until) = text
        .split_once("..")
        .ok_or("write a period as FROM..UNTIL, as in 2026-12-21..2027-01-03")?;
    let from = moment(from)?;
    let until = match until.parse::<Date>() {
        Ok(day) if until.len() <= "2026-11-23".len() => end_of_day(day).ok_or("that day has no end")?,
        _ => moment(until)?,
    };
    if from < until {
        Ok((from, until))
    } else {
        Err("the period ends before it begins".to_owned())
    }
}

/// Lists all organisations of the register.
pub(crate) async fn all_organisations(client: &Client) -> anyhow::Result<Vec<Organisation>> {
    let all = client.all_organisations(v1::ListOrganisationsRequest::default());
    all.try_collect().await.context("listing organisations")
}

/// Finds an organisation by id, name, short name or alias.
pub(crate) async fn find_organisation(client: &Client, text: &str) -> anyhow::Result<OrganisationId> {
    // Most ids have digits and most names have none. The register checks the id either way.
    if let Ok(id) = organisation_id(text)
        && (text.contains('/') || text.bytes().any(|byte| byte.is_ascii_digit()))
    {
        return Ok(id);
    }
    let organisations = all_organisations(client).await?;
    if let Some(same) = organisations.iter().find(|organisation| organisation.id.as_str() == text) {
        return Ok(same.id.clone());
    }
    let found = by_name(&organisations, text, |_| true);
    let organisation = one_of(&found, text, "organisation", client).await?;
    Ok(organisation.id.clone())
}

/// Finds a municipality by code, by its name, or by the name of a place in it.
pub(crate) async fn find_municipality(client: &Client, text: &str) -> anyhow::Result<MunicipalityCode> {
    if let Ok(code) = MunicipalityCode::parse(&text.to_uppercase()) {
        return Ok(code);
    }
    let organisations = all_organisations(client).await?;
    let is_municipality =
        |organisation: &Organisation| organisation.kind == OrganisationKind::Gemeente && organisation.municipality_code.is_some();
    let mut found = by_name(&organisations, text, is_municipality);
    if found.is_empty() {
        let place = text.to_lowercase();
        let has_place = |organisation: &&Organisation| organisation.places.iter().any(|name| name.to_lowercase() == place);
        found = organisations
            .iter()
            .filter(|organisation| is_municipality(organisation))
            .filter(has_place)
            .collect();
    }
    let municipality = one_of(&found, text, "municipality", client).await?;
    municipality
        .municipality_code
        .clone()
        .ok_or_else(|| Failure::NotFound(format!("{text} has no municipality code")).into())
}

fn by_name<'a>(all: &'a [Organisation], text: &str, fits: impl Fn(&Organisation) -> bool) -> Vec<&'a Organisation> {
    let plain = |name: &str| {
        let lower = name.to_lowercase();
        lower.strip_prefix("gemeente ").unwrap_or(&lower).to_owned()
    };
    let wanted = plain(text);
    let fitting = || all.iter().filter(|organisation| fits(organisation));
    let own = |organisation: &&Organisation| plain(&organisation.name) == wanted || plain(&organisation.short_name) == wanted;
    let found: Vec<_> = fitting().filter(own).collect();
    if !found.is_empty() {
        return found;
    }
    fitting()
        .filter(|organisation| organisation.aliases.iter().any(|alias| plain(alias) == wanted))
        .collect()
}

async fn one_of<'a>(found: &[&'a Organisation], text: &str, what: &str, client: &Client) -> anyhow::Result<&'a Organisation> {
    match found {
        [one] => Ok(one),
        [] => Err(Failure::NotFound(unknown(text, what, &unlisted_registers(client).await?)).into()),
        several => {
            let ids: Vec<_> = several.iter().map(|organisation| organisation.id.as_str()).collect();
            Err(Failure::Usage(format!(
                "`{text}` matches several organisations: {}; give the id",
                ids.join(", ")
            ))
            .into())
        }
    }
}

/// The peers whose organisations the register cannot list.
async fn unlisted_registers(client: &Client) -> anyhow::Result<Vec<String>> {
    let shortest = v1::ListOrganisationsRequest {
        page_size: 1,
        ..v1::ListOrganisationsRequest::default()
    };
    Ok(client.list_organisations(shortest).await?.unlisted_registers)
}

/// An unknown name may be a peer's, which the reader cannot see in the list that the text points to.
fn unknown(text: &str, what: &str, unlisted: &[String]) -> String {
    let unknown = format!("the register knows no {what} `{text}`; see `mwr list organisations`");
    if unlisted.is_empty() {
        return unknown;
    }
    let peers = unlisted.join("`, `");
    format!("{unknown}. It cannot list those of `{peers}`, which is asked per question or not yet copied: give the code or id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn officer_names_have_a_short_form() {
        let name = officer_name("zb000211/cak-01").unwrap();
        assert_eq!(name, officer_name("organisations/zb000211/officers/cak-01").unwrap());
        assert!(officer_name("cak-01").unwrap_err().contains("short form"));
    }

    #[test]
    fn moments_are_in_dutch_time() {
        assert_eq!(moment("2026-07-01").unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert_eq!(moment("2026-01-05T09:00").unwrap().to_string(), "2026-01-05T08:00:00Z");
        assert_eq!(moment("2026-01-05T09:00:00Z").unwrap().to_string(), "2026-01-05T09:00:00Z");
        assert!(moment("morgen").is_err());
    }

    #[test]
    fn the_last_day_of_a_period_is_included() {
        let (from, until) = period("2026-12-21..2026-12-21").unwrap();
        assert_eq!(until.duration_since(from).as_hours(), 24);
        assert!(period("2026-12-21..2026-12-20").is_err());
        assert!(period("2026-12-21").is_err());
    }

    #[test]
    fn a_position_survives_formatting() {
        let text = "01".to_owned() + &"00".repeat(15) + "07" + "000000000000002a";
        assert_eq!(cookie_text(&position(&text).unwrap()), text);
        assert!(position("zz").is_err());
        assert!(position("010").is_err());
    }
}
