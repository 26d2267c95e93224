//! Texts in simplified Chinese. `contact` reads on after 请: 联系客服（电话 95555）.

use super::Warning;
use crate::account::{ContactKind, Proofs};
use crate::command::{ContactRefused, Notice, Rejection};

pub(super) fn notice(notice: &Notice, contact: &str) -> String {
    let told = match notice {
        // What is frozen and why is said by the freeze's own words.
        Notice::Frozen { .. } => String::new(),
        Notice::Unfrozen { .. } => "您账户的一项冻结已解除。".to_owned(),
        Notice::ManyFailures { failures_in_a_row } => format!("您的账户已连续{failures_in_a_row}次验证失败。"),
        Notice::FactorAdded => "您的账户新增了一种身份验证方式。".to_owned(),
        Notice::FactorRemoved => "您账户的身份验证器已移除。".to_owned(),
        Notice::PasswordChanged => "您的密码已修改。".to_owned(),
        Notice::ContactChanging { kind, .. } => format!("您的{}即将更换，生效前可在应用内终止。", name(*kind)),
        Notice::ContactReportedLost { kind } => format!("有人申报您的{}已遗失，您可在应用内终止更换。", name(*kind)),
        Notice::LostContactApproved { kind } => {
            format!("您的{}更换申请已通过，请在应用内验证新的联系方式。", name(*kind))
        }
        Notice::ContactChanged { kind } => format!("您的{}已更换。", name(*kind)),
        Notice::ContactChangeCancelled { kind } => format!("您的{}更换已终止，原联系方式不变。", name(*kind)),
        Notice::LockComing => "若再次验证失败，您的账户将被锁定，须由客服核实身份后方可恢复。".to_owned(),
        Notice::FreezeEnded => "您账户的一项冻结已到期解除。".to_owned(),
        Notice::LockoutCleared => "客服已核实身份，并清除了您账户的验证失败记录。".to_owned(),
        Notice::PasswordChangeRequired => "您的密码须予更换，请重新登录并修改密码。".to_owned(),
        Notice::ReportTaken { .. } => "我们已受理您的申报，正在核查。".to_owned(),
        Notice::NewDevice => "您的账户新增了一台受信任的设备。".to_owned(),
        Notice::RecoveryCodesIssued => "已为您的账户生成新的恢复码，旧恢复码全部作废。".to_owned(),
        Notice::RecoveryCodeSpent { left } => format!("您账户的一个恢复码已被使用，剩余{left}个。"),
        Notice::RecoveryCodesLow { left } => format!("您的恢复码仅剩{left}个，请在应用内重新生成。"),
        Notice::ReviewDue => {
            return format!("请在应用内核对您登记的手机号和邮箱是否仍由您本人使用。如无法核对，请{contact}。");
        }
    };
    format!("{told}如非本人操作，请{contact}。")
}

pub(super) fn refused(refused: &ContactRefused, contact: &str) -> String {
    match refused {
        ContactRefused::NoConfirmedContact | ContactRefused::NothingLost => format!("此处无法更换，请{contact}。"),
        ContactRefused::SameContact => "这已是您登记的联系方式。".to_owned(),
        ContactRefused::StepUpNeeded { accepted } => match ways(*accepted).as_str() {
            "" => format!("请先重新登录。如无法登录，请{contact}。"),
            ways => format!("请先通过{ways}验证身份。如无法验证，请{contact}。"),
        },
        ContactRefused::CoolingOff { .. } => {
            format!("另一项更换正在等待生效，请等待或先终止。如非本人操作，请{contact}。")
        }
        ContactRefused::NoSuchChange => format!("没有这项更换，请重新开始。如仍不行，请{contact}。"),
        ContactRefused::Expired => "操作已超时，请重新开始。".to_owned(),
        ContactRefused::WrongStep => "请先完成上一步，按应用提示操作。".to_owned(),
        ContactRefused::TooEarly { .. } => format!("更换尚未到生效时间。如需停止，请在应用内终止，或请{contact}。"),
        ContactRefused::SameAgent
        | ContactRefused::CheckNeeded
        | ContactRefused::AlreadyChecked
        | ContactRefused::CheckTooWeak
        | ContactRefused::TextTooLong
        | ContactRefused::IdentityNotProven
        // These two have words of their own.
        | ContactRefused::NotSent(_)
        | ContactRefused::CodeNotAccepted(_) => format!("您的申请正在核实。如有疑问，请{contact}。"),
    }
}

pub(super) fn rejection(rejection: &Rejection, contact: &str) -> String {
    match rejection {
        Rejection::StepUpNeeded => "请先验证身份。".to_owned(),
        Rejection::PasswordChangeNeeded => "请先重新登录并修改密码。".to_owned(),
        Rejection::LastFactor => "这是您最后一种身份验证方式，请先添加其他方式。".to_owned(),
        Rejection::CoolingOff { .. } => {
            format!("您的账户刚解除冻结。为保护您的安全，此操作还需过一段时间才能使用。如非本人解除，请{contact}。")
        }
        _ => format!("暂时无法操作，请稍后再试。如仍不行，请{contact}。"),
    }
}

pub(super) fn cooling_off(warning: &Warning<'_>, hours: u64, contact: &str) -> String {
    let (name, Warning { new_masked, handle, .. }) = (name(warning.kind), warning);
    let handle = handle.expose();
    format!(
        "您的{name}将于{hours}小时后更换为{new_masked}。如非本人操作，请在应用内输入终止码{}立即终止，或{contact}。",
        handle.as_str()
    )
}

pub(super) fn reported_lost(warning: &Warning<'_>, contact: &str) -> String {
    let (name, Warning { new_masked, handle, .. }) = (name(warning.kind), warning);
    let handle = handle.expose();
    format!(
        "有人申报您的{name}已遗失，申请更换为{new_masked}。如非本人操作，请在应用内输入终止码{}立即终止，或{contact}。",
        handle.as_str()
    )
}

const fn name(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Phone => "手机号",
        ContactKind::Email => "邮箱",
    }
}

fn ways(proofs: Proofs) -> String {
    let named = [
        (Proofs::TOTP, "身份验证器"),
        (Proofs::PHONE, "手机验证码"),
        (Proofs::EMAIL, "邮箱验证码"),
        (Proofs::RECOVERY, "恢复码"),
    ];
    let named: Vec<_> = named.into_iter().filter(|(proof, _)| proofs.contains(*proof)).map(|(_, way)| way).collect();
    named.join("或")
}
