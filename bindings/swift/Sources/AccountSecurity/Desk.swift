import Foundation

/// What stands on an account, and what the support desk and its batches do.
extension Security {
    /// The freezes in force that the owner may be shown, without who placed them. ``restriction(_:)`` tells of all that is closed.
    public func freezes(_ account: String, locale: Locale = .current) throws -> [FreezeLine] {
        try calling { try native.freezes(account: account, locale: locale.languageTag) }
    }

    /// Every freeze on record, for the support desk alone: planned and ended ones, and those that the owner must not learn of
    /// (``FreezeLine/isTold``). Telling of such a one may be an offence.
    public func allFreezes(_ account: String, locale: Locale = .current) throws -> [FreezeLine] {
        try calling { try native.allFreezes(account: account, locale: locale.languageTag) }
    }

    /// The devices that are known to an account, the longest unseen first. `deviceToken` is what this device was given, if it was.
    public func devices(_ account: String, deviceToken: String? = nil) throws -> [DeviceLine] {
        try calling { try native.devices(account: account, deviceToken: deviceToken) }
    }

    /// Makes a known device (``DeviceLine/device``) a stranger: lost, sold, not the owner's. Says whether it was known.
    @discardableResult
    public func forgetDevice(_ account: String, device: String) throws -> Bool {
        try calling { try native.forgetDevice(account: account, device: device) }
    }

    /// Asks whether a payment that was judged and is not settled yet may settle now. If it throws, hold the payment. The freeze
    /// that holds it is not for the customer; its causes are.
    public func settlePending(_ account: String, txId: String, locale: Locale = .current) throws -> SettleAnswer {
        try calling { try native.settlePending(account: account, txId: txId, locale: locale.languageTag) }
    }

    /// Forgets the wrong tries of one kind of proof, a hard lock included, after an identity check. `proof` is `password` or
    /// `second-factor`.
    public func clearLockout(
        _ account: String, proof: String, actor: String, asAuthority: String, identity: IdentityInput
    ) throws -> ClearAnswer {
        try calling {
            try native.clearLockout(
                account: account, proof: proof, actor: actor, asAuthority: asAuthority, identity: identity)
        }
    }

    /// Takes down what a customer reports as lost or not authorised. It freezes nothing: offer that beside it.
    public func reportUnauthorised(_ account: String, report: ReportInput) throws -> ReportAnswer {
        try calling { try native.reportUnauthorised(account: account, report: report) }
    }

    /// Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`.
    public func closeReport(
        _ account: String, report: String, outcome: String, actor: String, asAuthority: String
    ) throws -> ReportAnswer {
        try calling {
            try native.closeReport(
                account: account, report: report, outcome: outcome, actor: actor, asAuthority: asAuthority)
        }
    }

    /// Tells the owner of freezes that ended by themselves, each once, and says when to look again.
    public func tellFreezesEnded(_ account: String) throws -> FreezesEndedAnswer {
        try calling { try native.tellFreezesEnded(account: account) }
    }

    /// Seals up to `limit` cells behind `after` anew that are not under the current key. Begin with `nil`, go on with the answer's
    /// `last`; accounts may be used meanwhile.
    public func rotateKeys(after: String?, limit: UInt32) throws -> RotationAnswer {
        try calling { try native.rotateKeys(after: after, limit: limit) }
    }
}
