import Foundation

/// Something typed or kept secret, in memory of its own that the library reads in place. Wiped with the last reference, or by
/// ``wipe()``.
///
/// ```swift
/// let answer = try security.signIn("alice", password: Secret(field.text ?? ""))
/// ```
public final class Secret: @unchecked Sendable {
    // Unchecked: every use of the bytes holds the lock.
    // Recursive: one secret may be lent twice to one call.
    private let lock = NSRecursiveLock()
    private let room: UnsafeMutableRawBufferPointer
    private var isWiped = false

    /// Copies text as UTF-8. What the caller holds stays the caller's.
    public convenience init(_ text: String) {
        var text = text
        // The bytes are good only inside the closure.
        self.init(room: text.withUTF8 { Self.copy(UnsafeRawBufferPointer($0)) })
    }

    /// Copies bytes and wipes those of the caller.
    public convenience init(wiping bytes: inout [UInt8]) {
        self.init(room: bytes.withUnsafeBytes { Self.copy($0) })
        bytes.withUnsafeMutableBytes { overwrite($0) }
    }

    /// Copies bytes and wipes those of the caller.
    public convenience init(wiping bytes: inout Data) {
        self.init(room: bytes.withUnsafeBytes { Self.copy($0) })
        bytes.wipe()
    }

    private init(room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    private static func copy(_ source: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        let own = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
        own.copyMemory(from: source)
        return own
    }

    deinit {
        overwrite(room)
        room.deallocate()
    }

    /// Wipes the bytes. Using it afterwards throws ``AccountSecurityError/closed``.
    public func wipe() {
        lock.withLock {
            overwrite(room)
            isWiped = true
        }
    }

    /// Lends two at once, always in one order: two threads that lend them crosswise would wait for each other.
    static func lend<T>(_ first: Secret, _ second: Secret, _ call: (Data, Data) throws -> T) throws -> T {
        if ObjectIdentifier(first) <= ObjectIdentifier(second) {
            return try first.lend { one in try second.lend { other in try call(one, other) } }
        }
        return try second.lend { other in try first.lend { one in try call(one, other) } }
    }

    /// Lends the bytes to one call, without a copy.
    func lend<T>(_ call: (Data) throws -> T) throws -> T {
        try lock.withLock {
            guard !isWiped else { throw AccountSecurityError.closed }
            return try calling { try call(Data.lending(room)) }
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tells nothing.
    public var description: String { "Secret(***)" }
    /// Tells nothing.
    public var debugDescription: String { description }
    /// Tells nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Data {
    /// Overwrites the bytes with zeros. Only the copy that this value holds alone: `Data` shares memory between copies.
    public mutating func wipe() {
        withUnsafeMutableBytes { overwrite($0) }
    }

    static func lending(_ bytes: UnsafeMutableRawBufferPointer) -> Data {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return Data() }
        return Data(bytesNoCopy: start, count: bytes.count, deallocator: .none)
    }
}

/// Overwrites with zeros. Written through a pointer that the compiler must believe to be read elsewhere.
@inline(never)
func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    for place in 0..<bytes.count { start.storeBytes(of: 0, toByteOffset: place, as: UInt8.self) }
    withExtendedLifetime(bytes) {}
}
