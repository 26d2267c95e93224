#if canImport(AccountSecurityFFI)
    import AccountSecurityFFI
#endif

/// Asks the library for bytes and lends them to `use` where they lie; the library wipes what it frees. The generated code would
/// copy them into an array that nobody wipes.
func lending<T>(
    _ ask: (UnsafeMutablePointer<RustCallStatus>) -> RustBuffer, to use: (UnsafeRawBufferPointer) throws -> T
) throws -> T {
    var status = RustCallStatus()
    let answer = ask(&status)
    guard status.code == 0 else { throw refusal(status) }
    defer { free(answer) }
    // Their number stands before them, in four bytes.
    let all = UnsafeRawBufferPointer(start: answer.data, count: Int(answer.len))
    return try use(UnsafeRawBufferPointer(rebasing: all.dropFirst(4)))
}

private func refusal(_ status: RustCallStatus) -> any Error {
    guard status.code == 1 else {
        // Its text may tell what it must not; it ends here.
        free(status.errorBuf)
        return AccountSecurityError.internalFault
    }
    do {
        return try calling { throw try FfiConverterTypeShellError_lift(status.errorBuf) }
    } catch {
        return error
    }
}

private func free(_ buffer: RustBuffer) {
    var status = RustCallStatus()
    ffi_account_security_rustbuffer_free(buffer, &status)
}
