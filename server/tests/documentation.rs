//! Checks that the documentation lists every reason, with its code and whether to retry, and every violation.

use register::resolve::{RejectionReason, TargetReason};
use register::violation::ViolationCode;
use server_core::error::{Reason, Retry};
use tonic::Code;

const API: &str = include_str!("../../docs/api.md");

/// Returns the rows of the table below `heading`, as cells.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let (_, section) = API.split_once(heading).expect("the page has the section");
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn wire_name(code: Code) -> String {
    let name = format!("{code:?}");
    let mut wire = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !wire.is_empty() {
            wire.push('_');
        }
        wire.extend(letter.to_uppercase());
    }
    wire
}

#[test]
fn every_reason_is_documented_with_its_consequence() {
    let documented: Vec<[String; 3]> = rows("<!-- reasons")
        .iter()
        .map(|row| [row[0].clone(), row[1].clone(), row[2].clone()])
        .collect();
    let known: Vec<[String; 3]> = Reason::ALL
        .into_iter()
        .map(|reason| {
            let consequence = reason.consequence();
            let retry = match consequence.retry {
                Retry::Never => "no",
                Retry::Safe => "yes",
                Retry::WithRequestId => "with request id",
            };
            [
                format!("`{}`", reason.as_str()),
                wire_name(consequence.code),
                retry.to_owned(),
            ]
        })
        .collect();
    assert_eq!(documented, known);
}

#[test]
fn every_violation_is_documented() {
    let documented: Vec<String> = rows("### Violations").into_iter().map(|row| row[0].clone()).collect();
    let known: Vec<String> = ViolationCode::ALL
        .into_iter()
        .map(|code| format!("`{}`", code.as_str()))
        .collect();
    assert_eq!(documented, known);
}

#[test]
fn every_reason_of_a_route_is_documented() {
    let documented = |heading| rows(heading).into_iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let targets: Vec<String> = TargetReason::ALL
        .into_iter()
        .map(|reason| format!("`{}`", reason.as_str()))
        .collect();
    let considered: Vec<String> = RejectionReason::ALL
        .into_iter()
        .map(|reason| format!("`{}`", reason.as_str()))
        .collect();
    assert_eq!(documented("<!-- targets"), targets);
    assert_eq!(documented("<!-- considered"), considered);
}
