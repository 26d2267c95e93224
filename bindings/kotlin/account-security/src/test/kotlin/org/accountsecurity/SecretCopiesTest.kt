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
                left("sign_up") { security.signUp("alice", it, emptyList(), "+8613812345678", Locale.US) }
                left("sign_in") { security.signIn("alice", it) }
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

    private fun left(what: String, call: (Secret) -> Unit) {
        val bytes = fresh()
        Secret.lending(bytes).use(call)
        wipe(bytes)
        val found = copies()
        println("copies of the secret left after $what: $found")
        assertEquals(0, found, what)
    }

    /** Thirty-two random letters and digits, written straight into memory outside the heap. */
    private fun fresh(): ByteBuffer {
        val random = SecureRandom()
        val bytes = ByteBuffer.allocateDirect(SECRET_BYTES)
        for (place in 0 until SECRET_BYTES) {
            val letter = LETTERS[random.nextInt(LETTERS.length)].code
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
        const val SECRET_BYTES = 32
        const val WINDOW_FROM = 10
        const val WINDOW_BYTES = 12
        const val MASK = 0x5a
        const val PAGE_BYTES = 1 shl 20
        const val SKIP_BYTES = 4_096
        const val LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    }
}
