package org.accountsecurity

import java.util.Arrays
import java.util.TreeMap

/** The smallest place: a sorted map. */
class MapPlace : Place {
    private val entries = TreeMap<ByteArray, ByteArray> { one, other -> Arrays.compareUnsigned(one, other) }

    override fun get(name: ByteArray): ByteArray? = synchronized(this) { entries[name] }

    override fun list(from: ByteArray, to: ByteArray, limit: UInt): List<PlaceEntry> =
        synchronized(this) {
            entries.subMap(from, true, to, false).entries.take(limit.toInt()).map { PlaceEntry(it.key, it.value) }
        }

    override fun apply(conditions: List<PlaceCondition>, changes: List<PlaceChange>): Boolean =
        synchronized(this) {
            if (!conditions.all { Arrays.equals(entries[it.name], it.bytes) }) return false
            for (change in changes) {
                when (val bytes = change.bytes) {
                    null -> entries.remove(change.name)
                    else -> entries[change.name] = bytes
                }
            }
            true
        }
}
