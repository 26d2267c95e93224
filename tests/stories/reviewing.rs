//! Every half year: are these still yours?

use account_security::account::ReviewDue;
use account_security::command::{ConfirmRegistered, Registered, RemindReview, ReviewAnswer, ReviewReminder};
use account_security::types::time::DAY_MS;

use crate::on_every_store;
use crate::support::owner::{MAIL, OLD, inbox, register};
use crate::support::{account, at, service};

#[test]
fn a_review_is_due_after_half_a_year_asked_for_once_a_month_and_over_with_one_answer() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD, MAIL], at(0));
        let remind = |ms| service.execute(&alice, &RemindReview, at(ms)).unwrap();
        assert_eq!(remind(180 * DAY_MS - 1), ReviewReminder::NotDue);
        assert_eq!(remind(180 * DAY_MS), ReviewReminder::Reminded);
        let to: Vec<_> = inbox(&service).into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, [OLD, MAIL]);
        assert_eq!(remind(180 * DAY_MS + 1), ReviewReminder::RemindedLately { again_at: at(210 * DAY_MS) });
        assert_eq!(remind(210 * DAY_MS), ReviewReminder::Reminded);

        let record = service.record(&alice).unwrap();
        let policy = service.settings().contacts;
        let due = record.review.due(&record.contacts, &policy, at(210 * DAY_MS));
        assert_eq!(due, ReviewDue::Due { since: at(180 * DAY_MS) });
        let shown = Registered::of(&record.contacts);
        assert_eq!(shown.email.as_deref(), Some("a***@example.com"));
        let stale = ConfirmRegistered { shown: Registered { email: None, ..shown.clone() } };
        assert_eq!(service.execute(&alice, &stale, at(211 * DAY_MS)).unwrap(), ReviewAnswer::Outdated);
        let answer = ConfirmRegistered { shown };
        assert_eq!(service.execute(&alice, &answer, at(211 * DAY_MS)).unwrap(), ReviewAnswer::Confirmed);
        assert_eq!(remind(390 * DAY_MS), ReviewReminder::NotDue);
        assert_eq!(remind(391 * DAY_MS), ReviewReminder::Reminded);
    });
}

#[test]
fn an_account_without_a_confirmed_contact_is_asked_nothing() {
    on_every_store(|store| {
        let (service, bob) = (service(store), account("bob"));
        assert_eq!(service.execute(&bob, &RemindReview, at(900 * DAY_MS)).unwrap(), ReviewReminder::NotDue);
        let nothing = ConfirmRegistered { shown: Registered::default() };
        assert_eq!(service.execute(&bob, &nothing, at(900 * DAY_MS)).unwrap(), ReviewAnswer::Outdated);
        assert!(!service.is_known(&bob).unwrap());
    });
}
