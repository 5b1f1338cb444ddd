//! A sample entry and labels, for the tests of the pages.

use register::entry::Entry;
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;
use serde_json::json;

use super::labels::Labels;

/// The CAK's officer for the Wlz contribution, verified and without absences.
pub(super) fn entry() -> Entry {
    serde_json::from_value(json!({
        "organisation": "zb000211", "id": "eigen-bijdrage", "function_title": "Maatwerkfunctionaris eigen bijdrage Wlz",
        "description": "Als de eigen bijdrage voor langdurige zorg te hoog is na opname van een echtgenoot.",
        "domains": ["LZO"], "competences": ["EB-WLZ"],
        "not_for": [{"competence": "AOW-LEEFVORM", "see": "zb000143"}],
        "mandates": [{"level": "decide", "limit": "tot 36 maanden terug", "consult": "teamleider", "text": "Wijzigt de bijdrage."}],
        "approach": {"prefer": "mail", "consent_required": true, "bring": "Klantnummer CAK", "response_within": "drie werkdagen"},
        "contact": {"email": "eigen-bijdrage@cak.example", "phone": "+31 88 000 4108"},
        "hours": [{"days": ["ma", "di"], "from": "09:00", "until": "16:30"}],
        "verified_on": "2026-10-27", "verify_by": "2027-04-27",
        "etag": "0".repeat(32), "revision": 1, "updated_at": "2026-10-27T09:00:00Z"
    }))
    .expect("the sample is an entry")
}

/// Labels on Monday 23 November 2026 at ten in the morning.
pub(super) fn labels() -> Labels<'static> {
    static VOCABULARY: std::sync::LazyLock<std::sync::Arc<Vocabulary>> = std::sync::LazyLock::new(Vocabulary::builtin);
    static GAZETTEER: std::sync::LazyLock<std::sync::Arc<Gazetteer>> = std::sync::LazyLock::new(Gazetteer::builtin);
    let now = "2026-11-23T09:00:00Z".parse().expect("a moment");
    Labels::at(&VOCABULARY, &GAZETTEER, now, register::clock::dutch_date(now))
}
