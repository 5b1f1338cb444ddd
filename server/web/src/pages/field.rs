//! Fields of forms as data: every form has the same label, hint, message and order of parts, by one template.

use register::violation::Violation;

/// Fields that belong together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// What they are about.
    pub(super) legend: String,
    /// What to know first.
    pub(super) hint: &'static str,
    /// The fields.
    pub(super) fields: Vec<Field>,
    /// Whether they stand beside each other where there is room.
    pub(super) is_row: bool,
    /// Whether they are folded away until somebody wants them.
    pub(super) is_folded: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its name in the form: the path of the value.
    pub(super) name: String,
    /// What it is called.
    pub(super) label: String,
    /// What to fill in.
    pub(super) hint: &'static str,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
    /// How it is filled in.
    pub(super) input: Input,
    /// What tells it from another part of the same list: each place in a page has its own id.
    part: String,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// A line of a type of HTML.
    Line {
        /// `text`, `email`, `tel`, `url`, `date` or `time`.
        kind: &'static str,
        /// As typed.
        value: String,
    },
    /// Several lines.
    Lines {
        /// As typed.
        value: String,
    },
    /// One of a list.
    Select {
        /// The list.
        choices: Vec<Choice>,
    },
    /// Any of a list.
    Ticks {
        /// The list.
        choices: Vec<Choice>,
    },
    /// Yes or no.
    Tick {
        /// Whether yes.
        is_chosen: bool,
    },
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: String,
    /// What is read.
    pub(super) label: String,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
}

impl Group {
    /// Fields under a heading.
    pub(super) fn new(legend: impl Into<String>, fields: Vec<Field>) -> Self {
        Self {
            legend: legend.into(),
            hint: "",
            fields,
            is_row: false,
            is_folded: false,
        }
    }

    /// With what to know first.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Beside each other where there is room.
    pub(super) fn row(self) -> Self {
        Self { is_row: true, ..self }
    }

    /// Folded away; what is wrong in it unfolds it.
    pub(super) fn folded(self, is_folded: bool) -> Self {
        Self { is_folded, ..self }
    }

    /// With what is wrong beside its fields.
    fn judged(mut self, problems: &[Problem]) -> Self {
        for field in &mut self.fields {
            // Of a field in several parts, the first one tells what is wrong with all of it.
            if field.part.is_empty() {
                field.problem = problem_of(problems, &field.name).map(str::to_owned);
            }
        }
        self.is_folded &= self.fields.iter().all(|field| field.problem.is_none());
        self
    }
}

impl Field {
    /// A line.
    pub(super) fn line(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::of_kind("text", name, label, value)
    }

    /// A line of a type of HTML.
    pub(super) fn of_kind(
        kind: &'static str,
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let value = value.into();
        Self::new(name, label, Input::Line { kind, value })
    }

    /// Several lines.
    pub(super) fn lines(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Input::Lines { value: value.into() })
    }

    /// One of a list.
    pub(super) fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Select { choices })
    }

    /// Any of a list.
    pub(super) fn ticks(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Ticks { choices })
    }

    /// Yes or no.
    pub(super) fn tick(name: impl Into<String>, label: impl Into<String>, is_chosen: bool) -> Self {
        Self::new(name, label, Input::Tick { is_chosen })
    }

    fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: "",
            problem: None,
            input,
            part: String::new(),
        }
    }

    /// As one of several parts of a list.
    pub(super) fn part(self, part: &str) -> Self {
        Self {
            part: format!("[{part}]"),
            ..self
        }
    }

    /// Whether its choices are so short that they stand in a line.
    pub(super) fn is_brief(&self) -> bool {
        match &self.input {
            Input::Ticks { choices } => choices.iter().all(|choice| choice.label.chars().count() <= 3),
            _ => false,
        }
    }

    /// With what to fill in.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Its id in the page.
    pub(super) fn anchor(&self) -> String {
        anchor(&format!("{}{}", self.name, self.part))
    }

    /// The ids of what describes it, for who does not see where it stands.
    pub(super) fn described_by(&self) -> String {
        let anchor = self.anchor();
        let hint = (!self.hint.is_empty()).then(|| format!("{anchor}-uitleg"));
        let problem = self.problem.is_some().then(|| format!("{anchor}-fout"));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}

impl Choice {
    /// Something to choose, which is chosen if it is `chosen`.
    pub(super) fn new(value: &str, label: impl Into<String>, chosen: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.into(),
            is_chosen: value == chosen,
        }
    }

    /// Something to tick, which is ticked if it is among `chosen`.
    pub(super) fn among(value: &str, label: impl Into<String>, chosen: &[String]) -> Self {
        Self {
            value: value.to_owned(),
            label: label.into(),
            is_chosen: chosen.iter().any(|known| known == value),
        }
    }
}

/// The groups of a form with what is wrong beside its fields.
pub(super) fn judged(groups: Vec<Group>, problems: &[Problem]) -> Vec<Group> {
    groups.into_iter().map(|group| group.judged(problems)).collect()
}

/// The rows of a list in a form, and one to fill in.
pub(super) fn with_a_blank<T: Clone + Default>(rows: &[T]) -> Vec<T> {
    rows.iter().cloned().chain([T::default()]).collect()
}

/// The id of a field in the page.
pub(super) fn anchor(field: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("veld-{}", field.chars().map(sign).collect::<String>())
}

/// Something that is wrong with a form, for the summary above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The path of the field.
    pub(super) field: String,
    /// What to do.
    pub(super) message: String,
}

impl Problem {
    /// Of something to say at a field.
    pub(super) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// What a use case found. Its paths begin with `inside`, as the message of the contract does that the form stands for.
    pub(super) fn of(violation: &Violation, inside: &str) -> Self {
        let field = violation.field.strip_prefix(inside).unwrap_or(&violation.field);
        Self::new(field, &*violation.message)
    }

    /// Where in the page it can be mended.
    pub(super) fn anchor(&self) -> String {
        anchor(field_of(&self.field))
    }
}

/// What is wrong with a field, in words; the first, since one thing at a time can be mended.
fn problem_of<'p>(problems: &'p [Problem], field: &str) -> Option<&'p str> {
    let found = problems.iter().find(|problem| field_of(&problem.field) == field);
    found.map(|problem| problem.message.as_str())
}

/// The field of the form that a path leads to: `competences[3]` is one of the field `competences`, `hours[0].days[1]` of
/// `hours[0].days`, and `mandates[0].level` is its own.
fn field_of(path: &str) -> &str {
    match path.strip_suffix(']').and_then(|rest| rest.rfind('[')) {
        Some(place) => &path[..place],
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let problems: Vec<Problem> = [
            "competences[2]",
            "mandates[0].competences[1]",
            "hours[1].days[0]",
            "contact.email",
        ]
        .map(|field| Problem::new(field, field))
        .to_vec();
        assert_eq!(problem_of(&problems, "competences"), Some("competences[2]"));
        assert_eq!(
            problem_of(&problems, "mandates[0].competences"),
            Some("mandates[0].competences[1]")
        );
        assert_eq!(problem_of(&problems, "hours[1].days"), Some("hours[1].days[0]"));
        assert_eq!(problem_of(&problems, "contact.email"), Some("contact.email"));
        assert_eq!(problem_of(&problems, "contact"), None);
        assert_eq!(problems[1].anchor(), "veld-mandates-0--competences");
    }

    #[test]
    fn a_group_with_something_wrong_is_not_folded_away() {
        let group = || Group::new("", vec![Field::line("a", "A", "").hint("h")]).folded(true);
        assert!(judged(vec![group()], &[])[0].is_folded);
        let wrong = judged(vec![group()], &[Problem::new("a[1]", "fout")]);
        assert!(!wrong[0].is_folded);
        assert_eq!(wrong[0].fields[0].described_by(), "veld-a-uitleg veld-a-fout");
    }

    #[test]
    fn what_is_wrong_with_a_field_in_parts_is_told_once() {
        let part = |part: &str| Group::new(part, vec![Field::ticks("a", "A", Vec::new()).part(part)]).folded(true);
        let whole = Group::new("", vec![Field::ticks("a", "A", Vec::new())]);
        let judged = judged(vec![whole, part("x"), part("y")], &[Problem::new("a", "fout")]);
        let told: Vec<bool> = judged.iter().map(|group| group.fields[0].problem.is_some()).collect();
        assert_eq!(told, [true, false, false]);
    }
}
