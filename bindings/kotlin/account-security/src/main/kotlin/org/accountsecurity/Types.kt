package org.accountsecurity

/** What was found about a typed password; holds nothing of it. */
public typealias PasswordReport = org.accountsecurity.ffi.PasswordReport

/** One rule of the check-list. */
public typealias RuleLine = org.accountsecurity.ffi.RuleLine

/** The state of one rule. */
public typealias RuleState = org.accountsecurity.ffi.RuleState

/** What came of a sign-up. */
public typealias SignUpAnswer = org.accountsecurity.ffi.SignUpAnswer

/** Where a sign-in stands. */
public typealias SignInAnswer = org.accountsecurity.ffi.SignInAnswer

/** How a second factor can be given. */
public typealias SecondFactorOffers = org.accountsecurity.ffi.SecondFactorOffers

/** A code is on its way. */
public typealias CodeSent = org.accountsecurity.ffi.CodeSent

/** What came of asking for a code. */
public typealias CodeSentAnswer = org.accountsecurity.ffi.CodeSentAnswer

/** All that a customer is told of a typed code. */
public typealias CodeAnswer = org.accountsecurity.ffi.CodeAnswer

/** What came of an authenticator's code. */
public typealias TotpAnswer = org.accountsecurity.ffi.TotpAnswer

/** A soft token's code, and how long it is shown. */
public typealias SoftCode = org.accountsecurity.ffi.SoftCode

/** What a payment's code is bound to. */
public typealias PaymentBinding = org.accountsecurity.ffi.PaymentBinding

/** A payment as ordered. */
public typealias PaymentInput = org.accountsecurity.ffi.PaymentInput

/** The judgement of a payment. */
public typealias PaymentAnswer = org.accountsecurity.ffi.PaymentAnswer

/** What to do with a payment. */
public typealias PaymentOutcome = org.accountsecurity.ffi.PaymentOutcome

/** One finding about a payment. */
public typealias ReasonLine = org.accountsecurity.ffi.ReasonLine

/** One cause why a payment fails. */
public typealias CauseLine = org.accountsecurity.ffi.CauseLine

/** A freeze to be placed. */
public typealias FreezeInput = org.accountsecurity.ffi.FreezeInput

/** A freeze stands. */
public typealias FreezePlaced = org.accountsecurity.ffi.FreezePlaced

/** What came of a lift, or of asking for one. */
public typealias LiftAnswer = org.accountsecurity.ffi.LiftAnswer

/** One event of an account. */
public typealias HistoryLine = org.accountsecurity.ffi.HistoryLine

/** Whether an audit chain is whole. */
public typealias VerdictAnswer = org.accountsecurity.ffi.VerdictAnswer

/** A message that waits to be sent. */
public typealias Message = org.accountsecurity.ffi.Message

/** A place for named bytes that the app brings: Room, a key-value table, a file. Must not call back into the library. */
public typealias Place = org.accountsecurity.ffi.Place

/** One entry of a [Place]. */
public typealias PlaceEntry = org.accountsecurity.ffi.PlaceEntry

/** One entry of a [Place] that must be as it was. */
public typealias PlaceCondition = org.accountsecurity.ffi.PlaceCondition

/** One entry of a [Place] as it is to be. */
public typealias PlaceChange = org.accountsecurity.ffi.PlaceChange

/** What a [Place] throws where it gives no answer. Anything else it throws counts as "may have been changed or not". */
public typealias PlaceFault = org.accountsecurity.ffi.PlaceFault

/** Where the time comes from. */
public typealias TimeSource = org.accountsecurity.ffi.TimeSource
