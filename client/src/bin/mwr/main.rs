//! `mwr`: the command line of the Maatwerkregister.
//!
//! One file per command. Results go to standard output, as tables or with `--json` in the exchange form; everything else goes
//! to standard error. Each kind of failure has its own exit code (see [`exit`]).

mod admin;
mod apply;
mod arguments;
mod cli;
mod completions;
mod config;
mod exit;
mod get;
mod json;
mod list;
mod output;
mod peers;
mod presence;
mod registers;
mod render;
mod report;
mod resolve;
mod search;
mod suggest;
mod sync;
mod trec;
mod verify;
mod vocabulary;
mod watch;

use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::cli::{Cli, Command};
use crate::output::Output;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&anyhow::Error::new(error).context("starting the runtime"), cli.json),
    };
    let is_json = cli.json;
    match runtime.block_on(run(cli, &matches)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error, is_json),
    }
}

async fn run(cli: Cli, matches: &clap::ArgMatches) -> anyhow::Result<()> {
    let mut output = Output::new(cli.json);
    match cli.command {
        // These commands need no register.
        Command::Completions(arguments) => return completions::run(&arguments, cli::command(), &mut output),
        Command::Config(arguments) => return config::run(&arguments, &cli.config, matches, &mut output),
        Command::Sync(arguments) if arguments.template.is_some() => return sync::print_template(&mut output),
        _ => {}
    }
    let connect = || config::connect(&cli.config);
    match cli.command {
        Command::Search(arguments) if arguments.queries.is_some() => trec::run(&arguments, &connect().await?, &mut output).await,
        Command::Search(arguments) => search::run(arguments, &connect().await?, &mut output).await,
        Command::Suggest(arguments) => suggest::run(arguments, &connect().await?, &mut output).await,
        Command::Resolve(arguments) => resolve::run(&arguments, &connect().await?, &mut output).await,
        Command::Get(arguments) => get::run(&arguments, &connect().await?, &mut output).await,
        Command::List(arguments) => list::run(&arguments, &connect().await?, &mut output).await,
        // The file is read first: an invalid one is refused without a register.
        Command::Sync(arguments) => sync::run(&arguments, connect, &mut output).await,
        Command::Apply(arguments) => apply::run(&arguments, connect, &mut output).await,
        Command::Presence(arguments) => presence::run(&arguments, &connect().await?, &mut output).await,
        Command::Verify(arguments) => verify::run(&arguments, &connect().await?, &mut output).await,
        // The files are read first: invalid ones are refused without a register.
        Command::Vocabulary(arguments) => vocabulary::run(&arguments, connect, &mut output).await,
        Command::Report(arguments) => report::run(&arguments, &connect().await?, &mut output).await,
        Command::Reports(arguments) => report::run_reports(&arguments, &connect().await?, &mut output).await,
        Command::Watch(arguments) => watch::run(&arguments, &connect().await?, &mut output).await,
        Command::Peers(arguments) => peers::run(&arguments, &connect().await?, &mut output).await,
        Command::Admin(arguments) => admin::run(arguments, connect, &mut output).await,
        Command::Completions(_) | Command::Config(_) => Ok(()),
    }
}
