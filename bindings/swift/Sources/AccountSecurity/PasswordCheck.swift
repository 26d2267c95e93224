import Foundation

/// Calls that need no object.
public enum AccountSecurity {
    /// Judges a typed password, rule by rule, for a live check-list. The server decides with the same rules.
    ///
    /// - Parameters:
    ///   - policy: the name of a policy, e.g. `card_default`
    ///   - words: what the password must not contain (name, phone, e-mail); `nil` = not known here, so that rule is not checked
    public static func evaluatePassword(
        policy: String, typed: Secret, words: [String]? = nil, locale: Locale = .current
    ) throws -> PasswordReport {
        try typed.lend {
            try AccountSecurityNative.evaluate(policy: policy, typed: $0, words: words, locale: locale.languageTag)
        }
    }

    /// The version of the native library.
    public static func version() throws -> String {
        try calling { try nativeVersion() }
    }
}

/// Reaches the generated function past the one of the same name.
enum AccountSecurityNative {
    static func evaluate(policy: String, typed: Data, words: [String]?, locale: String) throws -> PasswordReport {
        try evaluatePassword(policy: policy, typed: typed, words: words, locale: locale)
    }
}
