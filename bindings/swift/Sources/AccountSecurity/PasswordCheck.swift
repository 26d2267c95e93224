import Foundation

/// Judges passwords while they are typed. Needs no ``Security``.
public enum PasswordCheck {
    /// Judges a typed password, rule by rule, for a live check-list. The server decides with the same rules.
    ///
    /// - Parameters:
    ///   - policy: the name of a policy, e.g. `card_default`
    ///   - words: what the password must not contain (name, phone, e-mail); `nil` = not known here, so that rule is not checked
    public static func evaluate(
        policy: String, typed: Secret, words: [String]? = nil, locale: Locale = .current
    ) throws -> PasswordReport {
        try typed.lend {
            try evaluatePassword(policy: policy, typed: $0, words: words, locale: locale.languageTag)
        }
    }
}

/// The library underneath. No type has the module's name, so `AccountSecurity.Secret` says which `Secret` is meant in an app
/// that has two.
public enum NativeLibrary {
    /// Its version.
    public static func version() throws -> String {
        try calling { try nativeVersion() }
    }
}
