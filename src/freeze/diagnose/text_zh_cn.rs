//! Simplified Chinese texts of a diagnosis.

use super::{Finding, FreezeView, LimitHit};
use crate::freeze::told::fault_zh_cn;
use crate::freeze::{Authority, Disclosure, Freeze, FreezeReason};
use crate::types::{Locale, ReasonCode, SupportChannels};

/// What the customer reads. A technical fault and an unexplained one share a text, which neutral freezes hide behind.
pub(super) fn customer(finding: &Finding, support: &SupportChannels) -> String {
    let contact = support.contact(Locale::ZhCn);
    match finding {
        Finding::AccountUnknown => format!("该账户无法用于支付。请{contact}。"),
        Finding::Frozen(freeze) => frozen(freeze, &contact),
        Finding::CoolingOff { .. } => {
            format!("您刚刚解除了账户冻结，为保护您的资金，此项功能在等待期内暂不开放。如非本人解除，请{contact}。")
        }
        Finding::WasFrozen(_) => "本次支付因当时账户处于冻结状态而被拒绝。该冻结现已结束，请重新提交支付。".to_owned(),
        Finding::LockedOut { .. } => {
            "因多次输入错误，支付功能已暂时锁定。提前重试无效，也不会延长锁定时间。".to_owned()
        }
        Finding::Limit(hit) => limit(hit),
        Finding::WasAboveLimit(hit) => {
            format!("提交时本次支付超过{}。现已恢复可用额度，请重新提交支付。", limit_name(hit.reason))
        }
        Finding::InsufficientFunds => "账户余额不足，无法完成本次支付。".to_owned(),
        Finding::RecipientUnavailable => "收款方无法接收本次付款。请核对收款信息或与收款方联系。".to_owned(),
        Finding::RiskHold => "为保障您的资金安全，我们正在核实本次支付。请勿重复提交，结果将另行通知。".to_owned(),
        Finding::ProofNeeded => "本次支付等待您的验证，请在应用中打开该笔支付并验证身份。".to_owned(),
        Finding::Released { at, .. } => format!("本次支付已于 {at} 放行，不再受核实影响。"),
        Finding::NetworkFault | Finding::Unexplained => fault_zh_cn(&contact),
        // It must be true of a payment that a neutral freeze holds up as well.
        Finding::NothingFound => format!(
            "目前没有本次支付失败的记录。如款项尚未到账，请耐心等待；确认失败之前，请勿重复支付。如有疑问，请{contact}。"
        ),
    }
}

fn frozen(freeze: &Freeze, contact: &str) -> String {
    match freeze.authority {
        Authority::Owner => "您已冻结该账户。通过两种方式验证身份后即可解除冻结。".to_owned(),
        _ => format!("账户的此项功能已关闭。{}请{contact}。", freeze.reason.for_customer(Locale::ZhCn)),
    }
}

fn limit(hit: &LimitHit) -> String {
    let (left, name) = (hit.left_to_pay(), limit_name(hit.reason));
    match hit.reason {
        ReasonCode::LimitTransaction => format!("本次支付超过{name}。单笔最多可支付 {left}。"),
        ReasonCode::LimitDay => format!("本次支付超过{name}。当日还可支付 {left}。"),
        _ => format!("本次支付超过{name}。目前还可支付 {left}。"),
    }
}

const fn limit_name(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::LimitTransaction => "单笔限额",
        ReasonCode::LimitDay => "当日限额",
        ReasonCode::LimitWeek => "七日限额",
        ReasonCode::LimitMonth => "三十日限额",
        _ => "账户限额",
    }
}

/// What staff read.
pub(super) fn agent(finding: &Finding, freeze: Option<&FreezeView>) -> String {
    match (finding, freeze) {
        (Finding::WasFrozen(ended), Some(view)) => was_frozen(ended, view),
        (_, Some(FreezeView::Full(freeze))) => full(freeze),
        (_, Some(FreezeView::Exists { id, authority, scopes })) => format!(
            "已由{}冻结（{}），冻结编号 {id}。详情超出您的权限：请转交处理，除客户文案外不得向客户透露任何信息。",
            authority.in_words(Locale::ZhCn),
            scopes.in_words(Locale::ZhCn)
        ),
        (Finding::AccountUnknown, _) => "账户不存在或已销户。".to_owned(),
        (Finding::Frozen(_) | Finding::WasFrozen(_), None) => "已冻结。".to_owned(),
        (Finding::CoolingOff { until }, _) => {
            format!("户主冻结解除后的冷静期，至 {until}，到时自动结束，无法人工解除。")
        }
        (Finding::LockedOut { until }, _) => format!("因多次输入错误锁定至 {until}，到时自动解除。"),
        (Finding::Limit(hit), _) => agent_limit(hit),
        (Finding::WasAboveLimit(hit), _) => {
            let since = hit.resets_at.map_or_else(String::new, |at| format!("自 {at} 起"));
            format!("{}：提交时超额，{since}已在额度内；重新提交后将重新审核。", hit.reason)
        }
        (Finding::InsufficientFunds, _) => "余额不足以支付本金和手续费。".to_owned(),
        (Finding::RecipientUnavailable, _) => "收款方无法接收本次付款。".to_owned(),
        (Finding::RiskHold, _) => "支付等待风险审核，请查看审核队列。".to_owned(),
        (Finding::ProofNeeded, _) => "已要求户主验证；验证完成后请调用 `release_payment`。".to_owned(),
        (Finding::Released { at, actor: Some(actor) }, _) => format!("{at} 由 {actor} 放行。"),
        (Finding::Released { at, actor: None }, _) => format!("{at} 经户主验证后放行。"),
        (Finding::NetworkFault, _) => "技术故障：网络或参与方未应答。".to_owned(),
        (Finding::NothingFound, _) => {
            "本系统未发现阻碍，也未被告知支付失败。如已失败，请注明后再查，并查看支付网络的应答。".to_owned()
        }
        (Finding::Unexplained, _) => "本系统未发现原因，请查看支付网络的应答。".to_owned(),
    }
}

fn agent_limit(hit: &LimitHit) -> String {
    let (reason, left) = (hit.reason, hit.left_to_pay());
    match hit.resets_at {
        Some(at) => format!("{reason}：剩余 {left}，{at} 恢复。"),
        None if reason == ReasonCode::LimitTransaction => format!("{reason}：单笔最多 {left}。"),
        None => format!("{reason}：剩余 {left}；本次支付何时符合限额无法准确给出，或始终超出。"),
    }
}

fn was_frozen(ended: &Freeze, view: &FreezeView) -> String {
    let telling = match ended.disclosure {
        Disclosure::Tell => "可告知客户，并可重新提交支付。",
        Disclosure::Neutral => "中性处理：除客户文案外不得向客户透露任何信息。",
    };
    match view {
        FreezeView::Full(freeze) => {
            let (id, from) = (freeze.id, freeze.from);
            let end = freeze.ends_at().map_or_else(String::new, |end| format!("至 {end}"));
            let (scopes, reason) = (freeze.scopes.in_words(Locale::ZhCn), reason_name(freeze.reason));
            let authority = freeze.authority.in_words(Locale::ZhCn);
            format!(
                "因当时的冻结被拒绝，该冻结已结束（{scopes}），原因：{reason}，权限：{authority}，自 {from} {end}，冻结编号 {id}。{telling}"
            )
        }
        FreezeView::Exists { id, authority, scopes } => {
            let (scopes, authority) = (scopes.in_words(Locale::ZhCn), authority.in_words(Locale::ZhCn));
            format!(
                "因当时由{authority}实施的冻结（{scopes}）被拒绝，该冻结已结束，冻结编号 {id}。详情超出您的权限。{telling}"
            )
        }
    }
}

fn full(freeze: &Freeze) -> String {
    let Freeze { id, actor, from, .. } = freeze;
    let case = freeze.case_ref.as_ref().map_or_else(|| "无案号".to_owned(), |case| format!("案号 {case}"));
    let until = freeze.until.map_or_else(|| "无截止时间".to_owned(), |until| format!("至 {until}"));
    let telling = match freeze.disclosure {
        Disclosure::Tell => "可告知客户。",
        Disclosure::Neutral => "中性处理：除客户文案外不得向客户透露任何信息。",
    };
    let scopes = freeze.scopes.in_words(Locale::ZhCn);
    let reason = reason_name(freeze.reason);
    let authority = freeze.authority.in_words(Locale::ZhCn);
    format!(
        "已冻结（{scopes}），原因：{reason}，权限：{authority}，操作人：{actor}，{case}，自 {from} {until}，冻结编号 {id}。{telling}"
    )
}

const fn reason_name(reason: FreezeReason) -> &'static str {
    match reason {
        FreezeReason::OwnerRequest => "本人申请",
        FreezeReason::LostDevice => "设备丢失",
        FreezeReason::SuspectedFraud => "疑似欺诈",
        FreezeReason::AccountTakeover => "账户被盗用",
        FreezeReason::ConfirmedFraud => "确认欺诈",
        FreezeReason::AmlReview => "反洗钱审查",
        FreezeReason::SanctionsMatch => "命中制裁名单",
        FreezeReason::CourtOrder => "司法冻结",
        FreezeReason::PoliceStop => "公安紧急止付",
        FreezeReason::Deceased => "户主身故",
        FreezeReason::Dormant => "长期不动户",
        FreezeReason::IdentityCheck => "身份待核实",
        FreezeReason::Other => "其他",
    }
}
