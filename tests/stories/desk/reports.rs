//! Reports of loss and of transfers that were not authorised.

use account_security::account::{EventKind, REPORTS_MAX, ReportKind, ReportOutcome};
use account_security::command::{CloseReport, Notice, ReportRefused, ReportUnauthorised};
use account_security::freeze::Authority;
use account_security::types::TxId;

use super::{Desk, person, staff};
use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::at;

#[test]
fn a_report_keeps_its_times_to_the_millisecond_and_there_are_only_so_many() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let report = |reported_ms, learned_ms| {
            let (reported_at, learned_at) = (at(reported_ms), at(learned_ms));
            let (kind, tx_id, by) = (ReportKind::Unauthorised, Some(TxId::of("tx-1")), person("alice"));
            let report = ReportUnauthorised { kind, reported_at, learned_at, tx_id, by };
            desk.service.execute(&desk.alice, &report, at(1_000)).unwrap()
        };
        assert_eq!(report(1_001, 0), Err(ReportRefused::InFuture));
        assert_eq!(report(5, 6), Err(ReportRefused::LearnedAfterReport));
        let first = report(999, 7).unwrap();
        let again = report(999, 7).unwrap();
        assert_eq!((again.id, again.already), (first.id, true));
        assert_eq!(desk.notices(), [Notice::ReportTaken { report: first.id }]);
        for more in 1..REPORTS_MAX {
            assert!(report(999, 7 + u64::try_from(more).unwrap()).is_ok());
        }
        assert_eq!(report(999, 900), Err(ReportRefused::TooMany { most: REPORTS_MAX }));
        let close = |name, authority| {
            let close = CloseReport { report: first.id, outcome: ReportOutcome::Confirmed, by: staff(name, authority) };
            desk.service.execute(&desk.alice, &close, at(2_000))
        };
        assert!(close("rule", Authority::Rule).is_err());
        assert_eq!(close("a", Authority::Agent).unwrap(), Ok(()));
        assert_eq!(close("a", Authority::Agent).unwrap(), Err(ReportRefused::NotFound));
        assert!(report(999, 900).is_ok());
        let times = kinds(&desk.service, &desk.alice).into_iter().find_map(|kind| match kind {
            EventKind::UnauthorisedReported { reported_at, learned_at, .. } => Some((reported_at, learned_at)),
            _ => None,
        });
        assert_eq!(times, Some((at(999), at(7))));
        let open = desk.service.record(&desk.alice).unwrap().reports;
        assert_eq!(open.iter().count(), REPORTS_MAX);
    });
}
