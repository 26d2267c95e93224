import AccountSecurity
import Testing

/// An app's own type of the same name.
private struct Secret {}

@Suite struct NamesTests {
    @Test func theModulesNameTellsItsTypesFromTheApps() throws {
        _ = Secret()
        let typed = AccountSecurity.Secret("Vx9#qLm2-tide")
        #expect(try PasswordCheck.evaluate(policy: "card_default", typed: typed, words: []).accept)
    }
}
