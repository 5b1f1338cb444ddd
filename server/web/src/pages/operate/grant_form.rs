//! The form of a grant.

use register::draft::GrantDraft;
use register::grant::Role;

use crate::pages::field::{Choice, Field, Group, Problem, judged};

/// The form of a grant.
#[derive(Default)]
pub(super) struct GrantForm {
    /// The values, as typed.
    pub(super) draft: GrantDraft,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

impl GrantForm {
    /// The groups of the form.
    pub(super) fn groups(&self) -> Vec<Group> {
        judged(vec![group(&self.draft)], &self.problems)
    }
}

fn group(draft: &GrantDraft) -> Group {
    let roles = Role::ALL.map(|role| Choice::among(role.as_str(), role_words(role), &draft.roles));
    let basis = vec![
        Choice::new("own", "Het is het nummer van de organisatie zelf", &draft.basis),
        Choice::new("mandate", "Een ander handelt namens de organisatie", &draft.basis),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Group::new(
        "Machtiging geven",
        vec![
            Field::line("oin", "OIN", &draft.oin).hint("Twintig cijfers, zoals in het certificaat staat."),
            Field::ticks("roles", "Mag", roles.to_vec()),
            Field::select("basis", "Waarop berust dit?", basis),
            Field::of_kind("date", "from", "Eerste dag", text(&draft.from)).hint("Leeg betekent: vandaag al."),
            Field::of_kind("date", "until", "Laatste dag", text(&draft.until)).hint("Leeg betekent: zonder einddatum."),
        ],
    )
}

/// What a role lets somebody do.
pub(super) fn role_words(role: Role) -> &'static str {
    match role {
        Role::Lookup => "opzoeken",
        Role::Publish => "medewerkers publiceren",
        Role::Resolve => "doorverwijzing vragen",
        Role::Peer => "uitwisselen als ander register",
        Role::Operate => "het register beheren",
    }
}
