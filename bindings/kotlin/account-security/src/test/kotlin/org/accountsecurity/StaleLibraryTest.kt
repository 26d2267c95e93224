package org.accountsecurity

import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals

/** What an app with a wrong native library sees; in a process of its own, because a library is loaded once. */
class StaleLibraryTest {
    @Test
    fun `a library of another version is a typed error at first use`() {
        val stale = System.getProperty("stale.library").orEmpty()
        assumeTrue(stale.isNotEmpty(), "no stale library was made")
        assertContains(run(stale), "wrong library: 253 checksum true")
    }

    @Test
    fun `a missing library is a typed error at first use`() {
        assertContains(run("/no/such/library.so"), "wrong library: 253 checksum false")
    }

    private fun run(library: String): String {
        val java = System.getProperty("java.home") + "/bin/java"
        val override = "-Duniffi.component.account_security.libraryOverride=$library"
        val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val command = listOf(java, "-cp", classPath, override, "org.accountsecurity.StaleLibraryMain")
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val output = process.inputStream.readBytes().decodeToString()
        assertEquals(0, process.waitFor(), output)
        return output
    }
}

object StaleLibraryMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        // Twice: the second use must say the same, not that a class cannot be found.
        repeat(2) {
            try {
                AccountSecurity.version
                println("no error")
            } catch (wrong: AccountSecurityException.WrongLibrary) {
                val isChecksum = generateSequence<Throwable>(wrong) { it.cause }.any { "checksum" in it.message.orEmpty() }
                println("wrong library: ${wrong.code} checksum $isChecksum")
            }
        }
    }
}
