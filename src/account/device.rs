//! Devices that a customer signed in on with a second factor and asked to be remembered.
//!
//! A known device has a failure budget of its own. Whoever knows only the account's name spends the strangers' budget,
//! so he can block other strangers and never the owner (OWASP ASVS 5.0 §6.1.1: no malicious lockout); a mistyping owner
//! spends the device's, so he blocks nobody else. What a device presents is a random token; the record keeps a keyed
//! tag of it, bound to the account, so a token stolen from one account is nothing to another.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::throttle::{Admission, FailureBudget};
use crate::types::{RandomId, SetBack, Timestamp, hex};

/// Most known devices of one account; the one that was not seen longest makes way.
pub const DEVICES_MAX: usize = 8;
/// Longest label of a device, in bytes.
pub const DEVICE_LABEL_BYTES_MAX: usize = 32;

const TOKEN_BYTES: usize = 32;

/// What a known device presents at every sign-in: 256 random bits, given out once. A bearer secret: it belongs into the
/// device's protected storage, or into a cookie that scripts cannot read.
///
/// ```
/// use account_security::account::DeviceToken;
/// # use rand::SeedableRng;
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1); // yours: the operating system's
/// let token = DeviceToken::generate(&mut rng);
/// assert_eq!(DeviceToken::parse(&token.expose()), Some(token.clone()));
/// assert_eq!(format!("{token:?}"), "DeviceToken(redacted)");
/// ```
#[derive(Clone)]
pub struct DeviceToken(Zeroizing<[u8; TOKEN_BYTES]>);

/// A keyed tag of a device's token and its account. It names the device in lists and events and opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTag(pub [u8; 16]);

/// How its owner calls a device, e.g. `Anna's phone`: 1 to [`DEVICE_LABEL_BYTES_MAX`] bytes, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceLabel(String);

/// Why a text is not a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a device's label has 1 to 32 bytes and no control character")]
pub struct LabelError;

/// One known device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// By what the record knows it: a keyed tag of its token.
    pub tag: DeviceTag,
    /// How its owner calls it.
    pub label: DeviceLabel,
    /// When it became known.
    pub added_at: Timestamp,
    /// When the right password last came from it.
    pub seen_at: Timestamp,
    /// Wrong passwords in a row from it.
    pub budget: FailureBudget,
}

/// The known devices of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Device>", into = "Vec<Device>")]
pub struct Devices(Vec<Device>);

impl DeviceToken {
    /// Draws a new token.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut token = Zeroizing::new([0; TOKEN_BYTES]);
        rng.fill_bytes(&mut *token);
        Self(token)
    }

    /// Reads the 64 lower-case hex digits that [`expose`](Self::expose) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 2 * TOKEN_BYTES {
            return None;
        }
        let (first, second) = text.split_at_checked(TOKEN_BYTES)?;
        let mut token = Zeroizing::new([0; TOKEN_BYTES]);
        token[..TOKEN_BYTES / 2].copy_from_slice(&RandomId::parse(first)?.0);
        token[TOKEN_BYTES / 2..].copy_from_slice(&RandomId::parse(second)?.0);
        Some(Self(token))
    }

    /// The token as text, for the device. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * TOKEN_BYTES));
        hex::push(&mut text, &*self.0);
        text
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.0
    }
}

impl DeviceLabel {
    /// Reads a label.
    ///
    /// # Errors
    /// [`LabelError`] for an empty or too long text, or one with a control character.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        Self::try_from(text.to_owned())
    }

    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Devices {
    /// The device with this tag, if it still counts as known: not unseen for `idle_ms_max` (half-open), and not one from
    /// which so many wrong passwords came that it is a stranger again.
    #[must_use]
    pub fn known(&self, tag: DeviceTag, idle_ms_max: u64, now: Timestamp) -> Option<&Device> {
        self.get(tag).filter(|device| {
            now.ms_since(device.seen_at) < idle_ms_max && device.budget.admit(now) != Admission::HardLocked
        })
    }

    /// The device with this tag, known or no more.
    #[must_use]
    pub fn get(&self, tag: DeviceTag) -> Option<&Device> {
        self.0.iter().find(|device| device.tag == tag)
    }

    /// Whether so many wrong passwords came from the device with this tag that it is a stranger.
    #[must_use]
    pub fn is_locked(&self, tag: DeviceTag) -> bool {
        self.get(tag).is_some_and(|device| device.budget.is_hard_locked())
    }

    /// Remembers of a locked device that a sign-in began on it, which is named by the end of its ticket.
    pub fn await_sign_in(&mut self, tag: DeviceTag, ends_at: Timestamp) {
        for device in self.0.iter_mut().filter(|device| device.tag == tag) {
            device.budget = device.budget.awaiting(ends_at);
        }
    }

    /// Whether one of them is locked until the sign-in with this end is complete.
    #[must_use]
    pub fn awaits_sign_in(&self, ends_at: Timestamp) -> bool {
        self.0.iter().any(|device| device.budget.awaits(ends_at))
    }

    /// The sign-in with this end is complete: the device on which it began is known again.
    pub fn see_awaiting(&mut self, ends_at: Timestamp, now: Timestamp) -> Option<DeviceTag> {
        let tag = self.0.iter().find(|device| device.budget.awaits(ends_at))?.tag;
        self.see(tag, now);
        Some(tag)
    }

    /// All of them, the longest unseen first.
    pub fn iter(&self) -> impl Iterator<Item = &Device> {
        self.0.iter()
    }

    /// Takes a device in and hands out the one that makes way for it.
    pub fn remember(&mut self, device: Device) -> Option<Device> {
        self.forget(device.tag);
        let evicted = (self.0.len() >= DEVICES_MAX).then(|| self.0.remove(0));
        self.0.push(device);
        evicted
    }

    /// The right password came from this device: its wrong ones are forgotten, and it moves to the end of the queue.
    pub fn see(&mut self, tag: DeviceTag, now: Timestamp) {
        if let Some(device) = self.forget(tag) {
            self.0.push(Device { seen_at: now.max(device.seen_at), budget: device.budget.ended(now), ..device });
        }
    }

    /// Puts another budget in the place of this device's.
    pub fn charge(&mut self, tag: DeviceTag, budget: FailureBudget) {
        for device in self.0.iter_mut().filter(|device| device.tag == tag) {
            device.budget = budget;
        }
    }

    /// Forgets every wrong password of every device, and says whether there were any.
    pub fn forgive(&mut self, now: Timestamp) -> bool {
        let had_any = self.0.iter().any(|device| !device.budget.is_fresh());
        for device in &mut self.0 {
            device.budget = device.budget.ended(now);
        }
        had_any
    }

    /// The devices once the clock is right again. None that was too long unseen for the wrong clock alone is lost.
    pub(super) fn set_back(&mut self, back: SetBack) {
        for device in &mut self.0 {
            (device.added_at, device.seen_at) = (back.moved(device.added_at), back.moved(device.seen_at));
            device.budget.set_back(back);
        }
    }

    /// Forgets a device.
    pub fn forget(&mut self, tag: DeviceTag) -> Option<Device> {
        let index = self.0.iter().position(|device| device.tag == tag)?;
        Some(self.0.remove(index))
    }

    /// Forgets all of them and says how many they were.
    pub fn forget_all(&mut self) -> usize {
        std::mem::take(&mut self.0).len()
    }
}

impl PartialEq for DeviceToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for DeviceToken {}

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceToken(redacted)")
    }
}

impl std::fmt::Display for DeviceTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        RandomId(self.0).fmt(f)
    }
}

impl std::fmt::Debug for DeviceTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceTag({self})")
    }
}

impl TryFrom<String> for DeviceLabel {
    type Error = LabelError;
    fn try_from(text: String) -> Result<Self, LabelError> {
        let fits = (1..=DEVICE_LABEL_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control);
        if fits { Ok(Self(text)) } else { Err(LabelError) }
    }
}

impl From<DeviceLabel> for String {
    fn from(label: DeviceLabel) -> Self {
        label.0
    }
}

impl TryFrom<Vec<Device>> for Devices {
    type Error = &'static str;
    fn try_from(devices: Vec<Device>) -> Result<Self, Self::Error> {
        let is_repeated = |(index, device): (usize, &Device)| devices[..index].iter().any(|it| it.tag == device.tag);
        if devices.len() > DEVICES_MAX {
            Err("more devices than an account can have")
        } else if devices.iter().enumerate().any(is_repeated) {
            Err("one device twice")
        } else {
            Ok(Self(devices))
        }
    }
}

impl From<Devices> for Vec<Device> {
    fn from(devices: Devices) -> Self {
        devices.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ThrottlePolicy;
    use crate::types::time::DAY_MS;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(ms)
    }

    fn device(number: u8, seen_at: Timestamp) -> Device {
        let label = DeviceLabel::parse("Anna's phone").unwrap();
        let budget = FailureBudget::default();
        Device { tag: DeviceTag([number; 16]), label, added_at: at(0), seen_at, budget }
    }

    fn full() -> Devices {
        let mut devices = Devices::default();
        for number in 0..8 {
            assert_eq!(devices.remember(device(number, at(number.into()))), None);
        }
        devices
    }

    #[test]
    fn the_device_not_seen_longest_makes_way_for_the_ninth() {
        let mut devices = full();
        devices.see(DeviceTag([0; 16]), at(100));
        let evicted = devices.remember(device(8, at(101))).unwrap();
        assert_eq!(evicted.tag, DeviceTag([1; 16]), "the first one was seen meanwhile");
        assert_eq!(devices.iter().count(), DEVICES_MAX);
    }

    #[test]
    fn a_device_unseen_for_ninety_days_is_a_stranger_and_half_open_so() {
        let devices = full();
        let tag = DeviceTag([7; 16]);
        assert!(devices.known(tag, 90 * DAY_MS, at(7 + 90 * DAY_MS - 1)).is_some());
        assert!(devices.known(tag, 90 * DAY_MS, at(7 + 90 * DAY_MS)).is_none());
        assert!(devices.known(tag, 0, at(7)).is_none(), "a policy may know no device at all");
    }

    #[test]
    fn a_hard_locked_device_is_a_stranger_until_the_right_password_comes_from_it() {
        let (mut devices, tag) = (full(), DeviceTag([3; 16]));
        let policy = ThrottlePolicy { hard_lock_at: 2, ..ThrottlePolicy::default() };
        let budget = FailureBudget::default().after_failure(&policy, at(200));
        devices.charge(tag, budget);
        assert!(devices.known(tag, DAY_MS, at(200)).is_some());
        devices.charge(tag, budget.after_failure(&policy, at(200)));
        assert!(devices.known(tag, DAY_MS, at(200)).is_none());
        devices.see(tag, at(201));
        assert!(devices.known(tag, DAY_MS, at(202)).unwrap().budget.is_fresh());
    }

    #[test]
    fn a_locked_device_waits_for_one_sign_in_and_for_no_other() {
        let (mut devices, tag) = (full(), DeviceTag([3; 16]));
        let policy = ThrottlePolicy { hard_lock_at: 1, ..ThrottlePolicy::default() };
        devices.await_sign_in(tag, at(600));
        assert!(!devices.is_locked(tag) && !devices.awaits_sign_in(at(600)), "a known device waits for nothing");
        devices.charge(tag, FailureBudget::default().after_failure(&policy, at(0)));
        devices.await_sign_in(tag, at(600));
        assert!(devices.is_locked(tag), "still");
        assert_eq!(devices.see_awaiting(at(599), at(1)), None);
        assert_eq!(devices.see_awaiting(at(600), at(1)), Some(tag));
        assert!(!devices.is_locked(tag) && devices.known(tag, DAY_MS, at(1)).is_some());
        assert_eq!(devices.see_awaiting(at(600), at(1)), None, "once");
    }

    #[test]
    fn devices_read_back_and_hostile_ones_are_refused() {
        let devices = full();
        let bytes = postcard::to_allocvec(&devices).unwrap();
        assert!(bytes.len() < 50 * DEVICES_MAX, "{} bytes", bytes.len());
        assert_eq!(postcard::from_bytes::<Devices>(&bytes).unwrap(), devices);
        let twice = vec![device(1, at(0)), device(1, at(1))];
        assert_eq!(Devices::try_from(twice), Err("one device twice"));
        let nine = (0..9).map(|number| device(number, at(0))).collect::<Vec<_>>();
        assert!(Devices::try_from(nine).is_err());
    }

    #[test]
    fn labels_are_short_and_printable_and_tokens_are_64_hex_digits() {
        assert!(DeviceLabel::parse("手机").is_ok());
        for bad in ["", "a\nb", "\u{1b}[2J", &"x".repeat(33)] {
            assert_eq!(DeviceLabel::parse(bad), Err(LabelError));
        }
        for bad in ["", "7", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32), &"a".repeat(66)] {
            assert_eq!(DeviceToken::parse(bad), None, "{bad}");
        }
    }
}
