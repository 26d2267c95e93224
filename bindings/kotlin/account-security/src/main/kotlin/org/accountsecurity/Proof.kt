package org.accountsecurity

import java.nio.ByteBuffer

/** A proof as the customer typed it. Nothing of it is shown by `toString`. */
public sealed interface Proof {
    /** What was typed. Whoever made it closes it. */
    public val code: Secret

    /** An authenticator's code. */
    public class Totp(override val code: Secret) : Proof

    /** A recovery code, in the groups it was shown in or without them. */
    public class Recovery(override val code: Secret) : Proof

    /** A code that was sent. */
    public class Code(
        /** The challenge it answers, from [CodeSent.challenge]. */
        public val challenge: String,
        override val code: Secret,
    ) : Proof
}

/** Lends a proof to one call: the name of its kind, its challenge, its code. */
internal inline fun <T> Proof.lend(call: (String, String?, ByteBuffer) -> T): T =
    when (this) {
        is Proof.Totp -> code.lend { call("totp", null, it) }
        is Proof.Recovery -> code.lend { call("recovery", null, it) }
        is Proof.Code -> code.lend { call("code", challenge, it) }
    }

/** What a ticket is for. */
public enum class Errand(internal val spelling: String) {
    /** The second factor of a sign-in. */
    SIGN_IN("sign-in"),

    /** Something delicate that a signed-in customer wants. */
    STEP_UP("step-up"),

    /** The second proof of a reset. */
    RESET("reset"),
}
