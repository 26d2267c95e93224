import Foundation

/// Answers as canonical JSON, member by member; see tests/scenarios/STORIES.md.
enum Canonical {
    static func of(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        switch value {
        case let text as String: return self.text(text)
        case let yes as Bool: return yes ? "true" : "false"
        case let number as any BinaryInteger: return String(describing: number)
        case let members as [String: Any]: return object(members)
        case let items as [Any]: return "[" + items.map(of).joined(separator: ",") + "]"
        case is Void: return "{}"
        default: break
        }
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { of($0.value) } ?? "null"
        case .enum: return object(variant(value, mirror))
        default: return object(members(mirror))
        }
    }

    private static func variant(_ value: Any, _ mirror: Mirror) -> [String: Any] {
        guard let payload = mirror.children.first, let name = payload.label else {
            return ["kind": snake(String(describing: value))]
        }
        let inside = Mirror(reflecting: payload.value)
        var found = inside.displayStyle == .tuple ? members(inside) : [:]
        found["kind"] = snake(name)
        return found
    }

    private static func members(_ mirror: Mirror) -> [String: Any] {
        var found: [String: Any] = [:]
        for child in mirror.children {
            if let label = child.label { found[snake(label)] = child.value }
        }
        return found
    }

    private static func object(_ members: [String: Any]) -> String {
        let names = members.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        return "{" + names.map { text($0) + ":" + of(members[$0] as Any) }.joined(separator: ",") + "}"
    }

    private static func text(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                out += "\\"
                out.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    private static func snake(_ name: String) -> String {
        var out = ""
        for character in name {
            if character.isUppercase { out += "_" }
            out += character.lowercased()
        }
        return out
    }
}
