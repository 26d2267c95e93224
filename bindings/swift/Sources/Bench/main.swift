import AccountSecurity
import Foundation

// Cost per call: an empty one, the generated layer, this layer. Run by `bindings/test.sh swift-bench`.

let rounds = 9

func once(_ calls: Int, _ call: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure { for _ in 0..<calls { try call() } }
    let (seconds, attoseconds) = time.components
    return (Double(seconds) * 1e6 + Double(attoseconds) / 1e12) / Double(calls)
}

func median(_ calls: Int, _ call: () throws -> Void) rethrows -> Double {
    try (0..<rounds).map { _ in try once(calls, call) }.sorted()[rounds / 2]
}

/// In turn, so that a busy machine is busy for both.
func compare(_ what: String, _ calls: Int, _ below: () throws -> Void, _ ours: () throws -> Void) throws {
    var pairs: [(Double, Double)] = []
    for _ in 0..<rounds { pairs.append((try once(calls, below), try once(calls, ours))) }
    let generated = pairs.map(\.0).sorted()[rounds / 2]
    let layer = pairs.map(\.1).sorted()[rounds / 2]
    print(what, String(format: "generated %.1f us, ours %.1f us, %+.0f %%", generated, layer, (layer / generated - 1) * 100))
}

let (lookup, root) = (Data(repeating: 0xa7, count: 32), Data(repeating: 1, count: 32))
let below = try NativeSecurity.inMemory(keys: NativeKeys(lookup: lookup, currentId: 1, root: root), time: nil)
var (lookupBytes, rootBytes) = (lookup, root)
let ours = try Security.inMemory(
    keys: Keys(lookup: Secret(wiping: &lookupBytes), currentID: 1, root: Secret(wiping: &rootBytes)))
let typed = Data("Vx9#qLm2-tide".utf8)
let code = Data("123456".utf8)

print(String(format: "empty call (payment_code_digits) %.1f us", try median(2_000) { _ = try below.paymentCodeDigits() }))
try compare("evaluate", 200) {
    _ = try evaluatePassword(policy: "card_default", typed: typed, words: nil, locale: "en")
} _: {
    _ = try PasswordCheck.evaluate(policy: "card_default", typed: Secret("Vx9#qLm2-tide"), words: nil)
}
try compare("verify_totp", 500) {
    _ = try below.verifyTotp(account: "alice", code: code)
} _: {
    _ = try ours.verifyTotp("alice", code: Secret("123456"))
}
nonisolated(unsafe) var number = 0
func payment() -> PaymentInput {
    number += 1
    return PaymentInput(
        txId: "tx-\(number)", amountMinor: 100, currency: "CNY", direction: "out", kind: "card", payee: "shop",
        device: "phone", country: "CN", atMs: Int64(Date().timeIntervalSince1970 * 1_000), localOffsetMin: 480)
}
try compare("assess", 200) {
    _ = try below.assess(account: "bob-\(number / 100)", payment: payment())
} _: {
    _ = try ours.assess("bob-\(number / 100)", payment: payment())
}
let many = 20
let batch = try median(20) {
    _ = try ours.assessMany("carol-\(number / 100)", payments: (0..<many).map { _ in payment() })
}
print(String(format: "assess_many, for each of \(many) %.1f us", batch / Double(many)))
