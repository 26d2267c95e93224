//! What passwords cost: `cargo bench --bench passwords`, with `--features fast-argon2` or `huge-pages` for those rows.

mod hash;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    hash::crowd()?;
    hash::against_libargon2()?;
    hash::wipe();
    Ok(())
}
