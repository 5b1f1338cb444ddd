//! Reads the gazetteer's files and reports every fault at once.
//!
//! `municipalities.txt` has a block per municipality: a line with code and name, then indented lines with a key and a value.
//! `former.txt` has a line per former municipality: code, last day, name, `->`, current codes. `#` starts a comment.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::Gazetteer;
use super::municipality::{FormerMunicipality, Municipality};
use crate::identifier::MunicipalityCode;
use crate::oin::Oin;

/// All faults in a gazetteer's files, one text each, with file and line number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gazetteer has {} fault(s):{}", .0.len(), .0.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
pub struct GazetteerFaults(pub Vec<String>);

impl Gazetteer {
    /// Reads a gazetteer from the contents of its two files.
    pub fn load(municipalities: &str, former: &str) -> Result<Self, GazetteerFaults> {
        let mut faults = Vec::new();
        let current = read_municipalities(municipalities, &mut faults);
        let ended = read_former(former, &mut faults);
        check(&current, &ended, &mut faults);
        if !faults.is_empty() {
            return Err(GazetteerFaults(faults));
        }
        let mut digest = Sha256::new();
        for text in [municipalities, former] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text);
        }
        let hash = hex::encode(digest.finalize());
        Ok(Self::new(current, ended, hash))
    }
}

/// The lines that are neither empty nor comments, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text
        .lines()
        .enumerate()
        .map(|(position, line)| (position + 1, line.trim_end()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// A municipality whose lines are still being read.
struct MunicipalityBlock {
    line: usize,
    code: MunicipalityCode,
    name: String,
    official: Option<String>,
    province: Option<String>,
    oin: Option<Oin>,
    other_names: Vec<String>,
    places: Vec<String>,
}

fn read_municipalities(text: &str, faults: &mut Vec<String>) -> Vec<Municipality> {
    let mut blocks: Vec<MunicipalityBlock> = Vec::new();
    for (number, line) in lines(text) {
        let mut fault = |problem: &str| faults.push(format!("municipalities.txt:{number}: {problem}"));
        if let Some(detail) = line.strip_prefix("  ") {
            match (blocks.last_mut(), detail.split_once(' ')) {
                (Some(block), Some((key, value))) => {
                    if let Err(problem) = block.read(key, value) {
                        fault(&problem);
                    }
                }
                _ => fault("expected a key and a value below a municipality"),
            }
            continue;
        }
        let (code, name) = line.split_once(' ').unwrap_or((line, ""));
        match MunicipalityCode::parse(code) {
            Ok(code) if !name.is_empty() => blocks.push(MunicipalityBlock::new(number, code, name)),
            Ok(_) => fault("the name is missing"),
            Err(error) => fault(&error.to_string()),
        }
    }
    let complete = blocks.into_iter().map(MunicipalityBlock::complete);
    complete
        .filter_map(|block| block.map_err(|problem| faults.push(problem)).ok())
        .collect()
}

impl MunicipalityBlock {
    fn new(line: usize, code: MunicipalityCode, name: &str) -> Self {
        Self {
            line,
            code,
            name: name.to_owned(),
            official: None,
            province: None,
            oin: None,
            other_names: Vec::new(),
            places: Vec::new(),
        }
    }

    fn read(&mut self, key: &str, value: &str) -> Result<(), String> {
        let list = || {
            value
                .split(',')
                .map(|item| item.trim().to_owned())
                .filter(|item| !item.is_empty())
        };
        match key {
            "official" => self.official = Some(value.to_owned()),
            "province" => self.province = Some(value.to_owned()),
            "oin" => self.oin = Some(Oin::parse(value).map_err(|error| error.to_string())?),
            "also" => self.other_names.extend(list()),
            "places" => self.places.extend(list()),
            _ => return Err(format!("unknown key `{key}`")),
        }
        Ok(())
    }

    fn complete(self) -> Result<Municipality, String> {
        let missing = |key| format!("municipalities.txt:{}: `{key}` is missing", self.line);
        Ok(Municipality {
            oin: self.oin.clone().ok_or_else(|| missing("oin"))?,
            province: self.province.clone().ok_or_else(|| missing("province"))?,
            official_name: self.official.unwrap_or_else(|| self.name.clone()),
            code: self.code,
            name: self.name,
            other_names: self.other_names,
            places: self.places,
        })
    }
}

fn read_former(text: &str, faults: &mut Vec<String>) -> Vec<FormerMunicipality> {
    let mut found = Vec::new();
    for (number, line) in lines(text) {
        match former_municipality(line) {
            Ok(municipality) => found.push(municipality),
            Err(problem) => faults.push(format!("former.txt:{number}: {problem}")),
        }
    }
    found
}

fn former_municipality(line: &str) -> Result<FormerMunicipality, String> {
    let shape = || "a line is code, last day, name, `->`, codes".to_owned();
    let (before, successors) = line.split_once("->").ok_or_else(shape)?;
    let mut words = before.trim().splitn(3, ' ');
    let (Some(code), Some(ended), Some(name)) = (words.next(), words.next(), words.next()) else {
        return Err(shape());
    };
    let parse_code = |text: &str| MunicipalityCode::parse(text).map_err(|error| error.to_string());
    Ok(FormerMunicipality {
        code: parse_code(code)?,
        name: name.trim().to_owned(),
        ended: ended.parse().map_err(|_| "the last day is not a date".to_owned())?,
        successors: successors.split_whitespace().map(parse_code).collect::<Result<_, _>>()?,
    })
}

fn check(current: &[Municipality], former: &[FormerMunicipality], faults: &mut Vec<String>) {
    let mut codes = BTreeSet::new();
    for code in current.iter().map(|m| &m.code).chain(former.iter().map(|m| &m.code)) {
        if !codes.insert(code) {
            faults.push(format!("{code} occurs twice"));
        }
    }
    let mut oins = BTreeSet::new();
    for municipality in current.iter().filter(|municipality| !oins.insert(&municipality.oin)) {
        faults.push(format!(
            "municipalities.txt: {} has the OIN of another municipality",
            municipality.code
        ));
    }
    let today: BTreeSet<_> = current.iter().map(|municipality| &municipality.code).collect();
    for municipality in former {
        for code in municipality.successors.iter().filter(|code| !today.contains(code)) {
            faults.push(format!(
                "former.txt: {code}, successor of {}, is not a current municipality",
                municipality.code
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_reported_with_their_line() {
        let municipalities = "# comment\nGM1 Kort\nGM0002 Twee\n  oin 123\n  provincie Utrecht\n";
        let former = "GM0003 2018-12-31 Drie -> GM0009\nGM0004 gisteren Vier -> GM0002\nGM0005\n";
        let faults = Gazetteer::load(municipalities, former).unwrap_err().0;
        for expected in [
            "municipalities.txt:2: not a valid municipality code",
            "municipalities.txt:4: not a valid OIN",
            "municipalities.txt:5: unknown key `provincie`",
            "former.txt:2: the last day is not a date",
            "former.txt:3: a line is code",
            "former.txt: GM0009, successor of GM0003, is not a current municipality",
        ] {
            assert!(
                faults.iter().any(|fault| fault.starts_with(expected)),
                "{expected} is not in {faults:#?}"
            );
        }
    }
}
