//! Stories: what is stored keeps its form and is checked when read.

use super::*;

#[test]
fn stored_bytes_never_change_their_form() {
    let freezes = frozen(&[by_court(Scopes::PAY_OUT).with_key([9; 16]).until(at(1))]);
    let bytes = postcard::to_allocvec(&freezes).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = concat!(
        "01",
        "01010101010101010101010101010101",
        "0109090909090909090909090909090909",
        "02080507636c65726b2d61",
        "0107323032362d3137",
        "80a0d5edee66",
        "0182a0d5edee66",
        "0100",
        "00",
        "0000",
    );
    assert_eq!(hex, expected);
    assert_eq!(postcard::from_bytes::<Freezes>(&bytes), Ok(freezes));
    assert_eq!(postcard::to_allocvec(&Freezes::default()).unwrap().len(), 3);
}

#[test]
fn stored_freezes_that_break_a_rule_are_not_read() {
    let good = frozen(&[by_court(Scopes::PAY_OUT)]);
    let freeze = good.standing[0].clone();
    let lifted = Lift::Lifted { by: name("clerk-b"), at: at(1), release: None };
    let crowd = (0..17).map(|number| Freeze { id: id(number), ..freeze.clone() }).collect();
    let broken = [
        Freezes { standing: vec![freeze.clone(); 2], ..Freezes::default() },
        Freezes { standing: crowd, ..Freezes::default() },
        Freezes { standing: vec![Freeze { lift: lifted, ..freeze.clone() }], ..Freezes::default() },
        Freezes { ended: vec![freeze.clone()], ..Freezes::default() },
        Freezes { standing: vec![Freeze { scopes: Scopes::NONE, ..freeze.clone() }], ..Freezes::default() },
        Freezes { standing: vec![Freeze { until: Some(freeze.from), ..freeze }], ..Freezes::default() },
    ];
    for freezes in broken {
        let bytes = postcard::to_allocvec(&freezes).unwrap();
        assert!(freezes.validate().is_err() && postcard::from_bytes::<Freezes>(&bytes).is_err(), "{freezes:?}");
    }
}

#[test]
fn an_ordinary_freeze_takes_about_a_hundred_bytes_and_the_fullest_list_is_bounded() {
    let size = |freezes: &Freezes| postcard::to_allocvec(freezes).unwrap().len();
    assert!(size(&frozen(&[by_court(Scopes::ALL)])) < 100);
    let longest = |text: char| text.to_string().repeat(FREEZE_TEXT_BYTES_MAX);
    let mut freeze = frozen(&[by_court(Scopes::ALL).with_key([1; 16]).until(at(1))]).standing[0].clone();
    freeze.actor = name(&longest('a'));
    freeze.case_ref = Some(case(&longest('c')));
    freeze.lift = Lift::Requested { by: name(&longest('b')), at: at(1), release: Some(case(&longest('r'))) };
    let fullest = Freezes {
        standing: vec![freeze.clone(); FREEZES_MAX + OWNER_FREEZES_MAX],
        ended: vec![freeze; ENDED_KEPT],
        cooling_off: None,
    };
    assert!(size(&fullest) < 8 * 1_024, "{} bytes", size(&fullest));
}

#[test]
fn error_numbers_never_change() {
    let errors = [
        FreezeError::NotAuthorised { needs: Authority::Agent },
        FreezeError::StepUpNeeded,
        FreezeError::FactorTooNew { enough_at: at(0) },
        FreezeError::SecondAgentNeeded,
        FreezeError::SameAgent,
        FreezeError::LiftAlreadyRequested,
        FreezeError::ReleaseNeeded,
        FreezeError::ReleaseDiffers,
        FreezeError::NotFound,
        FreezeError::AlreadyLifted { at: at(0) },
        FreezeError::Expired { at: at(0) },
        FreezeError::TooMany { most: 1 },
        FreezeError::NoScopes,
        FreezeError::BadTerm,
        FreezeError::TermTooLong { longest_ms: 1 },
        FreezeError::CaseRefNeeded,
        FreezeError::DisclosureNotAllowed,
        FreezeError::TextTooLong,
        FreezeError::KeyConflict,
        FreezeError::IdInUse,
        FreezeError::UnknownScope,
        FreezeError::Corrupt("x"),
        FreezeError::PendingMustHold,
        FreezeError::IdentityCheckNeeded,
        FreezeError::IdentityNotProven,
    ];
    for (error, code) in errors.into_iter().zip((501..).filter(|code| *code != 522)) {
        assert_eq!(error.code(), code);
    }
}
