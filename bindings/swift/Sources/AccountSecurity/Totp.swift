import Foundation

#if canImport(AccountSecurityFFI)
    import AccountSecurityFFI
#endif

/// An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped with the last reference.
public final class TotpEnrolment: Sendable {
    private let native: NativeTotpEnrolment

    init(_ native: NativeTotpEnrolment) {
        self.native = native
    }

    /// Names the authenticator in lists and events.
    public func credential() throws -> String {
        try calling { try native.credential() }
    }

    /// Until when it can be confirmed, in milliseconds since 1970.
    public func expiresAtMs() throws -> Int64 {
        try calling { try native.expiresAtMs() }
    }

    /// Lends the key URI in UTF-8 to `use` and wipes it. It holds the secret.
    public func withURI<T>(_ use: (UnsafeRawBufferPointer) throws -> T) throws -> T {
        try lending(
            { uniffi_account_security_fn_method_nativetotpenrolment_uri(native.uniffiCloneHandle(), $0) }, to: use)
    }

    /// Lends the QR code to `use` and wipes it. It holds the secret.
    public func withQR<T>(_ use: (QRModules) throws -> T) throws -> T {
        try lending(
            { uniffi_account_security_fn_method_nativetotpenrolment_qr_modules(native.uniffiCloneHandle(), $0) },
            to: { try use(QRModules(modules: $0)) })
    }

    /// The same secret as a token of this device, without its leaving the library.
    public func softToken() throws -> SoftToken {
        SoftToken(try calling { try native.softToken() })
    }
}

/// A QR code, module by module: draw it with four light modules around it. Good only inside ``TotpEnrolment/withQR(_:)``.
public struct QRModules {
    private let modules: UnsafeRawBufferPointer

    init(modules: UnsafeRawBufferPointer) {
        self.modules = modules
        size = Int(Double(modules.count).squareRoot().rounded())
    }

    /// Modules in a row.
    public let size: Int

    /// Whether a module is dark. Outside the code all is light, as the margin around it is.
    public func isDark(row: Int, column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && modules[row * size + column] == 1
    }
}

/// The phone as an authenticator. The secret is wiped with the last reference.
public final class SoftToken: Sendable {
    private let native: NativeSoftToken

    init(_ native: NativeSoftToken) {
        self.native = native
    }

    /// Reads a key URI as scanned from a QR code.
    public convenience init(uri: Secret) throws {
        self.init(try uri.lend { try NativeSoftToken.fromUri(uri: $0) })
    }

    /// Who offers the account, if the URI says so.
    public func issuer() throws -> String? {
        try calling { try native.issuer() }
    }

    /// The account's name.
    public func account() throws -> String {
        try calling { try native.account() }
    }

    /// What was unusual about the URI.
    public func warnings() throws -> [String] {
        try calling { try native.warnings() }
    }

    /// The code at a moment, in milliseconds since 1970.
    public func code(atMs now: Int64) throws -> SoftCode {
        try calling { try native.codeAt(nowMs: now) }
    }

    /// The code now.
    public func code(at now: Date = Date()) throws -> SoftCode {
        try code(atMs: Int64(now.timeIntervalSince1970 * 1_000))
    }
}
