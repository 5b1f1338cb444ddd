//! Decides by roles whether a caller may make a call at all, before anything of the call is read.

use register::grant::Role;
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

impl Directory {
    /// Requires one of `roles` for any organisation; without roles, a grant of any kind.
    pub fn may_call(&self, caller: &Caller, roles: &[Role]) -> Result<(), Error> {
        let view = self.views.current();
        if roles.is_empty() {
            return authorisation::known(&view, &caller.acting);
        }
        authorisation::for_any_organisation(&view, &caller.acting, roles, self.clock.today()).map(|_| ())
    }
}
