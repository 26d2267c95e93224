//! What an integrator chooses.

use std::sync::PoisonError;

use super::error::ShellError;
use super::security::Security;
use crate::command::{Lockout, SecondFactorRule, Settings};
use crate::risk::{CheckedPolicy, Preset};
use crate::types::SupportChannels;
use crate::verification::Sender;

/// Choices. What is left out stays as it is; what is named here takes effect at once, for every thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Options {
    /// Who messages come from, as the customer reads it: every code and notice that goes to a phone or an address begins with
    /// it ("Example Pay: 123456 is your code ..."). Until it is named, they begin with "Account Security".
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub sender: Option<String>,
    /// The name of a password policy: `card_default`, `nist_800_63b_4`, `nist_800_63b_4_second_factor`, `asvs_5_l1`, `asvs_5_l2`,
    /// `pci_dss_4_0_1`, `mlps_practice`; none that asks for a list of breached passwords (`asvs_5_l2`
    /// does).
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub password_policy: Option<String>,
    /// When wrong tries block: `nist`, `pci` or `psd2`.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub lockout: Option<String>,
    /// When a sign-in takes a second factor: `always` or `unknown-devices`.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub second_factor: Option<String>,
    /// The name of a set of risk rules: `wallet`, `card_issuer`, `merchant_acquirer`, `mobile_lite` or `psd2_tra`.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub risk_preset: Option<String>,
    /// A rule file's text, JSON where it begins with `{`, else TOML. Only in a library built with `rules`.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub risk_rules: Option<String>,
    /// Support's telephone number, as customers dial it. An empty text takes a channel away; so with the next two.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub support_hotline: Option<String>,
    /// Support's chat: a link, or where to find it in the app.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub support_chat: Option<String>,
    /// Support's e-mail address.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub support_email: Option<String>,
}

impl Security {
    /// Takes the choices over, all of them or none.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] with the first choice that is none; everything stays as it was.
    pub fn configure(&self, options: &Options) -> Result<(), ShellError> {
        // Two callers at once: each choice of both is kept.
        let _one_at_a_time = self.configuring.lock().unwrap_or_else(PoisonError::into_inner);
        let mut settings = Settings::clone(&self.service.settings());
        if let Some(name) = &options.sender {
            settings.sender = Some(Sender::new(name).map_err(|error| ShellError::invalid("sender", error))?);
        }
        if let Some(name) = &options.password_policy {
            let policy = super::password::policy_named("password_policy", name)?;
            if policy.numbers().breached {
                let what = "it asks for a list of breached passwords, which only Rust can hand over";
                return Err(ShellError::invalid("password_policy", what));
            }
            settings.password = policy;
        }
        if let Some(name) = &options.lockout {
            settings = settings.with_lockout(lockout(name)?);
        }
        if let Some(name) = &options.second_factor {
            settings.sign_in.second_factor = second_factor(name)?;
        }
        if let Some(risk) = risk(options)? {
            settings.risk = risk;
        }
        settings.support = support(settings.support, options)?;
        self.service.swap_settings(settings);
        Ok(())
    }
}

fn lockout(name: &str) -> Result<Lockout, ShellError> {
    match name {
        "nist" => Ok(Lockout::nist()),
        "pci" => Ok(Lockout::pci()),
        "psd2" => Ok(Lockout::psd2()),
        _ => Err(ShellError::invalid("lockout", "nist, pci or psd2")),
    }
}

fn second_factor(name: &str) -> Result<SecondFactorRule, ShellError> {
    match name {
        "always" => Ok(SecondFactorRule::Always),
        "unknown-devices" => Ok(SecondFactorRule::UnknownDevices),
        _ => Err(ShellError::invalid("second_factor", "always or unknown-devices")),
    }
}

fn risk(options: &Options) -> Result<Option<CheckedPolicy>, ShellError> {
    match (&options.risk_preset, &options.risk_rules) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(ShellError::invalid("risk_rules", "a preset or rules, not both")),
        (Some(name), None) => {
            let preset = Preset::parse(name).ok_or_else(|| {
                let names: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                ShellError::invalid("risk_preset", format!("one of {}", names.join(", ")))
            })?;
            CheckedPolicy::new(preset.policy()).map(Some).map_err(|error| ShellError::invalid("risk_preset", error))
        }
        (None, Some(text)) => rules(text).map(Some),
    }
}

#[cfg(feature = "rules")]
fn rules(text: &str) -> Result<CheckedPolicy, ShellError> {
    use crate::risk::file::{Format, read};
    let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Toml };
    read(text, format).map_err(|error| ShellError::invalid("risk_rules", error))
}

#[cfg(not(feature = "rules"))]
fn rules(_: &str) -> Result<CheckedPolicy, ShellError> {
    Err(ShellError::invalid("risk_rules", "this library was built without rule files; choose a preset"))
}

fn support(now: SupportChannels, options: &Options) -> Result<SupportChannels, ShellError> {
    let refused = |field| move |error| ShellError::invalid(field, error);
    let support = match options.support_hotline.as_deref() {
        None => now,
        Some("") => now.without_hotline(),
        Some(number) => now.with_hotline(number).map_err(refused("support_hotline"))?,
    };
    let support = match options.support_chat.as_deref() {
        None => support,
        Some("") => support.without_chat(),
        Some(chat) => support.with_chat(chat).map_err(refused("support_chat"))?,
    };
    match options.support_email.as_deref() {
        None => Ok(support),
        Some("") => Ok(support.without_email()),
        Some(address) => support.with_email(address).map_err(refused("support_email")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FixedClock, KeyMaterial};
    use super::*;
    use std::sync::Arc;

    fn security() -> Security {
        let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
        Security::dangerous_seeded_in_memory(&keys, Arc::new(FixedClock::at(1_772_366_400_000)), 1).unwrap()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn what_is_left_out_stays() {
        let security = security();
        security.configure(&Options { sender: some("Example Pay"), ..Options::default() }).unwrap();
        security.configure(&Options { lockout: some("pci"), ..Options::default() }).unwrap();
        let settings = security.service.settings();
        assert_eq!(settings.sender.as_ref().unwrap(), &Sender::new("Example Pay").unwrap());
        assert_eq!(settings.throttle, Lockout::pci().throttle);
    }

    #[test]
    fn one_wrong_choice_changes_nothing() {
        let security = security();
        let before = format!("{:?}", security.service.settings());
        let wrong = [
            Options { sender: some(""), ..Options::default() },
            Options { password_policy: some("none"), ..Options::default() },
            Options { password_policy: some("asvs_5_l2"), ..Options::default() },
            Options { lockout: some("never"), ..Options::default() },
            Options { second_factor: some("maybe"), ..Options::default() },
            Options { risk_preset: some("wallets"), ..Options::default() },
            Options { risk_rules: some("version = nothing"), ..Options::default() },
            Options { risk_preset: some("wallet"), risk_rules: some("{}"), ..Options::default() },
            Options { support_hotline: some("95555\n"), ..Options::default() },
            Options { support_chat: some("a\nb"), ..Options::default() },
            Options { support_email: some("a\u{7f}"), ..Options::default() },
        ];
        for options in wrong {
            let all = Options { sender: options.sender.clone().or(some("Example Pay")), ..options.clone() };
            assert!(matches!(security.configure(&all), Err(ShellError::Invalid { .. })), "{options:?}");
            assert_eq!(format!("{:?}", security.service.settings()), before, "{options:?}");
        }
    }

    /// Settings are read, changed and swapped: a choice of one caller must not be undone by another's.
    #[test]
    fn two_callers_who_choose_at_once_undo_nothing() {
        let security = security();
        let chosen = |options: Options| {
            security.configure(&options).unwrap();
            security.service.settings()
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..3_000 {
                    let name = format!("Shop {number}");
                    let settings = chosen(Options { sender: some(&name), ..Options::default() });
                    assert_eq!(settings.sender, Some(Sender::new(&name).unwrap()));
                }
            });
            for number in 0..3_000 {
                let name = if number % 2 == 0 { "always" } else { "unknown-devices" };
                let settings = chosen(Options { second_factor: some(name), ..Options::default() });
                assert_eq!(settings.sign_in.second_factor, second_factor(name).unwrap());
            }
        });
    }

    #[cfg(feature = "rules")]
    #[test]
    fn rules_come_as_toml_or_json() {
        let security = security();
        let hash = |security: &Security| security.service.settings().risk.content_hash();
        let wallet = hash(&security);
        let lite = crate::risk::file::show(&Preset::parse("mobile_lite").unwrap().policy(), "rules of a test");
        security.configure(&Options { risk_rules: Some(lite), ..Options::default() }).unwrap();
        assert_ne!(hash(&security), wallet);
        let named = Options { risk_preset: some("mobile_lite"), ..Options::default() };
        let by_file = hash(&security);
        security.configure(&named).unwrap();
        assert_eq!(hash(&security), by_file);
    }
}
