//! English texts.

use zeroize::Zeroizing;

use super::{Action, Layout, Parts, spoken};

pub(super) const SUBJECT: &str = "Your verification code";

pub(super) fn body(parts: &Parts<'_>) -> Zeroizing<String> {
    let Parts { brand, code, minutes, .. } = parts;
    let action = action(&parts.action, parts.layout);
    Zeroizing::new(match parts.layout {
        Layout::Full => format!(
            "{brand}: {code} is your code {action}. Valid for {minutes} min. Never share it: our staff never asks for it."
        ),
        Layout::Short => {
            format!("{code} is your code {action}. Valid {minutes} min. Never share it, staff never ask.")
        }
        Layout::Spoken => {
            let digits = spoken(code, ", ");
            let digits = digits.as_str();
            format!(
                "This is {brand}. Your code {action} is: {digits}. Once more: {digits}. \
                 It is valid for {minutes} minutes. Never share it: our staff never asks for it."
            )
        }
    })
}

fn action(action: &Action, layout: Layout) -> String {
    let is_short = layout == Layout::Short;
    match action {
        Action::SignIn => "to sign in".to_owned(),
        Action::ChangeContact { to } if is_short => format!("to change contact to {to}"),
        Action::ChangeContact { to } => format!("to change your contact to {to}"),
        Action::ResetPassword => "to reset your password".to_owned(),
        Action::Pay { money, payee_tail, payee_name } if layout == Layout::Spoken => {
            let tail = spoken(payee_tail, ", ");
            let tail = tail.as_str();
            match payee_name {
                Some(name) => format!("to pay {money} to {name}, account ending in {tail},"),
                None => format!("to pay {money} to the account ending in {tail},"),
            }
        }
        Action::Pay { money, payee_tail, .. } if is_short => format!("to pay {money} to *{payee_tail}"),
        Action::Pay { money, payee_tail, payee_name: None } => format!("to pay {money} to account *{payee_tail}"),
        Action::Pay { money, payee_tail, payee_name: Some(name) } => {
            format!("to pay {money} to \"{name}\" *{payee_tail}")
        }
        Action::Unfreeze => "to unfreeze your account".to_owned(),
        Action::BindDevice => "to trust a new device".to_owned(),
        Action::ConfirmContact => "to confirm this contact".to_owned(),
        Action::StepUp => "to confirm it is you".to_owned(),
    }
}
