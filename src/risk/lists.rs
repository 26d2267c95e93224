//! Deny and allow lists as data: payees and devices by fingerprint, countries by code.
//!
//! Sorted and searched by halving. They belong to the policy, so its hash covers them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::assess::Signals;
use super::error::PolicyError;
use crate::types::{Country, Fingerprint, Payment};

/// Most entries of one list.
pub const LIST_ENTRIES_MAX: usize = 100_000;

/// Who and what is always or never suspicious.
///
/// ```
/// use account_security::risk::Lists;
/// use account_security::types::{Currency, Fingerprint, Money, Payment, Timestamp};
/// let mules = ["mule-1", "mule-2"].map(Fingerprint::of_payee);
/// let lists = Lists::default().deny_payees(mules)?;
/// let payment = Payment::out("tx-1", Money::parse("5.00", Currency::EUR)?, Timestamp::MIN)?.to("mule-2");
/// assert!(lists.signals_for(&payment).deny_listed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    deny_payees: Vec<u64>,
    deny_devices: Vec<u64>,
    deny_countries: Vec<[u8; 2]>,
    allow_payees: Vec<u64>,
}

impl Lists {
    /// Puts payees on the deny list, in place of those that were on it.
    ///
    /// # Errors
    /// [`PolicyError::ListTooLong`] beyond [`LIST_ENTRIES_MAX`].
    pub fn deny_payees(self, payees: impl IntoIterator<Item = Fingerprint>) -> Result<Self, PolicyError> {
        Ok(Self { deny_payees: sorted(payees.into_iter().map(|payee| payee.0))?, ..self })
    }

    /// Puts devices on the deny list, in place of those that were on it.
    ///
    /// # Errors
    /// [`PolicyError::ListTooLong`] beyond [`LIST_ENTRIES_MAX`].
    pub fn deny_devices(self, devices: impl IntoIterator<Item = Fingerprint>) -> Result<Self, PolicyError> {
        Ok(Self { deny_devices: sorted(devices.into_iter().map(|device| device.0))?, ..self })
    }

    /// Puts countries on the deny list, in place of those that were on it.
    ///
    /// # Errors
    /// [`PolicyError::ListTooLong`] beyond [`LIST_ENTRIES_MAX`].
    pub fn deny_countries(self, countries: impl IntoIterator<Item = Country>) -> Result<Self, PolicyError> {
        Ok(Self { deny_countries: sorted(countries.into_iter().map(Country::bytes))?, ..self })
    }

    /// Puts payees on the allow list, in place of those that were on it. Only payees: a device or a country that is
    /// never suspicious would be a thief's best friend.
    ///
    /// # Errors
    /// [`PolicyError::ListTooLong`] beyond [`LIST_ENTRIES_MAX`].
    pub fn allow_payees(self, payees: impl IntoIterator<Item = Fingerprint>) -> Result<Self, PolicyError> {
        Ok(Self { allow_payees: sorted(payees.into_iter().map(|payee| payee.0))?, ..self })
    }

    /// What the lists say of a payment: [`Signals::deny_listed`] and [`Signals::allow_listed`].
    #[must_use]
    pub fn signals_for(&self, payment: &Payment) -> Signals {
        let payee_on = |list: &[u64]| payment.payee.is_some_and(|payee| list.binary_search(&payee.0).is_ok());
        let device = payment.device.is_some_and(|device| self.deny_devices.binary_search(&device.0).is_ok());
        let country = payment.country.is_some_and(|it| self.deny_countries.binary_search(&it.bytes()).is_ok());
        Signals {
            deny_listed: payee_on(&self.deny_payees) || device || country,
            allow_listed: payee_on(&self.allow_payees),
            ..Signals::default()
        }
    }

    /// A payee of the deny list that is on the allow list as well.
    pub(super) fn both(&self) -> Option<Fingerprint> {
        self.deny_payees.iter().find(|payee| self.allow_payees.binary_search(payee).is_ok()).copied().map(Fingerprint)
    }

    /// What the caller knows and what the lists say, together.
    pub(super) fn and_known(&self, payment: &Payment, known: Signals) -> Signals {
        let listed = self.signals_for(payment);
        Signals {
            deny_listed: known.deny_listed || listed.deny_listed,
            allow_listed: known.allow_listed || listed.allow_listed,
            ..known
        }
    }
}

fn sorted<T: Ord>(entries: impl Iterator<Item = T>) -> Result<Vec<T>, PolicyError> {
    let mut list: Vec<T> = entries.take(LIST_ENTRIES_MAX + 1).collect();
    if list.len() > LIST_ENTRIES_MAX {
        return Err(PolicyError::ListTooLong);
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

/// The lists as they are written for a person: fingerprints as `fp:` and sixteen hexadecimal digits.
#[derive(Serialize)]
struct Written {
    deny_payees: Vec<String>,
    deny_devices: Vec<String>,
    deny_countries: Vec<String>,
    allow_payees: Vec<String>,
}

/// The same as a person writes them: names too. Each entry is read by itself, so that a fault is told at the entry.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Read {
    deny_payees: Vec<Payee>,
    deny_devices: Vec<Device>,
    deny_countries: Vec<Code>,
    allow_payees: Vec<Payee>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Payee(Fingerprint);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Device(Fingerprint);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Code(Country);

type Stored = (Vec<u64>, Vec<u64>, Vec<[u8; 2]>, Vec<u64>);

impl Serialize for Lists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let Self { deny_payees, deny_devices, deny_countries, allow_payees } = self;
            return (deny_payees, deny_devices, deny_countries, allow_payees).serialize(serializer);
        }
        let shown = |list: &[u64]| list.iter().map(|entry| format!("fp:{entry:016x}")).collect();
        let countries = self.deny_countries.iter().map(|code| String::from_utf8_lossy(code).into_owned());
        let written = Written {
            deny_payees: shown(&self.deny_payees),
            deny_devices: shown(&self.deny_devices),
            deny_countries: countries.collect(),
            allow_payees: shown(&self.allow_payees),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lists {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let (deny_payees, deny_devices, deny_countries, allow_payees) = Stored::deserialize(deserializer)?;
            let print = |list: Vec<u64>| list.into_iter().map(Fingerprint);
            let countries: Result<Vec<Country>, _> = deny_countries.into_iter().map(Country::try_from).collect();
            let lists = Self::default().deny_payees(print(deny_payees)).map_err(D::Error::custom)?;
            let lists = lists.deny_devices(print(deny_devices)).map_err(D::Error::custom)?;
            let lists = lists.deny_countries(countries.map_err(D::Error::custom)?).map_err(D::Error::custom)?;
            return lists.allow_payees(print(allow_payees)).map_err(D::Error::custom);
        }
        Read::deserialize(deserializer)?.lists().map_err(D::Error::custom)
    }
}

impl Read {
    fn lists(self) -> Result<Lists, PolicyError> {
        let payees = |list: Vec<Payee>| list.into_iter().map(|payee| payee.0);
        let lists = Lists::default().deny_payees(payees(self.deny_payees))?;
        let lists = lists.deny_devices(self.deny_devices.into_iter().map(|device| device.0))?;
        let lists = lists.deny_countries(self.deny_countries.into_iter().map(|code| code.0))?;
        lists.allow_payees(payees(self.allow_payees))
    }
}

impl TryFrom<String> for Payee {
    type Error = String;
    fn try_from(entry: String) -> Result<Self, String> {
        fingerprint(&entry, Fingerprint::of_payee).map(Self)
    }
}

impl TryFrom<String> for Device {
    type Error = String;
    fn try_from(entry: String) -> Result<Self, String> {
        fingerprint(&entry, Fingerprint::of_device).map(Self)
    }
}

impl TryFrom<String> for Code {
    type Error = String;
    fn try_from(code: String) -> Result<Self, String> {
        let country = Country::parse(&code);
        country.map(Self).ok_or_else(|| format!("`{code}` is no country: write two capital letters, e.g. NG"))
    }
}

fn fingerprint(entry: &str, named: fn(&str) -> Fingerprint) -> Result<Fingerprint, String> {
    let Some(digits) = entry.strip_prefix("fp:") else {
        return if entry.is_empty() {
            Err("an entry of a list is empty; write a name or leave it out".to_owned())
        } else {
            Ok(named(entry))
        };
    };
    let fits = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u64::from_str_radix(digits, 16).ok().filter(|_| fits);
    number.map(Fingerprint).ok_or_else(|| format!("`{entry}`: after `fp:` come sixteen hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Currency, Money, Timestamp};

    fn payment() -> Payment {
        Payment::out("tx", Money::from_minor(5, Currency::EUR).unwrap(), Timestamp::MIN).unwrap()
    }

    #[test]
    fn each_list_marks_what_is_on_it_and_nothing_else() {
        let country = |code| Country::parse(code).unwrap();
        let lists = Lists::default().deny_payees([Fingerprint::of_payee("mule")]).unwrap();
        let lists = lists.deny_devices([Fingerprint::of_device("farm")]).unwrap();
        let lists = lists.deny_countries([country("KP")]).unwrap();
        let lists = lists.allow_payees(["mother", "landlord"].map(Fingerprint::of_payee)).unwrap();
        let says = |payment: Payment| {
            let signals = lists.signals_for(&payment);
            (signals.deny_listed, signals.allow_listed)
        };
        assert_eq!(says(payment()), (false, false));
        assert_eq!(says(payment().to("mule")), (true, false));
        assert_eq!(says(payment().to("farm")), (false, false), "a device's name is no payee's");
        assert_eq!(says(payment().from_device("farm")), (true, false));
        assert_eq!(says(payment().in_country(country("KP")).to("mother")), (true, true));
        assert_eq!(says(payment().to("landlord")), (false, true));
    }

    #[test]
    fn lists_read_back_from_text_and_from_bytes_and_are_bounded() {
        let text = r#"{"deny_payees":["mule","fp:00000000000000ff"],"deny_countries":["KP"]}"#;
        let lists: Lists = serde_json::from_str(text).unwrap();
        let again: Lists = serde_json::from_str(&serde_json::to_string(&lists).unwrap()).unwrap();
        assert_eq!(again, lists);
        assert_eq!(postcard::from_bytes::<Lists>(&postcard::to_allocvec(&lists).unwrap()), Ok(lists));
        for wrong in [r#"{"deny_countries":["kp"]}"#, r#"{"deny_payees":["fp:1"]}"#, r#"{"deny_payees":[""]}"#] {
            assert!(serde_json::from_str::<Lists>(wrong).is_err(), "{wrong}");
        }
        let many = |count: u64| Lists::default().deny_payees((0..count).map(Fingerprint));
        assert!(many(100_000).is_ok());
        assert_eq!(many(100_001), Err(PolicyError::ListTooLong));
    }
}
