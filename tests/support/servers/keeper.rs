//! A server of our own: a port, a folder, a user it may run as, and its end.

#![allow(dead_code, reason = "each program uses a part of it")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Starts the command, prints its process id, waits until we let go of the pipe or dies, stops the server, and
/// removes its folder.
const KEEPER: &str = r#"
folder=$1 signal=$2
shift 2
"$@" >"$folder/log" 2>&1 &
server=$!
echo "$server"
cat >/dev/null
kill -s "$signal" "$server" 2>/dev/null
(sleep 20; kill -s KILL "$server" 2>/dev/null) &
patience=$!
wait "$server"
kill "$patience" 2>/dev/null
rm -rf "$folder"
"#;

/// Where a server lives before it runs: removed on drop.
pub struct Folder {
    folder: TempDir,
    user: User,
}

/// Who runs it: PostgreSQL refuses root.
#[derive(Clone, Copy)]
enum User {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

/// A running server. Stopped, and its folder removed, on drop and also when the process is killed.
pub struct Server {
    pub pid: u32,
    keeper: Child,
}

impl Folder {
    pub fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let user = User::unprivileged(folder.path())?;
        if let User::Other { uid, gid } = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        Ok(Self { folder, user })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command run in the folder, as the user.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = match self.user {
            User::Ourselves => Command::new(program),
            User::Other { uid, gid } => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={uid}"), format!("--regid={gid}")]).arg("--clear-groups").arg(program);
                command
            }
        };
        command.current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Hands the folder over to a server that stops by `signal`.
    pub fn serve(self, signal: &str, command: &Command) -> Outcome<Server> {
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(self.path()).arg(signal);
        keeper.arg(command.get_program()).args(command.get_args()).current_dir(self.path());
        // A group of its own: an interrupt at the terminal ends us, and by that the server.
        std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let _ = self.folder.keep();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        Ok(Server { pid: line.trim().parse()?, keeper })
    }
}

/// A server that can be killed and started again in its folder. Dies with the thread that started it.
pub struct Restartable {
    folder: Folder,
    program: PathBuf,
    arguments: Vec<std::ffi::OsString>,
    running: Option<Child>,
}

impl Restartable {
    /// Starts the command, made by [`Folder::command`].
    pub fn start(folder: Folder, program: &Path, arguments: Vec<std::ffi::OsString>) -> Outcome<Self> {
        let mut started = Self { folder, program: program.to_path_buf(), arguments, running: None };
        started.start_again()?;
        Ok(started)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn start_again(&mut self) -> Outcome<()> {
        self.kill()?;
        let log = File::create(self.folder.path().join("log"))?;
        let inner = self.folder.command(&self.program);
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(inner.get_program()).args(inner.get_args()).args(&self.arguments);
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.running = Some(command.spawn()?);
        Ok(())
    }

    /// Whether the server has not ended by itself.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(|running| matches!(running.try_wait(), Ok(None)))
    }

    /// `kill -9`, the server and its children.
    pub fn kill(&mut self) -> Outcome<()> {
        if let Some(mut running) = self.running.take() {
            self.signal_family(running.id(), "KILL");
            let _ = running.kill();
            running.wait()?;
        }
        Ok(())
    }

    /// Sends a signal to the server and its children.
    pub fn signal(&self, signal: &str) {
        if let Some(running) = &self.running {
            self.signal_family(running.id(), signal);
        }
    }

    fn signal_family(&self, pid: u32, signal: &str) {
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        for pid in std::iter::once(pid.to_string()).chain(children.split_whitespace().map(str::to_owned)) {
            let _ = Command::new("kill").args(["-s", signal, &pid]).stderr(Stdio::null()).status();
        }
    }
}

impl Drop for Restartable {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

impl User {
    fn unprivileged(folder: &Path) -> Outcome<Self> {
        if std::fs::metadata(folder)?.uid() != 0 {
            return Ok(Self::Ourselves);
        }
        let users = std::fs::read_to_string("/etc/passwd")?;
        let ids = |name: &str| {
            let mut fields =
                users.lines().map(|line| line.split(':')).find(|line| line.clone().next() == Some(name))?;
            Some((fields.nth(2)?.parse().ok()?, fields.next()?.parse().ok()?))
        };
        let (uid, gid) = ids("nobody").ok_or("run by root, and there is no user `nobody` to run a server as")?;
        Ok(Self::Other { uid, gid })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Finds a program on the path or in the other folders; the last wins, so that the newest version does.
pub fn find(name: &str, elsewhere: &[PathBuf]) -> Outcome<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into()]).chain(elsewhere.iter().cloned());
    let found = places.map(|folder| folder.join(name)).filter(|program| program.is_file()).last();
    found.ok_or_else(|| format!("no {name} on this machine").into())
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A password nobody else on the machine knows.
pub fn password() -> Outcome<String> {
    let mut drawn = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut drawn)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(drawn)))
}

/// Runs a command and answers with what it printed.
pub fn output_of(command: &mut Command) -> Outcome<String> {
    let output = command.output()?;
    if !output.status.success() {
        let name = Path::new(command.get_program()).display().to_string();
        return Err(format!("{name}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Tries until it works, for half a minute.
pub fn patiently<T>(mut what: impl FnMut() -> Outcome<T>) -> Outcome<T> {
    for _ in 0..300 {
        if let Ok(done) = what() {
            return Ok(done);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    what()
}
