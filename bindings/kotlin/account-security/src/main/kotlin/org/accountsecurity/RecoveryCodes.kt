package org.accountsecurity

/** New recovery codes, to be shown once; wiped on [close]. */
public class RecoveryCodes internal constructor(private val native: NativeRecoveryCodes) : AutoCloseable {
    /** How often codes were drawn by now. */
    public val generation: Int get() = calling { native.generation().toInt() }

    /** Lends the codes to `use`, in ASCII, one a line, and wipes them. They are secrets. */
    public fun <T> withText(use: (ByteArray) -> T): T = wiping(calling { native.text() }, use)

    override fun close(): Unit = native.close()
}
