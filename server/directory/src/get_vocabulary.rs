//! Returns the vocabulary that this node uses.

use std::sync::Arc;

use register::vocabulary::Vocabulary;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

impl Directory {
    /// Returns the vocabulary, which does not change while the node runs.
    pub fn get_vocabulary(&self, caller: &Caller) -> Result<Arc<Vocabulary>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        Ok(Arc::clone(&self.knowledge.vocabulary))
    }
}
