//! The coverage of a result: a line only if a register is missing or its copy is old.

use std::time::Duration;

use directory::federation::ask::{RegisterState, RegisterStatus, ServedFrom};

use crate::pages::dutch::and;

/// Age from which a copy is mentioned.
const OLD: Duration = Duration::from_secs(15 * 60);

/// The lines on missing and outdated registers.
pub(super) fn lines(registers: &[RegisterStatus]) -> Vec<String> {
    let missing = registers.iter().filter(|status| status.state != RegisterState::Ok);
    let missing: Vec<&str> = missing.map(|status| status.register.as_str()).collect();
    let mut lines = Vec::new();
    if !missing.is_empty() {
        lines.push(format!(
            "Niet meegezocht: {}. Misschien staat daar nog iemand.",
            and(&missing)
        ));
    }
    for status in registers
        .iter()
        .filter(|status| status.served_from == Some(ServedFrom::Replica))
    {
        if let Some(age) = status.age.filter(|age| *age >= OLD) {
            lines.push(format!("Van {} is dit een kopie van {} oud.", status.register, how_long(age)));
        }
    }
    lines
}

fn how_long(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) => format!("{minutes} minuten"),
        (0, hours) => format!("{hours} uur"),
        (1, _) => "een dag".to_owned(),
        (days, _) => format!("{days} dagen"),
    }
}

#[cfg(test)]
mod tests {
    use register::identifier::RegisterId;

    use super::*;

    fn status(register: &str, state: RegisterState) -> RegisterStatus {
        RegisterStatus {
            state,
            ..RegisterStatus::of(RegisterId::parse(register).unwrap())
        }
    }

    #[test]
    fn missing_and_outdated_registers_are_mentioned() {
        let well = status("landelijk", RegisterState::Ok);
        let gone = status("regio-noord", RegisterState::Unreachable);
        let mut old = status("regio-zuid", RegisterState::Ok);
        old.served_from = Some(ServedFrom::Replica);
        old.age = Some(Duration::from_secs(3 * 3600));
        assert!(lines(std::slice::from_ref(&well)).is_empty());
        assert_eq!(
            lines(&[well, gone, old]),
            [
                "Niet meegezocht: regio-noord. Misschien staat daar nog iemand.",
                "Van regio-zuid is dit een kopie van 3 uur oud."
            ]
        );
    }
}
