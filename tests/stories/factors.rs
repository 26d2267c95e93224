//! Authenticators end to end: every kind of credential, replacing one, importing one, one whose clock is off.

use account_security::account::{EventKind, RejectedBecause};
use account_security::command::{
    ConfirmTotp, Effect, EnrolTotp, ImportTotp, Notice, PlaceFreeze, Rejection, ResyncAnswer, ResyncTotp, TotpOutcome,
    VerifyTotp,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::service::{Service, ServiceError};
use account_security::totp::{
    Algorithm, KeyUri, SecretError, TotpParameters, TotpSecret, UriError, UriWarning, WindowPolicy, code_at,
};
use account_security::types::{ActorId, Timestamp, TypedCode};

use super::on_every_store;
use super::support::acts::kinds;
use super::support::stores::Shared;
use super::support::{account, at, ring, without_step_up};

/// Step-ups have stories of their own.
fn service(store: &Shared) -> Service<Shared> {
    Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap()
}

const STEP_MS: u64 = 30_000;

fn code(secret: &TotpSecret, parameters: &TotpParameters, now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(secret, parameters, now).unwrap().code(), parameters.digits()).unwrap()
}

fn enrol(service: &Service<Shared>, parameters: TotpParameters, now: Timestamp) -> KeyUri {
    let enrol =
        EnrolTotp { issuer: "Example Pay".to_owned(), account_name: "alice".to_owned(), parameters, ticket: None };
    service.execute(&account("alice"), &enrol, now).unwrap().unwrap().key
}

fn confirm(service: &Service<Shared>, code: TypedCode, now: Timestamp) -> TotpOutcome {
    service.execute(&account("alice"), &ConfirmTotp { code }, now).unwrap()
}

fn sign_in(service: &Service<Shared>, code: TypedCode, now: Timestamp) -> TotpOutcome {
    service.execute(&account("alice"), &VerifyTotp { code }, now).unwrap()
}

/// Enrols and confirms at the start.
fn enrolled(service: &Service<Shared>, parameters: TotpParameters) -> TotpSecret {
    let key = enrol(service, parameters, at(0));
    assert_eq!(confirm(service, code(key.secret(), &parameters, at(0)), at(0)), TotpOutcome::Accepted);
    key.secret().clone()
}

fn failures(service: &Service<Shared>) -> u32 {
    service.record(&account("alice")).unwrap().second_factor_budget.failures_in_a_row()
}

#[test]
fn every_hash_length_and_period_signs_in_once() {
    on_every_store(|store| {
        for (hour, (algorithm, digits, period_s)) in (0..).zip([
            (Algorithm::Sha1, 6, 30),
            (Algorithm::Sha1, 8, 60),
            (Algorithm::Sha256, 6, 30),
            (Algorithm::Sha256, 8, 15),
            (Algorithm::Sha512, 6, 120),
            (Algorithm::Sha512, 8, 30),
        ]) {
            let (service, now) = (service(store), at(hour * 3_600_000));
            let parameters = TotpParameters::new(algorithm, digits, period_s, 0).unwrap();
            let key = enrol(&service, parameters, now);
            // The authenticator knows no more than the URI.
            let app = KeyUri::parse(&key.to_uri()).unwrap().key;
            assert_eq!(*app.parameters(), parameters);
            assert_eq!(confirm(&service, code(app.secret(), app.parameters(), now), now), TotpOutcome::Accepted);
            let later = now.plus_ms(u64::from(period_s) * 1_000);
            let shown = code(app.secret(), app.parameters(), later);
            assert_eq!(sign_in(&service, shown.clone(), later), TotpOutcome::Accepted);
            assert_eq!(sign_in(&service, shown, later), TotpOutcome::Rejected(RejectedBecause::Replayed));
        }
    });
}

#[test]
fn a_key_uri_has_no_t0_but_an_imported_token_may() {
    on_every_store(|store| {
        let service = service(store);
        let parameters = TotpParameters::new(Algorithm::Sha256, 8, 60, 1_000_000_000).unwrap();
        let by_uri = EnrolTotp { issuer: "A".to_owned(), account_name: "b".to_owned(), parameters, ticket: None };
        assert_eq!(service.execute(&account("alice"), &by_uri, at(0)).unwrap().unwrap_err(), UriError::T0);
        assert!(kinds(&service, &account("alice")).is_empty());

        let secret = TotpSecret::from_bytes(&[7; 32]).unwrap();
        let import = ImportTotp { secret: secret.clone(), parameters, allow_weak_import: false, ticket: None };
        service.execute(&account("alice"), &import, at(0)).unwrap().unwrap();
        assert_eq!(confirm(&service, code(&secret, &parameters, at(0)), at(0)), TotpOutcome::Accepted);
        assert_eq!(sign_in(&service, code(&secret, &parameters, at(60_000)), at(60_000)), TotpOutcome::Accepted);
    });
}

#[test]
fn the_old_authenticator_signs_in_until_the_new_one_is_confirmed() {
    on_every_store(|store| {
        let (service, standard) = (service(store), TotpParameters::STANDARD);
        let old = enrolled(&service, standard);
        let eight = TotpParameters::new(Algorithm::Sha256, 8, 30, 0).unwrap();
        let new = enrol(&service, eight, at(STEP_MS));
        assert_eq!(sign_in(&service, code(&old, &standard, at(STEP_MS)), at(STEP_MS)), TotpOutcome::Accepted);

        let later = at(2 * STEP_MS);
        let wrong = TypedCode::parse("00000000", 8).unwrap();
        assert_eq!(confirm(&service, wrong, later), TotpOutcome::Rejected(RejectedBecause::Wrong));
        assert_eq!(sign_in(&service, code(&old, &standard, later), later), TotpOutcome::Accepted);
        assert_eq!(confirm(&service, code(new.secret(), &eight, later), later), TotpOutcome::Accepted);

        let last = at(3 * STEP_MS);
        // A code of six digits is not even of the kind that the new one has: misuse, and no try.
        let refused = service.execute(&account("alice"), &VerifyTotp { code: code(&old, &standard, last) }, last);
        assert!(matches!(refused, Err(ServiceError::Rejected(Rejection::Totp(_)))), "{refused:?}");
        assert_eq!(sign_in(&service, code(new.secret(), &eight, last), last), TotpOutcome::Accepted);
        let notices = service.drain(100).unwrap().into_iter().filter_map(|waiting| waiting.effect.ok());
        let added = notices.filter(|effect| *effect == Effect::NotifyOwner { notice: Notice::FactorAdded });
        assert_eq!(added.count(), 2);
    });
}

#[test]
fn a_key_uri_of_another_service_is_imported_and_must_be_confirmed() {
    on_every_store(|store| {
        let service = service(store);
        let uri = "OTPAUTH://totp/Old%20Bank:%20alice?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&issuer=New&digits=8";
        let parsed = KeyUri::parse(uri).unwrap();
        let mut warnings = parsed.warnings.clone();
        warnings.sort_unstable();
        use UriWarning as W;
        assert_eq!(warnings, [W::UpperCaseType, W::NameTrimmed, W::IssuerMismatch, W::LowerCaseSecret]);

        let import = ImportTotp::of(&parsed.key);
        assert!(!format!("{import:?}").contains("12345678901234567890"));
        service.execute(&account("alice"), &import, at(0)).unwrap().unwrap();
        let typed = |now| code(parsed.key.secret(), parsed.key.parameters(), now);
        assert_eq!(sign_in(&service, typed(at(0)), at(0)), TotpOutcome::NotEnrolled);
        assert_eq!(confirm(&service, typed(at(0)), at(0)), TotpOutcome::Accepted);
        assert_eq!(sign_in(&service, typed(at(STEP_MS)), at(STEP_MS)), TotpOutcome::Accepted);
    });
}

#[test]
fn a_spent_code_stays_spent_when_its_secret_is_imported_again() {
    on_every_store(|store| {
        let (service, parameters) = (service(store), TotpParameters::STANDARD);
        let secret = enrolled(&service, parameters);
        let (before, now, next) = (at(99 * STEP_MS), at(100 * STEP_MS), at(101 * STEP_MS));
        let spent = code(&secret, &parameters, now);
        assert_eq!(sign_in(&service, spent.clone(), now), TotpOutcome::Accepted);
        let import = ImportTotp { secret: secret.clone(), parameters, allow_weak_import: false, ticket: None };
        service.execute(&account("alice"), &import, now).unwrap().unwrap();
        assert_eq!(confirm(&service, code(&secret, &parameters, before), now), TotpOutcome::Accepted);
        assert_eq!(sign_in(&service, spent, now), TotpOutcome::Rejected(RejectedBecause::Replayed));
        assert_eq!(sign_in(&service, code(&secret, &parameters, next), next), TotpOutcome::Accepted);
    });
}

#[test]
fn a_weak_secret_is_imported_only_when_told_so() {
    on_every_store(|store| {
        let service = service(store);
        let uri = "otpauth://totp/Old:alice?secret=JBSWY3DPEHPK3PXP";
        assert_eq!(
            KeyUri::parse(uri).unwrap_err(),
            UriError::Secret(SecretError::TooShort { bits: 80, bits_min: 128 })
        );
        let parsed = KeyUri::dangerous_parse_weak(uri).unwrap();
        let strict = ImportTotp::of(&parsed.key);
        let refused = service.execute(&account("alice"), &strict, at(0)).unwrap();
        assert_eq!(refused, Err(SecretError::TooShort { bits: 80, bits_min: 128 }));
        assert!(kinds(&service, &account("alice")).is_empty());

        let lenient = ImportTotp { allow_weak_import: true, ..strict };
        service.execute(&account("alice"), &lenient, at(0)).unwrap().unwrap();
        let typed = |now| code(parsed.key.secret(), parsed.key.parameters(), now);
        assert_eq!(confirm(&service, typed(at(0)), at(0)), TotpOutcome::Accepted);
        assert_eq!(sign_in(&service, typed(at(STEP_MS)), at(STEP_MS)), TotpOutcome::Accepted);
    });
}

fn resync(service: &Service<Shared>, secret: &TotpSecret, shown_ms: u64, now: Timestamp) -> ResyncAnswer {
    let standard = TotpParameters::STANDARD;
    let (first, second) = (code(secret, &standard, at(shown_ms)), code(secret, &standard, at(shown_ms + STEP_MS)));
    service.execute(&account("alice"), &ResyncTotp { first, second }, now).unwrap()
}

#[test]
fn two_codes_bring_a_device_back_whose_clock_is_a_minute_ahead() {
    on_every_store(|store| {
        let (service, standard) = (service(store), TotpParameters::STANDARD);
        let secret = enrolled(&service, standard);
        let now = at(100 * STEP_MS);
        let ahead = |ms: u64| code(&secret, &standard, at(102 * STEP_MS + ms));
        assert_eq!(sign_in(&service, ahead(0), now), TotpOutcome::Rejected(RejectedBecause::Wrong));
        let answer = resync(&service, &secret, 101 * STEP_MS, now);
        assert_eq!(answer, ResyncAnswer::Resynced { drift_steps: 2 });
        assert_eq!(failures(&service), 0);
        // Both codes are spent; the next one signs in.
        assert_eq!(sign_in(&service, ahead(0), now), TotpOutcome::Rejected(RejectedBecause::Replayed));
        assert_eq!(sign_in(&service, ahead(STEP_MS), now.plus_ms(STEP_MS)), TotpOutcome::Accepted);
        let resynced = |kind: &EventKind| matches!(kind, EventKind::TotpResynced { allowed_for: true, .. });
        assert_eq!(kinds(&service, &account("alice")).iter().filter(|kind| resynced(kind)).count(), 1);
    });
}

#[test]
fn a_device_four_minutes_ahead_is_told_to_set_its_clock() {
    on_every_store(|store| {
        let (service, standard) = (service(store), TotpParameters::STANDARD);
        let secret = enrolled(&service, standard);
        let answer = resync(&service, &secret, 107 * STEP_MS, at(100 * STEP_MS));
        assert_eq!(answer, ResyncAnswer::DeviceClockOff { ahead_s: 240 });
        assert_eq!(service.record(&account("alice")).unwrap().totp.active().unwrap().drift_steps(), 0);
        // With its clock set right it signs in, once the time of the typed codes is past.
        let later = at(109 * STEP_MS);
        assert_eq!(sign_in(&service, code(&secret, &standard, later), later), TotpOutcome::Accepted);
        assert!(
            kinds(&service, &account("alice"))
                .iter()
                .any(|kind| matches!(kind, EventKind::TotpResynced { offset_steps: 8, allowed_for: false, .. }))
        );
    });
}

#[test]
fn a_failed_resync_costs_five_tries_and_skips_no_warning() {
    on_every_store(|store| {
        let service = service(store);
        let secret = enrolled(&service, TotpParameters::STANDARD);
        let mut now = at(100 * STEP_MS);
        // Codes of half an hour ago. Two wrong tries first, so that the alert at 10 falls inside a resync.
        for wrong in 1..=2 {
            let stale = code(&secret, &TotpParameters::STANDARD, at(40 * STEP_MS));
            assert_eq!(sign_in(&service, stale, now), TotpOutcome::Rejected(RejectedBecause::Wrong));
            assert_eq!(failures(&service), wrong);
        }
        for round in 1..=8_u32 {
            let stale_ms = (now.ms_since(at(0)) / STEP_MS - 60) * STEP_MS;
            let answer = resync(&service, &secret, stale_ms, now);
            assert_eq!(answer, ResyncAnswer::Rejected(RejectedBecause::Wrong));
            assert_eq!(failures(&service), 2 + 5 * round);
            // While blocked it is not looked at, and not counted.
            let blocked = resync(&service, &secret, now.ms_since(at(0)), now);
            let ResyncAnswer::Blocked { until } = blocked else { panic!("{blocked:?}") };
            assert_eq!(failures(&service), 2 + 5 * round);
            now = until;
        }
        let notices: Vec<_> =
            service.drain(1_000).unwrap().into_iter().filter_map(|waiting| waiting.effect.ok()).collect();
        let alert = Effect::NotifyOwner { notice: Notice::ManyFailures { failures_in_a_row: 10 } };
        assert_eq!(notices.iter().filter(|effect| **effect == alert).count(), 1, "{notices:?}");
    });
}

#[test]
fn no_factor_is_changed_while_a_freeze_forbids_it() {
    on_every_store(|store| {
        let service = service(store);
        let secret = enrolled(&service, TotpParameters::STANDARD);
        let owner = ActorId::parse("alice").unwrap();
        let place = PlaceFreeze { request: FreezeRequest::by_owner(owner, Scopes::CHANGE_FACTORS), caused_by: None };
        service.execute(&account("alice"), &place, at(0)).unwrap().unwrap();
        let frozen = |error: ServiceError| matches!(error, ServiceError::Rejected(Rejection::Frozen));
        let code = |ms| code(&secret, &TotpParameters::STANDARD, at(ms));
        let resync = ResyncTotp { first: code(STEP_MS), second: code(2 * STEP_MS) };
        let import = ImportTotp {
            secret: secret.clone(),
            parameters: TotpParameters::STANDARD,
            allow_weak_import: false,
            ticket: None,
        };
        assert!(frozen(service.execute(&account("alice"), &resync, at(STEP_MS)).unwrap_err()));
        assert!(frozen(service.execute(&account("alice"), &import, at(STEP_MS)).unwrap_err()));
        // Signing in stays open.
        assert_eq!(sign_in(&service, code(STEP_MS), at(STEP_MS)), TotpOutcome::Accepted);
    });
}

#[test]
fn the_windows_have_names_and_numbers() {
    on_every_store(|store| {
        for (hour, (window, past, future)) in (0..).zip([
            (WindowPolicy::Usable, true, true),
            (WindowPolicy::SlowTyping, true, false),
            (WindowPolicy::AsvsStrict, false, false),
        ]) {
            let mut settings = without_step_up();
            settings.totp.window = window;
            let service = Service::new(store.clone(), ring(1, &[1]), settings).unwrap();
            let standard = TotpParameters::STANDARD;
            let step = |step: u64| at(hour * 3_600_000 + step * STEP_MS);
            let key = enrol(&service, standard, step(0));
            assert_eq!(confirm(&service, code(key.secret(), &standard, step(0)), step(0)), TotpOutcome::Accepted);
            for (code_step, accepted) in [(9, past), (11, future)] {
                let outcome = sign_in(&service, code(key.secret(), &standard, step(code_step)), step(10));
                assert_eq!(outcome == TotpOutcome::Accepted, accepted, "{window:?} {code_step}");
            }
        }
    });
}
