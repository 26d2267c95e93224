import AccountSecurity
import Foundation
import Testing

private let strong = "Vx9#qLm2-tide"
private let start: Int64 = 1_772_366_400_000

private struct Oops: Error { let text = "secret of the app" }

private final class ThrowingClock: TimeSource {
    func nowMs() throws -> Int64 { throw Oops() }
}

private final class ThrowingPlace: Place {
    func get(name: Data) throws -> Data? { throw Oops() }
    func list(from: Data, to: Data, limit: UInt32) throws -> [PlaceEntry] { throw Oops() }
    func apply(conditions: [PlaceCondition], changes: [PlaceChange]) throws -> Bool { throw Oops() }
}

private final class BusyPlace: Place {
    func get(name: Data) throws -> Data? { throw PlaceFault.Busy }
    func list(from: Data, to: Data, limit: UInt32) throws -> [PlaceEntry] { throw PlaceFault.Busy }
    func apply(conditions: [PlaceCondition], changes: [PlaceChange]) throws -> Bool { throw PlaceFault.Busy }
}

private final class RubbishPlace: Place {
    func get(name: Data) throws -> Data? { Data([1, 2, 3]) }
    func list(from: Data, to: Data, limit: UInt32) throws -> [PlaceEntry] { [] }
    func apply(conditions: [PlaceCondition], changes: [PlaceChange]) throws -> Bool { true }
}

/// A clock that asks the library back.
private final class AskingClock: TimeSource {
    let inner: Security
    init(_ inner: Security) { self.inner = inner }
    func nowMs() throws -> Int64 { start + Int64(try inner.restriction("alice").count) }
}

@Suite struct BadInputTests {
    private func memory() throws -> Security {
        try .dangerousSeededInMemory(keys: testKeys(), time: SetClock(start), seed: 7)
    }

    private func refusal(_ call: () throws -> Void) -> AccountSecurityError? {
        do {
            try call()
            return nil
        } catch {
            return error as? AccountSecurityError
        }
    }

    private func refusedField(_ call: () throws -> Void) -> String? {
        if case .invalidArgument(let field, _) = refusal(call) { field } else { nil }
    }

    private func payment() -> PaymentInput {
        PaymentInput(
            txId: "tx-1", amountMinor: 100, currency: "CNY", direction: "out", kind: "card", payee: nil, device: nil,
            country: nil, atMs: start, localOffsetMin: 480)
    }

    @Test func aWipedSecretRefuses() throws {
        let secret = Secret(strong)
        secret.wipe()
        secret.wipe()
        #expect(throws: AccountSecurityError.closed) {
            try PasswordCheck.evaluate(policy: "card_default", typed: secret)
        }
        #expect(!"\(Secret(strong))".contains("tide"))
        #expect(!String(reflecting: Secret(strong)).contains("tide"))
    }

    @Test func whatIsCopiedIsWipedAtTheCaller() {
        var array: [UInt8] = [1, 2, 3]
        var data = Data([1, 2, 3])
        _ = (Secret(wiping: &array), Secret(wiping: &data))
        #expect(array == [0, 0, 0])
        #expect(data == Data([0, 0, 0]))
    }

    @Test func emptyHugeAndBrokenSecrets() throws {
        let security = try memory()
        for bytes: [UInt8] in [[0xff, 0xfe], [], [UInt8](repeating: 97, count: 100_000), [65, 0, 66]] {
            var bytes = bytes
            let secret = Secret(wiping: &bytes)
            #expect(try !PasswordCheck.evaluate(policy: "card_default", typed: secret).accept)
            #expect(refusedField { _ = try security.confirmTotp("alice", code: secret) } == "code")
        }
    }

    @Test func unknownNamesAreRefusedWithTheNameOfTheirArgument() throws {
        let security = try memory()
        var odd = payment()
        let freeze = FreezeInput(
            scopes: ["everything"], reason: "owner-request", authority: "owner", actor: "owner", caseRef: nil,
            untilMs: nil)
        #expect(
            refusedField { _ = try PasswordCheck.evaluate(policy: "no_such", typed: Secret(strong)) }
                == "policy")
        #expect(refusedField { _ = try security.freeze("alice", freeze: freeze) } == "scopes")
        #expect(refusedField { _ = try security.restriction("") } == "account")
        #expect(refusedField { try security.delivered(ids: ["no id"]) } == "ids")
        #expect(refusedField { _ = try Keys(lookup: Secret("short"), currentID: 1, root: Secret("short")) } == "lookup")
        odd = PaymentInput(
            txId: "tx-1", amountMinor: 100, currency: "EURO", direction: "out", kind: "card", payee: nil, device: nil,
            country: nil, atMs: start, localOffsetMin: 480)
        #expect(refusedField { _ = try security.assess("alice", payment: odd) } == "currency")
    }

    @Test func whatTheNewerCallsCannotTakeIsRefusedWithTheNameOfItsArgument() throws {
        let security = try memory()
        let id = String(repeating: "0", count: 32)
        let check = IdentityInput(
            method: "by-voice", isOwner: true, evidenceSha256: String(repeating: "0", count: 64))
        let code = Secret("123456")
        let endless = Secret(String(repeating: "a", count: 100_000))
        let tries: [(String, () throws -> Void)] = [
            ("risk_preset", { try security.configure(Options(riskPreset: "wallets")) }),
            ("lockout", { try security.configure(Options(sender: "Example Pay", lockout: "never")) }),
            // Phones judge by presets; rule files are a server's.
            ("risk_rules", { try security.configure(Options(riskRules: "version = 1")) }),
            ("ticket", { _ = try security.proveStepUp("alice", ticket: "here", proof: .totp(code)) }),
            (
                "challenge",
                { _ = try security.proveSignIn("alice", ticket: id, proof: .code(challenge: "there", code: code)) }
            ),
            ("code", { _ = try security.proveReset("alice", ticket: id, proof: .recovery(Secret("not a code"))) }),
            ("remember", { _ = try security.proveSignIn("alice", ticket: id, proof: .totp(code), remember: "") }),
            ("current", { _ = try security.changePassword("alice", current: endless, new: Secret(strong)) }),
            ("new", { _ = try security.finishReset("alice", ticket: id, new: endless) }),
            ("credential", { try security.revokeTotp("alice", credential: "mine") }),
            ("change", { _ = try security.finishContactChange("alice", change: "this") }),
            ("handle", { _ = try security.cancelContactChange("alice", handle: "abcd") }),
            (
                "identity",
                {
                    _ = try security.recordIdentityCheck(
                        "alice", change: id, identity: check, actor: "ann", asAuthority: "agent")
                }
            ),
            ("as_authority", { _ = try security.lift("alice", freeze: id, actor: "ann", asAuthority: "king") }),
            ("address", { _ = try security.askedFrom("203.0.113") }),
            ("password_policy", { try security.configure(Options(passwordPolicy: "asvs_5_l2")) }),
            (
                "words",
                {
                    _ = try security.finishReset(
                        "alice", ticket: id, new: Secret(strong), words: (0..<14).map { "word\($0)" })
                }
            ),
            (
                "freeze",
                { _ = try security.liftOwnFreeze("alice", freeze: "that", ticket: id, password: Secret(strong)) }
            ),
            ("account", { _ = try security.accountKey("") }),
            ("code", { _ = try security.refusalText(code: 999) }),
            ("code", { _ = try security.refusalText(code: 605) }),
            ("device", { _ = try security.forgetDevice("alice", device: "my phone") }),
            ("tx_id", {
                let question = PaymentQuestion(direction: "out", txId: "never judged")
                _ = try security.diagnose("alice", question: question)
            }),
            ("after", { _ = try security.rotateKeys(after: "here", limit: 1) }),
        ]
        for (field, attempt) in tries { #expect(refusedField(attempt) == field, "\(field)") }
    }

    @Test func anObjectThatKnowsFromWhereItIsAskedHasTheSameAccounts() throws {
        let security = try memory()
        _ = try security.askedFrom("203.0.113.7").freezeNow("alice")
        #expect(try !security.restriction("alice").isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func twoSecretsLentCrosswiseByTwoTasksHoldUpNobody() async throws {
        let security = try memory()
        let one = Secret(strong)
        let other = Secret("Kp4$wZt7-reef")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (old, new) in [(one, other), (other, one)] {
                group.addTask { for _ in 0..<200 { _ = try security.changePassword("alice", current: old, new: new) } }
            }
            try await group.waitForAll()
        }
    }

    @Test func whoCanProveNothingYetIsToldSoAndIsGivenNothing() throws {
        let security = try memory()
        let id = String(repeating: "0", count: 32)
        guard case .nothingToProve = try security.beginStepUp("alice") else {
            Issue.record("a stranger can prove something")
            return
        }
        guard case .refused = try security.proveStepUp("alice", ticket: id, proof: .totp(Secret("123456"))) else {
            Issue.record("a stranger has proven something")
            return
        }
        let codes = try security.generateRecoveryCodes("alice")
        #expect(try codes.withText { $0.split(separator: UInt8(ascii: "\n")).count } == 10)
        #expect(try codes.generation() == 1)
        #expect((refusal { _ = try security.generateRecoveryCodes("alice") }?.code ?? 0) >= 9000)
        let secret = Secret("123456")
        secret.wipe()
        #expect(throws: AccountSecurityError.closed) {
            try security.proveReset("alice", ticket: id, proof: .totp(secret))
        }
        #expect(!String(reflecting: Proof.code(challenge: "there", code: Secret("123456"))).contains("123456"))
    }

    @Test func aClockThatThrowsDeniesAndNothingOfItCrosses() throws {
        let security = try Security.dangerousSeededInMemory(keys: testKeys(), time: ThrowingClock(), seed: 7)
        let refused = refusal { _ = try security.freezeNow("alice") }
        #expect(refused?.code == 9020)
        #expect(refused?.isTransient == true)
        #expect(!"\(String(describing: refused))".contains("secret of the app"))
    }

    @Test func aPlaceThatThrowsOrGivesRubbishDenies() throws {
        let places: [(any Place, Bool)] = [(ThrowingPlace(), true), (BusyPlace(), true), (RubbishPlace(), false)]
        for (place, isTransient) in places {
            let refused = refusal {
                let security = try Security.dangerousSeededInPlace(
                    place, keys: testKeys(), time: SetClock(start), seed: 7)
                _ = try security.freezeNow("alice")
            }
            #expect((refused?.code ?? 0) >= 256)
            #expect(refused?.isTransient == isTransient)
            #expect(!"\(String(describing: refused))".contains("secret of the app"))
        }
    }

    @Test func aClockThatAsksTheLibraryBackIsAnswered() throws {
        let security = try Security.dangerousSeededInMemory(keys: testKeys(), time: AskingClock(memory()), seed: 7)
        #expect(try security.restriction("alice").isEmpty)
    }

    @Test func manyTasksUseOneObject() async throws {
        let security = try memory()
        let placed = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try (0..<20).filter { _ in try security.freezeNow("acc-\(number)").id.count == 32 }.count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(placed == 160)
    }

    @Test func aPathWhereNoFileCanBeIsAWrongArgumentAndNotAFaultThatPasses() throws {
        let keys = try testKeys()
        for path in ["/no/such/folder/a.db", "", NSTemporaryDirectory()] {
            #expect(refusedField { _ = try Security.inSQLite(path: path, keys: keys) } == "path")
        }
    }

    @Test func accountsOutliveTheObjectInAnSQLiteFile() throws {
        let path = NSTemporaryDirectory() + "account-security-\(UUID().uuidString).db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let keys = try testKeys()
        _ = try Security.inSQLite(path: path, keys: keys).freezeNow("alice")
        #expect(try Security.inSQLite(path: path, keys: keys).restriction("alice").contains("pay-out"))
    }

    @Test func outsideAQRCodeAllIsLight() throws {
        let security = try Security.inMemory(keys: testKeys())
        try security.enrolTotp("alice", issuer: "Example Pay", accountName: "alice").withQR { qr in
            let last = qr.size - 1
            #expect(qr.isDark(row: 0, column: 0) && qr.isDark(row: 0, column: last) && qr.isDark(row: last, column: 0))
            for (row, column) in [(0, qr.size), (-1, 0), (0, -1), (qr.size, 0)] {
                #expect(!qr.isDark(row: row, column: column))
            }
        }
    }

    @Test func theTextsAreForCustomersInTheirLanguage() throws {
        let busy = AccountSecurityError.denied(code: 9001, reason: "busy", what: "the store is busy", isTransient: true)
        #expect(busy.text(locale: Locale(identifier: "zh_CN")) == "系统繁忙，请稍后再试。")
        #expect(busy.text(locale: Locale(identifier: "en_US")).hasPrefix("Busy"))
        #expect(!busy.localizedDescription.contains("9001"))
        // As the library itself says it.
        let security = try Security.inMemory(keys: testKeys())
        for reason in ["step_up_needed", "last_factor", "cooling_off"] {
            let denied = AccountSecurityError.denied(code: 9012, reason: reason, what: "", isTransient: false)
            for name in ["zh_CN", "en_US"] {
                let locale = Locale(identifier: name)
                let told = try security.denialText(reason: reason, locale: locale)
                #expect(told == denied.text(locale: locale))
            }
        }
    }
}
