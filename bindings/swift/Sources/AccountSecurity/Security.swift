import Foundation

/// Everything that is asked about accounts. May be used from any thread or task at once.
///
/// Calls block: those that hash a password (``signUp(_:password:words:contact:locale:)``,
/// ``signIn(_:password:deviceToken:)``, those that set a new one, ``liftOwnFreeze(_:freeze:ticket:password:deviceToken:locale:)``) for
/// tens of milliseconds, so call them off the main actor. Every method throws ``AccountSecurityError``.
public final class Security: Sendable {
    let native: NativeSecurity

    private init(_ native: NativeSecurity) {
        self.native = native
    }

    /// Over an SQLite file, which is created where it is not. Without a time source the system's clock counts.
    public static func inSQLite(path: String, keys: Keys, time: (any TimeSource)? = nil) throws -> Security {
        Security(try calling { try NativeSecurity.inSqlite(path: path, keys: keys.native, time: time) })
    }

    /// Over a store in memory, gone with the object.
    public static func inMemory(keys: Keys, time: (any TimeSource)? = nil) throws -> Security {
        Security(try calling { try NativeSecurity.inMemory(keys: keys.native, time: time) })
    }

    /// Over a place of the app's own.
    public static func inPlace(_ place: any Place, keys: Keys, time: (any TimeSource)? = nil) throws -> Security {
        Security(try calling { try NativeSecurity.inPlace(place: place, keys: keys.native, time: time) })
    }

    /// For tests and replays alone: in memory, a hash that costs nothing, randomness that follows from `seed`.
    public static func dangerousSeededInMemory(keys: Keys, time: (any TimeSource)?, seed: UInt64) throws -> Security {
        Security(
            try calling { try NativeSecurity.dangerousSeededInMemory(keys: keys.native, time: time, seed: seed) })
    }

    /// For tests and replays alone: as ``dangerousSeededInMemory(keys:time:seed:)``, over a place of the app's own.
    public static func dangerousSeededInPlace(
        _ place: any Place, keys: Keys, time: (any TimeSource)?, seed: UInt64
    ) throws -> Security {
        Security(
            try calling {
                try NativeSecurity.dangerousSeededInPlace(place: place, keys: keys.native, time: time, seed: seed)
            })
    }

    /// Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the
    /// password must not contain beside the contact and the name.
    public func signUp(
        _ account: String, password: Secret, words: [String], contact: String, locale: Locale = .current
    ) throws -> SignUpAnswer {
        try password.lend { try native.signUp(account: account, password: $0, words: words, contact: contact, locale: locale.languageTag) }
    }

    /// Tries the code that a registered contact received.
    public func confirmContact(
        _ account: String, via: ContactKind, challenge: String, code: Secret
    ) throws -> CodeAnswer {
        try code.lend { try native.confirmContact(account: account, via: via.rawValue, challenge: challenge, code: $0) }
    }

    /// Signs in with a password. `deviceToken` is what a remembered device was given.
    public func signIn(_ account: String, password: Secret, deviceToken: String? = nil) throws -> SignInAnswer {
        try password.lend { try native.signIn(account: account, password: $0, deviceToken: deviceToken) }
    }

    /// Sends a code that is to confirm a registered contact, for the first time or again.
    public func sendConfirmation(
        _ account: String, via: ContactKind, locale: Locale = .current
    ) throws -> CodeSentAnswer {
        try calling { try native.sendConfirmation(account: account, via: via.rawValue, locale: locale.languageTag) }
    }

    /// Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    public func enrolTotp(
        _ account: String, issuer: String, accountName: String, ticket: String? = nil
    ) throws -> TotpEnrolment {
        try calling { TotpEnrolment(try native.enrolTotp(account: account, issuer: issuer, accountName: accountName, ticket: ticket)) }
    }

    /// Confirms the waiting authenticator with its first code.
    public func confirmTotp(_ account: String, code: Secret) throws -> TotpAnswer {
        try code.lend { try native.confirmTotp(account: account, code: $0) }
    }

    /// Verifies an authenticator's code and spends its step.
    public func verifyTotp(_ account: String, code: Secret) throws -> TotpAnswer {
        try code.lend { try native.verifyTotp(account: account, code: $0) }
    }

    /// Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in.
    public func resyncTotp(_ account: String, first: Secret, second: Secret) throws -> TotpResyncAnswer {
        try Secret.lend(first, second) { try native.resyncTotp(account: account, first: $0, second: $1) }
    }

    /// Takes an authenticator away; says whether there was such a one. `ticket` is a complete step-up; one that was never
    /// confirmed goes without.
    @discardableResult
    public func revokeTotp(_ account: String, credential: String, ticket: String? = nil) throws -> Bool {
        try calling { try native.revokeTotp(account: account, credential: credential, ticket: ticket) }
    }

    /// Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    public func generateRecoveryCodes(_ account: String, ticket: String? = nil) throws -> RecoveryCodes {
        try calling { RecoveryCodes(try native.generateRecoveryCodes(account: account, ticket: ticket)) }
    }

    /// Sends a code that approves one payment to a confirmed contact of the account: `phone` or `email` for the one that is
    /// registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
    public func sendPaymentCode(
        _ account: String, contact: String, payment: PaymentBinding, locale: Locale = .current
    ) throws -> CodeSentAnswer {
        try calling { try native.sendPaymentCode(account: account, contact: contact, payment: payment, locale: locale.languageTag) }
    }

    /// Sends another code for a payment whose challenge is open. `contact` as before.
    public func resendPaymentCode(
        _ account: String, contact: String, challenge: String, payment: PaymentBinding, locale: Locale = .current
    ) throws -> CodeSentAnswer {
        try calling {
            try native.resendPaymentCode(
                account: account, contact: contact, challenge: challenge, payment: payment, locale: locale.languageTag)
        }
    }

    /// Tries the code of a payment, which must be the very payment it was sent for. `contact` as when it was sent.
    public func verifyPaymentCode(
        _ account: String, contact: String, challenge: String, payment: PaymentBinding, code: Secret
    ) throws -> CodeAnswer {
        try code.lend { try native.verifyPaymentCode(account: account, contact: contact, challenge: challenge, payment: payment, code: $0) }
    }

    /// Judges a payment. If it throws, do not let the payment pass.
    public func assess(_ account: String, payment: PaymentInput) throws -> PaymentAnswer {
        try calling { try native.assess(account: account, payment: payment) }
    }

    /// Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (no `actor`), or
    /// one that was held, once `actor` looked at it, whose authority is at least `agent`. Until then its payee, device, country and place stay new, and a held payment
    /// counts as not spent. `payment` is the payment as it was judged. If it throws, do not let the payment pass.
    public func releasePayment(
        _ account: String, payment: PaymentInput, actor: String? = nil, asAuthority: String? = nil
    ) throws -> ReleaseAnswer {
        try calling {
            try native.releasePayment(account: account, payment: payment, actor: actor, asAuthority: asAuthority)
        }
    }

    /// Judges payments in the order given, in one call. All are read before any is judged: one that cannot be a payment throws,
    /// with its place in the field (`payments[3].currency`), and changes nothing. A fault later on is ``BatchAnswer/stopped``;
    /// what was judged before it stays judged and is in ``BatchAnswer/answers``. Those that have no answer are denied.
    public func assessMany(_ account: String, payments: [PaymentInput]) throws -> BatchAnswer {
        try calling { try native.assessMany(account: account, payments: payments) }
    }

    /// Learns whether a payment was fraud, however late.
    public func label(_ account: String, txId: String, isFraud: Bool) throws {
        try calling { try native.label(account: account, txId: txId, isFraud: isFraud) }
    }

    /// Why a new payment of this direction fails now, as the customer may know it; where nothing is known, one cause says so.
    public func diagnose(_ account: String, direction: Direction, locale: Locale = .current) throws -> [CauseLine] {
        try diagnose(account, question: PaymentQuestion(direction: direction.rawValue), locale: locale)
    }

    /// ``diagnose(_:direction:locale:)`` with what the app found out, and with the payment where it was judged: a hold for review
    /// is a cause.
    public func diagnose(
        _ account: String, question: PaymentQuestion, locale: Locale = .current
    ) throws -> [CauseLine] {
        try calling { try native.diagnose(account: account, question: question, locale: locale.languageTag) }
    }

    /// Places a freeze.
    public func freeze(_ account: String, freeze: FreezeInput) throws -> FreezePlaced {
        try calling { try native.freeze(account: account, freeze: freeze) }
    }

    /// Paying and changes of profile and factors, closed at once: "freeze my account now". Signing in and receiving stay open.
    public func freezeNow(_ account: String) throws -> FreezePlaced {
        try calling { try native.freezeNow(account: account) }
    }

    /// Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `deviceToken` is what
    /// a remembered device was given.
    public func liftOwnFreeze(
        _ account: String, freeze: String, ticket: String, password: Secret, deviceToken: String? = nil,
        locale: Locale = .current
    ) throws -> LiftAnswer {
        try password.lend {
            try native.liftOwnFreeze(
                account: account, freeze: freeze, ticket: ticket, password: $0, deviceToken: deviceToken,
                locale: locale.languageTag)
        }
    }

    /// Asks for a lift that another agent has to approve. `identity` is how the agent made sure that it is the owner who asks,
    /// needed for the lift of an owner's own freeze.
    public func requestLift(
        _ account: String, freeze: String, actor: String, asAuthority: String, release: String? = nil,
        identity: IdentityInput? = nil, locale: Locale = .current
    ) throws -> LiftAnswer {
        try calling {
            try native.requestLift(
                account: account, freeze: freeze, actor: actor, asAuthority: asAuthority, release: release,
                identity: identity, locale: locale.languageTag)
        }
    }

    /// Lifts one freeze, or approves another agent's request to. `identity` as in
    /// ``requestLift(_:freeze:actor:asAuthority:release:identity:locale:)``.
    public func lift(
        _ account: String, freeze: String, actor: String, asAuthority: String, release: String? = nil,
        identity: IdentityInput? = nil, locale: Locale = .current
    ) throws -> LiftAnswer {
        try calling {
            try native.lift(
                account: account, freeze: freeze, actor: actor, asAuthority: asAuthority, release: release,
                identity: identity, locale: locale.languageTag)
        }
    }

    /// Stable names of what the account may not do now. If it throws, treat everything as closed.
    public func restriction(_ account: String) throws -> [String] {
        try calling { try native.restriction(account: account) }
    }

    /// Up to `limit` events from `fromSeq` (1 = the first) on, oldest first. For staff: it names freezes that the owner must not
    /// learn of.
    public func history(_ account: String, fromSeq: UInt64, limit: UInt32) throws -> [HistoryLine] {
        try calling { try native.history(account: account, fromSeq: fromSeq, limit: limit) }
    }

    /// Checks the account's audit chain.
    public func verifyAccount(_ account: String) throws -> VerdictAnswer {
        try calling { try native.verifyAccount(account: account) }
    }

    /// Messages that wait to be sent, oldest first. They stay until ``delivered(ids:)``. `locale` is the language of the notices
    /// for the app; what is sent was written in the customer's.
    public func drain(limit: UInt32, locale: Locale = .current) throws -> [Message] {
        try calling { try native.drain(limit: limit, locale: locale.languageTag) }
    }

    /// Removes up to `limit` cells whose time is over, says how many: counts of messages and of unknown names, which anybody
    /// can make. Call it every hour or so.
    @discardableResult
    public func purgeExpired(limit: UInt32) throws -> UInt32 {
        try calling { try native.purgeExpired(limit: limit) }
    }

    /// Forgets delivered messages.
    public func delivered(ids: [String]) throws {
        try calling { try native.delivered(ids: ids) }
    }

    /// What the customer reads of a refused lift or change of a contact, where only its number was kept: `code` is the number
    /// in ``LiftAnswer`` or ``ContactAnswer``, whose `text` says the same and knows more. Names support's channels where the
    /// customer is stuck. Not for 605 and 609: of these only the answer's `text` tells.
    public func refusalText(code: UInt16, locale: Locale = .current) throws -> String {
        try calling { try native.refusalText(code: code, locale: locale.languageTag) }
    }

    /// What the customer reads of a typed code; empty for one that was accepted.
    public func codeText(_ answer: CodeAnswer, locale: Locale = .current) throws -> String {
        try calling { try native.codeText(answer: answer, locale: locale.languageTag) }
    }

    /// What the customer reads where a call was denied, with support's channels: `reason` is that of
    /// ``AccountSecurityError/denied(code:reason:what:isTransient:)``, whose `text` says the same without them.
    public func denialText(reason: String, locale: Locale = .current) throws -> String {
        try calling { try native.denialText(reason: reason, locale: locale.languageTag) }
    }

    /// Under which name the store keeps this account: the first 32 digits of ``Message/id``.
    public func accountKey(_ account: String) throws -> String {
        try calling { try native.accountKey(account: account) }
    }

    /// Takes choices over, all of them or none. What is left out stays as it is; the rest takes effect at once, for every
    /// thread.
    public func configure(_ options: Options) throws {
        try calling { try native.configure(options: options) }
    }

    /// The same object, asked by a client at this address as the server sees it (IPv4 or IPv6). What is sent through it is counted
    /// for the client's network, too.
    public func askedFrom(_ address: String) throws -> Security {
        Security(try calling { try native.askedFrom(address: address) })
    }

    /// How many digits a payment's code has.
    public func paymentCodeDigits() throws -> Int {
        Int(try calling { try native.paymentCodeDigits() })
    }
}

/// Which registered contact.
public enum ContactKind: String, Sendable, CaseIterable {
    /// The phone number.
    case phone
    /// The e-mail address.
    case email
}

/// Which way money goes. The raw value is what ``PaymentInput/direction`` spells.
public enum Direction: String, Sendable, CaseIterable {
    /// From the account.
    case out
    /// To the account.
    case `in`
    /// Back from a merchant.
    case refund
    /// Back from the system.
    case reversal
}

extension Locale {
    /// As BCP 47 spells it; what stands behind an `@` (calendar, currency) says nothing about texts.
    var languageTag: String {
        let language = identifier.split(separator: "@").first ?? ""
        return language.replacingOccurrences(of: "_", with: "-")
    }
}
