import AccountSecurity
import Foundation

/// What a phone shows, from the first password to "why did my payment fail" and the end of a freeze.
@main
struct Phone {
    static let alice = "alice"
    static let phone = "+8613812345678"
    static let password = "Vx9#qLm2-tide"
    static let chinese = Locale(identifier: "zh_CN")
    static let english = Locale(identifier: "en_US")

    let security: Security
    let watch: Watch

    static func main() throws {
        print("account-security \(try NativeLibrary.version())")
        try checkList()
        let watch = Watch()
        try Phone(security: Security.inMemory(keys: keys(), time: watch), watch: watch).story()
    }

    /// Thirty-two random bytes each; on a phone they come from the keychain.
    static func keys() throws -> Keys {
        func random() -> Secret {
            var bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
            return Secret(wiping: &bytes)
        }
        return try Keys(lookup: random(), currentID: 1, root: random())
    }

    /// The list under a password field, drawn anew at each key stroke.
    static func checkList() throws {
        for typed in [alice, "alice1990!", password] {
            print("\n[password field] \(String(repeating: "•", count: typed.count))")
            let report = try PasswordCheck.evaluate(
                policy: "card_default", typed: Secret(typed), words: [alice], locale: chinese)
            for rule in report.rules {
                let mark =
                    switch rule.state {
                    case .satisfied: "✓"
                    case .unsatisfied: "✗"
                    case .notChecked: "·"
                    }
                print("  \(mark) \(rule.text)")
            }
            print("  \(report.accept ? "[ submit ]" : "( submit )") strength \(report.score)/4")
        }
    }

    func story() throws {
        try security.configure(Options(sender: "Example Pay", supportHotline: "95000"))
        try signUp()
        try signIn()
        let token = try authenticator()
        try recoveryCodes(token)
        try paymentCode()
        try freezeAndUnfreeze(token)
        print("audit: \(try security.verifyAccount(Self.alice))")
    }

    func signUp() throws {
        let answer = try security.signUp(
            Self.alice, password: Secret(Self.password), words: [], contact: Self.phone, locale: Self.english)
        guard case .created(let sent) = answer else { throw Unexpected(answer: "\(answer)") }
        print("\nsigned up; a code went to \(sent.destinationMasked)")
        let confirmed = try security.confirmContact(
            Self.alice, via: .phone, challenge: sent.challenge, code: Secret(try receive()))
        print("contact confirmed: \(confirmed)")
    }

    func signIn() throws {
        watch.later()
        let step = try security.signIn(Self.alice, password: Secret(Self.password))
        guard case .secondFactor(let ticket, _) = step else { throw Unexpected(answer: "\(step)") }
        let done = try security.proveSignIn(
            Self.alice, ticket: ticket, proof: byMessage(.signIn, ticket), remember: "Alice's phone")
        if case .signedIn = done { print("signed in: true") }
    }

    /// Enrolment for another device by QR code, and this phone as an authenticator.
    func authenticator() throws -> SoftToken {
        // Who can prove something already proves it first.
        let ticket = try stepUp { try byMessage(.stepUp, $0) }
        let enrolment = try security.enrolTotp(
            Self.alice, issuer: "Example Pay", accountName: Self.alice, ticket: ticket)
        try enrolment.withQR(draw)
        let token = try enrolment.softToken()
        let code = try token.code(atMs: watch.nowMs())
        print("soft token of \(try token.account()): \(code.digits), for \(code.remainingMs) ms")
        print("first code: \(try security.confirmTotp(Self.alice, code: Secret(code.digits)))")
        return token
    }

    /// For the day the phone is lost. Shown once.
    func recoveryCodes(_ token: SoftToken) throws {
        let codes = try security.generateRecoveryCodes(Self.alice, ticket: stepUp(byToken: token))
        print("\nrecovery codes, number \(try codes.generation()); write them down:")
        try codes.withText { text in
            for code in String(decoding: text, as: UTF8.self).split(separator: "\n") { print("  \(code)") }
        }
    }

    func paymentCode() throws {
        let binding = PaymentBinding(
            amountMinor: 129_900, currency: "CNY", payeeAccount: "merchant-77", payeeName: "Tea House")
        let other = PaymentBinding(
            amountMinor: 999_900, currency: "CNY", payeeAccount: "merchant-77", payeeName: "Tea House")
        watch.later()
        print()
        let answer = try security.sendPaymentCode(
            Self.alice, contact: Self.phone, payment: binding, locale: Self.chinese)
        guard case .sent(let sent) = answer else { throw Unexpected(answer: "\(answer)") }
        let code = try receive()
        for (what, bound) in [("another amount", other), ("this payment", binding)] {
            let tried = try security.verifyPaymentCode(
                Self.alice, contact: Self.phone, challenge: sent.challenge, payment: bound, code: Secret(code))
            print("the code for \(what): \(tried)")
        }
        print("a payment: \(try security.assess(Self.alice, payment: payment("tx-1")).outcome)")
    }

    func freezeAndUnfreeze(_ token: SoftToken) throws {
        // Password and authenticator are both of this minute: together they lift no freeze yet.
        watch.later(86_400_000)
        let freeze = try security.freezeNow(Self.alice)
        print("\nfreeze my account now; closed: \(try security.restriction(Self.alice))")
        print("the next payment: \(try security.assess(Self.alice, payment: payment("tx-2")).outcome)")
        print("why did my payment fail?")
        for locale in [Self.chinese, Self.english] {
            for cause in try security.diagnose(Self.alice, direction: .out, locale: locale) {
                print("  \(cause.text)")
            }
        }
        // Two things only the owner has: the password, typed again, and a second factor.
        let lifted = try security.liftOwnFreeze(
            Self.alice, freeze: freeze.id, ticket: stepUp(byToken: token), password: Secret(Self.password))
        print("unfreeze: \(lifted)")
        let again = try security.assess(Self.alice, payment: payment("tx-3"))
        print("the payment again: \(again.outcome), seen: \(again.reasons.map(\.name))")
    }

    /// The ticket of a complete step-up: it opens one delicate thing, once.
    func stepUp(_ proof: (_ ticket: String) throws -> Proof) throws -> String {
        watch.later()
        let begun = try security.beginStepUp(Self.alice)
        guard case .opened(let opened, _) = begun else { throw Unexpected(answer: "\(begun)") }
        let step = try security.proveStepUp(Self.alice, ticket: opened, proof: proof(opened))
        guard case .complete(let ticket) = step else { throw Unexpected(answer: "\(step)") }
        return ticket
    }

    /// A step-up by the authenticator of this phone.
    func stepUp(byToken token: SoftToken) throws -> String {
        try stepUp { _ in .totp(Secret(try token.code(atMs: watch.nowMs()).digits)) }
    }

    /// Asks for a code by message and gives it as the proof.
    func byMessage(_ errand: Errand, _ ticket: String) throws -> Proof {
        let answer = try security.sendProofCode(
            Self.alice, errand: errand, ticket: ticket, via: .phone, locale: Self.english)
        guard case .sent(let sent) = answer else { throw Unexpected(answer: "\(answer)") }
        return .code(challenge: sent.challenge, code: Secret(try receive()))
    }

    func payment(_ id: String) -> PaymentInput {
        PaymentInput(
            txId: id, amountMinor: 129_900, currency: "CNY", direction: Direction.out.rawValue, kind: "transfer",
            payee: "merchant-77", device: "alice-phone", country: "CN",
            atMs: watch.nowMs(), localOffsetMin: 480)
    }

    /// What the backend would send by SMS arrives on the phone.
    func receive() throws -> String {
        let messages = try security.drain(limit: 50)
        try security.delivered(ids: messages.map(\.id))
        let text = messages.last(where: \.isCode)?.text ?? ""
        print("  [SMS] \(text)")
        let runs = text.split { !("0"..."9").contains($0) }
        return String(runs.first { (6...8).contains($0.count) } ?? "")
    }

    /// Two rows of modules to a line of text.
    func draw(_ qr: QRModules) {
        func isDark(_ row: Int, _ column: Int) -> Bool {
            (0..<qr.size).contains(row) && (0..<qr.size).contains(column) && qr.isDark(row: row, column: column)
        }
        print()
        for row in stride(from: -4, to: qr.size + 4, by: 2) {
            let line = (-4..<qr.size + 4).map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (true, true): " "
                case (true, false): "▄"
                case (false, true): "▀"
                case (false, false): "█"
                }
            }
            print("  " + line.joined())
        }
    }
}

/// The phone's clock, put forward so that nobody has to wait. An app leaves it out: the system's counts.
final class Watch: TimeSource, @unchecked Sendable {
    private let lock = NSLock()
    private var ahead: Int64 = 0

    func nowMs() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000) + lock.withLock { ahead }
    }

    /// Time goes by: the next message may be asked for, the authenticator shows its next code.
    func later(_ ms: Int64 = 120_000) {
        lock.withLock { ahead += ms }
    }
}

/// An answer that this story does not tell.
struct Unexpected: Error {
    let answer: String
}
