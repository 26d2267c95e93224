import Foundation

extension Security {
    /// Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new` is a phone
    /// number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has one.
    public func beginContactChange(
        _ account: String, new: String, ticket: String? = nil, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling {
            try native.beginContactChange(account: account, newContact: new, ticket: ticket, locale: locale.languageTag)
        }
    }

    /// Sends the code of a change again, to the contact whose turn it is.
    public func sendContactCode(_ account: String, change: String, locale: Locale = .current) throws -> ContactAnswer {
        try calling { try native.sendContactCode(account: account, change: change, locale: locale.languageTag) }
    }

    /// Tries the code of the contact in force; a code goes to the new one.
    public func proveOldContact(
        _ account: String, change: String, code: Secret, locale: Locale = .current
    ) throws -> ContactAnswer {
        try code.lend {
            try native.proveOldContact(account: account, change: change, code: $0, locale: locale.languageTag)
        }
    }

    /// Tries the code of the new contact; the cooling-off begins.
    public func proveNewContact(
        _ account: String, change: String, code: Secret, locale: Locale = .current
    ) throws -> ContactAnswer {
        try code.lend {
            try native.proveNewContact(account: account, change: change, code: $0, locale: locale.languageTag)
        }
    }

    /// Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets and
    /// the steps of a change do so by themselves.
    public func finishContactChange(
        _ account: String, change: String, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling { try native.finishContactChange(account: account, change: change, locale: locale.languageTag) }
    }

    /// Calls a change off for the signed-in owner.
    public func cancelContactChange(
        _ account: String, change: String, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling { try native.cancelContactChange(account: account, change: change, locale: locale.languageTag) }
    }

    /// Calls a change off for whoever holds the handle of a warning, without a sign-in.
    public func cancelContactChange(
        _ account: String, handle: String, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling {
            try native.cancelContactChangeByHandle(account: account, handle: handle, locale: locale.languageTag)
        }
    }

    /// Reports a contact lost that `new` is to replace. `ticket` is a step-up with what the owner can still prove or,
    /// where only the password is left, the ticket of a sign-in under way.
    public func beginLostContactChange(
        _ account: String, new: String, ticket: String, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling {
            try native.beginLostContactChange(
                account: account, newContact: new, ticket: ticket, locale: locale.languageTag)
        }
    }

    /// Records how an agent made sure who reports the loss. Another agent has to approve.
    public func recordIdentityCheck(
        _ account: String, change: String, identity: IdentityInput, actor: String, asAuthority: String,
        caseRef: String? = nil, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling {
            try native.recordIdentityCheck(
                account: account, change: change, identity: identity, actor: actor, asAuthority: asAuthority,
                caseRef: caseRef, locale: locale.languageTag)
        }
    }

    /// Another agent approves the identity check; then the owner asks for the new contact's code with
    /// ``sendContactCode(_:change:locale:)``.
    public func approveLostContact(
        _ account: String, change: String, actor: String, asAuthority: String, locale: Locale = .current
    ) throws -> ContactAnswer {
        try calling {
            try native.approveLostContact(
                account: account, change: change, actor: actor, asAuthority: asAuthority, locale: locale.languageTag)
        }
    }

    /// The registered contacts as their signed-in owner is shown them, and the change of one that is under way.
    public func registeredContacts(_ account: String) throws -> RegisteredContacts {
        try calling { try native.registeredContacts(account: account) }
    }

    /// The owner says that the contacts shown are right; `false` = they are others by now, show them again.
    public func confirmRegisteredContacts(
        _ account: String, phoneMasked: String?, emailMasked: String?
    ) throws -> Bool {
        try calling {
            try native.confirmRegisteredContacts(account: account, phoneMasked: phoneMasked, emailMasked: emailMasked)
        }
    }

    /// Reminds the owner to look over the registered contacts, where that is due; says whether a reminder is on its way.
    @discardableResult
    public func remindReview(_ account: String) throws -> Bool {
        try calling { try native.remindReview(account: account) }
    }
}
