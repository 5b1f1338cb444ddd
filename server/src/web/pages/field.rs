//! Fields of forms as data: every form has the same label, hint, message and order of parts, by one template.

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

    /// Folded away, unless something in it is wrong.
    pub(super) fn folded(self, is_folded: bool) -> Self {
        let is_folded = is_folded && self.fields.iter().all(|field| field.problem.is_none());
        Self { is_folded, ..self }
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

    /// With what is wrong, if something is.
    pub(super) fn problem(self, problem: Option<&str>) -> Self {
        Self {
            problem: problem.map(str::to_owned),
            ..self
        }
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
    /// Where in the page it can be mended.
    pub(super) fn anchor(&self) -> String {
        anchor(field_of(&self.field))
    }
}

/// What is wrong with a field, in words; the first, since one thing at a time can be mended.
pub(super) fn problem_of<'p>(problems: &'p [Problem], field: &str) -> Option<&'p str> {
    let found = problems.iter().find(|problem| field_of(&problem.field) == field);
    found.map(|problem| problem.message.as_str())
}

/// The field of the form that a path leads to: `competences[3]` is one of the field `competences`, `hours[0].days[1]` of
/// `hours[0].days`, and `mandates[0].level` is its own.
pub(super) fn field_of(path: &str) -> &str {
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
        .map(|field| Problem {
            field: field.to_owned(),
            message: field.to_owned(),
        })
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
        let field = || Field::line("a", "A", "");
        assert!(Group::new("", vec![field()]).folded(true).is_folded);
        assert!(!Group::new("", vec![field().problem(Some("fout"))]).folded(true).is_folded);
        assert_eq!(
            field().hint("h").problem(Some("p")).described_by(),
            "veld-a-uitleg veld-a-fout"
        );
    }
}
