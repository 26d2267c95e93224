import Foundation

extension Security {
    /// Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not
    /// contain beside the name and the registered contacts; `deviceToken` is what a remembered device was given.
    public func changePassword(
        _ account: String, current: Secret, new: Secret, words: [String] = [], deviceToken: String? = nil,
        locale: Locale = .current
    ) throws -> PasswordAnswer {
        try Secret.lend(current, new) {
            try native.changePassword(
                account: account, current: $0, newPassword: $1, words: words, deviceToken: deviceToken,
                locale: locale.languageTag)
        }
    }

    /// Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the label
    /// of a device to remember.
    public func setPasswordAtSignIn(
        _ account: String, ticket: String, new: Secret, words: [String] = [], remember: String? = nil,
        locale: Locale = .current
    ) throws -> PasswordAnswer {
        try new.lend {
            try native.setPasswordAtSignIn(
                account: account, ticket: ticket, newPassword: $0, words: words, remember: remember,
                locale: locale.languageTag)
        }
    }

    /// Begins the reset of a forgotten password; a code goes to `via`. The answer is the same for every name.
    public func beginReset(_ account: String, via: ContactKind, locale: Locale = .current) throws -> ResetStarted {
        try calling { try native.beginReset(account: account, via: via.rawValue, locale: locale.languageTag) }
    }

    /// Tries the code of a reset. Where the account can prove more, one more proof is needed:
    /// ``proveReset(_:ticket:proof:)``.
    public func verifyReset(_ account: String, challenge: String, code: Secret) throws -> ProofAnswer {
        try code.lend { try native.verifyReset(account: account, challenge: challenge, code: $0) }
    }

    /// Tries the second proof of a reset.
    public func proveReset(_ account: String, ticket: String, proof: Proof) throws -> ProofAnswer {
        try proof.lend { kind, challenge, code in
            try native.proveReset(account: account, ticket: ticket, proof: kind, challenge: challenge, code: code)
        }
    }

    /// Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors
    /// and freezes stay.
    public func finishReset(
        _ account: String, ticket: String, new: Secret, words: [String] = [], locale: Locale = .current
    ) throws -> PasswordAnswer {
        try new.lend {
            try native.finishReset(
                account: account, ticket: ticket, newPassword: $0, words: words, locale: locale.languageTag)
        }
    }
}
