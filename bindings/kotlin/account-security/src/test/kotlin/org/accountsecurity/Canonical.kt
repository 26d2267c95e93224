package org.accountsecurity

import kotlin.reflect.full.memberProperties

/** Answers as canonical JSON, member by member; see tests/scenarios/STORIES.md. */
object Canonical {
    fun of(value: Any?): String = StringBuilder().also { write(value, it) }.toString()

    private fun write(value: Any?, out: StringBuilder) {
        when (value) {
            null -> out.append("null")
            is Unit -> out.append("{}")
            is String -> text(value, out)
            is Boolean, is Byte, is Short, is Int, is Long, is UByte, is UShort, is UInt, is ULong -> out.append(value)
            is List<*> -> {
                out.append('[')
                value.forEachIndexed { place, item ->
                    if (place > 0) out.append(',')
                    write(item, out)
                }
                out.append(']')
            }
            is Map<*, *> -> members(value.mapKeys { it.key.toString() }, out)
            is Enum<*> -> members(mapOf("kind" to value.name.lowercase()), out)
            else -> members(membersOf(value), out)
        }
    }

    private fun membersOf(value: Any): Map<String, Any?> {
        val type = value::class
        val members = type.memberProperties.associate { snake(it.name) to it.getter.call(value) }
        val isVariant = value.javaClass.superclass.kotlin.isSealed
        return if (isVariant) members + ("kind" to snake(value.javaClass.simpleName)) else members
    }

    private fun members(members: Map<String, Any?>, out: StringBuilder) {
        out.append('{')
        members.toSortedMap().entries.forEachIndexed { place, (name, member) ->
            if (place > 0) out.append(',')
            text(name, out)
            out.append(':')
            write(member, out)
        }
        out.append('}')
    }

    private fun text(text: String, out: StringBuilder) {
        out.append('"')
        for (character in text) {
            when {
                character == '"' || character == '\\' -> out.append('\\').append(character)
                character < ' ' -> out.append("\\u%04x".format(character.code))
                else -> out.append(character)
            }
        }
        out.append('"')
    }

    private fun snake(name: String): String =
        name.replace(Regex("(?<=.)[A-Z]")) { "_" + it.value }.lowercase()
}
