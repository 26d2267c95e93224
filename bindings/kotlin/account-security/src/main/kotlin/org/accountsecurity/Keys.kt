package org.accountsecurity

import org.accountsecurity.ffi.NativeKeys

/** The look-up key and numbered root keys, 32 random bytes each, from the key store. Wiped on [close]. */
public class Keys private constructor(internal val native: NativeKeys) : AutoCloseable {
    /**
     * Adds a retired root key, which opens what was written under it.
     *
     * @throws AccountSecurityException.InvalidArgument for a key that is not 32 bytes or a number that is taken
     */
    public fun addRetired(id: Int, root: Secret) {
        root.lend { native.addRetired(number(id), it) }
    }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * One look-up key and the root key in force, with its number.
         *
         * @throws AccountSecurityException.InvalidArgument for keys that are not 32 bytes
         */
        @JvmStatic
        public fun of(lookup: Secret, currentId: Int, root: Secret): Keys =
            lookup.lend { first -> root.lend { second -> Keys(NativeKeys(first, number(currentId), second)) } }

        private fun number(id: Int): UInt {
            if (id < 0) throw AccountSecurityException.InvalidArgument("keys", "a number from 0 on")
            return id.toUInt()
        }
    }
}
