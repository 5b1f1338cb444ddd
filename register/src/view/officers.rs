//! Entries in the view: by name, organisation, competence, domain, area and kind.

use std::ops::Bound;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;

use super::{View, visible};
use crate::entry::Entry;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use crate::officer::OfficerKind;

/// The smallest officer id: the start of an organisation's entries.
static FIRST_OFFICER: LazyLock<OfficerId> = LazyLock::new(|| OfficerId::parse("0").expect("a digit is an officer id"));

impl View {
    /// One entry, as stored. [`View::shown`] returns what callers may see.
    pub fn entry(&self, name: &OfficerName) -> Option<&Arc<Entry>> {
        self.entries.get(name)
    }

    /// One entry as shown on `today`. None if its organisation is suspended.
    pub fn shown(&self, name: &OfficerName, today: Date) -> Option<Arc<Entry>> {
        let entry = self.entries.get(name)?;
        self.is_shown(entry).then(|| visible(entry, today))
    }

    /// Whether an entry is shown: its organisation exists and is not suspended.
    pub fn is_shown(&self, entry: &Entry) -> bool {
        self.organisations
            .get(&entry.officer.organisation)
            .is_some_and(|organisation| organisation.is_visible())
    }

    /// All entries as stored, in order of name.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// The entries after `after` in order of name, or all without it. For paging.
    pub fn entries_after<'a>(&'a self, after: Option<&OfficerName>) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        let from = after.map_or(Bound::Unbounded, |name| Bound::Excluded(name.clone()));
        self.entries.range((from, Bound::Unbounded)).map(|(_, entry)| entry)
    }

    /// The entries of one organisation as stored, in order of id.
    pub fn entries_of<'a>(&'a self, organisation: &OrganisationId) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        let organisation = organisation.clone();
        self.entries
            .range(OfficerName::new(organisation.clone(), FIRST_OFFICER.clone())..)
            .take_while(move |(name, _)| name.organisation == organisation)
            .map(|(_, entry)| entry)
    }

    /// The entries with a competence, in order of name.
    pub fn entries_with_competence<'a>(&'a self, code: &CompetenceCode) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.with_competence.get(code)
    }

    /// The nationwide entries with a competence, in order of name.
    pub fn national_entries_with_competence<'a>(
        &'a self,
        code: &CompetenceCode,
    ) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.national_with_competence.get(code)
    }

    /// The entries with a life domain, in order of name.
    pub fn entries_with_domain<'a>(&'a self, code: &DomainCode) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.with_domain.get(code)
    }

    /// The nationwide entries with a life domain, in order of name.
    pub fn national_entries_with_domain<'a>(&'a self, code: &DomainCode) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.national_with_domain.get(code)
    }

    /// The entries with a municipality in their area, in order of name. Excludes nationwide entries.
    pub fn entries_with_area<'a>(&'a self, code: &MunicipalityCode) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.with_area.get(code)
    }

    /// The entries of a kind, in order of name.
    pub fn entries_of_kind<'a>(&'a self, kind: OfficerKind) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        self.with_kind.get(&kind)
    }

    /// The number of entries with a competence.
    pub fn count_with_competence(&self, code: &CompetenceCode) -> usize {
        self.with_competence.count(code)
    }

    pub(super) fn put_entry(&mut self, entry: Arc<Entry>) {
        let name = entry.officer_name();
        self.remove_entry(&name);
        let is_national = entry.officer.area.is_empty();
        for code in &entry.officer.competences {
            self.with_competence.put(code, &name, &entry);
            if is_national {
                self.national_with_competence.put(code, &name, &entry);
            }
        }
        for code in &entry.officer.domains {
            self.with_domain.put(code, &name, &entry);
            if is_national {
                self.national_with_domain.put(code, &name, &entry);
            }
        }
        for code in &entry.officer.area {
            self.with_area.put(code, &name, &entry);
        }
        self.with_kind.put(&entry.officer.kind, &name, &entry);
        self.entries.insert(name, entry);
    }

    pub(super) fn remove_entry(&mut self, name: &OfficerName) {
        let Some(old) = self.entries.remove(name) else { return };
        for code in &old.officer.competences {
            self.with_competence.remove(code, name);
            self.national_with_competence.remove(code, name);
        }
        for code in &old.officer.domains {
            self.with_domain.remove(code, name);
            self.national_with_domain.remove(code, name);
        }
        for code in &old.officer.area {
            self.with_area.remove(code, name);
        }
        self.with_kind.remove(&old.officer.kind, name);
    }
}
