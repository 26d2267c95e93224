#if canImport(AccountSecurityFFI)
    import AccountSecurityFFI
#endif

/// New recovery codes, to be shown once; wiped with the last reference.
public final class RecoveryCodes: Sendable {
    private let native: NativeRecoveryCodes

    init(_ native: NativeRecoveryCodes) {
        self.native = native
    }

    /// How often codes were drawn by now.
    public func generation() throws -> UInt32 {
        try calling { try native.generation() }
    }

    /// Lends the codes to `use`, in ASCII, one a line, and wipes them. They are secrets.
    public func withText<T>(_ use: (UnsafeRawBufferPointer) throws -> T) throws -> T {
        try lending(
            { uniffi_account_security_fn_method_nativerecoverycodes_text(native.uniffiCloneHandle(), $0) }, to: use)
    }
}
