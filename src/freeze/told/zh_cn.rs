//! Simplified Chinese. `contact` reads on after 请: 联系客服（电话 95555）.

use crate::freeze::{Authority, FreezeError, FreezeReason, Scopes};
use crate::types::Locale;

pub(super) const SCOPES: [(Scopes, &str); 5] = [
    (Scopes::SIGN_IN, "登录"),
    (Scopes::PAY_OUT, "付款"),
    (Scopes::RECEIVE, "收款"),
    (Scopes::CHANGE_PROFILE, "修改资料"),
    (Scopes::CHANGE_FACTORS, "修改验证方式"),
];

/// What a technical fault reads like. Neutral freezes hide behind it.
pub(in crate::freeze) fn fault(contact: &str) -> String {
    format!("本次支付未能完成。请稍后重试。如仍失败，请{contact}。")
}

pub(super) fn frozen(scopes: Scopes, reason: FreezeReason, authority: Authority, contact: &str) -> String {
    let closed = scopes.in_words(Locale::ZhCn);
    let why = reason_on(reason, authority);
    match authority {
        Authority::Owner => {
            format!(
                "您账户的以下功能已关闭：{closed}。{why}通过两种方式验证身份后即可解除。如非本人操作，请{contact}。"
            )
        }
        _ => format!("您账户的以下功能已关闭：{closed}。{why}请{contact}。"),
    }
}

pub(super) fn over(scopes: Scopes, reason: FreezeReason, authority: Authority, is_lifted: bool) -> String {
    let (was_closed, why) = (scopes.in_words(Locale::ZhCn), reason_on(reason, authority));
    let how = if is_lifted { "已解除" } else { "已自行结束" };
    format!("您账户的这项冻结{how}。当时关闭的功能：{was_closed}。{why}")
}

const fn reason_on(why: FreezeReason, authority: Authority) -> &'static str {
    match (authority, why) {
        (Authority::Owner, FreezeReason::OwnerRequest) => "这是您本人的申请。",
        _ => reason(why),
    }
}

pub(super) const fn reason(reason: FreezeReason) -> &'static str {
    match reason {
        FreezeReason::OwnerRequest => "我们收到了以您名义提出的申请。",
        FreezeReason::LostDevice => "您的设备或卡片已挂失。",
        FreezeReason::SuspectedFraud => "我们发现疑似欺诈行为，需要保护您的资金。",
        FreezeReason::AccountTakeover => "我们发现您的账户疑似被他人使用，需要保护您的账户。",
        FreezeReason::ConfirmedFraud => "账户中发现异常交易。",
        FreezeReason::AmlReview => "操作未能完成。请稍后重试。",
        FreezeReason::SanctionsMatch => "依照法律要求，需先核对您的信息。",
        FreezeReason::CourtOrder => "这是有权机关的要求，文书编号可向客服查询。",
        FreezeReason::PoliceStop => "这是公安机关的紧急止付，文书编号可向客服查询。",
        FreezeReason::Deceased => "我们获悉户主已身故。",
        FreezeReason::Dormant => "账户长期未使用，需先核实您的身份。",
        FreezeReason::IdentityCheck => "您的身份证件缺失或已失效。",
        FreezeReason::Other => "我们需先核实账户的有关情况。",
    }
}

pub(super) const fn reason_for_agent(reason: FreezeReason) -> &'static str {
    match reason {
        FreezeReason::OwnerRequest => "本人申请；核实身份后由本人要求解除",
        FreezeReason::LostDevice => "设备或卡片丢失；更换并移除丢失设备后解除",
        FreezeReason::SuspectedFraud => "疑似欺诈；与户主核对交易后解除",
        FreezeReason::AccountTakeover => "账户疑似被盗用；重设密码和验证方式并核实身份后解除",
        FreezeReason::ConfirmedFraud => "确认欺诈，可能系户主所为；由反欺诈岗决定",
        FreezeReason::AmlReview => "反洗钱审查；由合规部门决定，向客户透露属违法",
        FreezeReason::SanctionsMatch => "命中制裁名单；由合规部门决定",
        FreezeReason::CourtOrder => "司法冻结；凭解除文书编号解除",
        FreezeReason::PoliceStop => "公安紧急止付；到期或凭公安解除文书解除",
        FreezeReason::Deceased => "户主身故；由继承业务岗决定",
        FreezeReason::Dormant => "长期不动户；重新核实身份后解除",
        FreezeReason::IdentityCheck => "身份证件缺失、过期或有误；补充有效证件后解除",
        FreezeReason::Other => "见案件",
    }
}

pub(super) const fn authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Owner => "账户本人",
        Authority::Rule => "风控规则",
        Authority::Agent => "客服人员",
        Authority::Compliance => "合规部门",
        Authority::Court => "有权机关",
    }
}

pub(super) fn how_to_lift(authority: Authority, two: bool) -> String {
    let people = if two { "须由两人办理：一人申请，另一人批准" } else { "一人即可办理" };
    match authority {
        Authority::Owner => format!("户主在应用内以两种方式验证后解除；或由员工核实身份后办理，{people}"),
        Authority::Rule | Authority::Agent => format!("客服人员及以上；{people}"),
        Authority::Compliance => format!("合规部门及以上；{people}"),
        Authority::Court => format!("代表有权机关的人员，须提供解除文书编号；{people}"),
    }
}

pub(super) fn refused(refused: &FreezeError, contact: &str) -> String {
    match refused {
        FreezeError::NotAuthorised { .. } => format!("此项冻结不能由您本人解除，请{contact}。"),
        FreezeError::StepUpNeeded => "请先验证身份：输入密码，并完成另一项验证。".to_owned(),
        FreezeError::FactorTooNew { .. } => {
            format!("您的密码、手机号、邮箱或身份验证器启用时间较短，请稍后再试，或{contact}。")
        }
        // Also one that nobody may tell of: the same words.
        FreezeError::NotFound | FreezeError::AlreadyLifted { .. } | FreezeError::Expired { .. } => {
            format!("没有此项冻结。如仍有功能受限，请{contact}。")
        }
        FreezeError::TooMany { .. } => format!("您账户的冻结数量已达上限，请{contact}。"),
        FreezeError::SecondAgentNeeded
        | FreezeError::SameAgent
        | FreezeError::LiftAlreadyRequested
        | FreezeError::ReleaseNeeded
        | FreezeError::ReleaseDiffers
        | FreezeError::IdentityCheckNeeded
        | FreezeError::IdentityNotProven => format!("您的申请正在核实。如有疑问，请{contact}。"),
        FreezeError::NoScopes
        | FreezeError::BadTerm
        | FreezeError::TermTooLong { .. }
        | FreezeError::CaseRefNeeded
        | FreezeError::DisclosureNotAllowed
        | FreezeError::PendingMustHold
        | FreezeError::TextTooLong
        | FreezeError::KeyConflict
        | FreezeError::IdInUse
        | FreezeError::UnknownScope
        | FreezeError::Corrupt(_) => format!("暂时无法操作，请稍后再试。如仍不行，请{contact}。"),
    }
}
