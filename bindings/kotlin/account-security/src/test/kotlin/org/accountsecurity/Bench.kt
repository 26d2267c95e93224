package org.accountsecurity

import java.nio.ByteBuffer
import java.util.Locale

/** Cost per call: an empty one, the generated layer, this layer. Run by `bindings/test.sh bench`. */
object Bench {
    private const val ROUNDS = 9

    @JvmStatic
    fun main(arguments: Array<String>) {
        val keys = testKeys()
        val time = object : TimeSource {
            override fun nowMs(): Long = System.currentTimeMillis()
        }
        val native = Secret.of(ByteArray(32) { 0xa7.toByte() }).use { lookup ->
            Secret.of(ByteArray(32) { 1 }).use { root -> lookup.lend { one -> root.lend { NativeKeys(one, 1u, it) } } }
        }
        val ours = Security.inMemory(keys)
        val below = NativeSecurity.inMemory(native, null)
        val code = ByteBuffer.allocateDirect(6).apply { "123456".forEachIndexed { at, digit -> put(at, digit.code.toByte()) } }
        val typed = ByteBuffer.allocateDirect(13).apply { "Vx9#qLm2-tide".forEachIndexed { at, letter -> put(at, letter.code.toByte()) } }
        println("empty call (payment_code_digits)      %8.1f us".format(median(2_000) { below.paymentCodeDigits() }))
        compare("evaluate", 200, { evaluatePassword("card_default", typed, null, "en") }) {
            Secret.of("Vx9#qLm2-tide").use { AccountSecurity.evaluatePassword("card_default", it, null, Locale.ENGLISH) }
        }
        compare("verify_totp", 500, { below.verifyTotp("alice", code) }) { Secret.of("123456").use { ours.verifyTotp("alice", it) } }
        var number = 0
        fun payment(): PaymentInput {
            val (id, now) = "tx-${number++}" to time.nowMs()
            return PaymentInput(id, 100, "CNY", "out", "card", "shop", "phone", "CN", atMs = now, localOffsetMin = 480)
        }
        compare("assess", 200, { below.assess("bob-${number / 100}", payment()) }) { ours.assess("bob-${number / 100}", payment()) }
        val many = 20
        val batch = median(20) { ours.assessMany("carol-${number / 100}", List(many) { payment() }) }
        println("assess_many, for each of $many          %8.1f us".format(batch / many))
    }

    private fun compare(what: String, calls: Int, below: () -> Unit, ours: () -> Unit) {
        // In turn, so that a busy machine is busy for both.
        val rounds = List(ROUNDS) { once(calls, below) to once(calls, ours) }
        val generated = rounds.map { it.first }.sorted()[ROUNDS / 2]
        val layer = rounds.map { it.second }.sorted()[ROUNDS / 2]
        println("%-14s generated %8.1f us, ours %8.1f us, %+.0f %%".format(what, generated, layer, (layer / generated - 1) * 100))
    }

    private fun median(calls: Int, call: () -> Unit): Double = List(ROUNDS) { once(calls, call) }.sorted()[ROUNDS / 2]

    private fun once(calls: Int, call: () -> Unit): Double {
        val begin = System.nanoTime()
        repeat(calls) { call() }
        return (System.nanoTime() - begin) / 1_000.0 / calls
    }
}
