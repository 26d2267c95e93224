//! Redis: a sorted set an account, and one script a payment. No persistence, which favours it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use super::server::{Folder, Server, find, free_port, output_of, password, patiently};
use super::stream::{Event, Stream};
use super::{Contestant, Outcome};

const STREAM: Stream = Stream { accounts: 10_000 };
const PER_ROUND: u32 = 10_000;
const PIPELINED: u64 = 1_000;
const SCRIPT: &str = include_str!("velocity.lua");

struct Redis {
    client: Client,
    script: String,
    next: u64,
    _server: Server,
}

pub fn start() -> Outcome<Contestant> {
    let program = find("redis-server", &[])?;
    let version = output_of(Command::new(&program).arg("--version"))?;
    let version = version.split_whitespace().find_map(|word| word.strip_prefix("v=")).unwrap_or("?").to_owned();
    let (folder, port, password) = (Folder::new()?, free_port()?, password()?);
    let mut command = folder.command(&program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--requirepass", &password]);
    command.args(["--save", "", "--appendonly", "no"]);
    let server = folder.serve("TERM", &command)?;
    let mut client = patiently(|| Client::connect(port))?;
    client.call(&["AUTH", &password])?;
    let script = client.call(&["SCRIPT", "LOAD", SCRIPT])?.text()?;
    warm_up(&mut client)?;
    let mut redis = Redis { client, script, next: STREAM.warm_up(), _server: server };
    let what = format!("Redis {version}: sorted set, one EVALSHA, 4 windows; server only");
    Ok(Contestant { what, bar: Some(100), round: Box::new(move || redis.round()) })
}

impl Redis {
    fn round(&mut self) -> Outcome<Duration> {
        let start = cpu(&mut self.client)?;
        let mut last = None;
        for _ in 0..PER_ROUND {
            let words = call(&self.script, &STREAM.event(self.next));
            last = Some(self.client.call(&words.each_ref().map(String::as_str))?);
            self.next += 1;
        }
        let spent = cpu(&mut self.client)? - start;
        check(last.as_ref(), self.next - 1)?;
        Ok(spent / PER_ROUND)
    }
}

/// Fifty payments an account, so that every window is filled.
fn warm_up(client: &mut Client) -> Outcome<()> {
    for first in (0..STREAM.warm_up()).step_by(PIPELINED.try_into()?) {
        for number in first..first + PIPELINED {
            let event = STREAM.event(number);
            client.send(&["ZADD", &key(&event), &event.at_ms.to_string(), &member(&event)])?;
        }
        for _ in 0..PIPELINED {
            client.answer()?;
        }
    }
    Ok(())
}

fn call(script: &str, event: &Event) -> [String; 6] {
    let [evalsha, keys] = ["EVALSHA", "1"].map(str::to_owned);
    [evalsha, script.to_owned(), keys, key(event), event.at_ms.to_string(), member(event)]
}

fn key(event: &Event) -> String {
    format!("spent:{}", event.account)
}

fn member(event: &Event) -> String {
    format!("{}:{}", event.amount_minor, event.number)
}

/// The script counts what was sent.
fn check(answer: Option<&Answer>, number: u64) -> Outcome<()> {
    let windows = STREAM.windows_at(number);
    let expected: Vec<u64> =
        windows.iter().map(|(count, _)| *count).chain(windows.iter().map(|(_, sum)| *sum)).collect();
    let Some(Answer::Many(found)) = answer else { return Err(format!("Redis answered {answer:?}").into()) };
    if *found != expected {
        return Err(format!("Redis counts {found:?}, there were {expected:?}").into());
    }
    Ok(())
}

/// CPU time of the server so far, user and system, by its own account.
fn cpu(client: &mut Client) -> Outcome<Duration> {
    let info = client.call(&["INFO", "cpu"])?.text()?;
    let field = |name: &str| -> Outcome<Duration> {
        let line = info.lines().find_map(|line| line.strip_prefix(name)).ok_or("INFO cpu has no such line")?;
        Ok(Duration::try_from_secs_f64(line.parse()?)?)
    };
    Ok(field("used_cpu_sys:")? + field("used_cpu_user:")?)
}

/// What Redis answers, as far as this bench asks.
#[derive(Debug)]
enum Answer {
    Text(String),
    Number(u64),
    Many(Vec<u64>),
}

impl Answer {
    fn text(self) -> Outcome<String> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(format!("Redis answered {other:?}").into()),
        }
    }
}

/// A connection that speaks RESP 2.
struct Client {
    output: BufReader<TcpStream>,
    pending: Vec<u8>,
}

impl Client {
    fn connect(port: u16) -> Outcome<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        Ok(Self { output: BufReader::new(stream), pending: Vec::new() })
    }

    fn call(&mut self, words: &[&str]) -> Outcome<Answer> {
        self.send(words)?;
        self.answer()
    }

    /// Sent when an answer is waited for.
    fn send(&mut self, words: &[&str]) -> Outcome<()> {
        write!(self.pending, "*{}\r\n", words.len())?;
        for word in words {
            write!(self.pending, "${}\r\n{word}\r\n", word.len())?;
        }
        Ok(())
    }

    fn answer(&mut self) -> Outcome<Answer> {
        self.output.get_mut().write_all(&self.pending)?;
        self.pending.clear();
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let rest = line.get(1..).unwrap_or("").trim_end();
        match line.chars().next() {
            Some('+') => Ok(Answer::Text(rest.to_owned())),
            Some(':') => Ok(Answer::Number(rest.parse()?)),
            Some('$') => {
                let mut text = vec![0; rest.parse::<usize>()? + 2];
                self.output.read_exact(&mut text)?;
                Ok(Answer::Text(String::from_utf8(text)?.trim_end().to_owned()))
            }
            Some('*') => (0..rest.parse::<usize>()?).map(|_| self.number()).collect::<Outcome<_>>().map(Answer::Many),
            _ => Err(format!("Redis: {}", line.trim_end()).into()),
        }
    }

    fn number(&mut self) -> Outcome<u64> {
        match self.answer()? {
            Answer::Number(number) => Ok(number),
            other => Err(format!("Redis answered {other:?}").into()),
        }
    }
}
