//! The payments that every contestant sees: fifty an account in thirty days, at random, in order of time.
//!
//! `postgres/setup.sql` and `postgres/payment.sql` compute the same; [`Stream::windows_at`] holds them and Redis to it.

/// Payments of an account within [`MONTH_MS`], on average.
pub const PER_ACCOUNT: u64 = 50;
pub const HOUR_MS: u64 = 3_600_000;
pub const MONTH_MS: u64 = 30 * 24 * HOUR_MS;
/// The windows counted and summed.
pub const WINDOWS_MS: [u64; 4] = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, MONTH_MS];
/// When the stream begins, in milliseconds since 1970.
pub const START_MS: u64 = 1_700_000_000_000;

#[derive(Clone, Copy, Debug)]
pub struct Stream {
    pub accounts: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub number: u64,
    pub account: u64,
    pub at_ms: u64,
    pub amount_minor: u64,
}

impl Stream {
    /// Events until every window is filled.
    pub const fn warm_up(self) -> u64 {
        self.accounts * PER_ACCOUNT
    }

    /// Milliseconds from one event to the next.
    pub const fn step_ms(self) -> u64 {
        MONTH_MS / self.warm_up()
    }

    pub const fn event(self, number: u64) -> Event {
        let mixed = mixed(number);
        Event {
            number,
            account: mixed % self.accounts,
            at_ms: START_MS + number * self.step_ms(),
            amount_minor: 1_000 + mixed / 65_536 % 9_000,
        }
    }

    /// Count and sum of each window of the account up to this event, itself included, counted one by one.
    pub fn windows_at(self, number: u64) -> Vec<(u64, u64)> {
        let now = self.event(number);
        let months = number.saturating_sub(self.warm_up())..=number;
        let of_account: Vec<_> = months.map(|n| self.event(n)).filter(|event| event.account == now.account).collect();
        let window = |window_ms: &u64| {
            let within = of_account.iter().filter(|event| event.at_ms + window_ms > now.at_ms);
            within.fold((0, 0), |(count, sum), event| (count + 1, sum + event.amount_minor))
        };
        WINDOWS_MS.iter().map(window).collect()
    }
}

/// Thirty-two bits that look drawn, from a number below 2^32; every product stays below 2^63, as SQL needs it.
const fn mixed(number: u64) -> u64 {
    let once = (((number >> 16) ^ number) * 0x045D_9F3B) & 0xFFFF_FFFF;
    let twice = (((once >> 16) ^ once) * 0x045D_9F3B) & 0xFFFF_FFFF;
    (twice >> 16) ^ twice
}
