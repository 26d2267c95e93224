package org.accountsecurity

/** An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped on [close]. */
public class TotpEnrolment internal constructor(private val native: NativeTotpEnrolment) : AutoCloseable {
    /** Names the authenticator in lists and events. */
    public val credential: String get() = calling { native.credential() }

    /** Until when it can be confirmed, in milliseconds since 1970. */
    public val expiresAtMs: Long get() = calling { native.expiresAtMs() }

    /** Lends the key URI in UTF-8 to `use` and wipes it. It holds the secret. */
    public fun <T> withUri(use: (ByteArray) -> T): T = wiping(calling { native.uri() }, use)

    /** Lends the QR code to `use` and wipes it. It holds the secret. */
    public fun <T> withQr(use: (QrModules) -> T): T = wiping(calling { native.qrModules() }) { use(QrModules(it)) }

    /** The same secret as a token of this device, without its leaving the library. */
    public fun softToken(): SoftToken = SoftToken(calling { native.softToken() })

    override fun close(): Unit = native.close()
}

/** Lends bytes and wipes them. */
internal inline fun <T> wiping(bytes: ByteArray, use: (ByteArray) -> T): T =
    try {
        use(bytes)
    } finally {
        bytes.fill(0)
    }

/** A QR code, module by module: draw it with four light modules around it. */
public class QrModules internal constructor(private val modules: ByteArray) {
    /** Modules in a row. */
    public val size: Int = (1..MODULES_MAX).first { it * it >= modules.size }

    /**
     * Whether a module is dark.
     *
     * @throws IndexOutOfBoundsException for one outside the code
     */
    public fun isDark(row: Int, column: Int): Boolean {
        if (row !in 0 until size || column !in 0 until size) {
            throw IndexOutOfBoundsException("row $row, column $column of $size")
        }
        return modules[row * size + column] == 1.toByte()
    }

    private companion object {
        /** The largest QR code there is. */
        const val MODULES_MAX = 177
    }
}

/** The phone as an authenticator. The secret is wiped on [close]. */
public class SoftToken internal constructor(private val native: NativeSoftToken) : AutoCloseable {
    /** Who offers the account, if the URI says so. */
    public val issuer: String? get() = calling { native.issuer() }

    /** The account's name. */
    public val account: String get() = calling { native.account() }

    /** What was unusual about the URI. */
    public val warnings: List<String> get() = calling { native.warnings() }

    /** The code at a moment, in milliseconds since 1970. */
    @JvmOverloads
    public fun codeAt(nowMs: Long = System.currentTimeMillis()): SoftCode = calling { native.codeAt(nowMs) }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a key URI as scanned from a QR code.
         *
         * @throws AccountSecurityException.InvalidArgument if it is none
         */
        @JvmStatic
        public fun fromUri(uri: Secret): SoftToken = SoftToken(uri.lend { NativeSoftToken.fromUri(it) })
    }
}
