package org.accountsecurity

import java.util.Locale

/**
 * Everything that is asked about accounts. May be used by many threads at once; [close] gives the store back.
 *
 * Calls block: those that hash a password ([signUp], [signIn], [changePassword], [setPasswordAtSignIn], [finishReset],
 * [liftOwnFreeze]) for tens of milliseconds. Their forms in `...Suspending` leave the caller's thread free. Every method throws
 * [AccountSecurityException].
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

    /** Sends a code that is to confirm a registered contact, for the first time or again. */
    @JvmOverloads
    public fun sendConfirmation(account: String, via: ContactKind, locale: Locale = Locale.getDefault()): CodeSentAnswer =
        calling { native.sendConfirmation(account, via.spelling, locale.toLanguageTag()) }

    /** Sends a code to a registered contact, to be typed as a [Proof.Code]. `errand` is what the ticket is for. */
    @JvmOverloads
    public fun sendProofCode(
        account: String,
        errand: Errand,
        ticket: String,
        via: ContactKind,
        locale: Locale = Locale.getDefault(),
    ): CodeSentAnswer =
        calling { native.sendProofCode(account, errand.spelling, ticket, via.spelling, locale.toLanguageTag()) }

    /** Gives the second factor of a sign-in. `remember` is the label of a device to remember. */
    @JvmOverloads
    public fun proveSignIn(account: String, ticket: String, proof: Proof, remember: String? = null): SignInAnswer =
        proof.lend { kind, challenge, code -> native.proveSignIn(account, ticket, kind, challenge, code, remember) }

    /** Opens a ticket for a signed-in customer who wants something delicate. The caller has made sure of the sign-in. */
    public fun beginStepUp(account: String): StepUpAnswer =
        calling { native.beginStepUp(account) }

    /** Tries a proof for a step-up. The ticket of a complete one goes into the delicate call, once. */
    public fun proveStepUp(account: String, ticket: String, proof: Proof): ProofAnswer =
        proof.lend { kind, challenge, code -> native.proveStepUp(account, ticket, kind, challenge, code) }

    /**
     * Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not
     * contain beside the name and the registered contacts; `deviceToken` is what a remembered device was given.
     */
    @JvmOverloads
    public fun changePassword(
        account: String,
        current: Secret,
        new: Secret,
        words: List<String> = emptyList(),
        deviceToken: String? = null,
        locale: Locale = Locale.getDefault(),
    ): PasswordAnswer =
        Secret.lend(current, new) { old, fresh ->
            native.changePassword(account, old, fresh, words, deviceToken, locale.toLanguageTag())
        }

    /**
     * Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the
     * label of a device to remember.
     */
    @JvmOverloads
    public fun setPasswordAtSignIn(
        account: String,
        ticket: String,
        new: Secret,
        words: List<String> = emptyList(),
        remember: String? = null,
        locale: Locale = Locale.getDefault(),
    ): PasswordAnswer =
        new.lend { native.setPasswordAtSignIn(account, ticket, it, words, remember, locale.toLanguageTag()) }

    /** Begins the reset of a forgotten password; a code goes to `via`. The answer is the same for every name. */
    @JvmOverloads
    public fun beginReset(account: String, via: ContactKind, locale: Locale = Locale.getDefault()): ResetStarted =
        calling { native.beginReset(account, via.spelling, locale.toLanguageTag()) }

    /** Tries the code of a reset. Where the account can prove more, one more proof is needed: [proveReset]. */
    public fun verifyReset(account: String, challenge: String, code: Secret): ProofAnswer =
        code.lend { native.verifyReset(account, challenge, it) }

    /** Tries the second proof of a reset. */
    public fun proveReset(account: String, ticket: String, proof: Proof): ProofAnswer =
        proof.lend { kind, challenge, code -> native.proveReset(account, ticket, kind, challenge, code) }

    /**
     * Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors
     * and freezes stay.
     */
    @JvmOverloads
    public fun finishReset(
        account: String,
        ticket: String,
        new: Secret,
        words: List<String> = emptyList(),
        locale: Locale = Locale.getDefault(),
    ): PasswordAnswer =
        new.lend { native.finishReset(account, ticket, it, words, locale.toLanguageTag()) }

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

    /** Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in. */
    public fun resyncTotp(account: String, first: Secret, second: Secret): TotpResyncAnswer =
        Secret.lend(first, second) { one, other -> native.resyncTotp(account, one, other) }

    /**
     * Takes an authenticator away; says whether there was such a one. `ticket` is a complete step-up; one that was never
     * confirmed goes without.
     */
    @JvmOverloads
    public fun revokeTotp(account: String, credential: String, ticket: String? = null): Boolean =
        calling { native.revokeTotp(account, credential, ticket) }

    /**
     * Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
     * something already.
     */
    @JvmOverloads
    public fun generateRecoveryCodes(account: String, ticket: String? = null): RecoveryCodes =
        calling { RecoveryCodes(native.generateRecoveryCodes(account, ticket)) }

    /**
     * Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new` is a
     * phone number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has
     * one.
     */
    @JvmOverloads
    public fun beginContactChange(
        account: String,
        new: String,
        ticket: String? = null,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        calling { native.beginContactChange(account, new, ticket, locale.toLanguageTag()) }

    /** Sends the code of a change again, to the contact whose turn it is. */
    @JvmOverloads
    public fun sendContactCode(account: String, change: String, locale: Locale = Locale.getDefault()): ContactAnswer =
        calling { native.sendContactCode(account, change, locale.toLanguageTag()) }

    /** Tries the code of the contact in force; a code goes to the new one. */
    @JvmOverloads
    public fun proveOldContact(
        account: String,
        change: String,
        code: Secret,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        code.lend { native.proveOldContact(account, change, it, locale.toLanguageTag()) }

    /** Tries the code of the new contact; the cooling-off begins. */
    @JvmOverloads
    public fun proveNewContact(
        account: String,
        change: String,
        code: Secret,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        code.lend { native.proveNewContact(account, change, it, locale.toLanguageTag()) }

    /** Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets and the steps of a change do so by themselves. */
    @JvmOverloads
    public fun finishContactChange(account: String, change: String, locale: Locale = Locale.getDefault()): ContactAnswer =
        calling { native.finishContactChange(account, change, locale.toLanguageTag()) }

    /** Calls a change off for the signed-in owner. */
    @JvmOverloads
    public fun cancelContactChange(account: String, change: String, locale: Locale = Locale.getDefault()): ContactAnswer =
        calling { native.cancelContactChange(account, change, locale.toLanguageTag()) }

    /** Calls a change off for whoever holds the handle of a warning, without a sign-in. */
    @JvmOverloads
    public fun cancelContactChangeByHandle(account: String, handle: String, locale: Locale = Locale.getDefault()): ContactAnswer =
        calling { native.cancelContactChangeByHandle(account, handle, locale.toLanguageTag()) }

    /** Reports a contact lost that `new` is to replace. `ticket` is a step-up with what the owner can still prove or, where only the password is left, of a sign-in under way. */
    @JvmOverloads
    public fun beginLostContactChange(
        account: String,
        new: String,
        ticket: String,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        calling { native.beginLostContactChange(account, new, ticket, locale.toLanguageTag()) }

    /** Records how an agent made sure who reports the loss. Another agent has to approve. */
    @JvmOverloads
    public fun recordIdentityCheck(
        account: String,
        change: String,
        identity: IdentityInput,
        actor: String,
        asAuthority: String,
        caseRef: String? = null,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        calling {
            native.recordIdentityCheck(account, change, identity, actor, asAuthority, caseRef, locale.toLanguageTag())
        }

    /** Another agent approves the identity check; then the owner asks for the new contact's code with [sendContactCode]. */
    @JvmOverloads
    public fun approveLostContact(
        account: String,
        change: String,
        actor: String,
        asAuthority: String,
        locale: Locale = Locale.getDefault(),
    ): ContactAnswer =
        calling { native.approveLostContact(account, change, actor, asAuthority, locale.toLanguageTag()) }

    /** The registered contacts as their signed-in owner is shown them, and the change of one that is under way. */
    public fun registeredContacts(account: String): RegisteredContacts =
        calling { native.registeredContacts(account) }

    /** The owner says that the contacts shown are right; `false` = they are others by now, show them again. */
    public fun confirmRegisteredContacts(account: String, phoneMasked: String?, emailMasked: String?): Boolean =
        calling { native.confirmRegisteredContacts(account, phoneMasked, emailMasked) }

    /** Reminds the owner to look over the registered contacts, where that is due; says whether a reminder is on its way. */
    public fun remindReview(account: String): Boolean =
        calling { native.remindReview(account) }

    /**
     * Sends a code that approves one payment to a confirmed contact of the account: `phone` or `email` for the one that is
     * registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
     */
    @JvmOverloads
    public fun sendPaymentCode(
        account: String,
        contact: String,
        payment: PaymentBinding,
        locale: Locale = Locale.getDefault(),
    ): CodeSentAnswer =
        calling { native.sendPaymentCode(account, contact, payment, locale.toLanguageTag()) }

    /** Sends another code for a payment whose challenge is open. `contact` as before. */
    @JvmOverloads
    public fun resendPaymentCode(
        account: String,
        contact: String,
        challenge: String,
        payment: PaymentBinding,
        locale: Locale = Locale.getDefault(),
    ): CodeSentAnswer =
        calling { native.resendPaymentCode(account, contact, challenge, payment, locale.toLanguageTag()) }

    /** Tries the code of a payment, which must be the very payment it was sent for. `contact` as when it was sent. */
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
     * Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (no `actor`), or
     * one that was held, once [actor] looked at it, whose authority [asAuthority] is at least `agent`. Until then its payee, device, country and place stay new, and a held payment
     * counts as not spent. [payment] is the payment as it was judged. If it throws, do not let the payment pass.
     */
    @JvmOverloads
    public fun releasePayment(
        account: String,
        payment: PaymentInput,
        actor: String? = null,
        asAuthority: String? = null,
    ): ReleaseAnswer = calling { native.releasePayment(account, payment, actor, asAuthority) }

    /**
     * Judges payments in the order given, in one call. All are read before any is judged: one that cannot be a payment throws,
     * with its place in the field (`payments[3].currency`), and changes nothing. A fault later on is [BatchAnswer.stopped]; what
     * was judged before it stays judged and is in [BatchAnswer.answers]. Those that have no answer are denied.
     */
    public fun assessMany(account: String, payments: List<PaymentInput>): BatchAnswer =
        calling { native.assessMany(account, payments) }

    /** Learns whether a payment was fraud, however late. */
    public fun label(account: String, txId: String, isFraud: Boolean): Unit =
        calling { native.label(account, txId, isFraud) }

    /** Why a new payment of this direction fails now, as the customer may know it; where nothing is known, one cause says so. */
    @JvmOverloads
    public fun diagnose(account: String, direction: Direction, locale: Locale = Locale.getDefault()): List<CauseLine> =
        diagnose(account, PaymentQuestion(direction.spelling), locale)

    /** [diagnose] with what the app found out, and with the payment where it was judged: a hold for review is a cause. */
    @JvmOverloads
    public fun diagnose(
        account: String,
        question: PaymentQuestion,
        locale: Locale = Locale.getDefault(),
    ): List<CauseLine> =
        calling { native.diagnose(account, question, locale.toLanguageTag()) }

    /**
     * Asks whether a payment that was judged and is not settled yet may settle now. If it throws, hold the payment. What holds
     * it is not for the customer; [SettleAnswer.Hold.causes] is.
     */
    @JvmOverloads
    public fun settlePending(account: String, txId: String, locale: Locale = Locale.getDefault()): SettleAnswer =
        calling { native.settlePending(account, txId, locale.toLanguageTag()) }

    /** Places a freeze. */
    public fun freeze(account: String, freeze: FreezeInput): FreezePlaced =
        calling { native.freeze(account, freeze) }

    /** Paying and changes of profile and factors, closed at once: "freeze my account now". Signing in and receiving stay open. */
    public fun freezeNow(account: String): FreezePlaced =
        calling { native.freezeNow(account) }

    /**
     * Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `deviceToken` is what
     * a remembered device was given.
     */
    @JvmOverloads
    public fun liftOwnFreeze(
        account: String,
        freeze: String,
        ticket: String,
        password: Secret,
        deviceToken: String? = null,
        locale: Locale = Locale.getDefault(),
    ): LiftAnswer =
        password.lend { native.liftOwnFreeze(account, freeze, ticket, it, deviceToken, locale.toLanguageTag()) }

    /**
     * Asks for a lift that another agent has to approve. `identity` is how the agent made sure that it is the owner who asks,
     * needed for the lift of an owner's own freeze.
     */
    @JvmOverloads
    public fun requestLift(
        account: String,
        freeze: String,
        actor: String,
        asAuthority: String,
        release: String? = null,
        identity: IdentityInput? = null,
        locale: Locale = Locale.getDefault(),
    ): LiftAnswer =
        calling { native.requestLift(account, freeze, actor, asAuthority, release, identity, locale.toLanguageTag()) }

    /** Lifts one freeze, or approves another agent's request to. `identity` as in [requestLift]. */
    @JvmOverloads
    public fun lift(
        account: String,
        freeze: String,
        actor: String,
        asAuthority: String,
        release: String? = null,
        identity: IdentityInput? = null,
        locale: Locale = Locale.getDefault(),
    ): LiftAnswer =
        calling { native.lift(account, freeze, actor, asAuthority, release, identity, locale.toLanguageTag()) }

    /** The freezes in force that the owner may be shown, without who placed them. [restriction] tells of all that is closed. */
    @JvmOverloads
    public fun freezes(account: String, locale: Locale = Locale.getDefault()): List<FreezeLine> =
        calling { native.freezes(account, locale.toLanguageTag()) }

    /**
     * Every freeze on record, for the support desk alone: planned and ended ones, and those that the owner must not learn of
     * ([FreezeLine.isTold]). Telling of such a one may be an offence.
     */
    @JvmOverloads
    public fun allFreezes(account: String, locale: Locale = Locale.getDefault()): List<FreezeLine> =
        calling { native.allFreezes(account, locale.toLanguageTag()) }

    /** The devices that are known to an account, the longest unseen first. `deviceToken` is what this device was given, if it was. */
    @JvmOverloads
    public fun devices(account: String, deviceToken: String? = null): List<DeviceLine> =
        calling { native.devices(account, deviceToken) }

    /** Makes a known device ([DeviceLine.device]) a stranger: lost, sold, not the owner's. Says whether it was known. */
    public fun forgetDevice(account: String, device: String): Boolean =
        calling { native.forgetDevice(account, device) }

    /**
     * Forgets the wrong tries of one kind of proof, a hard lock included, after an identity check. `proof` is `password` or
     * `second-factor`.
     */
    public fun clearLockout(
        account: String,
        proof: String,
        actor: String,
        asAuthority: String,
        identity: IdentityInput,
    ): ClearAnswer =
        calling { native.clearLockout(account, proof, actor, asAuthority, identity) }

    /** Takes down what a customer reports as lost or not authorised. It freezes nothing: offer that beside it. */
    public fun reportUnauthorised(account: String, report: ReportInput): ReportAnswer =
        calling { native.reportUnauthorised(account, report) }

    /** Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`. */
    public fun closeReport(
        account: String,
        report: String,
        outcome: String,
        actor: String,
        asAuthority: String,
    ): ReportAnswer =
        calling { native.closeReport(account, report, outcome, actor, asAuthority) }

    /** Tells the owner of freezes that ended by themselves, each once, and says when to look again. */
    public fun tellFreezesEnded(account: String): FreezesEndedAnswer =
        calling { native.tellFreezesEnded(account) }

    /**
     * Seals up to `limit` cells behind `after` anew that are not under the current key. Begin with `null`, go on with the
     * answer's `last`; accounts may be used meanwhile.
     */
    public fun rotateKeys(after: String?, limit: Int): RotationAnswer =
        calling { native.rotateKeys(after, natural("limit", limit.toLong()).toUInt()) }

    /** Stable names of what the account may not do now. If it throws, treat everything as closed. */
    public fun restriction(account: String): List<String> =
        calling { native.restriction(account) }

    /**
     * Up to `limit` events from `fromSeq` (1 = the first) on, oldest first. For staff: it names freezes that the owner must not
     * learn of.
     */
    public fun history(account: String, fromSeq: Long, limit: Int): List<HistoryLine> =
        calling { native.history(account, natural("from_seq", fromSeq).toULong(), natural("limit", limit.toLong()).toUInt()) }

    /** Checks the account's audit chain. */
    public fun verifyAccount(account: String): VerdictAnswer =
        calling { native.verifyAccount(account) }

    /**
     * Messages that wait to be sent, oldest first. They stay until [delivered]. `locale` is the language of the notices for
     * the app; what is sent was written in the customer's.
     */
    @JvmOverloads
    public fun drain(limit: Int, locale: Locale = Locale.getDefault()): List<Message> =
        calling { native.drain(natural("limit", limit.toLong()).toUInt(), locale.toLanguageTag()) }

    /**
     * Removes up to `limit` cells whose time is over, says how many: counts of messages and of unknown names, which anybody
     * can make. Call it every hour or so.
     */
    public fun purgeExpired(limit: Int): Int =
        calling { native.purgeExpired(natural("limit", limit.toLong()).toUInt()).toInt() }

    /** Forgets delivered messages. */
    public fun delivered(ids: List<String>): Unit =
        calling { native.delivered(ids) }

    /**
     * What the customer reads of a refused lift or change of a contact, where only its number was kept: [code] is the number in
     * [LiftAnswer.Refused] or [ContactAnswer.Refused], whose `text` says the same and knows more. Names support's channels where
     * the customer is stuck. Not for 605 and 609: of these only the answer's `text` tells.
     */
    @JvmOverloads
    public fun refusalText(code: Int, locale: Locale = Locale.getDefault()): String {
        if (code !in 0..0xffff) throw AccountSecurityException.InvalidArgument("code", "a number of a refused answer")
        return calling { native.refusalText(code.toUShort(), locale.toLanguageTag()) }
    }

    /** [refusalText] with the number as the answers have it. */
    public fun refusalText(code: UShort, locale: Locale = Locale.getDefault()): String = refusalText(code.toInt(), locale)

    /** What the customer reads of a typed code; empty for one that was accepted. */
    @JvmOverloads
    public fun codeText(answer: CodeAnswer, locale: Locale = Locale.getDefault()): String =
        calling { native.codeText(answer, locale.toLanguageTag()) }

    /**
     * What the customer reads where a call was denied, with support's channels: [reason] is that of
     * [AccountSecurityException.Denied]. [AccountSecurityException.text] says the same without the channels.
     */
    @JvmOverloads
    public fun denialText(reason: String, locale: Locale = Locale.getDefault()): String =
        calling { native.denialText(reason, locale.toLanguageTag()) }

    /** Under which name the store keeps this account: the first 32 digits of [Message.id]. */
    public fun accountKey(account: String): String =
        calling { native.accountKey(account) }

    /**
     * Takes choices over, all of them or none. What is left out stays as it is; the rest takes effect at once, for every
     * thread.
     */
    public fun configure(options: Options): Unit =
        calling { native.configure(options) }

    /** How many digits a payment's code has. */
    public val paymentCodeDigits: Int get() = calling { native.paymentCodeDigits().toInt() }

    /**
     * The same object, asked by a client at this address as the server sees it (IPv4 or IPv6), to be closed like it. What is
     * sent through it is counted for the client's network, too.
     */
    public fun askedFrom(address: String): Security = Security(calling { native.askedFrom(address) })

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
