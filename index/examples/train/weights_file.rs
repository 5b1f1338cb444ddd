//! The numbers of `weights.toml`, each with its place in the text, so that comments and order stay when they change.

use std::error::Error;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file of weights.
#[derive(Clone)]
pub(crate) struct WeightsFile {
    text: String,
    pub(crate) numbers: Vec<Number>,
}

/// A number of the file.
#[derive(Clone)]
pub(crate) struct Number {
    /// Its table, key and place in a list: `scoring.ranks.2`.
    pub(crate) path: String,
    pub(crate) value: f64,
    is_whole: bool,
    range: Range<usize>,
}

impl WeightsFile {
    /// Reads the numbers of `text`.
    pub(crate) fn read(text: String) -> Result<Self, Box<dyn Error>> {
        let mut numbers = Vec::new();
        for (key, value) in DeTable::parse(&text)?.get_ref() {
            collect(key.get_ref(), value, &mut numbers)?;
        }
        numbers.sort_by_key(|number| number.range.start);
        Ok(Self { text, numbers })
    }

    /// Returns the text with the numbers as they are now.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        let mut end = 0;
        for number in &self.numbers {
            text.push_str(&self.text[end..number.range.start]);
            text.push_str(&number.to_text());
            end = number.range.end;
        }
        text + &self.text[end..]
    }

    /// Whether the numbers whose paths begin so are the same in the `other` file.
    pub(crate) fn has_same(&self, beginning: &str, other: &Self) -> bool {
        let pairs = self.numbers.iter().zip(&other.numbers);
        pairs
            .filter(|(number, _)| number.path.starts_with(beginning))
            .all(|(number, other)| number.value == other.value)
    }

    /// Sets a number.
    pub(crate) fn set(&mut self, path: &str, value: f64) {
        let number = self.numbers.iter_mut().find(|number| number.path == path);
        number.expect("the file has this number").value = value;
    }

    /// Returns a number.
    pub(crate) fn get(&self, path: &str) -> f64 {
        let number = self.numbers.iter().find(|number| number.path == path);
        number.expect("the file has this number").value
    }
}

impl Number {
    /// Returns its value times `factor`, rounded as the file has it: to whole numbers or three digits.
    pub(crate) fn times(&self, factor: f64) -> f64 {
        let scale = if self.is_whole { 1.0 } else { 1000.0 };
        (self.value * factor * scale).round() / scale
    }

    fn to_text(&self) -> String {
        if self.is_whole {
            format!("{:.0}", self.value)
        } else {
            format!("{:?}", (self.value * 1000.0).round() / 1000.0)
        }
    }
}

fn collect(path: &str, value: &Spanned<DeValue<'_>>, numbers: &mut Vec<Number>) -> Result<(), Box<dyn Error>> {
    let mut add = |text: &str, is_whole| -> Result<(), Box<dyn Error>> {
        numbers.push(Number {
            path: path.to_owned(),
            value: text.parse()?,
            is_whole,
            range: value.span(),
        });
        Ok(())
    };
    match value.get_ref() {
        DeValue::Integer(number) => add(number.as_str(), true),
        DeValue::Float(number) => add(number.as_str(), false),
        DeValue::Array(values) => (0..)
            .zip(values.iter())
            .try_for_each(|(place, value): (usize, _)| collect(&format!("{path}.{place}"), value, numbers)),
        DeValue::Table(values) => values
            .iter()
            .try_for_each(|(key, value)| collect(&format!("{path}.{}", key.get_ref()), value, numbers)),
        _ => Err(format!("{path} is no number").into()),
    }
}
