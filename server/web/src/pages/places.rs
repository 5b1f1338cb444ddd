//! Municipalities in one form field, by name: "Zaanstad, Wormerland".

use register::identifier::MunicipalityCode;

use crate::pages::field::Problem;
use crate::pages::labels::Labels;
use crate::pages::search::read_place;

/// Reads names into codes. Unknown names become errors of `field`.
pub(super) fn read(text: &str, field: &str, labels: &Labels<'_>) -> (Vec<String>, Vec<Problem>) {
    let (mut codes, mut problems) = (Vec::new(), Vec::new());
    for name in text.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
        match read_place(name, labels.gazetteer()) {
            Ok(code) => codes.extend(code.map(|code| code.to_string())),
            // A code from before a merger may be valid; the use case decides.
            Err(_) if MunicipalityCode::parse(name).is_ok() => codes.push(name.to_owned()),
            Err(message) => {
                let name: String = name.chars().take(60).collect();
                problems.push(Problem::new(field, format!("‘{name}’: {message}")));
            }
        }
    }
    (codes, problems)
}

/// The names of `codes`, separated by commas.
pub(super) fn names(codes: &[String], labels: &Labels<'_>) -> String {
    let names = codes.iter().map(|code| match read_place(code, labels.gazetteer()) {
        Ok(Some(code)) => labels.municipality_in_field(&code),
        _ => code.clone(),
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn names_become_codes_and_back() {
        let labels = sample::labels();
        let (codes, problems) = read("Zaanstad, Krommenie;\nNergenshuizen", "area", &labels);
        assert_eq!(codes, ["GM0479", "GM0479"]);
        assert!(problems.len() == 1 && problems[0].message.starts_with("‘Nergenshuizen’"));
        assert_eq!(names(&["GM0479".to_owned()], &labels), "Zaanstad");
    }
}
