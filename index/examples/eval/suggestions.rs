//! Measures how soon suggestions lead to the right target.

use std::error::Error;

use index::{Context, Index, SuggestionTarget};
use register::identifier::OrganisationId;
use register::organisation::Organisation;

/// Prints for how many questions one of the right targets is among five suggestions, after a share of the letters. Right
/// are a competence of the question, an organisation that can decide, and the municipality.
pub(crate) fn measure(
    path: &str,
    index: &Index,
    context: &Context,
    organisations: &[Organisation],
    lists_missed: bool,
) -> Result<(), Box<dyn Error>> {
    const SHARES: [f64; 4] = [0.2, 0.4, 0.6, 1.0];
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let query = column("query").ok_or("no column query")?;
    let labels = [
        column("competences"),
        column("organisations").or(column("target_orgs")),
        column("municipality"),
    ];
    let short_name = |id: &OrganisationId| {
        let organisation = organisations.iter().find(|organisation| organisation.id == *id);
        organisation.map(|organisation| organisation.short_name.to_lowercase())
    };
    let (mut asked, mut suggested) = (0_u32, [0_u32; SHARES.len()]);
    for cells in lines {
        let Some(typed) = cells.get(query) else { continue };
        let [codes, names, place] = labels.map(|at| {
            let cell = at.and_then(|at| cells.get(at)).copied().unwrap_or_default();
            let values = cell.split('|').map(str::trim);
            values.filter(|value| !value.is_empty()).collect::<Vec<_>>()
        });
        let is_right = |target: &SuggestionTarget| match target {
            SuggestionTarget::Competence(code) => codes.contains(&code.as_str()),
            SuggestionTarget::Organisation(id) => {
                let short_name = short_name(id).unwrap_or_default();
                let is_name = |name: &&str| *name == id.as_str() || name.to_lowercase() == short_name;
                names.iter().any(is_name)
            }
            SuggestionTarget::Municipality(code) => place.contains(&code.as_str()),
            _ => false,
        };
        let letters: Vec<char> = typed.chars().collect();
        let first = (1..=letters.len()).find(|count| {
            let typed: String = letters[..*count].iter().collect();
            index
                .snapshot()
                .suggest(&typed, 5, context)
                .iter()
                .any(|one| is_right(&one.target))
        });
        // Persons are never suggested, so a question for a person has no right target.
        if codes.iter().all(|code| *code == "*") {
            continue;
        }
        asked += 1;
        let after = first.map_or(f64::INFINITY, |count| count as f64 / letters.len() as f64);
        if lists_missed && after > 0.4 {
            println!("{:>4.0} %  {typed}", after * 100.0);
        }
        for (count, share) in suggested.iter_mut().zip(SHARES) {
            *count += u32::from(after <= share);
        }
    }
    for (share, count) in SHARES.iter().zip(suggested) {
        let percent = 100.0 * f64::from(count) / f64::from(asked.max(1));
        println!(
            "suggested after at most {:>3.0} % of the letters: {count} of {asked} ({percent:.0} %)",
            share * 100.0
        );
    }
    Ok(())
}
