//! `totp new | code | verify`.

use crate::desk::{Desk, has_fields};

// RFC 6238 appendix B: the ASCII seeds of 20, 32 and 64 bytes, in base32.
const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
const SHA512: &str =
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA";

const RFC: [(i64, &str, &str, &str); 6] = [
    (59, "94287082", "46119246", "90693936"),
    (1_111_111_109, "07081804", "68084774", "25091201"),
    (1_111_111_111, "14050471", "67062674", "99943326"),
    (1_234_567_890, "89005924", "91819424", "93441116"),
    (2_000_000_000, "69279037", "90698825", "38618901"),
    (20_000_000_000, "65353130", "77737706", "47863826"),
];

#[test]
fn the_codes_are_those_of_rfc_6238() {
    let desk = Desk::new();
    for (at, sha1, sha256, sha512) in RFC {
        for (algorithm, secret, code) in [("sha1", SHA1, sha1), ("sha256", SHA256, sha256), ("sha512", SHA512, sha512)]
        {
            let numbers = format!("--algorithm {algorithm} --digits 8 --at {at}");
            let said = desk.pipe(&format!("totp code {numbers}"), secret).exits(0);
            assert_eq!(said.out.trim(), code, "{algorithm} at {at}");
            let uri = format!("otpauth://totp/A:b?secret={secret}&algorithm={algorithm}&digits=8&issuer=A\n");
            assert_eq!(desk.pipe(&format!("totp code --at {at}"), uri).exits(0).out.trim(), code, "URI, {algorithm}");
            desk.pipe(&format!("totp verify {numbers}"), format!("{secret}\n{code}\n")).exits(0).says("match");
        }
    }
}

#[test]
fn a_code_that_two_steps_share_is_accepted_at_both() {
    let desk = Desk::new();
    let at = 910_737 * 30;
    assert_eq!(desk.pipe(&format!("totp code --at {at}"), SHA1).exits(0).out.trim(), "911617");
    let said = desk.pipe(&format!("--json totp verify --at {at}"), format!("{SHA1}\n911617\n")).exits(0).json();
    has_fields(&said, &["match", "step", "warnings"]);
    assert_eq!(said["match"], true);
}

#[test]
fn the_window_is_half_open_steps_around_now() {
    let desk = Desk::new();
    let verify = |at: i64, window: u8| {
        desk.pipe(&format!("totp verify --at {at} --window {window}"), format!("{SHA1}\n287082\n")).code
    };
    // The code of step 1, which runs from second 30 to 59.
    for (at, strict, usable) in [(0, 1, 0), (29, 1, 0), (30, 0, 0), (59, 0, 0), (60, 1, 0), (89, 1, 0), (90, 1, 1)] {
        assert_eq!((verify(at, 0), verify(at, 1)), (strict, usable), "at {at}");
    }
    desk.pipe("totp verify --at 59 --window 99", format!("{SHA1}\n287082\n")).exits(2).says("0 to 10");
}

#[test]
fn codes_as_people_type_them() {
    let desk = Desk::new();
    for typed in ["287 082", "287-082", " 287082 "] {
        desk.pipe("totp verify --at 59", format!("{SHA1}\n{typed}\n")).exits(0);
    }
    desk.pipe("totp verify --at 59", format!("{SHA1}\n287083\n")).exits(1).says("mismatch");
    for typed in ["28708", "2870822", "28708a", "", "-87082"] {
        desk.pipe("totp verify --at 59", format!("{SHA1}\n{typed}\n")).exits(2);
    }
    for input in [SHA1.to_owned(), String::new(), format!("{SHA1}\n287082\nmore\n")] {
        desk.pipe("totp verify --at 59", input).exits(2).says("two lines");
    }
}

#[test]
fn a_new_secret_goes_straight_back_in() {
    let desk = Desk::new();
    let made = desk.args(&["--json", "totp", "new", "--issuer", "Käse & Co", "--account", "al@example.org"], b"");
    let made = made.exits(0).json();
    has_fields(&made, &["uri", "secret"]);
    let (uri, secret) = (made["uri"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(secret), "{uri}");
    let by_uri = desk.pipe("--json totp code --at 1000000000", uri).exits(0).json();
    has_fields(&by_uri, &["code", "remaining_ms", "step", "warnings"]);
    assert_eq!((&by_uri["step"], &by_uri["warnings"]), (&33_333_333.into(), &serde_json::json!([])));
    let by_secret = desk.pipe("totp code --at 1000000000", secret).exits(0);
    assert_eq!(by_uri["code"], by_secret.out.trim());
    let again = desk.args(&["--json", "totp", "new", "--issuer", "A", "--account", "b"], b"").exits(0).json();
    assert_ne!(again["secret"], secret);
    desk.run("totp new --issuer A --account b:c").exits(2).says("account");
    desk.args(&["totp", "new", "--issuer", "", "--account", "b"], b"").exits(2).says("issuer");
}

#[test]
fn the_key_is_drawn_as_a_picture_for_authenticators() {
    let desk = Desk::new();
    let new = ["totp", "new", "--issuer", "Example Pay", "--account", "alice", "--qr"];
    let with = |more: &[&str]| desk.args(&[&new[..], more].concat(), b"");

    let terminal = with(&["terminal"]).exits(0);
    let (picture, uri) = terminal.out.trim_end().rsplit_once('\n').unwrap();
    assert!(uri.starts_with("otpauth://totp/Example%20Pay:alice?secret="), "{uri}");
    // Not a terminal: no colours. 41 modules and 4 light ones at each side, two rows to a line.
    assert_eq!((picture.lines().count(), picture.lines().all(|line| line.chars().count() == 49)), (25, true));
    assert!(!terminal.out.contains('\u{1b}'));

    let svg = with(&["svg"]).exits(0);
    assert!(svg.out.starts_with("<svg ") && svg.out.ends_with("</svg>\n") && !svg.out.contains("otpauth"));
    let said = with(&["svg", "--out", "code.svg"]).exits(0);
    assert!(said.out.starts_with("otpauth://") && desk.read("code.svg").starts_with("<svg "));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path("code.svg")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "for its owner's eyes only");
    }
    // No file is written over, and without a file there is no key either.
    let refused = with(&["svg", "--out", "code.svg"]).exits(2).says("code.svg");
    assert!(refused.out.is_empty());
    with(&["terminal", "--out", "other.svg"]).exits(2).says("--qr svg");
    with(&["png"]).exits(2);
    assert!(!desk.path("other.svg").exists());

    let json = desk.args(&[&["--json"], &new[..], &["svg"]].concat(), b"").exits(0).json();
    has_fields(&json, &["uri", "secret", "qr"]);
    assert!(json["qr"].as_str().unwrap().starts_with("<svg "));
}

#[test]
fn steps_may_be_counted_from_another_moment_than_1970() {
    let desk = Desk::new();
    // Second 59 counted from second 1000000000: the code of step 1.
    let numbers = "--t0 1000000000 --at 1000000059";
    assert_eq!(desk.pipe(&format!("totp code {numbers}"), SHA1).exits(0).out.trim(), "287082");
    desk.pipe(&format!("totp verify {numbers}"), format!("{SHA1}\n287082\n")).exits(0);
    desk.pipe("totp code --t0 1000000060 --at 1000000059", SHA1).exits(2).says("T0");
    desk.pipe("totp code --t0 99999999999999", SHA1).exits(2).says("T0");
    desk.pipe("totp code --t0 -30 --at 29", SHA1).exits(0).says("287082");
}

#[test]
fn secrets_that_are_none_are_refused_without_repeating_them() {
    let desk = Desk::new();
    for secret in [
        "",
        "\n",
        "A",
        "1",
        "GEZD",
        "GEZDGNBVGY3TQOJQ\u{0}EZDGNBVGY3TQOJQ",
        "０EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "漢字漢字漢字漢字",
        "é€漢字aaaaaaaa",
        "otpauth://hotp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1",
        "otpauth://totp/A:b",
        "otpauth://totp/A:b?secret=GEZD",
        "otpauth://",
        "otpauth://totp/%ff?secret=%ff",
        "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=7",
        "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=0",
    ] {
        let said = desk.pipe("totp code --at 59", secret).exits(2);
        assert!(said.out.is_empty() && !said.err.contains("GEZD"), "{said:?}");
    }
    desk.pipe("totp code", b"\xff\xfe").exits(2).says("UTF-8");
    desk.pipe("totp code", vec![b'A'; 1_000_000]).exits(2).says("64 KiB");
    desk.pipe("totp code", vec![b'A'; 60_000]).exits(2);
}

#[test]
fn numbers_out_of_bounds_are_refused() {
    let desk = Desk::new();
    for numbers in ["--at -1", "--at 99999999999999999", "--digits 7", "--period 0", "--period 86400", "--digits 0"] {
        desk.pipe(&format!("totp code {numbers}"), SHA1).exits(2);
    }
    for numbers in ["--at NaN", "--at 1e9", "--algorithm md5", "--digits 300"] {
        desk.pipe(&format!("totp code {numbers}"), SHA1).exits(2);
    }
    desk.pipe("totp code --at 253402300799", SHA1).exits(0);
}
