//! Municipalities in one field, by name: "Zaanstad, Wormerland".

use register::identifier::MunicipalityCode;

use crate::pages::field::Problem;
use crate::pages::search::read_place;
use crate::pages::words::Words;

/// The codes of the names in `text`, and at `field` those that nobody knows.
pub(super) fn read(text: &str, field: &str, words: &Words<'_>) -> (Vec<String>, Vec<Problem>) {
    let (mut codes, mut problems) = (Vec::new(), Vec::new());
    for name in text.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
        match read_place(name, words.gazetteer()) {
            Ok(code) => codes.extend(code.map(|code| code.to_string())),
            // A code of before a merger is still one; whether it may stand there is for who writes it to say.
            Err(_) if MunicipalityCode::parse(name).is_ok() => codes.push(name.to_owned()),
            Err(message) => {
                let name: String = name.chars().take(60).collect();
                problems.push(Problem::new(field, format!("‘{name}’: {message}")));
            }
        }
    }
    (codes, problems)
}

/// The names of `codes`.
pub(super) fn told(codes: &[String], words: &Words<'_>) -> String {
    let names = codes.iter().map(|code| match read_place(code, words.gazetteer()) {
        Ok(Some(code)) => words.municipality_in_field(&code),
        _ => code.clone(),
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn names_become_codes_and_come_back() {
        let words = sample::words();
        let (codes, problems) = read("Zaanstad, Krommenie;\nNergenshuizen", "area", &words);
        assert_eq!(codes, ["GM0479", "GM0479"]);
        assert!(problems.len() == 1 && problems[0].message.starts_with("‘Nergenshuizen’"));
        assert_eq!(told(&["GM0479".to_owned()], &words), "Zaanstad");
    }
}
