import AccountSecurity
import Foundation

/// What a phone shows, from the first password to "why did my payment fail".
@main
struct Phone {
    static let alice = "alice"
    static let phone = "+8613812345678"
    static let password = "Vx9#qLm2-tide"

    let security: Security

    static func main() throws {
        print("account-security \(try AccountSecurity.version())")
        try checkList()
        try Phone(security: Security.inMemory(keys: keys())).story()
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
            let report = try AccountSecurity.evaluatePassword(
                policy: "card_default", typed: Secret(typed), words: [alice], locale: Locale(identifier: "zh_CN"))
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
        let english = Locale(identifier: "en_US")
        let signedUp = try security.signUp(
            Self.alice, password: Secret(Self.password), words: [], contact: Self.phone, locale: english)
        guard case .created(let sent) = signedUp else { return print("not signed up: \(signedUp)") }
        print("\nsigned up; a code went to \(sent.destinationMasked)")
        let confirmed = try security.confirmContact(
            Self.alice, via: .phone, challenge: sent.challenge, code: Secret(try receive()))
        print("contact confirmed: \(confirmed)")
        try signIn()
        try authenticator()
        try payments()
    }

    func signIn() throws {
        let step = try security.signIn(Self.alice, password: Secret(Self.password))
        guard case .secondFactor(let ticket, _) = step else { return print("no second factor was asked for") }
        let answer = try security.sendSignInCode(Self.alice, ticket: ticket, via: .phone)
        guard case .sent(let sent) = answer else { return print("no code: \(answer)") }
        let done = try security.proveSignInByCode(
            Self.alice, ticket: ticket, challenge: sent.challenge, code: Secret(try receive()),
            remember: "Alice's phone")
        if case .signedIn = done { print("signed in: true") }
    }

    /// Enrolment for another device by QR code, and this phone as an authenticator.
    func authenticator() throws {
        // An account that can prove something already steps up first; a new one may begin with an authenticator.
        let enrolment = try security.enrolTotp("bob", issuer: "Example Pay", accountName: "bob")
        try enrolment.withQR(draw)
        let token = try enrolment.softToken()
        let code = try token.code()
        print("soft token of \(try token.account()): \(code.digits), for \(code.remainingMs) ms")
        print("first code: \(try security.confirmTotp("bob", code: Secret(code.digits)))")
    }

    func payments() throws {
        let chinese = Locale(identifier: "zh_CN")
        let binding = PaymentBinding(
            amountMinor: 129_900, currency: "CNY", payeeAccount: "merchant-77", payeeName: "Tea House")
        let other = PaymentBinding(
            amountMinor: 999_900, currency: "CNY", payeeAccount: "merchant-77", payeeName: "Tea House")
        let answer = try security.sendPaymentCode(
            Self.alice, contact: Self.phone, payment: binding, locale: chinese)
        guard case .sent(let sent) = answer else { return print("no code: \(answer)") }
        let code = try receive()
        for (what, bound) in [("another amount", other), ("this payment", binding)] {
            let tried = try security.verifyPaymentCode(
                Self.alice, contact: Self.phone, challenge: sent.challenge, payment: bound, code: Secret(code))
            print("the code for \(what): \(tried)")
        }
        print("a payment: \(try security.assess(Self.alice, payment: payment("tx-1")).outcome)")
        _ = try security.freezeNow(Self.alice)
        print("freeze my account now; closed: \(try security.restriction(Self.alice))")
        print("the next payment: \(try security.assess(Self.alice, payment: payment("tx-2")).outcome)")
        print("why did my payment fail?")
        for locale in [chinese, Locale(identifier: "en_US")] {
            for cause in try security.diagnose(Self.alice, direction: .out, locale: locale) {
                print("  \(cause.text)")
            }
        }
        print("audit: \(try security.verifyAccount(Self.alice))")
    }

    func payment(_ id: String) -> PaymentInput {
        PaymentInput(
            txId: id, amountMinor: 129_900, currency: "CNY", direction: Direction.out.rawValue, kind: "transfer",
            payee: "merchant-77", device: "alice-phone", country: "CN",
            atMs: Int64(Date().timeIntervalSince1970 * 1_000), localOffsetMin: 480)
    }

    /// What the backend would send by SMS arrives on the phone.
    func receive() throws -> String {
        let messages = try security.drain(limit: 10)
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
