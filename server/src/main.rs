//! The binary `maatwerkregister`: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{self, Cli};

fn main() -> ExitCode {
    let arguments = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes.
            let code = if error.use_stderr() { 64 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    server_core::tls::install_provider();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("maatwerkregister: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(cli::run(arguments));
    // What was cut off may hold a thread; the process does not wait for it.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("maatwerkregister: {}", cli::explained(&error));
            ExitCode::from(cli::exit_code(&error))
        }
    }
}
