//! PostgreSQL: a row a payment and a covering index, one prepared statement that enters and sums. It commits without
//! waiting for the disk, is vacuumed beforehand, and only its backend's CPU time counts; all three favour it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::server::{Folder, Server, find, free_port, output_of, password, patiently};
use super::stream::Stream;
use super::{Contestant, Outcome};

/// A million rows.
const STREAM: Stream = Stream { accounts: 20_000 };
const PER_ROUND: u32 = 10_000;
/// What `/proc` counts CPU time in: USER_HZ, 100 on every machine this bench is for.
const TICK: Duration = Duration::from_millis(10);
const SETUP: &str = include_str!("setup.sql");
const PAYMENT: &str = include_str!("payment.sql");

struct Postgres {
    programs: PathBuf,
    script: PathBuf,
    port: u16,
    password: String,
    next: u64,
    server: Server,
}

pub fn start() -> Outcome<Contestant> {
    let programs = programs()?;
    let version = output_of(Command::new(programs.join("postgres")).arg("--version"))?;
    let version = version.split_whitespace().nth(2).unwrap_or("?").to_owned();
    let (folder, port, password) = (Folder::new()?, free_port()?, password()?);
    make_database(&folder, &programs, &password)?;
    let script = folder.path().join("payment.sql");
    std::fs::write(&script, PAYMENT)?;
    let mut command = folder.command(&programs.join("postgres"));
    command.arg("-D").arg(folder.path().join("data"));
    for setting in [
        "listen_addresses=127.0.0.1",
        &format!("port={port}"),
        "unix_socket_directories=",
        "synchronous_commit=off",
        "shared_buffers=512MB",
        "max_wal_size=4GB",
        "autovacuum=off",
    ] {
        command.args(["-c", setting]);
    }
    let server = folder.serve("INT", &command)?;
    let mut postgres = Postgres { programs, script, port, password, next: STREAM.warm_up(), server };
    patiently(|| postgres.sql("SELECT 1"))?;
    postgres.sql(SETUP)?;
    let what = format!("PostgreSQL {version}: insert + windowed sums, covering index, 4 windows; backend only");
    Ok(Contestant { what, bar: Some(300), round: Box::new(move || postgres.round()) })
}

/// The newest installed version's folder of programs: Debian keeps the server off the path.
fn programs() -> Outcome<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| found.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    versions.sort();
    let pgbench = find("pgbench", &versions)?;
    let initdb = find("initdb", &versions)?;
    // A link on the path leads to the folder where the others are.
    for program in [initdb, pgbench] {
        let folder = program.canonicalize()?.parent().map(Path::to_path_buf).unwrap_or_default();
        if ["initdb", "postgres", "pgbench", "psql"].iter().all(|name| folder.join(name).is_file()) {
            return Ok(folder);
        }
    }
    Err("initdb, postgres, pgbench and psql are not in one folder".into())
}

fn make_database(folder: &Folder, programs: &Path, password: &str) -> Outcome<()> {
    let password_file = folder.path().join("password");
    std::fs::write(&password_file, password)?;
    let mut command = folder.command(&programs.join("initdb"));
    command.args(["--auth=scram-sha-256", "--username=bench", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    command.arg("--pwfile").arg(&password_file).arg("-D").arg(folder.path().join("data"));
    output_of(&mut command)?;
    Ok(())
}

impl Postgres {
    fn round(&mut self) -> Outcome<Duration> {
        let (children, start_ticks) = (self.children()?, self.ended_ticks()?);
        let mut pgbench = self.client("pgbench");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--client=1", "--file"]).arg(&self.script);
        pgbench.arg(format!("--transactions={PER_ROUND}")).arg(format!("--define=n={}", self.next - 1));
        for (name, value) in variables() {
            pgbench.arg(format!("--define={name}={value}"));
        }
        output_of(&mut pgbench)?;
        self.next += u64::from(PER_ROUND);
        // A backend's time is known to the second for as long as it runs, and to its parent for good once it has ended.
        patiently(|| (self.children()? == children).then_some(()).ok_or_else(|| "backends do not end".into()))?;
        let spent_ticks = self.ended_ticks()? - start_ticks;
        self.check()?;
        Ok(TICK * spent_ticks / PER_ROUND)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.env("PGPASSWORD", &self.password).env("PGDATABASE", "postgres").env("PGUSER", "bench");
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string());
        command
    }

    fn sql(&self, text: &str) -> Outcome<String> {
        let mut psql = self.client("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        for (name, value) in variables() {
            psql.arg(format!("--set={name}={value}"));
        }
        let script = self.script.with_file_name("statements.sql");
        std::fs::write(&script, text)?;
        output_of(psql.arg("--file").arg(script))
    }

    /// The table holds what was sent: the widest window of the last payment's account.
    fn check(&self) -> Outcome<()> {
        let last = STREAM.event(self.next - 1);
        let (count, sum) = STREAM.windows_at(last.number).pop().ok_or("no windows")?;
        let found = self.sql(&format!(
            "SELECT count(*), sum(amount) FROM payment WHERE account = {} AND at_ms > {} - 2592000000;",
            last.account, last.at_ms
        ))?;
        if found.trim() != format!("{count}|{sum}") {
            return Err(format!("PostgreSQL counts {}, there were {count}|{sum}", found.trim()).into());
        }
        Ok(())
    }

    /// Processes of the server beside its first.
    fn children(&self) -> Outcome<usize> {
        let pid = self.server.pid;
        Ok(std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?.split_whitespace().count())
    }

    /// CPU time of the server's processes that have ended, user and system.
    fn ended_ticks(&self) -> Outcome<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.pid))?;
        let after_name = stat.rsplit_once(')').ok_or("no name in stat")?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let [user, system] = fields.get(13..15).ok_or("stat is short")? else { return Err("stat is short".into()) };
        Ok(user.parse::<u32>()? + system.parse::<u32>()?)
    }
}

fn variables() -> [(&'static str, u64); 3] {
    [("accounts", STREAM.accounts), ("start", STREAM.event(0).at_ms), ("step", STREAM.step_ms())]
}
