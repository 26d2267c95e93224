package org.accountsecurity

import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.charset.CodingErrorAction
import java.util.concurrent.atomic.AtomicLong

/**
 * Something typed or kept secret, in memory of its own outside the Java heap: the garbage collector never copies it, the
 * native library reads it in place, and [close] wipes it.
 *
 * ```kotlin
 * val answer = Secret.of(field.text).use { security.signIn("alice", it) }
 * ```
 */
public class Secret private constructor(private val bytes: ByteBuffer, private val isOurs: Boolean) : AutoCloseable {
    private var isClosed = false
    private val number = made.incrementAndGet()

    /** Lends the bytes to one call. */
    internal inline fun <T> lend(call: (ByteBuffer) -> T): T =
        synchronized(this) {
            if (isClosed) throw AccountSecurityException.Closed()
            calling { call(bytes) }
        }

    /** Wipes the bytes. Using it afterwards throws [AccountSecurityException.Closed]. */
    override fun close() {
        synchronized(this) {
            isClosed = true
            if (isOurs) wipe(bytes)
        }
    }

    /** Tells nothing. */
    override fun toString(): String = "Secret(***)"

    public companion object {
        private val made = AtomicLong()

        /** Lends two at once, always in one order: two threads that lend them crosswise would wait for each other. */
        internal inline fun <T> lend(first: Secret, second: Secret, call: (ByteBuffer, ByteBuffer) -> T): T =
            if (first.number <= second.number) {
                first.lend { one -> second.lend { other -> call(one, other) } }
            } else {
                second.lend { other -> first.lend { one -> call(one, other) } }
            }

        /** Copies text as UTF-8, without a `String` in between. What the caller holds stays the caller's to wipe. */
        @JvmStatic
        public fun of(text: CharSequence): Secret {
            val encoder = Charsets.UTF_8.newEncoder()
            encoder.onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)
            // Three bytes for each UTF-16 unit are the most that UTF-8 takes.
            val bytes = ByteBuffer.allocateDirect(text.length * 3)
            val result = encoder.encode(CharBuffer.wrap(text), bytes, true)
            if (result.isError) {
                wipe(bytes)
                throw AccountSecurityException.InvalidArgument("secret", "half a surrogate pair is no text")
            }
            bytes.flip()
            return Secret(bytes, isOurs = true)
        }

        /** Copies bytes. What the caller holds stays the caller's to wipe. */
        @JvmStatic
        public fun of(bytes: ByteArray): Secret {
            val own = ByteBuffer.allocateDirect(bytes.size)
            own.put(bytes)
            own.flip()
            return Secret(own, isOurs = true)
        }

        /**
         * Lends a direct buffer from position to limit, which the caller wipes.
         *
         * @throws AccountSecurityException.InvalidArgument for a buffer in the heap, which could not be lent without a copy
         */
        @JvmStatic
        public fun lending(bytes: ByteBuffer): Secret {
            if (!bytes.isDirect) {
                throw AccountSecurityException.InvalidArgument("secret", "a direct buffer (ByteBuffer.allocateDirect)")
            }
            return Secret(bytes.slice(), isOurs = false)
        }

        private fun wipe(bytes: ByteBuffer) {
            bytes.clear()
            for (place in 0 until bytes.capacity()) bytes.put(place, 0)
        }
    }
}
