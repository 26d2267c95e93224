package org.accountsecurity

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import java.io.File
import java.util.Locale
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** Tells the stories of tests/scenarios as every other language does, to the byte. */
class StoriesTest {
    @TestFactory
    fun `every story is told as it was written down`(): List<DynamicTest> {
        val folder = File(System.getProperty("stories.dir"))
        val stories = folder.listFiles { file -> file.name.endsWith(".json") }!!.sorted()
        assertTrue(stories.size >= 70, "an emptied folder proves nothing: ${stories.size} stories")
        return stories.map { story ->
            DynamicTest.dynamicTest(story.name) {
                val written = File(story.path + "l").readText()
                assertEquals(written, Teller(JsonParser.parseString(story.readText()).asJsonObject).use { it.tell() })
            }
        }
    }
}

private class Teller(private val story: JsonObject) : AutoCloseable {
    private var nowMs = story["start_ms"].asLong
    private val saved = mutableMapOf<String, String>()
    private val time = object : TimeSource {
        override fun nowMs(): Long = nowMs
    }
    private val keys =
        Secret.of(ByteArray(32) { 0xa7.toByte() }).use { lookup ->
            Secret.of(ByteArray(32) { 1 }).use { root -> Keys.of(lookup, 1, root) }
        }
    private val security =
        when (val store = story["store"].asString) {
            "memory" -> Security.dangerousSeededInMemory(keys, time, story["seed"].asLong)
            "foreign" -> Security.dangerousSeededInPlace(MapPlace(), keys, time, story["seed"].asLong)
            else -> error("no store $store")
        }

    fun tell(): String = story["steps"].asJsonArray.joinToString("") { step(it.asJsonObject) + "\n" }

    override fun close() {
        security.close()
        keys.close()
    }

    private fun step(step: JsonObject): String {
        nowMs += step["after_ms"]?.asLong ?: 0
        val answer =
            try {
                Canonical.of(ask(filled(step).asJsonObject))
            } catch (refused: AccountSecurityException) {
                val kind =
                    when (refused) {
                        is AccountSecurityException.InvalidArgument -> "invalid"
                        is AccountSecurityException.Denied -> "denied"
                        else -> "internal"
                    }
                val field = (refused as? AccountSecurityException.InvalidArgument)?.field
                val reason = (refused as? AccountSecurityException.Denied)?.reason
                val error = mapOf("code" to refused.code, "field" to field, "kind" to kind, "reason" to reason)
                Canonical.of(mapOf("error" to error))
            }
        step["save"]?.asJsonObject?.entrySet()?.forEach { (name, path) ->
            val found = path.asString.split('.').fold(JsonParser.parseString(answer)) { at, member -> at.asJsonObject[member] }
            saved[name] = found.asString
        }
        return answer
    }

    /** The step with saved texts and the time in the places of their names. */
    private fun filled(value: JsonElement): JsonElement =
        when {
            value is JsonArray -> JsonArray().also { filled -> value.forEach { filled.add(filled(it)) } }
            value is JsonObject ->
                JsonObject().also { filled ->
                    value.entrySet().filter { it.key != "save" }.forEach { filled.add(it.key, filled(it.value)) }
                }
            value is JsonPrimitive && value.isString && value.asString == "\$now" -> JsonPrimitive(nowMs)
            value is JsonPrimitive && value.isString && value.asString.startsWith("$") ->
                JsonPrimitive(saved.getValue(value.asString.drop(1)))
            else -> value
        }

    private fun ask(step: JsonObject): Any? {
        fun text(name: String) = step[name].asString
        fun perhaps(name: String) = step[name].text()
        fun <T> secret(name: String, use: (Secret) -> T): T = Secret.of(text(name)).use(use)
        val account = perhaps("account") ?: ""
        val locale = Locale.forLanguageTag(perhaps("locale") ?: "en")
        // One that this layer's types exclude is asked for below it.
        val via = ContactKind.entries.find { it.spelling == perhaps("via") }
        return when (val what = text("do")) {
            "evaluate_password" ->
                secret("typed") {
                    AccountSecurity.evaluatePassword(text("policy"), it, step["words"].texts(), locale)
                }
            "sign_up" ->
                secret("password") { security.signUp(account, it, step["words"].texts()!!, text("contact"), locale) }
            "confirm_contact" ->
                secret("code") { security.confirmContact(account, known(via, "via"), text("challenge"), it) }
            "sign_in" -> secret("password") { security.signIn(account, it, perhaps("device_token")) }
            "configure" -> security.configure(options(step["options"].asJsonObject))
            "send_confirmation" -> security.sendConfirmation(account, known(via, "via"), locale)
            "send_proof_code" -> {
                val errand = Errand.entries.find { it.spelling == text("errand") }
                security.sendProofCode(account, known(errand, "errand"), text("ticket"), known(via, "via"), locale)
            }
            "prove_sign_in" -> proof(step) { security.proveSignIn(account, text("ticket"), it, perhaps("remember")) }
            "begin_step_up" -> security.beginStepUp(account)
            "prove_step_up" -> proof(step) { security.proveStepUp(account, text("ticket"), it) }
            "change_password" ->
                secret("current") { current ->
                    secret("new") {
                        val words = step["words"].texts()!!
                        security.changePassword(account, current, it, words, perhaps("device_token"), locale)
                    }
                }
            "set_password_at_sign_in" ->
                secret("new") {
                    val words = step["words"].texts()!!
                    security.setPasswordAtSignIn(account, text("ticket"), it, words, perhaps("remember"), locale)
                }
            "begin_reset" -> security.beginReset(account, known(via, "via"), locale)
            "verify_reset" -> secret("code") { security.verifyReset(account, text("challenge"), it) }
            "prove_reset" -> proof(step) { security.proveReset(account, text("ticket"), it) }
            "finish_reset" ->
                secret("new") { security.finishReset(account, text("ticket"), it, step["words"].texts()!!, locale) }
            "generate_recovery_codes" -> security.generateRecoveryCodes(account, perhaps("ticket")).use { drawn(it) }
            "resync_totp" ->
                secret("first") { first -> secret("second") { security.resyncTotp(account, first, it) } }
            "revoke_totp" ->
                mapOf("revoked" to security.revokeTotp(account, text("credential"), perhaps("ticket")))
            "begin_contact_change" -> security.beginContactChange(account, text("new"), perhaps("ticket"), locale)
            "send_contact_code" -> security.sendContactCode(account, text("change"), locale)
            "prove_old_contact" -> secret("code") { security.proveOldContact(account, text("change"), it, locale) }
            "prove_new_contact" -> secret("code") { security.proveNewContact(account, text("change"), it, locale) }
            "finish_contact_change" -> security.finishContactChange(account, text("change"), locale)
            "cancel_contact_change" -> security.cancelContactChange(account, text("change"), locale)
            "cancel_contact_change_by_handle" -> security.cancelContactChangeByHandle(account, text("handle"), locale)
            "begin_lost_contact_change" -> security.beginLostContactChange(account, text("new"), text("ticket"), locale)
            "record_identity_check" -> {
                val identity = identity(step)!!
                val authority = text("as_authority")
                security.recordIdentityCheck(
                    account, text("change"), identity, text("actor"), authority, perhaps("case_ref"), locale,
                )
            }
            "approve_lost_contact" ->
                security.approveLostContact(account, text("change"), text("actor"), text("as_authority"), locale)
            "registered_contacts" -> security.registeredContacts(account)
            "confirm_registered_contacts" -> {
                val (phone, email) = perhaps("phone_masked") to perhaps("email_masked")
                mapOf("confirmed" to security.confirmRegisteredContacts(account, phone, email))
            }
            "remind_review" -> mapOf("reminded" to security.remindReview(account))
            "refusal_text" -> mapOf("text" to security.refusalText(step["code"].asInt, locale))
            "code_text" -> {
                val typed = CodeAnswer.entries.first { it.name.lowercase() == text("answer") }
                mapOf("text" to security.codeText(typed, locale))
            }
            "denial_text" -> mapOf("text" to security.denialText(text("reason"), locale))
            "account_key" -> mapOf("key" to security.accountKey(account))
            "enrol_totp" ->
                security.enrolTotp(account, text("issuer"), text("account_name"), perhaps("ticket")).use { enrolled(it) }
            "confirm_totp" -> secret("code") { security.confirmTotp(account, it) }
            "verify_totp" -> secret("code") { security.verifyTotp(account, it) }
            "soft_token_code" -> secret("uri") { uri -> SoftToken.fromUri(uri).use { shown(it, it.codeAt(nowMs)) } }
            "send_payment_code" -> security.sendPaymentCode(account, text("contact"), binding(step), locale)
            "resend_payment_code" ->
                security.resendPaymentCode(account, text("contact"), text("challenge"), binding(step), locale)
            "verify_payment_code" ->
                secret("code") {
                    security.verifyPaymentCode(account, text("contact"), text("challenge"), binding(step), it)
                }
            "assess" -> security.assess(account, payment(step["payment"].asJsonObject))
            "release_payment" ->
                security.releasePayment(
                    account,
                    payment(step["payment"].asJsonObject),
                    perhaps("actor"),
                    perhaps("as_authority"),
                )
            "assess_many" -> security.assessMany(account, step["payments"].asJsonArray.map { payment(it.asJsonObject) })
            "label" -> security.label(account, text("tx_id"), step["is_fraud"].asBoolean)
            "diagnose" -> security.diagnose(account, question(step), locale)
            "freezes" -> security.freezes(account, locale)
            "all_freezes" -> security.allFreezes(account, locale)
            "devices" -> security.devices(account, perhaps("device_token"))
            "forget_device" -> mapOf("forgotten" to security.forgetDevice(account, text("device")))
            "settle_pending" -> security.settlePending(account, text("tx_id"), locale)
            "clear_lockout" ->
                security.clearLockout(account, text("proof"), text("actor"), text("as_authority"), identity(step)!!)
            "report_unauthorised" -> security.reportUnauthorised(account, report(step["report"].asJsonObject))
            "close_report" -> {
                val (actor, authority) = text("actor") to text("as_authority")
                security.closeReport(account, text("report"), text("outcome"), actor, authority)
            }
            "tell_freezes_ended" -> security.tellFreezesEnded(account)
            "rotate_keys" -> security.rotateKeys(perhaps("after"), step["limit"].asInt)
            "freeze" -> security.freeze(account, freeze(step["freeze"].asJsonObject))
            "freeze_now" -> security.freezeNow(account)
            "lift_own_freeze" ->
                secret("password") {
                    security.liftOwnFreeze(account, text("freeze"), text("ticket"), it, perhaps("device_token"), locale)
                }
            "request_lift" -> {
                val (actor, authority) = text("actor") to text("as_authority")
                security.requestLift(account, text("freeze"), actor, authority, perhaps("release"), identity(step), locale)
            }
            "lift" -> {
                val (actor, authority) = text("actor") to text("as_authority")
                security.lift(account, text("freeze"), actor, authority, perhaps("release"), identity(step), locale)
            }
            "restriction" -> security.restriction(account)
            "history" -> security.history(account, step["from_seq"].asLong, step["limit"].asInt)
            "verify_account" -> security.verifyAccount(account)
            "receive" -> receive(step["limit"].asInt, locale)
            else -> error("no step $what")
        }
    }

    private fun receive(limit: Int, locale: Locale): List<Message> {
        val messages = security.drain(limit, locale)
        security.delivered(messages.map { it.id })
        messages.lastOrNull { it.isCode }?.let { last ->
            saved["code"] = Regex("[0-9]+").findAll(last.text).map { it.value }.last { it.length in 6..8 }
        }
        val pieces = messages.flatMap { it.text.split(Regex("[^A-Z-]")) }
        pieces.lastOrNull { it.matches(Regex("[A-Z]{4}-[A-Z]{4}-[A-Z]{4}")) }?.let { saved["handle"] = it }
        return messages
    }

    private fun <T> proof(step: JsonObject, use: (Proof) -> T): T =
        Secret.of(step["code"].asString).use { code ->
            val challenge = step["challenge"].text()
            val proof =
                when (step["proof"].asString) {
                    "code" -> challenge?.let { Proof.Code(it, code) }
                    "totp" -> Proof.Totp(code).takeIf { challenge == null }
                    "recovery" -> Proof.Recovery(code).takeIf { challenge == null }
                    else -> known<Proof>(null, "proof")
                }
            use(known(proof, "challenge"))
        }

    private fun drawn(codes: RecoveryCodes): Map<String, Any> {
        val lines = codes.withText { it.decodeToString().lines() }
        return lines.withIndex().associate { (at, code) -> "code_${at + 1}" to code } + ("generation" to codes.generation)
    }

    private fun enrolled(enrolment: TotpEnrolment): Map<String, Any> {
        val (size, dark) =
            enrolment.withQr { qr ->
                qr.size to (0 until qr.size).sumOf { row -> (0 until qr.size).count { qr.isDark(row, it) } }
            }
        return mapOf(
            "credential" to enrolment.credential,
            "expires_at_ms" to enrolment.expiresAtMs,
            "uri" to enrolment.withUri { it.decodeToString() },
            "qr_size" to size,
            "qr_dark" to dark,
        )
    }

    private fun shown(token: SoftToken, code: SoftCode): Map<String, Any?> =
        mapOf(
            "account" to token.account,
            "digits" to code.digits,
            "issuer" to token.issuer,
            "remaining_ms" to code.remainingMs,
            "warnings" to token.warnings,
        )

    /** What this layer's types exclude already would be refused by the library under this name. */
    private fun <T : Any> known(found: T?, field: String): T =
        found ?: throw AccountSecurityException.InvalidArgument(field, "unknown")

    private fun binding(step: JsonObject): PaymentBinding {
        val payment = step["payment"].asJsonObject
        return PaymentBinding(
            payment["amount_minor"].asLong,
            payment["currency"].asString,
            payment["payee_account"].asString,
            payment["payee_name"].text(),
        )
    }

    private fun payment(payment: JsonObject): PaymentInput =
        PaymentInput(
            txId = payment["tx_id"].asString,
            amountMinor = payment["amount_minor"].asLong,
            currency = payment["currency"].asString,
            direction = payment["direction"].asString,
            kind = payment["kind"].asString,
            payee = payment["payee"].text(),
            device = payment["device"].text(),
            country = payment["country"].text(),
            latE6 = payment["lat_e6"].number()?.toInt(),
            lonE6 = payment["lon_e6"].number()?.toInt(),
            accuracyM = payment["accuracy_m"].number()?.toUInt(),
            atMs = payment["at_ms"].asLong,
            localOffsetMin = payment["local_offset_min"].asInt,
            malware = payment["malware"].yes(),
            rooted = payment["rooted"].yes(),
            compromisedCredential = payment["compromised_credential"].yes(),
            highRiskPayeeLocation = payment["high_risk_payee_location"].yes(),
            denyListed = payment["deny_listed"].yes() ?: false,
            allowListed = payment["allow_listed"].yes() ?: false,
        )

    private fun question(step: JsonObject): PaymentQuestion =
        PaymentQuestion(
            direction = step["direction"].asString,
            txId = step["tx_id"].text(),
            balanceTooLow = step["balance_too_low"].yes() ?: false,
            recipientUnavailable = step["recipient_unavailable"].yes() ?: false,
            networkFault = step["network_fault"].yes() ?: false,
        )

    private fun report(report: JsonObject): ReportInput =
        ReportInput(
            kind = report["kind"].asString,
            actor = report["actor"].asString,
            reportedAtMs = report["reported_at_ms"].number(),
            learnedAtMs = report["learned_at_ms"].number(),
            txId = report["tx_id"].text(),
        )

    private fun options(options: JsonObject): Options =
        Options(
            sender = options["sender"].text(),
            passwordPolicy = options["password_policy"].text(),
            lockout = options["lockout"].text(),
            secondFactor = options["second_factor"].text(),
            riskPreset = options["risk_preset"].text(),
            riskRules = options["risk_rules"].text(),
            supportHotline = options["support_hotline"].text(),
            supportChat = options["support_chat"].text(),
            supportEmail = options["support_email"].text(),
        )

    private fun identity(step: JsonObject): IdentityInput? =
        step["identity"]?.takeUnless { it is JsonNull }?.asJsonObject?.let {
            IdentityInput(it["method"].asString, it["is_owner"].asBoolean, it["evidence_sha256"].asString)
        }

    private fun freeze(freeze: JsonObject): FreezeInput =
        FreezeInput(
            scopes = freeze["scopes"].texts()!!,
            reason = freeze["reason"].asString,
            authority = freeze["authority"].asString,
            actor = freeze["actor"].asString,
            caseRef = freeze["case_ref"].text(),
            untilMs = freeze["until_ms"]?.takeUnless { it is JsonNull }?.asLong,
        )
}

private fun JsonElement?.text(): String? = this?.takeUnless { it is JsonNull }?.asString

private fun JsonElement?.number(): Long? = this?.takeUnless { it is JsonNull }?.asLong

private fun JsonElement?.yes(): Boolean? = this?.takeUnless { it is JsonNull }?.asBoolean

private fun JsonElement?.texts(): List<String>? = this?.takeUnless { it is JsonNull }?.asJsonArray?.map { it.asString }
