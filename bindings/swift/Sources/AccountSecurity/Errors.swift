import Foundation

/// Why there is no answer. Whatever it is, the answer to a security question is "denied".
public enum AccountSecurityError: Error, Equatable, Sendable {
    /// An argument cannot be what it is meant to be; nothing was looked at or changed.
    case invalidArgument(field: String, what: String)
    /// A fault of the store, the keys or the clock, or a settled refusal; denied. `reason` is a stable name to act on:
    /// `step_up_needed` (have the owner prove once more, pass the ticket), `last_factor`, `frozen`, `cooling_off` (closed for a
    /// while after the lift of a freeze; `what` says until when), `not_authorised`, `clock` (it runs far ahead of what the account
    /// has seen), `no_time` (it gives none), `busy`, `out_of_memory`, `store_full` and others that the doc of the generated
    /// `ShellError.Denied` lists; names may be added. `what` is for logs and developers and holds no secret.
    case denied(code: UInt16, reason: String, what: String, isTransient: Bool)
    /// A defect of the library; denied.
    case internalFault
    /// A ``Secret`` was wiped before the call.
    case closed

    /// A stable number: 1 invalid argument, 255 a defect, 254 closed, else that of the service.
    public var code: UInt16 {
        switch self {
        case .invalidArgument: 1
        case .denied(let code, _, _, _): code
        case .internalFault: 255
        case .closed: 254
        }
    }

    /// Whether asking again later may help.
    public var isTransient: Bool {
        if case .denied(_, _, _, true) = self { true } else { false }
    }

    /// Why a call was denied: a stable name to act on; `nil` where it was not.
    public var reason: String? {
        if case .denied(_, let reason, _, _) = self { reason } else { nil }
    }

    /// What a customer may read, in Chinese or English. ``Security/denialText(reason:locale:)`` says it with support's channels.
    public func text(locale: Locale = .current) -> String {
        let isChinese = locale.identifier.hasPrefix("zh")
        if case .invalidArgument = self {
            return isChinese ? "输入有误，请检查后重试。" : "Please check what you entered."
        }
        switch reason {
        case "step_up_needed": return isChinese ? "请先验证身份。" : "Please prove first who you are."
        case "last_factor":
            return isChinese
                ? "这是您最后一种身份验证方式，请先添加其他方式。"
                : "This is your last way to prove who you are. Please add another one first."
        case "cooling_off":
            return isChinese
                ? "您的账户刚解除冻结。为保护您的安全，此操作还需过一段时间才能使用。如非本人解除，请联系客服。"
                : "A freeze of your account was lifted a short while ago. To protect you, this stays closed for some time more. "
                    + "If you did not lift it, please contact support."
        default: break
        }
        if isTransient {
            return isChinese ? "系统繁忙，请稍后再试。" : "Busy right now. Please try again in a moment."
        }
        return isChinese ? "暂时无法完成，请联系客服。" : "This cannot be done right now. Please contact support."
    }
}

extension AccountSecurityError: LocalizedError {
    /// What a customer may read.
    public var errorDescription: String? { text() }
}

extension AccountSecurityError: CustomStringConvertible {
    /// For developers.
    public var description: String {
        switch self {
        case .invalidArgument(let field, let what): "\(field): \(what)"
        case .denied(let code, _, let what, _): "\(what) (code \(code))"
        case .internalFault: "internal error; please report it"
        case .closed: "used after wipe()"
        }
    }
}

/// Runs one call into the library and gives its faults as ours.
func calling<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch let refused as ShellError {
        switch refused {
        case .Invalid(let field, let what): throw AccountSecurityError.invalidArgument(field: field, what: what)
        case .Denied(let code, let reason, let what, let isTransient):
            throw AccountSecurityError.denied(code: code, reason: reason, what: what, isTransient: isTransient)
        case .Internal: throw AccountSecurityError.internalFault
        }
    } catch let ours as AccountSecurityError {
        throw ours
    } catch {
        // The generated code's own error may carry a text that must not get further.
        throw AccountSecurityError.internalFault
    }
}
