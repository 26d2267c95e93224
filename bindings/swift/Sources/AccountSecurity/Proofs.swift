import Foundation

/// A proof as the customer typed it.
public enum Proof: Sendable {
    /// An authenticator's code.
    case totp(Secret)
    /// A recovery code, in the groups it was shown in or without them.
    case recovery(Secret)
    /// A code that was sent; `challenge` is that of ``CodeSent``.
    case code(challenge: String, code: Secret)

    /// Lends a proof to one call: the name of its kind, its challenge, its code.
    func lend<T>(_ call: (String, String?, Data) throws -> T) throws -> T {
        switch self {
        case .totp(let code): try code.lend { try call("totp", nil, $0) }
        case .recovery(let code): try code.lend { try call("recovery", nil, $0) }
        case .code(let challenge, let code): try code.lend { try call("code", challenge, $0) }
        }
    }
}

/// What a ticket is for.
public enum Errand: String, Sendable, CaseIterable {
    /// The second factor of a sign-in.
    case signIn = "sign-in"
    /// Something delicate that a signed-in customer wants.
    case stepUp = "step-up"
    /// The second proof of a reset.
    case reset
}

extension Security {
    /// Sends a code to a registered contact, to be typed as a ``Proof/code(challenge:code:)``. `errand` is what the ticket is
    /// for.
    public func sendProofCode(
        _ account: String, errand: Errand, ticket: String, via: ContactKind, locale: Locale = .current
    ) throws -> CodeSentAnswer {
        try calling {
            try native.sendProofCode(
                account: account, errand: errand.rawValue, ticket: ticket, via: via.rawValue, locale: locale.languageTag)
        }
    }

    /// Gives the second factor of a sign-in. `remember` is the label of a device to remember.
    public func proveSignIn(
        _ account: String, ticket: String, proof: Proof, remember: String? = nil
    ) throws -> SignInAnswer {
        try proof.lend { kind, challenge, code in
            try native.proveSignIn(
                account: account, ticket: ticket, proof: kind, challenge: challenge, code: code, remember: remember)
        }
    }

    /// Opens a ticket for a signed-in customer who wants something delicate. The caller has made sure of the sign-in.
    public func beginStepUp(_ account: String) throws -> StepUpAnswer {
        try calling { try native.beginStepUp(account: account) }
    }

    /// Tries a proof for a step-up. The ticket of a complete one goes into the delicate call, once.
    public func proveStepUp(_ account: String, ticket: String, proof: Proof) throws -> ProofAnswer {
        try proof.lend { kind, challenge, code in
            try native.proveStepUp(account: account, ticket: ticket, proof: kind, challenge: challenge, code: code)
        }
    }
}
