package org.accountsecurity

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.io.File
import java.nio.ByteBuffer
import java.util.Locale
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

private const val STRONG = "Vx9#qLm2-tide"

class BadInputTest {
    private val keys = testKeys()

    private fun memory(): Security = Security.dangerousSeededInMemory(keys, StillClock, 7)

    private fun security(time: TimeSource): Security = Security.dangerousSeededInMemory(keys, time, 7)

    @Test
    fun `a closed object refuses, whatever is asked`() {
        val security = memory()
        security.close()
        security.close()
        assertThrows<AccountSecurityException.Closed> { security.restriction("alice") }
        assertThrows<AccountSecurityException.Closed> { Secret.of(STRONG).use { security.signIn("alice", it) } }
        val token = Secret.of("otpauth://totp/a:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a").use(SoftToken::fromUri)
        token.close()
        assertThrows<AccountSecurityException.Closed> { token.codeAt(0) }
        val closed = testKeys().also { it.close() }
        assertThrows<AccountSecurityException.Closed> { Security.inMemory(closed) }
    }

    @Test
    fun `a closed secret is wiped and refuses`() {
        val bytes = ByteBuffer.allocateDirect(4).put(0, 7)
        val lent = Secret.lending(bytes)
        lent.close()
        assertEquals(7, bytes[0], "what was lent is the lender's to wipe")
        assertThrows<AccountSecurityException.Closed> { AccountSecurity.evaluatePassword("card_default", lent) }
        assertFalse("tide" in Secret.of(STRONG).toString())
    }

    @Test
    fun `a buffer in the heap is refused`() {
        val refused = assertThrows<AccountSecurityException.InvalidArgument> { Secret.lending(ByteBuffer.allocate(8)) }
        assertEquals("secret", refused.field)
    }

    @Test
    fun `half a surrogate pair, bytes that are no text, empty and huge secrets`() {
        assertThrows<AccountSecurityException.InvalidArgument> { Secret.of("a\ud800b") }
        val security = memory()
        for (bytes in listOf(byteArrayOf(-1, -2), ByteArray(0), ByteArray(100_000) { 'a'.code.toByte() }, byteArrayOf(65, 0, 66))) {
            Secret.of(bytes).use { secret ->
                assertFalse(AccountSecurity.evaluatePassword("card_default", secret).accept)
                assertThrows<AccountSecurityException.InvalidArgument> { security.confirmTotp("alice", secret) }
            }
        }
    }

    @Test
    fun `unknown names are refused with the name of their argument`() {
        val security = memory()
        val freeze = FreezeInput(listOf("everything"), "owner-request", "owner", "owner", null, null)
        val tries =
            mapOf<String, () -> Unit>(
                "policy" to { Secret.of(STRONG).use { AccountSecurity.evaluatePassword("no_such", it) } },
                "scopes" to { security.freeze("alice", freeze) },
                "account" to { security.restriction("") },
                "currency" to { security.assess("alice", payment().copy(currency = "EURO")) },
                "direction" to { security.assess("alice", payment().copy(direction = "sideways")) },
                "kind" to { security.assess("alice", payment().copy(kind = "gift")) },
                "country" to { security.assess("alice", payment().copy(country = "China")) },
                "lookup" to { Secret.of(ByteArray(31)).use { Keys.of(it, 1, it) } },
                "limit" to { security.history("alice", 1, -1) },
                "ids" to { security.delivered(listOf("no id")) },
            )
        for ((field, attempt) in tries) {
            val refused = assertThrows<AccountSecurityException.InvalidArgument>(field) { attempt() }
            assertEquals(field, refused.field)
            assertEquals(1, refused.code)
        }
    }

    @Test
    fun `what the newer calls cannot take is refused with the name of its argument`() {
        val security = memory()
        val id = "0".repeat(32)
        val evidence = "0".repeat(64)
        fun typed(text: String, use: (Secret) -> Unit) = Secret.of(text).use(use)
        val tries =
            mapOf<String, () -> Unit>(
                "risk_preset" to { security.configure(Options(riskPreset = "wallets")) },
                "lockout" to { security.configure(Options(sender = "Example Pay", lockout = "never")) },
                // Phones judge by presets; rule files are a server's.
                "risk_rules" to { security.configure(Options(riskRules = "version = 1")) },
                "ticket" to { typed("123456") { security.proveStepUp("alice", "here", Proof.Totp(it)) } },
                "challenge" to { typed("123456") { security.proveSignIn("alice", id, Proof.Code("there", it)) } },
                "code" to { typed("not a code") { security.proveReset("alice", id, Proof.Recovery(it)) } },
                "remember" to { typed("123456") { security.proveSignIn("alice", id, Proof.Totp(it), "") } },
                "current" to { typed("a".repeat(100_000)) { old -> typed(STRONG) { security.changePassword("alice", old, it) } } },
                "new" to { typed("a".repeat(100_000)) { security.finishReset("alice", id, it) } },
                "credential" to { security.revokeTotp("alice", "mine") },
                "change" to { security.finishContactChange("alice", "this") },
                "handle" to { security.cancelContactChangeByHandle("alice", "abcd") },
                "identity" to {
                    security.recordIdentityCheck("alice", id, IdentityInput("by-voice", true, evidence), "ann", "agent")
                },
                "as_authority" to { security.lift("alice", id, "ann", "king") },
                "address" to { security.askedFrom("203.0.113") },
                "password_policy" to { security.configure(Options(passwordPolicy = "asvs_5_l2")) },
                "words" to { typed(STRONG) { security.finishReset("alice", id, it, List(14) { word -> "word$word" }) } },
                "freeze" to { typed(STRONG) { security.liftOwnFreeze("alice", "that", id, it) } },
                "account" to { security.accountKey("") },
                "code" to { security.refusalText(999u) },
                "code" to { security.refusalText(605) },
                "code" to { security.refusalText(-1) },
                "position" to { security.assess("alice", payment().copy(latE6 = 1)) },
                "payments[1].currency" to {
                    security.assessMany("alice", listOf(payment(), payment().copy(currency = "EURO")))
                },
                "device" to { security.forgetDevice("alice", "my phone") },
                "tx_id" to { security.diagnose("alice", PaymentQuestion("out", txId = "never judged")) },
                "outcome" to { security.closeReport("alice", id, "maybe", "ann", "agent") },
                "kind" to { security.reportUnauthorised("alice", ReportInput("a feeling", "ann")) },
                "proof" to {
                    val identity = IdentityInput("call-back", true, evidence)
                    security.clearLockout("alice", "face", "ann", "agent", identity)
                },
                "after" to { security.rotateKeys("here", 1) },
                "limit" to { security.drain(-1) },
            )
        for ((field, attempt) in tries) {
            val refused = assertThrows<AccountSecurityException.InvalidArgument>(field) { attempt() }
            assertEquals(field, refused.field)
        }
    }

    @Test
    fun `who can prove nothing yet is told so, and is given nothing`() {
        val security = memory()
        assertIs<StepUpAnswer.NothingToProve>(security.beginStepUp("alice"))
        val wrong = Secret.of("123456").use { security.proveStepUp("alice", "0".repeat(32), Proof.Totp(it)) }
        assertIs<ProofAnswer.Refused>(wrong)
        val codes = security.generateRecoveryCodes("alice")
        val lent = codes.withText { text -> text.also { assertEquals(10, it.decodeToString().lines().size) } }
        assertTrue(lent.all { it == 0.toByte() }, "what was lent is wiped")
        codes.close()
        assertThrows<AccountSecurityException.Closed> { codes.withText { } }
        assertThrows<AccountSecurityException.Denied> { security.generateRecoveryCodes("alice") }
        val secret = Secret.of("123456").also { it.close() }
        assertThrows<AccountSecurityException.Closed> { security.proveReset("alice", "0".repeat(32), Proof.Totp(secret)) }
        assertFalse("123456" in Secret.of("123456").use { Proof.Code("there", it).toString() })
    }

    @Test
    fun `a clock that throws denies, and nothing of its stack trace crosses`() {
        val security = security(timed { throw IllegalArgumentException("secret of the app") })
        val refused = assertThrows<AccountSecurityException.Denied> { security.freezeNow("alice") }
        assertEquals(9020, refused.code)
        assertTrue(refused.isTransient)
        assertFalse("secret of the app" in refused.stackTraceToString())
    }

    @Test
    fun `a place that throws, or gives rubbish, denies`() {
        val throwing = object : Place by MapPlace() {
            override fun get(name: ByteArray): ByteArray = throw IllegalStateException("secret of the app")
        }
        val busy = object : Place by MapPlace() {
            override fun apply(conditions: List<PlaceCondition>, changes: List<PlaceChange>): Boolean = throw PlaceFault.Busy()
        }
        val rubbish = object : Place by MapPlace() {
            override fun get(name: ByteArray): ByteArray = byteArrayOf(1, 2, 3)
        }
        for ((place, isTransient) in listOf(throwing to true, busy to true, rubbish to false)) {
            val refused =
                assertThrows<AccountSecurityException.Denied> {
                    Security.dangerousSeededInPlace(place, keys, StillClock, 7).use { it.freezeNow("alice") }
                }
            assertEquals(isTransient, refused.isTransient, refused.message)
            assertFalse("secret of the app" in refused.stackTraceToString())
        }
    }

    @Test
    fun `a clock that asks the library back is answered`() {
        lateinit var inner: Security
        inner = memory()
        val security = security(timed { inner.restriction("alice").size.toLong() + 1_772_366_400_000 })
        assertTrue(security.restriction("alice").isEmpty())
    }

    @Test
    fun `an object that knows from where it is asked has the same accounts`() {
        val security = memory()
        security.askedFrom("203.0.113.7").use { it.freezeNow("alice") }
        assertTrue(security.restriction("alice").isNotEmpty())
    }

    @Test
    fun `two secrets lent crosswise by two threads hold up nobody`() {
        val security = memory()
        val (one, other) = listOf(Secret.of(STRONG), Secret.of("Kp4\$wZt7-reef"))
        val ended = AtomicInteger()
        val threads = listOf(one to other, other to one).map { (old, new) ->
            thread(isDaemon = true) {
                repeat(200) { security.changePassword("alice", old, new) }
                ended.incrementAndGet()
            }
        }
        threads.forEach { it.join(60_000) }
        assertEquals(2, ended.get())
    }

    @Test
    fun `many threads use one object`() {
        val security = memory()
        val accepted = AtomicInteger()
        val threads = List(8) { number ->
            thread { repeat(20) { if (security.freezeNow("acc-$number").id.length == 32) accepted.incrementAndGet() } }
        }
        threads.forEach { it.join() }
        assertEquals(160, accepted.get())
    }

    @Test
    fun `a path where no file can be is a wrong argument and not a fault that passes`() {
        for (path in listOf("/no/such/folder/a.db", "", System.getProperty("java.io.tmpdir"))) {
            val refused = assertThrows<AccountSecurityException.InvalidArgument> { Security.inSqlite(path, keys) }
            assertEquals("path", refused.field)
        }
    }

    @Test
    fun `accounts outlive the object in an SQLite file`() {
        val file = File.createTempFile("account-security", ".db").also { it.delete() }
        try {
            Security.inSqlite(file.path, keys).use { it.freezeNow("alice") }
            Security.inSqlite(file.path, keys).use { assertContains(it.restriction("alice"), "pay-out") }
        } finally {
            listOf("", "-wal", "-shm").forEach { File(file.path + it).delete() }
        }
    }

    @Test
    fun `a log has the developer's words and the customer has others`() {
        val missing = AccountSecurityException.WrongLibrary(UnsatisfiedLinkError("no such file"))
        assertContains(missing.toString(), "the native library is missing or of another version")
        assertContains(missing.stackTraceToString(), "no such file")
        assertContains(AccountSecurityException.InvalidArgument("account", "too long").toString(), "account: too long")
        assertEquals(missing.text(), missing.localizedMessage)
        assertFalse("library" in missing.text())
    }

    @Test
    fun `a module outside a QR code is not another row's`() {
        memory().use { security ->
            security.enrolTotp("alice", "Example Pay", "alice").use { enrolment ->
                enrolment.withQr { qr ->
                    val last = qr.size - 1
                    assertTrue(qr.isDark(0, 0) && qr.isDark(0, last) && qr.isDark(last, 0))
                    for ((row, column) in listOf(0 to qr.size, -1 to 0, 0 to -1, qr.size to 0)) {
                        assertThrows<IndexOutOfBoundsException> { qr.isDark(row, column) }
                    }
                }
            }
        }
    }

    @Test
    fun `the texts are for customers, in their language`() {
        val busy = AccountSecurityException.Denied(9001, "busy", "the store is busy", true)
        assertEquals("系统繁忙，请稍后再试。", busy.text(Locale.CHINA))
        assertEquals("Busy right now. Please try again in a moment.", busy.text(Locale.US))
        assertFalse("9001" in busy.localizedMessage)
        // As the library itself says it.
        val security = memory()
        for (reason in listOf("step_up_needed", "last_factor", "cooling_off")) {
            val denied = AccountSecurityException.Denied(9012, reason, "", false)
            for (locale in listOf(Locale.CHINA, Locale.US)) {
                assertEquals(security.denialText(reason, locale), denied.text(locale))
            }
        }
    }

    @Test
    fun `suspending forms give the same answers`() {
        val security = memory()
        val answer = runBlocking {
            Secret.of(STRONG).use { security.signUpSuspending("alice", it, emptyList(), "+8613812345678", Locale.US) }
        }
        assertIs<SignUpAnswer.Created>(answer)
        val signedIn = runBlocking { Secret.of("wrong").use { security.signInSuspending("alice", it) } }
        assertIs<SignInAnswer.Refused>(signedIn)
        val nobody = runBlocking {
            Secret.of(STRONG).use { security.finishResetSuspending("alice", "0".repeat(32), it) }
        }
        assertIs<PasswordAnswer.Refused>(nobody)
        val unchanged = runBlocking {
            Secret.of("wrong").use { old -> Secret.of(STRONG).use { security.changePasswordSuspending("alice", old, it) } }
        }
        assertIs<PasswordAnswer.Refused>(unchanged)
    }

    @Test
    fun `the jar keeps what JNA finds by name`() {
        val rules = javaClass.getResource("/META-INF/proguard/account-security.pro")!!.readText()
        assertContains(rules, "-keep class com.sun.jna.** { *; }")
        assertContains(rules, "-keep class org.accountsecurity.** { *; }")
    }

    private fun payment(): PaymentInput =
        PaymentInput("tx-1", 100, "CNY", "out", "card", null, null, null, atMs = 1_772_366_400_000, localOffsetMin = 480)
}

internal fun testKeys(): Keys =
    Secret.of(ByteArray(32) { 0xa7.toByte() }).use { lookup ->
        Secret.of(ByteArray(32) { 1 }).use { root -> Keys.of(lookup, 1, root) }
    }

private object StillClock : TimeSource {
    override fun nowMs(): Long = 1_772_366_400_000
}

private fun timed(now: () -> Long): TimeSource =
    object : TimeSource {
        override fun nowMs(): Long = now()
    }
