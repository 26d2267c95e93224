package org.accountsecurity

/** The look-up key and numbered root keys, 32 random bytes each, from the key store. Wiped on [close]. */
public class Keys private constructor(private val native: NativeKeys) : AutoCloseable {
    private var isClosed = false

    /**
     * Adds a retired root key, which opens what was written under it.
     *
     * @throws AccountSecurityException.InvalidArgument for a key that is not 32 bytes or a number that is taken
     */
    public fun addRetired(id: Int, root: Secret) {
        lend { keys -> root.lend { keys.addRetired(number(id), it) } }
    }

    override fun close() {
        synchronized(this) {
            isClosed = true
            native.close()
        }
    }

    /**
     * Lends the keys to one call. The generated code looks at a closed object's call counter only where it is the receiver:
     * as an argument it would be used after it was freed.
     */
    internal inline fun <T> lend(call: (NativeKeys) -> T): T =
        synchronized(this) {
            if (isClosed) throw AccountSecurityException.Closed()
            calling { call(native) }
        }

    public companion object {
        /**
         * One look-up key and the root key in force, with its number.
         *
         * @throws AccountSecurityException.InvalidArgument for keys that are not 32 bytes
         */
        @JvmStatic
        public fun of(lookup: Secret, currentId: Int, root: Secret): Keys =
            Secret.lend(lookup, root) { first, second -> Keys(NativeKeys(first, number(currentId), second)) }

        private fun number(id: Int): UInt {
            if (id < 0) throw AccountSecurityException.InvalidArgument("keys", "a number from 0 on")
            return id.toUInt()
        }
    }
}
