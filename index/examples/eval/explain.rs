//! Prints how a question is understood, and its hits with the contributions to their scores.

use std::error::Error;

use index::{Context, Grouping, Index, Paging, Plan, Question};

pub(crate) fn print(question: &Question, context: &Context, index: &Index) -> Result<(), Box<dyn Error>> {
    let question = Question {
        grouping: Grouping::Collapse,
        ..question.clone()
    };
    let plan = Plan::compile(&question, context);
    println!("understood as: {}", plan.understanding.sentence());
    for competence in &plan.understanding.competences {
        let (code, weight, words) = (&competence.code, competence.weight.as_f64(), competence.words.join(" "));
        println!("  {code:<18} {weight:>6.3}  {words}");
    }
    for correction in &plan.understanding.corrections {
        println!("  {} -> {}", correction.typed, correction.meant);
    }
    for place in &plan.understanding.places {
        println!("  place {} {:?}", place.name, place.municipalities);
    }
    println!("  words: {}", plan.understanding.words.join(" "));
    let paging = Paging {
        explain: true,
        ..Paging::first(12)
    };
    for hit in index.snapshot().search(&plan, &paging, &|_| None)?.hits {
        let (name, members) = (&hit.name, hit.group.map(|group| group.members.len()));
        println!("{:.3} {}/{} {members:?}", hit.score.as_f64(), name.organisation, name.officer);
        for contribution in hit.explanation {
            println!(
                "        {:>7.3} {:<12} {:<16} {}",
                contribution.score.as_f64(),
                contribution.layer,
                contribution.field,
                contribution.word
            );
        }
    }
    Ok(())
}
