package org.accountsecurity

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.util.Locale

/** [Security.signUp] on a thread for computing; the hash takes tens of milliseconds. */
public suspend fun Security.signUpSuspending(
    account: String,
    password: Secret,
    words: List<String>,
    contact: String,
    locale: Locale = Locale.getDefault(),
): SignUpAnswer = withContext(Dispatchers.Default) { signUp(account, password, words, contact, locale) }

/** [Security.signIn] on a thread for computing; the hash takes tens of milliseconds. */
public suspend fun Security.signInSuspending(
    account: String,
    password: Secret,
    deviceToken: String? = null,
): SignInAnswer = withContext(Dispatchers.Default) { signIn(account, password, deviceToken) }

/** [Security.changePassword] on a thread for computing; the hashes take tens of milliseconds each. */
public suspend fun Security.changePasswordSuspending(
    account: String,
    current: Secret,
    new: Secret,
    words: List<String> = emptyList(),
    deviceToken: String? = null,
    locale: Locale = Locale.getDefault(),
): PasswordAnswer =
    withContext(Dispatchers.Default) { changePassword(account, current, new, words, deviceToken, locale) }

/** [Security.setPasswordAtSignIn] on a thread for computing; the hash takes tens of milliseconds. */
public suspend fun Security.setPasswordAtSignInSuspending(
    account: String,
    ticket: String,
    new: Secret,
    words: List<String> = emptyList(),
    remember: String? = null,
    locale: Locale = Locale.getDefault(),
): PasswordAnswer =
    withContext(Dispatchers.Default) { setPasswordAtSignIn(account, ticket, new, words, remember, locale) }

/** [Security.finishReset] on a thread for computing; the hash takes tens of milliseconds. */
public suspend fun Security.finishResetSuspending(
    account: String,
    ticket: String,
    new: Secret,
    words: List<String> = emptyList(),
    locale: Locale = Locale.getDefault(),
): PasswordAnswer = withContext(Dispatchers.Default) { finishReset(account, ticket, new, words, locale) }

/** [Security.liftOwnFreeze] on a thread for computing; the hash takes tens of milliseconds. */
public suspend fun Security.liftOwnFreezeSuspending(
    account: String,
    freeze: String,
    ticket: String,
    password: Secret,
    deviceToken: String? = null,
    locale: Locale = Locale.getDefault(),
): LiftAnswer = withContext(Dispatchers.Default) { liftOwnFreeze(account, freeze, ticket, password, deviceToken, locale) }
