//! Reference data that stays the same while the node runs.

use std::sync::Arc;

use jiff::civil::Date;
use register::gazetteer::Gazetteer;
use register::validate::Rules;
use register::vocabulary::Vocabulary;

/// The vocabulary and the gazetteer. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Knowledge {
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) gazetteer: Arc<Gazetteer>,
}

impl Knowledge {
    /// Returns the validation rules for input received on `today`.
    pub(crate) fn rules(&self, today: Date) -> Rules<'_> {
        Rules::new(&self.vocabulary, &self.gazetteer, today)
    }
}
