//! Plans of peers: the message, and searching a register with what it says.

use federation::ask::plan::{plan, read_plan};
use index::Paging;
use prost::Message;
use proto::v1alpha::SearchPlan;

use crate::sample::GENERATOR;
use crate::searched::SEARCHED;

/// A plan is refused, or it survives the trip to the wire and a search by it ends.
pub fn run(bytes: &[u8]) {
    let Ok(message) = SearchPlan::decode(bytes) else { return };
    let searched = &*SEARCHED;
    let Ok(read) = read_plan(&message, searched.versions.clone()) else {
        return;
    };
    let again = read_plan(&plan(&read), searched.versions.clone());
    assert!(again.is_ok_and(|again| again == read), "a plan changes on its way");
    let results = searched.index.snapshot().search(&read, &Paging::first(10), &|_| None);
    let results = results.expect("a plan within its bounds can be searched");
    assert!(results.hits.len() <= 10);
}

/// Plans of short and long questions.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut questions = GENERATOR.questions(12);
    questions.push(String::new());
    let plan_of = |text: String| plan(&SEARCHED.plan(&text)).encode_to_vec();
    questions.into_iter().map(plan_of).collect()
}
