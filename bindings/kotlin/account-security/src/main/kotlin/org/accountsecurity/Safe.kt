package org.accountsecurity

/*
 * What the app gives, made so that nothing but the faults of its contract comes out. The generated layer catches exceptions
 * only: an `Error` (`TODO()`, a class that is missing, a full stack) would be taken for an answer of zeros.
 */

internal class SafeTime(private val time: TimeSource) : TimeSource {
    override fun nowMs(): Long =
        try {
            time.nowMs()
        } catch (_: Throwable) {
            throw TimeFault.NoTime()
        }
}

internal class SafePlace(private val place: Place) : Place {
    override fun `get`(name: ByteArray): ByteArray? = told { place.get(name) }

    override fun list(from: ByteArray, to: ByteArray, limit: UInt): List<PlaceEntry> = told { place.list(from, to, limit) }

    override fun apply(conditions: List<PlaceCondition>, changes: List<PlaceChange>): Boolean =
        told { place.apply(conditions, changes) }

    private inline fun <T> told(ask: () -> T): T =
        try {
            ask()
        } catch (fault: PlaceFault) {
            throw fault
        } catch (_: Throwable) {
            // It may have happened before it failed.
            throw PlaceFault.Unknown()
        }
}
