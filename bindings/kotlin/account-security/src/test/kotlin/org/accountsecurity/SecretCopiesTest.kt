package org.accountsecurity

import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.StandardOpenOption
import java.security.SecureRandom
import java.util.Locale
import kotlin.test.assertEquals
import kotlin.test.assertIs

/** Copies of a secret in this process's memory after a call, counted in /proc/self/mem (Linux). */
class SecretCopiesTest {
    private val isLinux = File("/proc/self/mem").exists()

    /** The secret, under a mask: the search must not find itself. */
    private val masked = ByteArray(SECRET_BYTES)

    @Test
    fun `the scan finds the one copy that is there, and none that was wiped`() {
        assumeTrue(isLinux)
        val secret = fresh()
        assertEquals(1, copies(), "control: alive")
        wipe(secret)
        assertEquals(0, copies(), "control: wiped")
    }

    @Test
    fun `no copy is left of a password after a sign-in`() {
        assumeTrue(isLinux)
        testKeys().use { keys ->
            Security.inMemory(keys).use { security ->
                left("sign_up") {
                    assertIs<SignUpAnswer.Created>(security.signUp("alice", it, emptyList(), "+8613812345678", Locale.US))
                }
                left("sign_in") { security.signIn("alice", it) }
            }
        }
    }

    @Test
    fun `no copy is left of a password after it was changed, or set anew`() {
        assumeTrue(isLinux)
        var nowMs = System.currentTimeMillis()
        val time = object : TimeSource {
            override fun nowMs(): Long = nowMs
        }
        testKeys().use { keys ->
            Security.inMemory(keys, time).use { security ->
                val signedUp = typed(FIRST) { security.signUp("alice", it, emptyList(), "+8613812345678", Locale.US) }
                val sent = (signedUp as SignUpAnswer.Created).sent
                typed(code(security)) { security.confirmContact("alice", ContactKind.PHONE, sent.challenge, it) }
                nowMs += DAYS_MS
                left("change_password, new") {
                    typed(FIRST) { first -> assertIs<PasswordAnswer.Changed>(security.changePassword("alice", first, it)) }
                }
                nowMs += DAYS_MS
                left("change_password, current") { typed(FIRST) { new -> security.changePassword("alice", it, new) } }
                nowMs += DAYS_MS
                val started = security.beginReset("alice", ContactKind.PHONE, Locale.US)
                val step = typed(code(security)) { security.verifyReset("alice", started.challenge, it) }
                val ticket = (step as ProofAnswer.Complete).ticket
                left("finish_reset") { assertIs<PasswordAnswer.Changed>(security.finishReset("alice", ticket, it)) }
            }
        }
    }

    @Test
    fun `no copy is left of what was shown once`() {
        assumeTrue(isLinux)
        testKeys().use { keys ->
            Security.inMemory(keys).use { security ->
                security.generateRecoveryCodes("alice").use { codes -> codes.withText { remember(it, 0) } }
                none("generate_recovery_codes")
                security.enrolTotp("bob", "Example Pay", "bob").use { enrolment ->
                    enrolment.withUri { uri ->
                        val name = "secret="
                        remember(uri, uri.indices.first { at -> name.indices.all { uri[at + it] == name[it].code.toByte() } } + name.length)
                    }
                }
                none("enrol_totp")
            }
        }
    }

    @Test
    fun `no copy is left of a key`() {
        assumeTrue(isLinux)
        left("keys") { Keys.of(it, 1, it).use { keys -> Security.inMemory(keys).close() } }
    }

    @Test
    fun `no copy is left of a password after the live check-list`() {
        assumeTrue(isLinux)
        left("evaluate") { AccountSecurity.evaluatePassword("card_default", it, emptyList(), Locale.US) }
    }

    private fun <T> typed(text: String, use: (Secret) -> T): T = Secret.of(text).use(use)

    /** The code of the last message. */
    private fun code(security: Security): String {
        val messages = security.drain(10)
        security.delivered(messages.map { it.id })
        return Regex("[0-9]{6,8}").find(messages.last { it.isCode }.text)!!.value
    }

    private fun left(what: String, call: (Secret) -> Unit) {
        val bytes = fresh()
        Secret.lending(bytes).use(call)
        wipe(bytes)
        none(what)
    }

    private fun none(what: String) {
        val found = copies()
        println("copies of the secret left after $what: $found")
        assertEquals(0, found, what)
    }

    /** Searches for what stands in `bytes` from `start` on, from now on. */
    private fun remember(bytes: ByteArray, start: Int) {
        for (place in 0 until SECRET_BYTES) masked[place] = (bytes[start + place].toInt() xor MASK).toByte()
    }

    /** Thirty-two random letters and digits behind what every policy asks for, written straight into memory outside the heap. */
    private fun fresh(): ByteBuffer {
        val random = SecureRandom()
        val bytes = ByteBuffer.allocateDirect(SECRET_BYTES)
        for (place in 0 until SECRET_BYTES) {
            val letter = (BEGINNING.getOrNull(place) ?: LETTERS[random.nextInt(LETTERS.length)]).code
            bytes.put(place, letter.toByte())
            masked[place] = (letter xor MASK).toByte()
        }
        return bytes
    }

    private fun wipe(bytes: ByteBuffer) {
        for (place in 0 until bytes.capacity()) bytes.put(place, 0)
    }

    /** Places where a window of the secret's middle stands. */
    private fun copies(): Int {
        val page = ByteBuffer.allocateDirect(PAGE_BYTES)
        var found = 0
        FileChannel.open(File("/proc/self/mem").toPath(), StandardOpenOption.READ).use { memory ->
            for (line in File("/proc/self/maps").readLines()) {
                val (range, rights) = line.split(' ')
                if (!rights.startsWith("rw") || line.endsWith("[vvar]")) continue
                val (from, to) = range.split('-').map { it.toULong(16).toLong() }
                if (to > 0) found += scan(memory, from, to, page)
            }
        }
        return found
    }

    private fun scan(memory: FileChannel, from: Long, to: Long, page: ByteBuffer): Int {
        var found = 0
        var at = from
        while (at < to) {
            page.clear().limit(minOf(PAGE_BYTES.toLong(), to - at).toInt())
            val read = try { memory.read(page, at) } catch (_: java.io.IOException) { -1 }
            if (read <= 0) {
                at += SKIP_BYTES
                continue
            }
            for (start in 0..read - WINDOW_BYTES) if (stands(page, start)) found += 1
            // What was read lies in this process's memory too.
            for (place in 0 until read) page.put(place, 0)
            at += if (read == PAGE_BYTES) read - WINDOW_BYTES + 1 else read
        }
        return found
    }

    private fun stands(page: ByteBuffer, start: Int): Boolean {
        for (place in 0 until WINDOW_BYTES) {
            if ((page.get(start + place).toInt() xor MASK).toByte() != masked[WINDOW_FROM + place]) return false
        }
        return true
    }

    private companion object {
        const val BEGINNING = "Aa1!"
        const val FIRST = "Vx9#qLm2-tide"
        const val DAYS_MS = 3 * 86_400_000L
        const val SECRET_BYTES = 32
        const val WINDOW_FROM = 10
        const val WINDOW_BYTES = 12
        const val MASK = 0x5a
        const val PAGE_BYTES = 1 shl 20
        const val SKIP_BYTES = 4_096
        const val LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    }
}
