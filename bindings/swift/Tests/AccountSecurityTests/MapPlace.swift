import AccountSecurity
import Foundation

/// The smallest place: a sorted list.
final class MapPlace: Place, @unchecked Sendable {
    private let lock = NSLock()
    private var entries: [(name: [UInt8], bytes: Data)] = []

    func get(name: Data) throws -> Data? {
        lock.withLock { find([UInt8](name)).map { entries[$0].bytes } }
    }

    func list(from: Data, to: Data, limit: UInt32) throws -> [PlaceEntry] {
        let (from, to) = ([UInt8](from), [UInt8](to))
        return lock.withLock {
            entries.filter { !$0.name.lexicographicallyPrecedes(from) && $0.name.lexicographicallyPrecedes(to) }
                .prefix(Int(limit))
                .map { PlaceEntry(name: Data($0.name), bytes: $0.bytes) }
        }
    }

    func apply(conditions: [PlaceCondition], changes: [PlaceChange]) throws -> Bool {
        lock.withLock {
            let hold = conditions.allSatisfy { find([UInt8]($0.name)).map { entries[$0].bytes } == $0.bytes }
            guard hold else { return false }
            for change in changes {
                let name = [UInt8](change.name)
                entries.removeAll { $0.name == name }
                if let bytes = change.bytes {
                    let place = entries.firstIndex { name.lexicographicallyPrecedes($0.name) } ?? entries.count
                    entries.insert((name, bytes), at: place)
                }
            }
            return true
        }
    }

    private func find(_ name: [UInt8]) -> Int? {
        entries.firstIndex { $0.name == name }
    }
}
