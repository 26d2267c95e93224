import Foundation
import Testing

import AccountSecurity

/// Where the stories are.
let storiesFolder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["ACCOUNT_SECURITY_STORIES"] ?? "../../tests/scenarios")

/// Tells the stories of tests/scenarios as every other language does, to the byte.
@Suite struct StoriesTests {
    static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: storiesFolder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }()

    @Test func thereAreStories() {
        #expect(Self.stories.count >= 70, "an emptied folder proves nothing")
    }

    @Test(arguments: stories) func everyStoryIsToldAsItWasWrittenDown(_ name: String) throws {
        let file = storiesFolder.appendingPathComponent(name)
        let written = try Data(contentsOf: URL(fileURLWithPath: file.path + "l"))
        let story = try JSONDecoder().decode(Json.self, from: Data(contentsOf: file))
        let told = try Teller(story).tell()
        #expect(told == String(decoding: written, as: UTF8.self))
        #expect(Data(told.utf8) == written)
    }
}

/// JSON as it is read, with whole numbers.
indirect enum Json: Decodable {
    case null
    case bool(Bool)
    case number(Int64)
    case text(String)
    case list([Json])
    case object([String: Json])

    init(from decoder: any Decoder) throws {
        let one = try decoder.singleValueContainer()
        if one.decodeNil() {
            self = .null
        } else if let yes = try? one.decode(Bool.self) {
            self = .bool(yes)
        } else if let number = try? one.decode(Int64.self) {
            self = .number(number)
        } else if let text = try? one.decode(String.self) {
            self = .text(text)
        } else if let list = try? one.decode([Json].self) {
            self = .list(list)
        } else {
            self = .object(try one.decode([String: Json].self))
        }
    }

    subscript(_ name: String) -> Json {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int64? { if case .number(let number) = self { number } else { nil } }
    var yes: Bool? { if case .bool(let yes) = self { yes } else { nil } }
    var list: [Json]? { if case .list(let list) = self { list } else { nil } }
    var members: [String: Json]? { if case .object(let members) = self { members } else { nil } }
    var texts: [String]? { list?.compactMap(\.text) }
}

/// A clock that stands where it is set.
final class SetClock: TimeSource, @unchecked Sendable {
    private let lock = NSLock()
    private var now: Int64

    init(_ now: Int64) { self.now = now }

    func nowMs() throws -> Int64 { lock.withLock { now } }

    func forward(_ by: Int64) { lock.withLock { now += by } }
}

private struct Missing: Error { let what: String }

private func need<T>(_ value: T?, _ what: String) throws -> T {
    guard let value else { throw Missing(what: what) }
    return value
}

func testKeys() throws -> Keys {
    var lookup = [UInt8](repeating: 0xa7, count: 32)
    var root = [UInt8](repeating: 1, count: 32)
    return try Keys(lookup: Secret(wiping: &lookup), currentID: 1, root: Secret(wiping: &root))
}

private final class Teller {
    private let story: Json
    private let clock: SetClock
    private let security: Security
    private var saved: [String: String] = [:]

    init(_ story: Json) throws {
        self.story = story
        clock = SetClock(try need(story["start_ms"].number, "start_ms"))
        let seed = UInt64(try need(story["seed"].number, "seed"))
        switch story["store"].text {
        case "memory": security = try .dangerousSeededInMemory(keys: testKeys(), time: clock, seed: seed)
        case "foreign": security = try .dangerousSeededInPlace(MapPlace(), keys: testKeys(), time: clock, seed: seed)
        default: throw Missing(what: "store")
        }
    }

    func tell() throws -> String {
        try need(story["steps"].list, "steps").map { try step($0) + "\n" }.joined()
    }

    private func step(_ step: Json) throws -> String {
        clock.forward(step["after_ms"].number ?? 0)
        let answer: String
        do {
            answer = Canonical.of(try ask(filled(step)))
        } catch let refused as AccountSecurityError {
            var error: [String: Any] = [
                "code": refused.code, "field": String?.none as Any, "reason": refused.reason as Any,
            ]
            switch refused {
            case .invalidArgument(let field, _):
                error["kind"] = "invalid"
                error["field"] = field
            case .denied: error["kind"] = "denied"
            default: error["kind"] = "internal"
            }
            answer = Canonical.of(["error": error])
        }
        if let save = step["save"].members {
            let parsed = try JSONDecoder().decode(Json.self, from: Data(answer.utf8))
            for (name, path) in save {
                let found = try need(path.text, "path").split(separator: ".").reduce(parsed) { $0[String($1)] }
                saved[name] = try need(found.text, "nothing to save for \(name) in \(answer)")
            }
        }
        return answer
    }

    /// The step with saved texts and the time in the places of their names.
    private func filled(_ value: Json) throws -> Json {
        switch value {
        case .text("$now"): return .number(try clock.nowMs())
        case .text(let text) where text.hasPrefix("$"):
            return .text(try need(saved[String(text.dropFirst())], "nothing saved as \(text)"))
        case .list(let items): return .list(try items.map(filled))
        case .object(let members):
            return .object(try members.filter { $0.key != "save" }.mapValues(filled))
        default: return value
        }
    }

    private func ask(_ step: Json) throws -> Any {
        func text(_ name: String) throws -> String { try need(step[name].text, "\(name) is missing") }
        func secret(_ name: String) throws -> Secret { Secret(try text(name)) }
        let account = step["account"].text ?? ""
        let locale = Locale(identifier: step["locale"].text ?? "en")
        func via() throws -> ContactKind { try known(ContactKind(rawValue: try text("via")), "via") }
        switch try text("do") {
        case "evaluate_password":
            return try PasswordCheck.evaluate(
                policy: text("policy"), typed: secret("typed"), words: step["words"].texts, locale: locale)
        case "sign_up":
            return try security.signUp(
                account, password: secret("password"), words: need(step["words"].texts, "words"),
                contact: text("contact"), locale: locale)
        case "confirm_contact":
            return try security.confirmContact(
                account, via: via(), challenge: text("challenge"), code: secret("code"))
        case "sign_in":
            return try security.signIn(account, password: secret("password"), deviceToken: step["device_token"].text)
        case "configure": return try security.configure(options(step["options"]))
        case "send_confirmation": return try security.sendConfirmation(account, via: via(), locale: locale)
        case "send_proof_code":
            return try security.sendProofCode(
                account, errand: known(Errand(rawValue: text("errand")), "errand"), ticket: text("ticket"), via: via(),
                locale: locale)
        case "prove_sign_in":
            return try security.proveSignIn(
                account, ticket: text("ticket"), proof: proof(step), remember: step["remember"].text)
        case "begin_step_up": return try security.beginStepUp(account)
        case "prove_step_up":
            return try security.proveStepUp(account, ticket: text("ticket"), proof: proof(step))
        case let what where what.hasSuffix("password") || what.contains("reset") || what.hasPrefix("set_password"):
            return try askPassword(what, account, step, locale)
        case "generate_recovery_codes":
            return try drawn(security.generateRecoveryCodes(account, ticket: step["ticket"].text))
        case "resync_totp":
            return try security.resyncTotp(account, first: secret("first"), second: secret("second"))
        case "revoke_totp":
            let revoked = try security.revokeTotp(
                account, credential: text("credential"), ticket: step["ticket"].text)
            return ["revoked": revoked] as [String: Any]
        case let what where what.contains("contact") || what == "record_identity_check":
            return try askContact(what, account, step, locale)
        case "remind_review": return ["reminded": try security.remindReview(account)] as [String: Any]
        case "refusal_text":
            let code = UInt16(try need(step["code"].number, "code"))
            return ["text": try security.refusalText(code: code, locale: locale)] as [String: Any]
        case "code_text":
            let names: [String: CodeAnswer] = [
                "accepted": .accepted, "rejected": .rejected, "use_newest": .useNewest, "request_new": .requestNew,
                "try_later": .tryLater,
            ]
            let answer = try need(names[text("answer")], "answer")
            return ["text": try security.codeText(answer, locale: locale)] as [String: Any]
        case "denial_text":
            return ["text": try security.denialText(reason: text("reason"), locale: locale)] as [String: Any]
        case "account_key": return ["key": try security.accountKey(account)] as [String: Any]
        case "enrol_totp":
            return try enrolled(
                security.enrolTotp(
                    account, issuer: text("issuer"), accountName: text("account_name"), ticket: step["ticket"].text))
        case "confirm_totp": return try security.confirmTotp(account, code: secret("code"))
        case "verify_totp": return try security.verifyTotp(account, code: secret("code"))
        case "soft_token_code":
            let token = try SoftToken(uri: secret("uri"))
            let code = try token.code(atMs: clock.nowMs())
            return [
                "account": try token.account(), "digits": code.digits, "issuer": try token.issuer() as Any,
                "remaining_ms": code.remainingMs, "warnings": try token.warnings(),
            ] as [String: Any]
        case "send_payment_code":
            return try security.sendPaymentCode(
                account, contact: text("contact"), payment: binding(step["payment"]), locale: locale)
        case "resend_payment_code":
            return try security.resendPaymentCode(
                account, contact: text("contact"), challenge: text("challenge"), payment: binding(step["payment"]),
                locale: locale)
        case "verify_payment_code":
            return try security.verifyPaymentCode(
                account, contact: text("contact"), challenge: text("challenge"), payment: binding(step["payment"]),
                code: secret("code"))
        case "assess": return try security.assess(account, payment: payment(step["payment"]))
        case "release_payment":
            return try security.releasePayment(
                account, payment: payment(step["payment"]), actor: step["actor"].text,
                asAuthority: step["as_authority"].text)
        case "assess_many":
            let payments = try need(step["payments"].list, "payments").map(payment)
            return try security.assessMany(account, payments: payments)
        case "label":
            guard case .bool(let isFraud) = step["is_fraud"] else { throw Missing(what: "is_fraud") }
            return try security.label(account, txId: text("tx_id"), isFraud: isFraud)
        case "diagnose":
            let question = PaymentQuestion(
                direction: try text("direction"), txId: step["tx_id"].text,
                balanceTooLow: step["balance_too_low"].yes ?? false,
                recipientUnavailable: step["recipient_unavailable"].yes ?? false,
                networkFault: step["network_fault"].yes ?? false)
            return try security.diagnose(account, question: question, locale: locale)
        case "freezes", "all_freezes", "devices", "forget_device", "settle_pending", "clear_lockout",
            "report_unauthorised", "close_report", "tell_freezes_ended", "rotate_keys":
            return try askDesk(text("do"), account, step, locale)
        case "freeze": return try security.freeze(account, freeze: freeze(step["freeze"]))
        case "freeze_now": return try security.freezeNow(account)
        case "lift_own_freeze":
            return try security.liftOwnFreeze(
                account, freeze: text("freeze"), ticket: text("ticket"), password: secret("password"),
                deviceToken: step["device_token"].text, locale: locale)
        case "request_lift":
            return try security.requestLift(
                account, freeze: text("freeze"), actor: text("actor"), asAuthority: text("as_authority"),
                release: step["release"].text, identity: identity(step["identity"]), locale: locale)
        case "lift":
            return try security.lift(
                account, freeze: text("freeze"), actor: text("actor"), asAuthority: text("as_authority"),
                release: step["release"].text, identity: identity(step["identity"]), locale: locale)
        case "restriction": return try security.restriction(account)
        case "history":
            return try security.history(
                account, fromSeq: UInt64(need(step["from_seq"].number, "from_seq")),
                limit: UInt32(need(step["limit"].number, "limit")))
        case "verify_account": return try security.verifyAccount(account)
        case "receive": return try receive(UInt32(need(step["limit"].number, "limit")), locale)
        case let other: throw Missing(what: "no step \(other)")
        }
    }

    private func askPassword(_ what: String, _ account: String, _ step: Json, _ locale: Locale) throws -> Any {
        func text(_ name: String) throws -> String { try need(step[name].text, "\(name) is missing") }
        func secret(_ name: String) throws -> Secret { Secret(try text(name)) }
        func words() throws -> [String] { try need(step["words"].texts, "words") }
        switch what {
        case "change_password":
            return try security.changePassword(
                account, current: secret("current"), new: secret("new"), words: words(),
                deviceToken: step["device_token"].text, locale: locale)
        case "set_password_at_sign_in":
            return try security.setPasswordAtSignIn(
                account, ticket: text("ticket"), new: secret("new"), words: words(), remember: step["remember"].text,
                locale: locale)
        case "begin_reset":
            let via = try known(ContactKind(rawValue: text("via")), "via")
            return try security.beginReset(account, via: via, locale: locale)
        case "verify_reset":
            return try security.verifyReset(account, challenge: text("challenge"), code: secret("code"))
        case "prove_reset": return try security.proveReset(account, ticket: text("ticket"), proof: proof(step))
        case "finish_reset":
            return try security.finishReset(
                account, ticket: text("ticket"), new: secret("new"), words: words(), locale: locale)
        default: throw Missing(what: "no step \(what)")
        }
    }

    private func askContact(_ what: String, _ account: String, _ step: Json, _ locale: Locale) throws -> Any {
        func text(_ name: String) throws -> String { try need(step[name].text, "\(name) is missing") }
        func change() throws -> String { try text("change") }
        switch what {
        case "begin_contact_change":
            return try security.beginContactChange(
                account, new: text("new"), ticket: step["ticket"].text, locale: locale)
        case "send_contact_code": return try security.sendContactCode(account, change: change(), locale: locale)
        case "prove_old_contact":
            return try security.proveOldContact(
                account, change: change(), code: Secret(text("code")), locale: locale)
        case "prove_new_contact":
            return try security.proveNewContact(account, change: change(), code: Secret(text("code")), locale: locale)
        case "finish_contact_change":
            return try security.finishContactChange(account, change: change(), locale: locale)
        case "cancel_contact_change":
            return try security.cancelContactChange(account, change: change(), locale: locale)
        case "cancel_contact_change_by_handle":
            return try security.cancelContactChange(account, handle: text("handle"), locale: locale)
        case "begin_lost_contact_change":
            return try security.beginLostContactChange(
                account, new: text("new"), ticket: text("ticket"), locale: locale)
        case "record_identity_check":
            return try security.recordIdentityCheck(
                account, change: change(), identity: need(identity(step["identity"]), "identity"),
                actor: text("actor"), asAuthority: text("as_authority"), caseRef: step["case_ref"].text,
                locale: locale)
        case "approve_lost_contact":
            return try security.approveLostContact(
                account, change: change(), actor: text("actor"), asAuthority: text("as_authority"),
                locale: locale)
        case "registered_contacts": return try security.registeredContacts(account)
        case "confirm_registered_contacts":
            let confirmed = try security.confirmRegisteredContacts(
                account, phoneMasked: step["phone_masked"].text, emailMasked: step["email_masked"].text)
            return ["confirmed": confirmed] as [String: Any]
        default: throw Missing(what: "no step \(what)")
        }
    }

    private func askDesk(_ what: String, _ account: String, _ step: Json, _ locale: Locale) throws -> Any {
        func text(_ name: String) throws -> String { try need(step[name].text, "\(name) is missing") }
        switch what {
        case "freezes": return try security.freezes(account, locale: locale)
        case "all_freezes": return try security.allFreezes(account, locale: locale)
        case "devices": return try security.devices(account, deviceToken: step["device_token"].text)
        case "forget_device":
            return ["forgotten": try security.forgetDevice(account, device: text("device"))] as [String: Any]
        case "settle_pending": return try security.settlePending(account, txId: text("tx_id"), locale: locale)
        case "clear_lockout":
            return try security.clearLockout(
                account, proof: text("proof"), actor: text("actor"), asAuthority: text("as_authority"),
                identity: need(identity(step["identity"]), "identity"))
        case "report_unauthorised":
            let report = step["report"]
            return try security.reportUnauthorised(
                account,
                report: ReportInput(
                    kind: need(report["kind"].text, "kind"), actor: need(report["actor"].text, "actor"),
                    reportedAtMs: report["reported_at_ms"].number, learnedAtMs: report["learned_at_ms"].number,
                    txId: report["tx_id"].text))
        case "close_report":
            return try security.closeReport(
                account, report: text("report"), outcome: text("outcome"), actor: text("actor"),
                asAuthority: text("as_authority"))
        case "tell_freezes_ended": return try security.tellFreezesEnded(account)
        case "rotate_keys":
            return try security.rotateKeys(
                after: step["after"].text, limit: UInt32(need(step["limit"].number, "limit")))
        default: throw Missing(what: "no step \(what)")
        }
    }

    private func proof(_ step: Json) throws -> Proof {
        let code = Secret(try need(step["code"].text, "code"))
        let challenge = step["challenge"].text
        switch try need(step["proof"].text, "proof") {
        case "code": return .code(challenge: try known(challenge, "challenge"), code: code)
        case "totp": return try known(challenge == nil ? .totp(code) : nil, "challenge")
        case "recovery": return try known(challenge == nil ? .recovery(code) : nil, "challenge")
        default: return try known(nil, "proof")
        }
    }

    private func drawn(_ codes: RecoveryCodes) throws -> [String: Any] {
        let lines = try codes.withText { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
        var members: [String: Any] = ["generation": try codes.generation()]
        for (at, code) in lines.enumerated() { members["code_\(at + 1)"] = String(code) }
        return members
    }

    private func options(_ options: Json) -> Options {
        Options(
            sender: options["sender"].text, passwordPolicy: options["password_policy"].text,
            lockout: options["lockout"].text, secondFactor: options["second_factor"].text,
            riskPreset: options["risk_preset"].text, riskRules: options["risk_rules"].text,
            supportHotline: options["support_hotline"].text, supportChat: options["support_chat"].text,
            supportEmail: options["support_email"].text)
    }

    private func identity(_ identity: Json) throws -> IdentityInput? {
        guard identity.members != nil else { return nil }
        return IdentityInput(
            method: try need(identity["method"].text, "method"), isOwner: try need(identity["is_owner"].yes, "is_owner"),
            evidenceSha256: try need(identity["evidence_sha256"].text, "evidence_sha256"))
    }

    private func receive(_ limit: UInt32, _ locale: Locale) throws -> [Message] {
        let messages = try security.drain(limit: limit, locale: locale)
        try security.delivered(ids: messages.map(\.id))
        if let last = messages.last(where: \.isCode) {
            let runs = last.text.utf8.split { !(0x30...0x39).contains($0) }
            let code = runs.last { (6...8).contains($0.count) }
            saved["code"] = String(try need(code, "a code is 6 to 8 digits"))
        }
        let pieces = messages.flatMap { message in
            message.text.utf8.split { !((0x41...0x5a).contains($0) || $0 == 0x2d) }
        }
        let handle = pieces.last { piece in
            let groups = piece.split(separator: 0x2d, omittingEmptySubsequences: false)
            return groups.count == 3 && groups.allSatisfy { $0.count == 4 }
        }
        if let handle { saved["handle"] = String(handle) }
        return messages
    }

    private func enrolled(_ enrolment: TotpEnrolment) throws -> [String: Any] {
        let (size, dark) = try enrolment.withQR { qr in
            let rows = 0..<qr.size
            return (qr.size, rows.map { row in rows.filter { qr.isDark(row: row, column: $0) }.count }.reduce(0, +))
        }
        return [
            "credential": try enrolment.credential(), "expires_at_ms": try enrolment.expiresAtMs(),
            "uri": try enrolment.withURI { String(decoding: $0, as: UTF8.self) }, "qr_size": size, "qr_dark": dark,
        ]
    }

    /// What this layer's types exclude already would be refused by the library under this name.
    private func known<T>(_ found: T?, _ field: String) throws -> T {
        guard let found else { throw AccountSecurityError.invalidArgument(field: field, what: "unknown") }
        return found
    }

    private func binding(_ payment: Json) throws -> PaymentBinding {
        PaymentBinding(
            amountMinor: try need(payment["amount_minor"].number, "amount_minor"),
            currency: try need(payment["currency"].text, "currency"),
            payeeAccount: try need(payment["payee_account"].text, "payee_account"),
            payeeName: payment["payee_name"].text)
    }

    private func payment(_ payment: Json) throws -> PaymentInput {
        PaymentInput(
            txId: try need(payment["tx_id"].text, "tx_id"),
            amountMinor: try need(payment["amount_minor"].number, "amount_minor"),
            currency: try need(payment["currency"].text, "currency"),
            direction: try need(payment["direction"].text, "direction"),
            kind: try need(payment["kind"].text, "kind"), payee: payment["payee"].text,
            device: payment["device"].text, country: payment["country"].text,
            latE6: payment["lat_e6"].number.map { Int32($0) }, lonE6: payment["lon_e6"].number.map { Int32($0) },
            accuracyM: payment["accuracy_m"].number.map { UInt32($0) },
            atMs: try need(payment["at_ms"].number, "at_ms"),
            localOffsetMin: Int32(try need(payment["local_offset_min"].number, "local_offset_min")),
            malware: payment["malware"].yes, rooted: payment["rooted"].yes,
            compromisedCredential: payment["compromised_credential"].yes,
            highRiskPayeeLocation: payment["high_risk_payee_location"].yes,
            denyListed: payment["deny_listed"].yes ?? false, allowListed: payment["allow_listed"].yes ?? false)
    }

    private func freeze(_ freeze: Json) throws -> FreezeInput {
        FreezeInput(
            scopes: try need(freeze["scopes"].texts, "scopes"), reason: try need(freeze["reason"].text, "reason"),
            authority: try need(freeze["authority"].text, "authority"), actor: try need(freeze["actor"].text, "actor"),
            caseRef: freeze["case_ref"].text, untilMs: freeze["until_ms"].number)
    }
}
