//! The command line of `account-security`: parse, call one function of the library, print.

mod account;
mod args;
mod audit;
mod backtest;
mod breach;
mod database;
mod door;
mod draft;
mod exit;
mod fit;
mod history;
mod input;
mod key_file;
mod keys;
mod moment;
mod names;
mod password;
mod progress;
mod rotate;
mod rows;
mod rules;
mod screen;
mod secret_input;
mod simulate;
mod store;
mod totp;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::exit::{Failure, Outcome};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "account-security: {}", failure.message);
            failure.exit.into()
        }
    }
}

fn run(cli: &Cli) -> Outcome {
    match &cli.command {
        Command::Screen(args) => screen::run(args, cli.json),
        Command::Rules(command) => rules::run(command, cli.json),
        Command::Backtest(args) => backtest::run(args, cli.json),
        Command::Fit(args) => fit::run(args, cli.json),
        Command::Simulate(args) => simulate::command::run(args, cli.json),
        Command::Password(command) => password::run(command, cli.json),
        Command::Breach(command) => breach::run(command, cli.json),
        Command::Totp(command) => totp::run(command, cli.json),
        Command::Account(command) => account::run(command, cli.json),
        Command::Audit(command) => audit::run(command, cli.json),
        Command::Store(command) => store::run(command, cli.json),
    }
}

/// Tells something on standard error.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "account-security: {line}");
}

/// Prints to standard output. A reader that went away, as `head` does, is not a fault.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::fault(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
