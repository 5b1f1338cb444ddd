//! Output to the terminal.

use std::io::Write as _;
use std::path::Path;

/// Writes a line to standard output. A closed output, as with `head`, is not an error.
pub(crate) fn print_line(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Gives what a command made in the data folder to the owner of the folder. If that fails, the node may not be able to open it.
pub(crate) fn hand_over(folder: &Path) {
    if let Err(error) = server_core::data::hand_over(folder) {
        let place = folder.display();
        print_line(format_args!(
            "note: some files in `{place}` do not belong to the owner of that folder, and cannot be given to it: {error}"
        ));
    }
}
