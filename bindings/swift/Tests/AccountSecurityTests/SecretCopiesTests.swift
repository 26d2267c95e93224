#if os(Linux)
    import AccountSecurity
    import Foundation
    import Testing

    /// Copies of a secret in this process's memory after a call, counted in /proc/self/mem.
    @Suite(.serialized) struct SecretCopiesTests {
        @Test func theScanFindsTheOneCopyThatIsThereAndNoneThatWasWiped() throws {
            let secret = Fresh()
            #expect(try secret.copies() == 1)
            secret.wipe()
            #expect(try secret.copies() == 0)
        }

        @Test func noCopyIsLeftOfAPasswordAfterSignUpAndSignIn() throws {
            let security = try Security.inMemory(keys: testKeys())
            try left("sign_up") {
                let answer = try security.signUp("alice", password: $0, words: [], contact: "+8613812345678")
                guard case .created = answer else { throw Unexpected(answer: "\(answer)") }
            }
            try left("sign_in") { _ = try security.signIn("alice", password: $0) }
        }

        @Test func noCopyIsLeftOfAPasswordAfterItWasChangedOrSetAnew() throws {
            let first = "Vx9#qLm2-tide"
            let days: Int64 = 3 * 86_400_000
            let clock = SetClock(1_772_366_400_000)
            let security = try Security.inMemory(keys: testKeys(), time: clock)
            let signedUp = try security.signUp(
                "alice", password: Secret(first), words: [], contact: "+8613812345678")
            guard case .created(let sent) = signedUp else { throw Unexpected(answer: "\(signedUp)") }
            _ = try security.confirmContact(
                "alice", via: .phone, challenge: sent.challenge, code: code(security))
            clock.forward(days)
            try left("change_password, new") { new in
                let answer = try security.changePassword("alice", current: Secret(first), new: new)
                guard case .changed = answer else { throw Unexpected(answer: "\(answer)") }
            }
            clock.forward(days)
            try left("change_password, current") {
                _ = try security.changePassword("alice", current: $0, new: Secret(first))
            }
            clock.forward(days)
            let started = try security.beginReset("alice", via: .phone)
            let step = try security.verifyReset("alice", challenge: started.challenge, code: code(security))
            guard case .complete(let ticket) = step else { throw Unexpected(answer: "\(step)") }
            try left("finish_reset") { new in
                let answer = try security.finishReset("alice", ticket: ticket, new: new)
                guard case .changed = answer else { throw Unexpected(answer: "\(answer)") }
            }
        }

        @Test func noCopyIsLeftOfRecoveryCodesAfterTheyWereShown() throws {
            let security = try Security.inMemory(keys: testKeys())
            let shown = Fresh()
            try security.generateRecoveryCodes("alice").withText { shown.remember($0) }
            try expectNone(of: shown, after: "generate_recovery_codes")
        }

        @Test func noCopyIsLeftOfAnAuthenticatorAfterItWasShown() throws {
            let security = try Security.inMemory(keys: testKeys())
            let shown = Fresh()
            let enrolment = try security.enrolTotp("alice", issuer: "Example Pay", accountName: "alice")
            try enrolment.withURI { uri in
                // Without a copy of it in an array.
                let name = "secret="
                let start = uri.indices.first { uri[$0...].starts(with: name.utf8) } ?? 0
                shown.remember(UnsafeRawBufferPointer(rebasing: uri[(start + name.utf8.count)...]))
            }
            _ = consume enrolment
            try expectNone(of: shown, after: "enrol_totp")
        }

        @Test func noCopyIsLeftOfAKey() throws {
            try left("keys") { _ = try Security.inMemory(keys: Keys(lookup: $0, currentID: 1, root: $0)) }
        }

        @Test func noCopyIsLeftOfAPasswordAfterTheLiveCheckList() throws {
            try left("evaluate") { _ = try PasswordCheck.evaluate(policy: "card_default", typed: $0, words: []) }
        }

        private func left(_ what: String, _ call: (Secret) throws -> Void) throws {
            let fresh = Fresh()
            try fresh.lend(call)
            fresh.wipe()
            try expectNone(of: fresh, after: what)
        }

        private func expectNone(of secret: Fresh, after what: String) throws {
            let found = try secret.copies()
            print("copies of the secret left after \(what): \(found)")
            #expect(found == 0, "\(what)")
        }

        /// The code of the last message.
        private func code(_ security: Security) throws -> Secret {
            let messages = try security.drain(limit: 10)
            try security.delivered(ids: messages.map(\.id))
            let runs = (messages.last(where: \.isCode)?.text ?? "").split { !("0"..."9").contains($0) }
            return Secret(String(runs.first { (6...8).contains($0.count) } ?? ""))
        }
    }

    private struct Unexpected: Error { let answer: String }

    /// Thirty-two random letters and digits behind what every policy asks for, kept a second time under a mask, so that the search does not find itself.
    private final class Fresh {
        private static let size = 32
        private static let window = 10..<22
        private static let mask: UInt8 = 0x5a
        private static let beginning = Array("Aa1!".utf8)
        private static let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

        private var bytes: [UInt8]
        private var masked = [UInt8](repeating: 0, count: Fresh.size)

        init() {
            bytes = [UInt8](repeating: 0, count: Fresh.size)
            for place in 0..<Fresh.size {
                bytes[place] = place < Fresh.beginning.count ? Fresh.beginning[place] : Fresh.letters.randomElement() ?? 0
                masked[place] = bytes[place] ^ Fresh.mask
            }
        }

        func lend(_ call: (Secret) throws -> Void) throws {
            // Wipes this object's bytes; the secret wipes its own when it goes.
            let secret = Secret(wiping: &bytes)
            try call(secret)
        }

        /// Searches for the beginning of what was lent, from now on.
        func remember(_ lent: UnsafeRawBufferPointer) {
            wipe()
            for place in masked.indices { masked[place] = lent[place] ^ Fresh.mask }
        }

        func wipe() {
            for place in bytes.indices { bytes[place] = 0 }
        }

        func copies() throws -> Int {
            let pageSize = 1 << 20
            let page = UnsafeMutableRawBufferPointer.allocate(byteCount: pageSize, alignment: 16)
            defer { page.deallocate() }
            let memory = open("/proc/self/mem", O_RDONLY)
            defer { close(memory) }
            var found = 0
            for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
                let parts = line.split(separator: " ")
                guard parts[1].hasPrefix("rw") else { continue }
                let ends = parts[0].split(separator: "-").compactMap { Int(String($0), radix: 16) }
                guard ends.count == 2 else { continue }
                var at = ends[0]
                while at < ends[1] {
                    let wanted = min(pageSize, ends[1] - at)
                    let read = pread(memory, page.baseAddress, wanted, at)
                    guard read > 0 else {
                        at += 4_096
                        continue
                    }
                    found += scan(UnsafeRawBufferPointer(rebasing: page[..<read]))
                    // What was read lies in this process's memory too.
                    page.initializeMemory(as: UInt8.self, repeating: 0)
                    at += read == pageSize ? read - Fresh.window.count + 1 : read
                }
            }
            return found
        }

        private func scan(_ page: UnsafeRawBufferPointer) -> Int {
            guard var at = page.baseAddress else { return 0 }
            let end = at + page.count
            let first = Int32(masked[Fresh.window.lowerBound] ^ Fresh.mask)
            var found = 0
            while end - at >= Fresh.window.count, let hit = memchr(at, first, end - at) {
                at = UnsafeRawPointer(hit)
                guard end - at >= Fresh.window.count else { break }
                let stands = Fresh.window.allSatisfy { place in
                    let byte = at.load(fromByteOffset: place - Fresh.window.lowerBound, as: UInt8.self)
                    return byte ^ Fresh.mask == masked[place]
                }
                if stands { found += 1 }
                at += 1
            }
            return found
        }
    }
#endif
