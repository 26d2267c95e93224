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
