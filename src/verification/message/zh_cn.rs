//! Texts in simplified Chinese.

use zeroize::Zeroizing;

use super::{Action, Layout, Parts, spoken};
use crate::types::{Currency, Money};

pub(super) const SUBJECT: &str = "您的验证码";

pub(super) fn body(parts: &Parts<'_>) -> Zeroizing<String> {
    let Parts { brand, code, minutes, .. } = parts;
    let action = action(&parts.action, parts.layout);
    Zeroizing::new(match parts.layout {
        Layout::Full => format!(
            "【{brand}】验证码{code}，用于{action}，{minutes}分钟内有效。请勿告诉任何人，工作人员绝不会索要验证码。"
        ),
        Layout::Short => format!("{code}：{action}，{minutes}分钟有效。勿告他人，员工绝不索要。"),
        Layout::Spoken => {
            let digits = spoken(code, "，");
            let digits = digits.as_str();
            format!(
                "这里是{brand}。您用于{action}的验证码是：{digits}。再说一遍：{digits}。{minutes}分钟内有效。\
                 请勿告诉任何人，工作人员绝不会索要验证码。"
            )
        }
    })
}

fn action(action: &Action, layout: Layout) -> String {
    match action {
        Action::SignIn => "登录".to_owned(),
        Action::ChangeContact { to } => format!("更换联系方式为{to}"),
        Action::ResetPassword => "重置密码".to_owned(),
        Action::Pay { money, payee_tail, payee_name } if layout == Layout::Spoken => {
            let (tail, name) = (spoken(payee_tail, "，"), payee_name.as_deref().unwrap_or_default());
            format!("向{name}尾号为{}的账户付款{}", tail.as_str(), amount(*money))
        }
        Action::Pay { money, payee_tail, payee_name: Some(name) } if layout != Layout::Short => {
            format!("向“{name}”（尾号{payee_tail}）付款{}", amount(*money))
        }
        Action::Pay { money, payee_tail, .. } => format!("向尾号{payee_tail}付款{}", amount(*money)),
        Action::Unfreeze => "解冻账户".to_owned(),
        Action::BindDevice => "绑定新设备".to_owned(),
        Action::ConfirmContact => "确认联系方式".to_owned(),
        Action::StepUp => "确认本人操作".to_owned(),
    }
}

/// `1299.00元` for yuan, `1299.00 USD` for the rest.
fn amount(money: Money) -> String {
    let text = money.to_string();
    match text.strip_suffix(" CNY") {
        Some(number) if money.currency() == Currency::CNY => format!("{number}元"),
        _ => text,
    }
}
