package org.accountsecurity.sample

import org.accountsecurity.AccountSecurity
import org.accountsecurity.CodeSentAnswer
import org.accountsecurity.ContactKind
import org.accountsecurity.Direction
import org.accountsecurity.Errand
import org.accountsecurity.Keys
import org.accountsecurity.Options
import org.accountsecurity.PaymentBinding
import org.accountsecurity.PaymentInput
import org.accountsecurity.Proof
import org.accountsecurity.ProofAnswer
import org.accountsecurity.QrModules
import org.accountsecurity.RuleState
import org.accountsecurity.Secret
import org.accountsecurity.Security
import org.accountsecurity.SignInAnswer
import org.accountsecurity.SignUpAnswer
import org.accountsecurity.SoftToken
import org.accountsecurity.StepUpAnswer
import org.accountsecurity.TimeSource
import java.security.SecureRandom
import java.util.Locale

private const val ALICE = "alice"
private const val PHONE = "+8613812345678"
private const val PASSWORD = "Vx9#qLm2-tide"
private const val DAY_MS = 86_400_000L

/** What a phone shows, from the first password to "why did my payment fail" and the end of a freeze. */
fun main() {
    println("account-security ${AccountSecurity.version}")
    checkList()
    keys().use { keys -> Security.inMemory(keys, Watch).use { story(it) } }
}

/** The phone's clock, put forward so that nobody has to wait. An app leaves it out: the system's counts. */
private object Watch : TimeSource {
    private var ahead = 0L

    override fun nowMs(): Long = System.currentTimeMillis() + ahead

    /** Time goes by: the next message may be asked for, the authenticator shows its next code. */
    fun later(ms: Long = 120_000) {
        ahead += ms
    }
}

/** Thirty-two random bytes each; on a phone they come from the key store. */
private fun keys(): Keys {
    fun random() = Secret.of(ByteArray(32).also { SecureRandom().nextBytes(it) })
    return random().use { lookup -> random().use { root -> Keys.of(lookup, 1, root) } }
}

/** The list under a password field, drawn anew at each key stroke. */
private fun checkList() {
    for (typed in listOf("alice", "alice1990!", "Vx9#qLm2-tide")) {
        println("\n[password field] ${"•".repeat(typed.length)}")
        val report =
            Secret.of(typed).use { AccountSecurity.evaluatePassword("card_default", it, listOf(ALICE), Locale.CHINA) }
        for (rule in report.rules) {
            val mark =
                when (rule.state) {
                    RuleState.SATISFIED -> "✓"
                    RuleState.UNSATISFIED -> "✗"
                    RuleState.NOT_CHECKED -> "·"
                }
            println("  $mark ${rule.text}")
        }
        println("  ${if (report.accept) "[ submit ]" else "( submit )"} strength ${report.score}/4")
    }
}

private fun story(security: Security) {
    security.configure(Options(sender = "Example Pay", supportHotline = "95000"))
    signUp(security)
    signIn(security)
    authenticator(security).use { token ->
        recoveryCodes(security, token)
        paymentCode(security)
        freezeAndUnfreeze(security, token)
    }
    println("audit: ${security.verifyAccount(ALICE)}")
}

private fun signUp(security: Security) {
    val answer = Secret.of(PASSWORD).use { security.signUp(ALICE, it, emptyList(), PHONE, Locale.US) }
    val sent = (answer as? SignUpAnswer.Created ?: error("not signed up: $answer")).sent
    println("\nsigned up; a code went to ${sent.destinationMasked}")
    // The code is typed as it comes in.
    val confirmed = Secret.of(receive(security)).use { security.confirmContact(ALICE, ContactKind.PHONE, sent.challenge, it) }
    println("contact confirmed: $confirmed")
}

private fun signIn(security: Security) {
    Watch.later()
    val step = Secret.of(PASSWORD).use { security.signIn(ALICE, it) }
    val ticket = (step as? SignInAnswer.SecondFactor ?: error("no second factor was asked for: $step")).ticket
    val done =
        byMessage(security, Errand.SIGN_IN, ticket) { security.proveSignIn(ALICE, ticket, it, remember = "Alice's phone") }
    println("signed in: ${done is SignInAnswer.SignedIn}")
}

/** Enrolment for another device by QR code, and this phone as an authenticator. */
private fun authenticator(security: Security): SoftToken {
    // Who can prove something already proves it first.
    val ticket = stepUp(security) { opened -> byMessage(security, Errand.STEP_UP, opened) { security.proveStepUp(ALICE, opened, it) } }
    security.enrolTotp(ALICE, "Example Pay", ALICE, ticket).use { enrolment ->
        enrolment.withQr { draw(it) }
        val token = enrolment.softToken()
        val code = token.codeAt(Watch.nowMs())
        println("soft token of ${token.account}: ${code.digits}, for ${code.remainingMs} ms")
        val answer = Secret.of(code.digits).use { security.confirmTotp(ALICE, it) }
        println("first code: ${answer::class.simpleName}")
        return token
    }
}

/** For the day the phone is lost. Shown once. */
private fun recoveryCodes(security: Security, token: SoftToken) {
    security.generateRecoveryCodes(ALICE, byToken(security, token)).use { codes ->
        println("\nrecovery codes, number ${codes.generation}; write them down:")
        codes.withText { text -> text.decodeToString().lines().forEach { println("  $it") } }
    }
}

private fun paymentCode(security: Security) {
    val binding = PaymentBinding(129_900, "CNY", "merchant-77", "Tea House")
    Watch.later()
    println()
    val sent = (security.sendPaymentCode(ALICE, PHONE, binding, Locale.CHINA) as CodeSentAnswer.Sent).sent
    val code = receive(security)
    for ((what, payment) in listOf("another amount" to binding.copy(amountMinor = 999_900), "this payment" to binding)) {
        val answer = Secret.of(code).use { security.verifyPaymentCode(ALICE, PHONE, sent.challenge, payment, it) }
        println("the code for $what: $answer")
    }
    println("a payment: ${security.assess(ALICE, payment("tx-1")).outcome}")
}

private fun freezeAndUnfreeze(security: Security, token: SoftToken) {
    // Password and authenticator are both of this minute: together they lift no freeze yet.
    Watch.later(DAY_MS)
    val freeze = security.freezeNow(ALICE)
    println("\nfreeze my account now; closed: ${security.restriction(ALICE)}")
    println("the next payment: ${security.assess(ALICE, payment("tx-2")).outcome}")
    println("why did my payment fail?")
    for (locale in listOf(Locale.CHINA, Locale.US)) {
        security.diagnose(ALICE, Direction.OUT, locale).forEach { println("  ${it.text}") }
    }
    // Two things only the owner has: the password, typed again, and a second factor.
    val ticket = byToken(security, token)
    println("unfreeze: " + Secret.of(PASSWORD).use { security.liftOwnFreeze(ALICE, freeze.id, ticket, it) })
    val again = security.assess(ALICE, payment("tx-3"))
    println("the payment again: ${again.outcome}, seen: ${again.reasons.map { it.name }}")
}

/** The ticket of a complete step-up: it opens one delicate thing, once. */
private fun stepUp(security: Security, prove: (ticket: String) -> ProofAnswer): String {
    Watch.later()
    val begun = security.beginStepUp(ALICE) as? StepUpAnswer.Opened ?: error("nothing can be proven")
    val step = prove(begun.ticket)
    return (step as? ProofAnswer.Complete ?: error("not proven: $step")).ticket
}

/** A step-up by the authenticator of this phone. */
private fun byToken(security: Security, token: SoftToken): String =
    stepUp(security) { opened ->
        Secret.of(token.codeAt(Watch.nowMs()).digits).use { security.proveStepUp(ALICE, opened, Proof.Totp(it)) }
    }

/** Asks for a code by message and gives it as the proof. */
private fun <T> byMessage(security: Security, errand: Errand, ticket: String, prove: (Proof) -> T): T {
    val answer = security.sendProofCode(ALICE, errand, ticket, ContactKind.PHONE, Locale.US)
    val sent = (answer as? CodeSentAnswer.Sent ?: error("no code: $answer")).sent
    return Secret.of(receive(security)).use { prove(Proof.Code(sent.challenge, it)) }
}

private fun payment(id: String): PaymentInput =
    PaymentInput(
        txId = id,
        amountMinor = 129_900,
        currency = "CNY",
        direction = Direction.OUT.spelling,
        kind = "transfer",
        payee = "merchant-77",
        device = "alice-phone",
        country = "CN",
        atMs = Watch.nowMs(),
        localOffsetMin = 480,
    )

/** What the backend would send by SMS arrives on the phone. */
private fun receive(security: Security): String {
    val messages = security.drain(50)
    security.delivered(messages.map { it.id })
    val text = messages.last { it.isCode }.text
    println("  [SMS] $text")
    return Regex("[0-9]{6,8}").find(text)?.value ?: error("no code in the message")
}

/** Two rows of modules to a line of text. */
private fun draw(qr: QrModules) {
    println()
    for (row in -4 until qr.size + 4 step 2) {
        val line = (-4 until qr.size + 4).joinToString("") { column -> half(dark(qr, row, column), dark(qr, row + 1, column)) }
        println("  $line")
    }
}

private fun dark(qr: QrModules, row: Int, column: Int): Boolean =
    row in 0 until qr.size && column in 0 until qr.size && qr.isDark(row, column)

private fun half(upper: Boolean, lower: Boolean): String =
    when {
        upper && lower -> " "
        upper -> "▄"
        lower -> "▀"
        else -> "█"
    }
