//! The command line of `account-security`. A stand-in driver until the subcommands are wired.
#![allow(dead_code)]

use std::io::Write;

mod quality;
mod rows;
mod simulate;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["simulate", accounts, days, seed, start] => {
            let options = simulate::SimulateOptions {
                accounts: accounts.parse()?,
                days: days.parse()?,
                seed: seed.parse()?,
                start: start.parse()?,
            };
            let written = simulate::simulate(&options, &mut std::io::stdout().lock(), &mut |_| {})?;
            writeln!(std::io::stderr(), "{written:?}")?;
        }
        ["rows", path, map @ ..] => {
            let options = rows::ReadOptions {
                columns: map.first().unwrap_or(&"").parse()?,
                currency: map.get(1).map(|code| account_security::types::Currency::parse(code)).transpose()?,
                zone: map.get(2).unwrap_or(&"UTC").parse()?,
            };
            let mut reader = rows::RowReader::new(rows::open(path.as_ref())?.reader, &options)?;
            let (mut read, mut refused) = (0_u64, 0_u64);
            while let Some(row) = reader.next_row()? {
                match row {
                    Ok(_) => read += 1,
                    Err(error) => {
                        refused += 1;
                        if refused <= 5 {
                            writeln!(std::io::stderr(), "{error}")?;
                        }
                    }
                }
            }
            writeln!(std::io::stdout(), "{read} rows, {refused} refused")?;
        }
        _ => writeln!(std::io::stderr(), "simulate ACCOUNTS DAYS SEED START | rows FILE [MAP [CURRENCY [ZONE]]]")?,
    }
    Ok(())
}
