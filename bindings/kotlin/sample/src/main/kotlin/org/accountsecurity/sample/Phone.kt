package org.accountsecurity.sample

import org.accountsecurity.AccountSecurity
import org.accountsecurity.AccountSecurityException
import org.accountsecurity.CodeSentAnswer
import org.accountsecurity.ContactKind
import org.accountsecurity.Direction
import org.accountsecurity.Keys
import org.accountsecurity.PaymentBinding
import org.accountsecurity.PaymentInput
import org.accountsecurity.QrModules
import org.accountsecurity.RuleState
import org.accountsecurity.Secret
import org.accountsecurity.Security
import org.accountsecurity.SignInAnswer
import org.accountsecurity.SignUpAnswer
import java.security.SecureRandom
import java.util.Locale

private const val ALICE = "alice"
private const val PHONE = "+8613812345678"

/** What a phone shows, from the first password to "why did my payment fail". */
fun main() {
    println("account-security ${AccountSecurity.version}")
    checkList()
    keys().use { keys -> Security.inMemory(keys).use { story(it) } }
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
    val sent =
        when (val answer = Secret.of("Vx9#qLm2-tide").use { security.signUp(ALICE, it, emptyList(), PHONE, Locale.US) }) {
            is SignUpAnswer.Created -> answer.sent
            else -> error("not signed up: $answer")
        }
    println("\nsigned up; a code went to ${sent.destinationMasked}")
    // The code is typed as it comes in.
    val confirmed = Secret.of(receive(security)).use { security.confirmContact(ALICE, ContactKind.PHONE, sent.challenge, it) }
    println("contact confirmed: $confirmed")

    signIn(security)
    authenticator(security)
    payments(security)
}

private fun signIn(security: Security) {
    val answer = Secret.of("Vx9#qLm2-tide").use { security.signIn(ALICE, it) }
    if (answer is SignInAnswer.SecondFactor) {
        val sent = security.sendSignInCode(ALICE, answer.ticket, ContactKind.PHONE, Locale.US) as CodeSentAnswer.Sent
        val done =
            Secret.of(receive(security)).use {
                security.proveSignInByCode(ALICE, answer.ticket, sent.sent.challenge, it, remember = "Alice's phone")
            }
        println("signed in: ${done is SignInAnswer.SignedIn}")
    }
}

/** Enrolment for another device by QR code, and this phone as an authenticator. */
private fun authenticator(security: Security) {
    val enrolled =
        try {
            security.enrolTotp(ALICE, "Example Pay", ALICE)
        } catch (refused: AccountSecurityException) {
            println("no authenticator now: ${refused.text(Locale.US)} [${refused.code}]")
            // An account that can prove something already steps up first; a new one may begin with an authenticator.
            security.enrolTotp("bob", "Example Pay", "bob")
        }
    enrolled.use { enrolment ->
        enrolment.withQr { draw(it) }
        enrolment.softToken().use { token ->
            val code = token.codeAt()
            println("soft token of ${token.account}: ${code.digits}, for ${code.remainingMs} ms")
            val answer = Secret.of(code.digits).use { security.confirmTotp(token.account, it) }
            println("first code: ${answer::class.simpleName}")
        }
    }
}

private fun payments(security: Security) {
    val binding = PaymentBinding(129_900, "CNY", "merchant-77", "Tea House")
    val sent = security.sendPaymentCode(ALICE, PHONE, binding, Locale.CHINA) as CodeSentAnswer.Sent
    val code = receive(security)
    val other = binding.copy(amountMinor = 999_900)
    println("\nthe code for another amount: " + Secret.of(code).use { security.verifyPaymentCode(ALICE, PHONE, sent.sent.challenge, other, it) })
    println("the code for this payment: " + Secret.of(code).use { security.verifyPaymentCode(ALICE, PHONE, sent.sent.challenge, binding, it) })

    println("a payment: ${security.assess(ALICE, payment("tx-1")).outcome}")
    println("freeze my account now: ${security.freezeNow(ALICE).id.length} digits name the freeze")
    println("closed: ${security.restriction(ALICE)}")
    println("the next payment: ${security.assess(ALICE, payment("tx-2")).outcome}")
    println("why did my payment fail?")
    for (locale in listOf(Locale.CHINA, Locale.US)) {
        security.diagnose(ALICE, Direction.OUT, locale).forEach { println("  ${it.text}") }
    }
    println("audit: ${security.verifyAccount(ALICE)}")
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
        atMs = System.currentTimeMillis(),
        localOffsetMin = 480,
    )

/** What the backend would send by SMS arrives on the phone. */
private fun receive(security: Security): String {
    val messages = security.drain(10)
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
