//! Form fields as data, so that one template renders every field of every form.

use register::violation::Violation;

/// A group of form fields.
#[derive(Clone, Debug)]
pub(super) struct FieldGroup {
    /// The heading.
    pub(super) legend: String,
    /// An explanation under the heading.
    pub(super) hint: &'static str,
    /// The fields.
    pub(super) fields: Vec<FormField>,
    /// Whether the fields stand beside each other where there is room.
    pub(super) is_row: bool,
    /// Whether the group is collapsed.
    pub(super) is_folded: bool,
}

/// A form field.
#[derive(Clone, Debug)]
pub(super) struct FormField {
    /// The name in the form: the path of the value.
    pub(super) name: String,
    /// The label.
    pub(super) label: String,
    /// An explanation of what to enter.
    pub(super) hint: &'static str,
    /// The error message.
    pub(super) problem: Option<String>,
    /// The kind of input.
    pub(super) input: Input,
    /// Distinguishes the parts of one field that spans several groups, so that each has its own id.
    part: String,
}

/// The kind of input of a field.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// One line of text, as an HTML input.
    Text {
        /// The type: `text`, `email`, `tel`, `url`, `date` or `time`.
        kind: &'static str,
        /// The value as typed.
        value: String,
    },
    /// Several lines of text.
    TextArea {
        /// The value as typed.
        value: String,
    },
    /// One choice from a list.
    Select {
        /// The choices.
        choices: Vec<Choice>,
    },
    /// Any number of choices from a list.
    Checkboxes {
        /// The choices.
        choices: Vec<Choice>,
    },
    /// Yes or no.
    Checkbox {
        /// Whether it is checked.
        is_chosen: bool,
    },
}

/// A choice in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The value in the form.
    pub(super) value: String,
    /// The label.
    pub(super) label: String,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
}

impl FieldGroup {
    /// Fields under a heading.
    pub(super) fn new(legend: impl Into<String>, fields: Vec<FormField>) -> Self {
        Self {
            legend: legend.into(),
            hint: "",
            fields,
            is_row: false,
            is_folded: false,
        }
    }

    /// Adds an explanation under the heading.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Puts the fields beside each other where there is room.
    pub(super) fn row(self) -> Self {
        Self { is_row: true, ..self }
    }

    /// Collapses the group, unless a field in it has an error.
    pub(super) fn folded(self, is_folded: bool) -> Self {
        Self { is_folded, ..self }
    }

    /// Adds the error messages to the fields.
    fn with_problems(mut self, problems: &[Problem]) -> Self {
        for field in &mut self.fields {
            // Only the first part of a field in several parts shows its error.
            if field.part.is_empty() {
                field.problem = problem_of(problems, &field.name).map(str::to_owned);
            }
        }
        self.is_folded &= self.fields.iter().all(|field| field.problem.is_none());
        self
    }
}

impl FormField {
    /// A line of text.
    pub(super) fn text(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::of_kind("text", name, label, value)
    }

    /// A line of text of an HTML input type.
    pub(super) fn of_kind(
        kind: &'static str,
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let value = value.into();
        Self::new(name, label, Input::Text { kind, value })
    }

    /// Several lines of text.
    pub(super) fn text_area(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Input::TextArea { value: value.into() })
    }

    /// One choice from a list.
    pub(super) fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Select { choices })
    }

    /// Any number of choices from a list.
    pub(super) fn checkboxes(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Checkboxes { choices })
    }

    /// Yes or no.
    pub(super) fn checkbox(name: impl Into<String>, label: impl Into<String>, is_chosen: bool) -> Self {
        Self::new(name, label, Input::Checkbox { is_chosen })
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

    /// Makes this one of several parts of a field.
    pub(super) fn part(self, part: &str) -> Self {
        Self {
            part: format!("[{part}]"),
            ..self
        }
    }

    /// Whether the choices are short enough to stand in one line.
    pub(super) fn is_brief(&self) -> bool {
        match &self.input {
            Input::Checkboxes { choices } => choices.iter().all(|choice| choice.label.chars().count() <= 3),
            _ => false,
        }
    }

    /// Adds an explanation of what to enter.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// The id in the page.
    pub(super) fn anchor(&self) -> String {
        anchor(&format!("{}{}", self.name, self.part))
    }

    /// The ids of explanation and error message, for `aria-describedby`.
    pub(super) fn described_by(&self) -> String {
        let anchor = self.anchor();
        let hint = (!self.hint.is_empty()).then(|| format!("{anchor}-uitleg"));
        let problem = self.problem.is_some().then(|| format!("{anchor}-fout"));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}

impl Choice {
    /// A choice that is chosen if its value equals `chosen`.
    pub(super) fn new(value: &str, label: impl Into<String>, chosen: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.into(),
            is_chosen: value == chosen,
        }
    }

    /// A choice that is chosen if its value is among `chosen`.
    pub(super) fn among(value: &str, label: impl Into<String>, chosen: &[String]) -> Self {
        Self {
            value: value.to_owned(),
            label: label.into(),
            is_chosen: chosen.iter().any(|known| known == value),
        }
    }
}

/// Adds the error messages of `problems` to the fields of a form, and opens the groups that have one.
pub(super) fn with_problems(groups: Vec<FieldGroup>, problems: &[Problem]) -> Vec<FieldGroup> {
    groups.into_iter().map(|group| group.with_problems(problems)).collect()
}

/// The rows of a list in a form, and a blank one.
pub(super) fn with_blank_row<T: Clone + Default>(rows: &[T]) -> Vec<T> {
    rows.iter().cloned().chain([T::default()]).collect()
}

/// The id of a field in the page.
pub(super) fn anchor(field: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("veld-{}", field.chars().map(sign).collect::<String>())
}

/// An error in a form, for the summary above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The path of the field.
    pub(super) field: String,
    /// The message.
    pub(super) message: String,
}

impl Problem {
    /// An error of `field`.
    pub(super) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// The error for a violation. Strips `inside` from its path: the message of the contract that the form represents.
    pub(super) fn of(violation: &Violation, inside: &str) -> Self {
        let field = violation.field.strip_prefix(inside).unwrap_or(&violation.field);
        Self::new(field, &*violation.message)
    }

    /// The id of the field to correct.
    pub(super) fn anchor(&self) -> String {
        anchor(field_of(&self.field))
    }
}

/// The first error message for a field, since people correct one thing at a time.
fn problem_of<'p>(problems: &'p [Problem], field: &str) -> Option<&'p str> {
    let found = problems.iter().find(|problem| field_of(&problem.field) == field);
    found.map(|problem| problem.message.as_str())
}

/// The form field that a path belongs to: `competences[3]` belongs to `competences`, `hours[0].days[1]` to `hours[0].days`, and
/// `mandates[0].level` is a field itself.
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
    fn an_error_belongs_to_its_field() {
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
    fn a_group_with_an_error_is_open() {
        let group = || FieldGroup::new("", vec![FormField::text("a", "A", "").hint("h")]).folded(true);
        assert!(with_problems(vec![group()], &[])[0].is_folded);
        let wrong = with_problems(vec![group()], &[Problem::new("a[1]", "fout")]);
        assert!(!wrong[0].is_folded);
        assert_eq!(wrong[0].fields[0].described_by(), "veld-a-uitleg veld-a-fout");
    }

    #[test]
    fn only_the_first_part_of_a_field_shows_its_error() {
        let part = |part: &str| FieldGroup::new(part, vec![FormField::checkboxes("a", "A", Vec::new()).part(part)]).folded(true);
        let whole = FieldGroup::new("", vec![FormField::checkboxes("a", "A", Vec::new())]);
        let groups = with_problems(vec![whole, part("x"), part("y")], &[Problem::new("a", "fout")]);
        let has_error: Vec<bool> = groups.iter().map(|group| group.fields[0].problem.is_some()).collect();
        assert_eq!(has_error, [true, false, false]);
    }
}
