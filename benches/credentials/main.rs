//! What credentials cost, against their bars, in one run: `cargo bench --bench credentials --features fast-argon2,huge-pages`.
//! Parts are run alone by their names, e.g. `-- codes timings`.
//!
//! Machines are noisy, so the figures to quote are the ratios within one run. Peers run beside us: the system's
//! libargon2 in a process of its own, totp-rs in this one.

mod codes;
mod evaluate;
mod hash;
mod sign_in;
mod timing;
mod totp;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let parts: [(&str, fn() -> Outcome); 5] = [
        ("hashes", hashes),
        ("passwords", passwords),
        ("authenticators", authenticators),
        ("codes", verification_codes),
        ("timings", timings),
    ];
    // Cargo adds options of its own.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    parts.into_iter().filter(|(name, _)| wanted(name)).try_for_each(|(_, part)| part())
}

fn hashes() -> Outcome {
    hash::crowd()?;
    hash::against_libargon2()?;
    hash::wipe();
    Ok(())
}

fn passwords() -> Outcome {
    println!("\n{:<72} {:>10} {:>10}", "", "ns", "bar");
    for row in evaluate::rows()? {
        println!("{:<72} {:>10} {:>10}", row.what, row.ns, row.bound_ns);
    }
    Ok(())
}

fn authenticators() -> Outcome {
    let rows = totp::rows()?;
    let miss = rows.first().map_or(1, |(_, ns)| *ns).max(1);
    println!("\n{:<72} {:>10} {:>10}  (bar of `verify`: 0.85)", "", "ns", "ratio");
    for (what, ns) in rows {
        println!("{what:<72} {ns:>10} {:>7}.{:02}", ns / miss, ns * 100 / miss % 100);
    }
    #[cfg(feature = "qr")]
    for (what, ns) in totp::qr_rows()? {
        println!("{what:<72} {ns:>10}");
    }
    Ok(())
}

fn verification_codes() -> Outcome {
    println!("\n{:<72} {:>10} {:>10}", "memory store, sealed record, 40 payments before", "ns", "bar");
    for (what, ns) in codes::rows()? {
        println!("{what:<72} {ns:>10} {:>10}", 12_000);
    }
    Ok(())
}

fn timings() -> Outcome {
    println!("\n{:<72} {:>10} {:>10}", "100,000 samples of each class, the largest crop's t", "|t|", "bar");
    for (what, t) in sign_in::timing()?.into_iter().chain(codes::timing()?) {
        println!("{what:<72} {t:>10.2} {:>10.1}", timing::T_MAX);
    }
    Ok(())
}
