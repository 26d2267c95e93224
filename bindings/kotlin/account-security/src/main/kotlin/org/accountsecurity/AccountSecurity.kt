package org.accountsecurity

import java.nio.charset.CharacterCodingException
import java.util.Locale

/** The library as a whole, and what can be asked without an object. */
public object AccountSecurity {
    // The generated code checks nothing by itself: an older library would be called with the wrong arguments.
    private val fault: Throwable? =
        try {
            uniffiEnsureInitialized()
            null
        } catch (found: Throwable) {
            found
        }

    /** The version of the native library. */
    public val version: String
        get() = calling { nativeVersion() }

    /**
     * Judges a typed password, rule by rule, for a live check-list. The server decides with the same rules.
     *
     * @param policy the name of a policy, e.g. `card_default`
     * @param words what the password must not contain (name, phone, e-mail); `null` = not known here, so that rule is not checked
     * @throws AccountSecurityException.InvalidArgument for an unknown policy
     */
    @JvmStatic
    @JvmOverloads
    public fun evaluatePassword(
        policy: String,
        typed: Secret,
        words: List<String>? = null,
        locale: Locale = Locale.getDefault(),
    ): PasswordReport =
        typed.lend { bytes -> org.accountsecurity.evaluatePassword(policy, bytes, words, locale.toLanguageTag()) }

    /**
     * Makes sure that the native library is there and is the one these sources were made for.
     *
     * @throws AccountSecurityException.WrongLibrary if it is not
     */
    @JvmStatic
    public fun ensureReady() {
        fault?.let { throw AccountSecurityException.WrongLibrary(it) }
    }
}

/** Runs one call into the library and gives its faults as ours. */
internal inline fun <T> calling(call: () -> T): T {
    AccountSecurity.ensureReady()
    try {
        return call()
    } catch (refused: ShellException) {
        throw ours(refused)
    } catch (_: InternalException) {
        // Its text may tell what it must not; it ends here.
        throw AccountSecurityException.Internal()
    } catch (_: IllegalStateException) {
        throw AccountSecurityException.Closed()
    } catch (_: CharacterCodingException) {
        throw AccountSecurityException.InvalidArgument("text", "half of a character (a lone surrogate)")
    }
}

internal fun ours(refused: ShellException): AccountSecurityException =
    when (refused) {
        is ShellException.Invalid -> AccountSecurityException.InvalidArgument(refused.field, refused.what)
        is ShellException.Denied ->
            AccountSecurityException.Denied(refused.code.toInt(), refused.reason, refused.what, refused.isTransient)
        is ShellException.Internal -> AccountSecurityException.Internal()
    }
