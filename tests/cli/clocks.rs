//! An account that a wrong clock left years ahead, at the desk.

use account_security::command::Settings;
use account_security::types::time::DAY_MS;
use account_security::types::{Currency, Direction, Money, Payment};

use crate::desk::Desk;
use crate::lost_and_locked::{app_with, now};

#[test]
fn two_of_the_desk_set_an_account_back_that_is_years_ahead() {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk.run("account request-clock-set-back alice --db F --actor agent-1").exits(0).says("nothing to set back");
    desk.run("account status alice --db F").exits(0).never_says("AHEAD");

    let (service, alice) = app_with(&desk, Settings::default());
    let wrong = now().plus_ms(3_000 * DAY_MS);
    let money = Money::parse("8.00", Currency::EUR).unwrap();
    service.assess(&alice, &Payment::new("t-2", money, wrong, Direction::Out).unwrap(), 0, wrong).unwrap();

    desk.run("account status alice --db F").exits(0).says("AHEAD of this clock").says("request-clock-set-back");
    let asked = desk.run("--json account request-clock-set-back alice --db F --actor agent-1").exits(0).json();
    let request = asked["request"].as_str().unwrap();
    desk.run(&format!("account set-clock-back alice {request} --db F --actor agent-1")).exits(1).says("NOT set back");
    desk.run(&format!("account set-clock-back alice {request} --db F --actor rule --authority rule")).exits(1);
    desk.run(&format!("account set-clock-back alice {request} --db F --actor agent-2")).exits(0).says("set back from");
    desk.run(&format!("account set-clock-back alice {request} --db F --actor agent-2")).exits(0).says("nothing to set");
    desk.run("account status alice --db F").exits(0).never_says("AHEAD").says("audit: intact");
    let history = desk.run("account history alice --db F").exits(0);
    history.says("asked to be set back").says("CLOCK SET BACK").says("agent-1").says("agent-2");
}
