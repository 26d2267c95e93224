/// The look-up key and numbered root keys, 32 random bytes each, from the keychain. Wiped with the last reference.
public final class Keys: Sendable {
    let native: NativeKeys

    /// One look-up key and the root key in force, with its number. Throws ``AccountSecurityError/invalidArgument(field:what:)``
    /// for keys that are not 32 bytes.
    public init(lookup: Secret, currentID: UInt32, root: Secret) throws {
        native = try Secret.lend(lookup, root) { try NativeKeys(lookup: $0, currentId: currentID, root: $1) }
    }

    /// Adds a retired root key, which opens what was written under it.
    public func addRetired(id: UInt32, root: Secret) throws {
        try root.lend { try native.addRetired(id: id, root: $0) }
    }
}
