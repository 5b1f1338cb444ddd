//! The form of a grant.

use register::draft::GrantDraft;
use register::grant::Role;

use crate::pages::field::{Choice, FieldGroup, FormField, Problem, with_problems};

/// The form of a grant, with its values and errors.
#[derive(Default)]
pub(super) struct GrantForm {
    /// The values as typed.
    pub(super) draft: GrantDraft,
    /// The errors.
    pub(super) problems: Vec<Problem>,
}

impl GrantForm {
    /// The groups of the form.
    pub(super) fn groups(&self) -> Vec<FieldGroup> {
        with_problems(vec![group(&self.draft)], &self.problems)
    }
}

fn group(draft: &GrantDraft) -> FieldGroup {
    let roles = Role::ALL.map(|role| Choice::among(role.as_str(), role_label(role), &draft.roles));
    let basis = vec![
        Choice::new("own", "Het is het nummer van de organisatie zelf", &draft.basis),
        Choice::new("mandate", "Een ander handelt namens de organisatie", &draft.basis),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    FieldGroup::new(
        "Machtiging geven",
        vec![
            FormField::text("oin", "OIN", &draft.oin).hint("Twintig cijfers, zoals in het certificaat staat."),
            FormField::checkboxes("roles", "Mag", roles.to_vec()),
            FormField::select("basis", "Waarop berust dit?", basis),
            FormField::of_kind("date", "from", "Eerste dag", text(&draft.from)).hint("Leeg betekent: vandaag al."),
            FormField::of_kind("date", "until", "Laatste dag", text(&draft.until)).hint("Leeg betekent: zonder einddatum."),
        ],
    )
}

/// The Dutch label of a role.
pub(super) fn role_label(role: Role) -> &'static str {
    match role {
        Role::Lookup => "opzoeken",
        Role::Publish => "medewerkers publiceren",
        Role::Resolve => "doorverwijzing vragen",
        Role::Peer => "uitwisselen als ander register",
        Role::Operate => "het register beheren",
    }
}
