package org.accountsecurity

import java.util.Locale

/**
 * Why there is no answer. Whatever it is, the answer to a security question is "denied".
 *
 * [message] and [toString] are for developers and logs. What a customer may read is [text], which [getLocalizedMessage] says in the
 * default language.
 */
public sealed class AccountSecurityException(message: String, cause: Throwable? = null) : Exception(message, cause) {
    /** A stable number: 1 invalid argument, 255 a defect, 254 closed, 253 wrong library, else that of the service. */
    public abstract val code: Int

    /** Whether asking again later may help. */
    public open val isTransient: Boolean get() = false

    /** An argument cannot be what it is meant to be; nothing was looked at or changed. */
    public class InvalidArgument(
        /** Which argument, in the native library's spelling. */
        public val field: String,
        /** What it must be. */
        public val what: String,
    ) : AccountSecurityException("$field: $what") {
        override val code: Int get() = 1
    }

    /** A fault of the store, the keys or the clock, or a settled refusal; denied. */
    public class Denied(
        override val code: Int,
        /**
         * The stable name of the reason, to act on: `step_up_needed` (have the owner prove once more, pass the ticket),
         * `last_factor`, `frozen`, `cooling_off` (closed for a while after the lift of a freeze; [what] says until when),
         * `not_authorised`, `clock` (it runs far ahead of what the account has seen), `no_time` (it gives none), `busy`,
         * `out_of_memory`, `store_full` and others that the doc of the generated `ShellException.Denied` lists; names may be added.
         */
        public val reason: String,
        /** For logs and developers. Holds no secret. */
        public val what: String,
        override val isTransient: Boolean,
    ) : AccountSecurityException("$what (code $code)")

    /** A defect of the library; denied. */
    public class Internal : AccountSecurityException("internal error; please report it") {
        override val code: Int get() = 255
    }

    /** The object was closed before the call. */
    public class Closed : AccountSecurityException("used after close()") {
        override val code: Int get() = 254
    }

    /** The native library is missing, or is of another version than these sources. */
    public class WrongLibrary(cause: Throwable) :
        AccountSecurityException("the native library is missing or of another version", cause) {
        override val code: Int get() = 253
    }

    /** What a customer may read, in Chinese or English. [Security.denialText] says it with support's channels. */
    public fun text(locale: Locale = Locale.getDefault()): String {
        val chinese = locale.language == "zh"
        return when {
            this is InvalidArgument -> if (chinese) "输入有误，请检查后重试。" else "Please check what you entered."
            (this as? Denied)?.reason == "step_up_needed" ->
                if (chinese) "请先验证身份。" else "Please prove first who you are."
            (this as? Denied)?.reason == "last_factor" ->
                if (chinese) {
                    "这是您最后一种身份验证方式，请先添加其他方式。"
                } else {
                    "This is your last way to prove who you are. Please add another one first."
                }
            (this as? Denied)?.reason == "cooling_off" ->
                if (chinese) {
                    "您的账户刚解除冻结。为保护您的安全，此操作还需过一段时间才能使用。如非本人解除，请联系客服。"
                } else {
                    "A freeze of your account was lifted a short while ago. To protect you, this stays closed for some time " +
                        "more. If you did not lift it, please contact support."
                }
            isTransient -> if (chinese) "系统繁忙，请稍后再试。" else "Busy right now. Please try again in a moment."
            else -> if (chinese) "暂时无法完成，请联系客服。" else "This cannot be done right now. Please contact support."
        }
    }

    /** What a customer may read, as [text] says it. What is logged is [toString]. */
    override fun getLocalizedMessage(): String = text()

    /** For logs and developers: what happened and not what the customer reads of it. */
    override fun toString(): String = "${javaClass.name}: $message"
}
