//! The import direction of the crate, checked on its syntax tree.
//!
//! `types <- five features <- account <- command <- service <- {ffi, prelude, bin}`; `store` is a port that `service`, the
//! shells, the prelude and the command line use, and nothing below them. [`ALLOWED`] says it module by module. A grep would miss `use crate::{a, b}`, so every path in every file is parsed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic like tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// Which top-level modules a module may name. Its own is always allowed.
const ALLOWED: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("password", &["types"]),
    ("totp", &["types"]),
    ("verification", &["types"]),
    ("risk", &["types"]),
    ("freeze", &["types"]),
    ("backtest", &["types", "risk"]),
    ("tuning", &["types", "risk", "backtest"]),
    ("account", &["types", "password", "totp", "verification", "risk", "freeze"]),
    ("command", &["types", "password", "totp", "verification", "risk", "freeze", "account"]),
    ("breach", &["types", "password"]),
    ("store", &["types"]),
    ("service", &["types", "password", "totp", "verification", "risk", "freeze", "account", "command", "store"]),
    ("manual", &[]),
    ("ffi", &["types", "password", "totp", "verification", "risk", "freeze", "account", "command", "service", "store"]),
    (
        "prelude",
        &["types", "password", "totp", "verification", "risk", "freeze", "account", "command", "service", "store"],
    ),
];

/// Outside crates that only some modules may touch.
const GUARDED_CRATES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("argon2", &["password"]),
    ("argon2_rust", &["password"]),
    ("hugealloc", &["password"]),
    ("allocator_api2", &["password"]),
    // In a store only the name by which a server knows a script.
    ("sha1", &["password", "totp", "store"]),
    ("zxcvbn", &["password"]),
    ("totp_rs", &["totp"]),
    ("fast_qr", &["totp"]),
    ("aes_gcm_siv", &["account"]),
    ("ed25519_dalek", &["account"]),
    ("async_lock", &["service", "store"]),
    ("redis", &["store"]),
    ("tokio_postgres", &["store"]),
    ("tokio", &["store"]),
    ("uniffi", &["ffi"]),
    ("zeroizing_alloc", &["ffi"]),
    ("blocking", &["service", "store"]),
    ("phonenumber", &["verification"]),
    ("plotters", &["backtest"]),
    ("idna", &["verification"]),
    ("vm_memory", &["breach"]),
    ("libc", &["breach"]),
    ("clap", &["bin"]),
    ("cel", &["risk"]),
    ("serde_json", &["risk", "bin"]),
    ("toml", &["risk", "bin"]),
];

/// Standard-library corners the pure core has no business in.
const IMPURE_STD: &[&str] = &["fs", "io", "net", "process", "thread", "env", "sync"];
const PURE: &[&str] = &["types", "totp", "verification", "risk", "freeze", "account", "command"];

#[test]
fn imports_point_one_way() {
    let wrong: Vec<String> =
        source_files().iter().flat_map(|file| offences(&read(file), &module_of(file), file)).collect();
    assert!(wrong.is_empty(), "wrong imports:\n{}", wrong.join("\n"));
}

#[test]
fn a_wrong_import_is_seen_in_each_form_it_can_take() {
    let wrong = [
        "use crate::service::Service;",
        "use crate::{types::Money, store::Store};",
        "use super::super::store::Store;",
        "fn f() { crate::password::evaluate(); }",
        "fn f(_: &crate::account::AccountRecord) {}",
        "type T = Vec<crate::command::Effect>;",
        "use rusqlite::Connection;",
        "use std::fs;",
        "fn f() { std::thread::yield_now() }",
    ];
    for source in wrong {
        let file = Path::new("src/risk/assess.rs");
        assert_eq!(offences(source, "risk", file).len(), 1, "not seen: {source}");
    }
    assert!(
        offences(
            "use crate::types::{Money, Timestamp}; use super::policy::X;",
            "risk",
            Path::new("src/risk/assess.rs")
        )
        .is_empty()
    );
}

#[test]
fn unsafe_code_and_long_files_stay_out() {
    for file in source_files() {
        let text = read(&file);
        let lifts_ban = text.contains("allow(unsafe_code") || text.contains("expect(unsafe_code");
        // By hand in the C shell; for what uniffi derives, of which nothing is written by hand (the next test), in two more.
        let doors = ["src/ffi/c/mod.rs", "src/ffi/mod.rs", "src/ffi/mobile/mod.rs"];
        let is_door = doors.iter().any(|door| file == root().join(door));
        assert!(!lifts_ban || is_door, "{}: the unsafe ban is lifted in src/ffi and nowhere else", file.display());
        every_unsafe_block_says_why(&file, &text);
        // What documents the public items of a catalogue is no code.
        let code = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        let code_lines = code.filter(|line| !line.trim_start().starts_with("///")).count();
        assert!(code_lines <= 450, "{} has {code_lines} lines before its tests; split it", file.display());
    }
}

/// The shell for phones lifts the ban for what uniffi derives; nobody writes any there.
#[test]
fn no_unsafe_code_is_written_by_hand_in_the_mobile_shell() {
    for file in source_files()
        .iter()
        .filter(|file| ["src/ffi/mobile", "src/ffi/shell"].iter().any(|folder| file.starts_with(root().join(folder))))
    {
        let tokens = read(file).replace("unsafe_code", "");
        let found = tokens.lines().find(|line| !line.trim_start().starts_with("//") && line.contains("unsafe"));
        assert_eq!(found, None, "{}", file.display());
    }
}

#[test]
fn every_feature_folder_has_the_same_inner_shape() {
    for feature in ["password", "totp", "verification", "risk", "freeze"] {
        for part in ["mod.rs", "policy.rs", "state.rs", "error.rs"] {
            let file = root().join("src").join(feature).join(part);
            assert!(file.exists(), "{} is missing", file.display());
        }
    }
}

/// A line that opens an unsafe block or implementation has a SAFETY comment above it, at most four lines away.
fn every_unsafe_block_says_why(file: &Path, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let opens = code.contains("unsafe {") || code.starts_with("unsafe impl");
        if !opens || code.starts_with("//") {
            continue;
        }
        let says_why = lines[number.saturating_sub(4)..number].iter().any(|above| above.contains("// SAFETY: "));
        assert!(says_why, "{}:{}: an unsafe block without a SAFETY comment", file.display(), number + 1);
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files of the product: those of `#[cfg(test)] mod name;` are left out.
fn source_files() -> Vec<PathBuf> {
    let files = all_files();
    let tests: Vec<PathBuf> = files.iter().flat_map(|file| test_modules(file)).collect();
    files
        .into_iter()
        .filter(|file| !tests.iter().any(|test| file.starts_with(test) || *file == test.with_extension("rs")))
        .collect()
}

/// `src/risk/mod.rs` with `#[cfg(test)] mod stories;` gives `src/risk/stories`.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let parent = file.parent().unwrap();
    let is_mod = file.file_name().is_some_and(|name| name == "mod.rs" || name == "lib.rs" || name == "main.rs");
    let folder = if is_mod { parent.to_owned() } else { file.with_extension("") };
    let parsed = syn::parse_file(&read(file)).unwrap();
    let modules = parsed.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if module.content.is_none() && is_test(module) => {
            Some(folder.join(module.ident.to_string()))
        }
        _ => None,
    });
    modules.collect()
}

fn is_test(module: &syn::ItemMod) -> bool {
    let is_cfg_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    };
    module.attrs.iter().any(is_cfg_test)
}

fn all_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 30, "the walk found too few files to mean anything");
    files
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn offences(source: &str, module: &str, file: &Path) -> Vec<String> {
    let mut walk = Walk { depth: depth_of(file), paths: Vec::new(), in_tests: false };
    walk.visit_file(&syn::parse_file(source).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    walk.paths.iter().filter_map(|path| offence(path, module).map(|why| format!("{}: {why}", file.display()))).collect()
}

/// How many `super` lead from a file to the crate root.
fn depth_of(file: &Path) -> usize {
    let parts: Vec<_> = file.iter().skip_while(|part| *part != "src").skip(1).collect();
    if parts.last().is_some_and(|last| *last == "mod.rs") { parts.len() - 1 } else { parts.len() }
}

fn offence(path: &[String], module: &str) -> Option<String> {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let shown = path.join("::");
    match path.first().map(String::as_str)? {
        "crate" => {
            let target = path.get(1)?.as_str();
            let known = allowed.contains_key(target);
            let permitted = allowed.get(module).is_none_or(|targets| target == module || targets.contains(&target));
            (known && !permitted).then(|| format!("{module} may not import {shown}"))
        }
        "std" if PURE.contains(&module) => {
            let corner = path.get(1)?.as_str();
            IMPURE_STD.contains(&corner).then(|| format!("the pure core may not use {shown}"))
        }
        outside => {
            let (_, homes) = GUARDED_CRATES.iter().find(|(name, _)| *name == outside)?;
            (!homes.contains(&module)).then(|| format!("{outside} belongs to {homes:?}, not to {module}"))
        }
    }
}

struct Walk {
    depth: usize,
    paths: Vec<Vec<String>>,
    in_tests: bool,
}

impl Walk {
    fn found(&mut self, mut path: Vec<String>) {
        if self.in_tests {
            return;
        }
        let supers = path.iter().take_while(|part| *part == "super").count();
        if supers > 0 && supers >= self.depth {
            path.splice(..supers, ["crate".to_owned()]);
        }
        if path.len() > 1 {
            self.paths.push(path);
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, prefix: &[String]) {
        let with = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) => self.found(with(&name.ident)),
            syn::UseTree::Rename(rename) => self.found(with(&rename.ident)),
            syn::UseTree::Glob(_) => self.found([prefix, &["*".to_owned()]].concat()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, prefix)),
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.found(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = is_test(item);
        let (in_tests, depth) = (self.in_tests, self.depth);
        self.in_tests |= is_test;
        self.depth += 1;
        syn::visit::visit_item_mod(self, item);
        (self.in_tests, self.depth) = (in_tests, depth);
    }
}
