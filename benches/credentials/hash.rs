//! Hashing against the system's C library, in one run: CPU time of the process (user and system), rounds interleaved,
//! medians, and ratios within a round. Every round proves that the tags are equal.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use account_security::password::{
    Engine, HashParams, Hasher, NoPepper, Password, Phc, Verified, VerifyCeiling, VerifyError,
};
use rustix::time::{ClockId, clock_gettime};
use zeroize::Zeroize;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const PASSWORD: &[u8] = b"correct horse";
const BUDGET_KIB: u32 = 256 * 1024;
/// Rounds not counted, in which arenas are taken and caches filled.
const WARM_UP: usize = 3;

/// CPU milliseconds and minor page faults of one hash.
#[derive(Clone, Copy)]
struct Cost {
    ms: f64,
    faults: i64,
}

/// Prints the cost of one verification per engine beside one hash of libargon2: OWASP's default and RFC 9106's second.
pub fn against_libargon2() -> Outcome<()> {
    let mut reference = match LibArgon2::start() {
        Ok(reference) => reference,
        Err(error) => {
            println!("skipped: rows against libargon2 ({error}; they need cc and libargon2.so.1, Debian: libargon2-1)");
            return Ok(());
        }
    };
    println!("\n{:<44} {:>9} {:>7} {:>12}", "argon2id, one lane, CPU time", "median", "ratio", "faults/hash");
    for (m_kib, t, rounds) in [(19_456, 2, 41), (65_536, 3, 9)] {
        let (costs, tag) = (HashParams::new(m_kib, t, 1)?, reference.hash(m_kib, t)?.1);
        let stored = Phc::parse(&phc(m_kib, t, &tag), &VerifyCeiling::DEFAULT)?;
        let hashers: Vec<Hasher> = Engine::ALL
            .iter()
            .map(|engine| Ok(Hasher::new(costs, VerifyCeiling::DEFAULT, BUDGET_KIB)?.with_engine(*engine)))
            .collect::<Outcome<_>>()?;
        let mut rows = vec![Vec::new(); hashers.len() + 1];
        for round in 0..WARM_UP + rounds {
            let mut costs = vec![reference.hash(m_kib, t)?.0];
            for hasher in &hashers {
                costs.push(verification(hasher, &stored)?);
            }
            if round >= WARM_UP {
                rows.iter_mut().zip(costs).for_each(|(row, cost)| row.push(cost));
            }
        }
        row(&format!("m={m_kib} t={t} libargon2 (C, system)"), &rows[0], &rows[0]);
        for (hasher, costs) in hashers.iter().zip(&rows[1..]) {
            row(&format!("m={m_kib} t={t} {} engine, pool, wipe", hasher.engine().name()), costs, &rows[0]);
        }
    }
    Ok(())
}

/// Two hundred verifications at once against 256 MiB: how far the memory of the process rises.
pub fn crowd() -> Outcome<()> {
    println!("{:<44} {:>9} {:>7} {:>12}", "200 verifications at once, 256 MiB", "peak MiB", "right", "Busy");
    let typed = [PASSWORD, b"wrong"].map(Password::parse);
    let [right, wrong] = [typed[0].clone()?, typed[1].clone()?];
    for engine in Engine::ALL {
        std::fs::write("/proc/self/clear_refs", "5")?;
        let hasher = Hasher::new(HashParams::owasp_19m(), VerifyCeiling::DEFAULT, BUDGET_KIB)?.with_engine(*engine);
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        let stored = hasher.hash(&right, &NoPepper, &mut rng)?;
        let start = std::sync::Barrier::new(200);
        let verdicts: Vec<_> = std::thread::scope(|scope| {
            let verify = |is_right: bool| {
                start.wait();
                let typed = if is_right { &right } else { &wrong };
                (is_right, hasher.verify(Some(&stored), typed, &NoPepper))
            };
            let jobs: Vec<_> = (0..200).map(|index| scope.spawn(move || verify(index % 2 == 0))).collect();
            jobs.into_iter().map(|job| job.join()).collect()
        });
        let (mut right, mut busy) = (0, 0);
        for verdict in verdicts {
            match verdict.map_err(|_| "a verification panicked")? {
                (is_right, Ok(verdict)) => {
                    assert_eq!(verdict != Verified::Mismatch, is_right);
                    right += 1;
                }
                (_, Err(VerifyError::Busy)) => busy += 1,
                (_, Err(fault)) => return Err(fault.into()),
            }
        }
        let peak_mib = proc_number("/proc/self/status", "VmHWM:")? / 1024;
        println!("{:<44} {peak_mib:>9} {right:>7} {busy:>12}", format!("  {} engine", engine.name()));
        assert!(peak_mib <= i64::from(BUDGET_KIB / 1024) + 64, "the peak is above the budget and 64 MiB");
    }
    Ok(())
}

/// What wiping 19 MiB costs: the volatile writes the default engine's arenas are wiped with.
pub fn wipe() {
    let mut blocks = vec![argon2::Block::new(); 19_456];
    let mut samples: Vec<f64> = (0..41)
        .map(|_| {
            blocks.iter_mut().for_each(|block| block.as_mut().fill(7));
            black_box(&mut blocks[..]);
            let start_ms = cpu_ms();
            blocks.iter_mut().for_each(Zeroize::zeroize);
            cpu_ms() - start_ms
        })
        .collect();
    println!("\n{:<44} {:>6.2} ms", "wiping 19 MiB, part of each row above", median(&mut samples));
}

fn verification(hasher: &Hasher, stored: &Phc) -> Outcome<Cost> {
    let typed = Password::parse(PASSWORD)?;
    let (start_faults, start_ms) = (minor_faults()?, cpu_ms());
    let verdict = hasher.verify(Some(stored), &typed, &NoPepper)?;
    let ms = cpu_ms() - start_ms;
    let faults = minor_faults()? - start_faults;
    assert!(matches!(verdict, Verified::Match { .. }), "the tag is not libargon2's");
    Ok(Cost { ms, faults })
}

fn row(name: &str, costs: &[Cost], reference: &[Cost]) {
    let mut ratios: Vec<f64> = costs.iter().zip(reference).map(|(ours, theirs)| ours.ms / theirs.ms).collect();
    let mut times: Vec<f64> = costs.iter().map(|cost| cost.ms).collect();
    let mut faults: Vec<f64> =
        costs.iter().map(|cost| f64::from(i32::try_from(cost.faults).unwrap_or(i32::MAX))).collect();
    println!("{name:<44} {:>6.2} ms {:>7.3} {:>12}", median(&mut times), median(&mut ratios), median(&mut faults));
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// The text of a record with the bench's salt and a tag in hex.
fn phc(m_kib: u32, t: u32, tag_hex: &str) -> String {
    let bytes: Vec<u8> =
        (0..tag_hex.len() / 2).filter_map(|at| u8::from_str_radix(&tag_hex[2 * at..2 * at + 2], 16).ok()).collect();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut tag = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).for_each(|place| tag.push(char::from(alphabet[(word >> (18 - 6 * place) & 63) as usize])));
    }
    format!("$argon2id$v=19$m={m_kib},t={t},p=1$c29tZXNhbHRzb21lc2FsdA${tag}")
}

fn cpu_ms() -> f64 {
    // CPU time is never negative; if it were, every ratio would say so.
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).map_or(f64::NAN, |spent| spent.as_secs_f64() * 1e3)
}

fn minor_faults() -> Outcome<i64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').ok_or("no name in stat")?.1;
    Ok(after_name.split_whitespace().nth(7).ok_or("stat is short")?.parse()?)
}

fn proc_number(file: &str, name: &str) -> Outcome<i64> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.split_whitespace().next().ok_or("no number")?.parse()?)
}

/// The C library in a process of its own, so that no unsafe code and no foreign allocator comes into ours.
struct LibArgon2 {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl LibArgon2 {
    fn start() -> Outcome<Self> {
        let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("libargon2-driver");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/credentials/libargon2.c");
        let built = Command::new("cc").args(["-O2", source, "-l:libargon2.so.1", "-o"]).arg(&program).status()?;
        if !built.success() {
            return Err("the driver does not build".into());
        }
        let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self { child, input, output })
    }

    fn hash(&mut self, m_kib: u32, t: u32) -> Outcome<(Cost, String)> {
        writeln!(self.input, "{m_kib} {t}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let [cpu_ns, faults, tag] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err("no answer".into());
        };
        Ok((Cost { ms: cpu_ns.parse::<f64>()? / 1e6, faults: faults.parse()? }, tag.to_owned()))
    }
}

impl Drop for LibArgon2 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
