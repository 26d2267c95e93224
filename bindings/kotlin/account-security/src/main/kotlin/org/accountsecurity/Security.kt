package org.accountsecurity

import java.util.Locale

/**
 * Everything that is asked about accounts. May be used by many threads at once; [close] gives the store back.
 *
 * Calls block: those that hash a password ([signUp], [signIn]) for tens of milliseconds. `signUpSuspending` and `signInSuspending` leave the caller's
 * thread free. Every method throws [AccountSecurityException].
 */
public class Security internal constructor(private val native: NativeSecurity) : AutoCloseable {
    /**
     * Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the
     * password must not contain beside the contact and the name.
     */
    @JvmOverloads
    public fun signUp(
        account: String,
        password: Secret,
        words: List<String>,
        contact: String,
        locale: Locale = Locale.getDefault(),
    ): SignUpAnswer =
        password.lend { native.signUp(account, it, words, contact, locale.toLanguageTag()) }

    /** Tries the code that a registered contact received. */
    public fun confirmContact(account: String, via: ContactKind, challenge: String, code: Secret): CodeAnswer =
        code.lend { native.confirmContact(account, via.spelling, challenge, it) }

    /** Signs in with a password. `deviceToken` is what a remembered device was given. */
    @JvmOverloads
    public fun signIn(account: String, password: Secret, deviceToken: String? = null): SignInAnswer =
        password.lend { native.signIn(account, it, deviceToken) }

    /** Sends a code for the second factor of a sign-in. */
    @JvmOverloads
    public fun sendSignInCode(
        account: String,
        ticket: String,
        via: ContactKind,
        locale: Locale = Locale.getDefault(),
    ): CodeSentAnswer =
        calling { native.sendSignInCode(account, ticket, via.spelling, locale.toLanguageTag()) }

    /** Gives a code that was sent as the second factor. `remember` is the label of a device to remember. */
    @JvmOverloads
    public fun proveSignInByCode(
        account: String,
        ticket: String,
        challenge: String,
        code: Secret,
        remember: String? = null,
    ): SignInAnswer =
        code.lend { native.proveSignInByCode(account, ticket, challenge, it, remember) }

    /** Gives an authenticator's code as the second factor. `remember` is the label of a device to remember. */
    @JvmOverloads
    public fun proveSignInByTotp(
        account: String,
        ticket: String,
        code: Secret,
        remember: String? = null,
    ): SignInAnswer =
        code.lend { native.proveSignInByTotp(account, ticket, it, remember) }

    /**
     * Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove
     * something already.
     */
    @JvmOverloads
    public fun enrolTotp(account: String, issuer: String, accountName: String, ticket: String? = null): TotpEnrolment =
        calling { TotpEnrolment(native.enrolTotp(account, issuer, accountName, ticket)) }

    /** Confirms the waiting authenticator with its first code. */
    public fun confirmTotp(account: String, code: Secret): TotpAnswer =
        code.lend { native.confirmTotp(account, it) }

    /** Verifies an authenticator's code and spends its step. */
    public fun verifyTotp(account: String, code: Secret): TotpAnswer =
        code.lend { native.verifyTotp(account, it) }

    /** Sends a code that approves one payment to a phone number or e-mail address. */
    @JvmOverloads
    public fun sendPaymentCode(
        account: String,
        contact: String,
        payment: PaymentBinding,
        locale: Locale = Locale.getDefault(),
    ): CodeSentAnswer =
        calling { native.sendPaymentCode(account, contact, payment, locale.toLanguageTag()) }

    /** Tries the code of a payment, which must be the very payment it was sent for. */
    public fun verifyPaymentCode(
        account: String,
        contact: String,
        challenge: String,
        payment: PaymentBinding,
        code: Secret,
    ): CodeAnswer =
        code.lend { native.verifyPaymentCode(account, contact, challenge, payment, it) }

    /** Judges a payment. If it throws, do not let the payment pass. */
    public fun assess(account: String, payment: PaymentInput): PaymentAnswer =
        calling { native.assess(account, payment) }

    /**
     * Judges payments in the order given, in one call. What cannot be judged ends the batch; what was judged before it
     * stays judged.
     */
    public fun assessMany(account: String, payments: List<PaymentInput>): List<PaymentAnswer> =
        calling { native.assessMany(account, payments) }

    /** Learns whether a payment was fraud, however late. */
    public fun label(account: String, txId: String, isFraud: Boolean): Unit =
        calling { native.label(account, txId, isFraud) }

    /** Why a payment of this direction fails now, as the customer may know it; empty = nothing known stands in its way. */
    @JvmOverloads
    public fun diagnose(account: String, direction: Direction, locale: Locale = Locale.getDefault()): List<CauseLine> =
        calling { native.diagnose(account, direction.spelling, locale.toLanguageTag()) }

    /** Places a freeze. */
    public fun freeze(account: String, freeze: FreezeInput): FreezePlaced =
        calling { native.freeze(account, freeze) }

    /** Everything but receiving, closed at once by the owner: "freeze my account now". */
    public fun freezeNow(account: String): FreezePlaced =
        calling { native.freezeNow(account) }

    /** Asks for a lift that another agent has to approve. */
    @JvmOverloads
    public fun requestLift(
        account: String,
        freeze: String,
        actor: String,
        asAuthority: String,
        release: String? = null,
    ): LiftAnswer =
        calling { native.requestLift(account, freeze, actor, asAuthority, release) }

    /** Lifts one freeze, or approves another agent's request to. */
    @JvmOverloads
    public fun lift(
        account: String,
        freeze: String,
        actor: String,
        asAuthority: String,
        release: String? = null,
    ): LiftAnswer =
        calling { native.lift(account, freeze, actor, asAuthority, release) }

    /** Stable names of what the account may not do now. If it throws, treat everything as closed. */
    public fun restriction(account: String): List<String> =
        calling { native.restriction(account) }

    /** Up to `limit` events from `fromSeq` (1 = the first) on, oldest first. */
    public fun history(account: String, fromSeq: Long, limit: Int): List<HistoryLine> =
        calling { native.history(account, natural("from_seq", fromSeq).toULong(), natural("limit", limit.toLong()).toUInt()) }

    /** Checks the account's audit chain. */
    public fun verifyAccount(account: String): VerdictAnswer =
        calling { native.verifyAccount(account) }

    /** Messages that wait to be sent, oldest first. They stay until [delivered]. */
    public fun drain(limit: Int): List<Message> =
        calling { native.drain(natural("limit", limit.toLong()).toUInt()) }

    /**
     * Removes up to `limit` cells whose time is over, says how many: counts of messages and of unknown names, which anybody
     * can make. Call it every hour or so.
     */
    public fun purgeExpired(limit: Int): Int =
        calling { native.purgeExpired(natural("limit", limit.toLong()).toUInt()).toInt() }

    /** Forgets delivered messages. */
    public fun delivered(ids: List<String>): Unit =
        calling { native.delivered(ids) }

    /** How many digits a payment's code has. */
    public val paymentCodeDigits: Int get() = calling { native.paymentCodeDigits().toInt() }

    override fun close(): Unit = native.close()

    private fun natural(field: String, number: Long): Long =
        if (number >= 0) number else throw AccountSecurityException.InvalidArgument(field, "a number from 0 on")

    public companion object {
        /** Over an SQLite file, which is created where it is not. Without a time source the system's clock counts. */
        @JvmStatic
        @JvmOverloads
        public fun inSqlite(path: String, keys: Keys, time: TimeSource? = null): Security =
            Security(keys.lend { NativeSecurity.inSqlite(path, it, time?.let(::SafeTime)) })

        /** Over a store in memory, gone with the object. */
        @JvmStatic
        @JvmOverloads
        public fun inMemory(keys: Keys, time: TimeSource? = null): Security =
            Security(keys.lend { NativeSecurity.inMemory(it, time?.let(::SafeTime)) })

        /** Over a place of the app's own. */
        @JvmStatic
        @JvmOverloads
        public fun inPlace(place: Place, keys: Keys, time: TimeSource? = null): Security =
            Security(keys.lend { NativeSecurity.inPlace(SafePlace(place), it, time?.let(::SafeTime)) })

        /** For tests and replays alone: in memory, a hash that costs nothing, randomness that follows from `seed`. */
        @JvmStatic
        public fun dangerousSeededInMemory(keys: Keys, time: TimeSource?, seed: Long): Security =
            Security(keys.lend { NativeSecurity.dangerousSeededInMemory(it, time?.let(::SafeTime), seed.toULong()) })

        /** For tests and replays alone: as [dangerousSeededInMemory], over a place of the app's own. */
        @JvmStatic
        public fun dangerousSeededInPlace(place: Place, keys: Keys, time: TimeSource?, seed: Long): Security =
            Security(keys.lend { NativeSecurity.dangerousSeededInPlace(SafePlace(place), it, time?.let(::SafeTime), seed.toULong()) })
    }
}

/** Which registered contact. */
public enum class ContactKind(internal val spelling: String) {
    /** The phone number. */
    PHONE("phone"),

    /** The e-mail address. */
    EMAIL("email"),
}

/** Which way money goes. */
public enum class Direction(
    /** As [PaymentInput.direction] spells it. */
    public val spelling: String,
) {
    /** From the account. */
    OUT("out"),

    /** To the account. */
    IN("in"),

    /** Back from a merchant. */
    REFUND("refund"),

    /** Back from the system. */
    REVERSAL("reversal"),
}
