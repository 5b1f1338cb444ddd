//! The binary `maatwerkregister`: parses the arguments, runs a command and returns its exit code.

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{self, Cli};
use tikv_jemallocator::Jemalloc;

/// Returns the memory of a burst to the system, which the allocator of glibc mostly keeps.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    let arguments = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` are not errors.
            let code = if error.use_stderr() { 64 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    server_core::tls::install_provider();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("maatwerkregister: cannot start threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(cli::run(arguments));
    // Blocking work that was cut off may still hold a thread; do not wait for it.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("maatwerkregister: {}", cli::explained(&error));
            ExitCode::from(cli::exit_code(&error))
        }
    }
}
