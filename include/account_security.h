/**
 * @file account_security.h
 * Account security for payment products: passwords, authenticators, verification codes, payment risk, freezing, audit.
 *
 * Written by cbindgen from src/ffi/c; do not edit. How to build, link and begin: bindings/c/README.md.
 *
 * Rules that hold everywhere
 * - Results. A function that can fail returns an `account_security_result`. Anything but ACCOUNT_SECURITY_OK means
 *   "denied". `account_security_last_error` tells more, for each thread on its own.
 * - Out-parameters come last. Each is set to NULL or 0 first and written only on success.
 * - Ownership. What a function hands out is freed by the `_free` that its comment names, which takes the ADDRESS of your
 *   variable, sets it to NULL and does nothing the second time. A second copy of the pointer is not set to NULL: do not use
 *   it. Answers are read-only; whatever they point to lives as long as they, and is wiped with them.
 * - NULL. Pointer parameters must not be NULL unless the comment says so; where they are, ACCOUNT_SECURITY_NULL_POINTER comes
 *   back (compilers warn before). Texts, lists and buffers are structures by value; the comments say where their pointer may be NULL.
 * - Texts in are UTF-8 with a length and without a NUL inside; texts out are UTF-8 and end with a NUL.
 * - Secrets (passwords, codes, keys) come in as borrowed bytes; the library keeps no copy. Wipe your own.
 * - Structures that you fill in begin with `struct_size`: begin with the `_INIT` macro. Larger ones are taken, smaller refused.
 * - Threads. Every handle may be used by many threads at once; freeing must not race with any use. Answers may be read by
 *   many threads at once.
 * - Panics inside the library come back as ACCOUNT_SECURITY_INTERNAL; the handle is broken then and good for freeing only.
 * - Call-backs must not throw, `longjmp` out or free the object that calls them: a C++ exception there ends the process.
 */

#ifndef ACCOUNT_SECURITY_H
#define ACCOUNT_SECURITY_H


#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The version of this header. */
#define ACCOUNT_SECURITY_VERSION_MAJOR 0
#define ACCOUNT_SECURITY_VERSION_MINOR 1
#define ACCOUNT_SECURITY_VERSION_PATCH 0
/** The version of this header as one number: major * 1000000 + minor * 1000 + patch. */
#define ACCOUNT_SECURITY_VERSION 1000
/** The binary interface of this header: the library must answer `account_security_abi_version()` with the same number. */
#define ACCOUNT_SECURITY_ABI_VERSION 1

/* Compilers that can tell warn about a result that is not looked at, and about NULL where it must not be.
 * ACCOUNT_SECURITY_NO_ATTRIBUTES, defined before this header, turns both off. */
#if !defined(ACCOUNT_SECURITY_NO_ATTRIBUTES) && (defined(__GNUC__) || defined(__clang__))
#define ACCOUNT_SECURITY_MUST_USE __attribute__((warn_unused_result))
#define ACCOUNT_SECURITY_NONNULL __attribute__((nonnull))
/* Of object, five texts, identity, language and answer: the identity may be NULL. */
#define ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY __attribute__((nonnull(1, 9)))
#else
#define ACCOUNT_SECURITY_MUST_USE
#define ACCOUNT_SECURITY_NONNULL
#define ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY
#endif


/**
 * The account is there, and a code is on its way to the contact: `sent`.
 */
#define ACCOUNT_SECURITY_SIGN_UP_CREATED 1

/**
 * The password does not fit; nothing changed: `report`.
 */
#define ACCOUNT_SECURITY_SIGN_UP_UNFIT 2

/**
 * There is such an account; nothing changed.
 */
#define ACCOUNT_SECURITY_SIGN_UP_ALREADY_EXISTS 3

/**
 * No code can be sent there now; nothing changed: `why`, `text`, `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_SIGN_UP_NOT_SENT 4

/**
 * The owner is in.
 */
#define ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN 1

/**
 * A second factor is needed: `ticket` and the `offers_...`.
 */
#define ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR 2

/**
 * The password must be changed first: `ticket`.
 */
#define ACCOUNT_SECURITY_SIGN_IN_CHANGE_PASSWORD 3

/**
 * The account is frozen for signing in.
 */
#define ACCOUNT_SECURITY_SIGN_IN_FROZEN 4

/**
 * No. Which part was wrong is not told: `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_SIGN_IN_REFUSED 5

/**
 * Every event is there and as it was written: `events`.
 */
#define ACCOUNT_SECURITY_VERDICT_INTACT 1

/**
 * An event was changed, added, moved or taken out: `seq` is the first place that is wrong.
 */
#define ACCOUNT_SECURITY_VERDICT_ALTERED 2

/**
 * The end of the chain is gone: `have` and `want`.
 */
#define ACCOUNT_SECURITY_VERDICT_TRUNCATED 3

/**
 * Keys or record are missing or damaged: `why`.
 */
#define ACCOUNT_SECURITY_VERDICT_CANNOT_TELL 4

/**
 * A typed code: go on.
 */
#define ACCOUNT_SECURITY_CODE_ACCEPTED 1

/**
 * A typed code: that was not it.
 */
#define ACCOUNT_SECURITY_CODE_REJECTED 2

/**
 * A typed code: that was the code of an older message; use the newest one.
 */
#define ACCOUNT_SECURITY_CODE_USE_NEWEST 3

/**
 * A typed code: ask for a new code.
 */
#define ACCOUNT_SECURITY_CODE_REQUEST_NEW 4

/**
 * A typed code: not now.
 */
#define ACCOUNT_SECURITY_CODE_TRY_LATER 5

/**
 * A change began, a code went to the contact in force: `change`, `via`, `sent`, `expires_at_ms`.
 */
#define ACCOUNT_SECURITY_CONTACT_BEGUN 1

/**
 * A code went out again: `sent`.
 */
#define ACCOUNT_SECURITY_CONTACT_SENT 2

/**
 * The contact in force agreed: `expires_at_ms` and `sent`; where its `is_sent` is 0, ask with
 * `account_security_send_contact_code`.
 */
#define ACCOUNT_SECURITY_CONTACT_AGREED 3

/**
 * The new contact answered. The old one is in force until then, and every contact was warned: `until_ms`.
 */
#define ACCOUNT_SECURITY_CONTACT_COOLING_OFF 4

/**
 * The new contact is in force: `via`.
 */
#define ACCOUNT_SECURITY_CONTACT_IN_FORCE 5

/**
 * It was called off; the contact in force stays: `via`, `is_suspicious`.
 */
#define ACCOUNT_SECURITY_CONTACT_CALLED_OFF 6

/**
 * A loss is reported, or one step of support is done; the next one has to follow in time: `change`, `until_ms`.
 */
#define ACCOUNT_SECURITY_CONTACT_WITH_SUPPORT 7

/**
 * No: `code`, `what`, `text`, `why`, `typed`, `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_CONTACT_REFUSED 8

/**
 * Settle it, once: a freeze that lands later wins over this answer.
 */
#define ACCOUNT_SECURITY_SETTLE_FINISH 1

/**
 * Not now: `freeze` and `causes`. Ask again when a freeze of the account was lifted or ended.
 */
#define ACCOUNT_SECURITY_SETTLE_HOLD 2

/**
 * No such payment was judged for this account: hold it.
 */
#define ACCOUNT_SECURITY_SETTLE_UNKNOWN 3

/**
 * A lock was cleared: the wrong tries are forgotten.
 */
#define ACCOUNT_SECURITY_CLEAR_CLEARED 1

/**
 * A lock was not cleared: there was nothing to forget.
 */
#define ACCOUNT_SECURITY_CLEAR_NOTHING_TO_CLEAR 2

/**
 * A lock was not cleared: the check did not show the owner, and the failed check is on record.
 */
#define ACCOUNT_SECURITY_CLEAR_IDENTITY_NOT_PROVEN 3

/**
 * A report is on record: `id`, `already`. It freezes nothing: offer that beside it.
 */
#define ACCOUNT_SECURITY_REPORT_TAKEN 1

/**
 * A report is closed; its times stay in the audit trail.
 */
#define ACCOUNT_SECURITY_REPORT_CLOSED 2

/**
 * No; nothing changed: `code`, `what`.
 */
#define ACCOUNT_SECURITY_REPORT_REFUSED 3

/**
 * An authenticator's code: right, and spent.
 */
#define ACCOUNT_SECURITY_TOTP_ACCEPTED 1

/**
 * An authenticator's code: not accepted.
 */
#define ACCOUNT_SECURITY_TOTP_REJECTED 2

/**
 * An authenticator's code: not looked at, too many wrong tries before: `until_ms`.
 */
#define ACCOUNT_SECURITY_TOTP_BLOCKED 3

/**
 * No authenticator is in force, or none waits to be confirmed.
 */
#define ACCOUNT_SECURITY_TOTP_NOT_ENROLLED 4

/**
 * Two codes in a row: the device's clock is allowed for, ask for the next code: `drift_steps`.
 */
#define ACCOUNT_SECURITY_TOTP_RESYNC_RESYNCED 1

/**
 * Two codes in a row: right and spent, but the device's clock is too far off; the owner must set it: `ahead_s`.
 */
#define ACCOUNT_SECURITY_TOTP_RESYNC_DEVICE_CLOCK_OFF 2

/**
 * Two codes in a row: not accepted.
 */
#define ACCOUNT_SECURITY_TOTP_RESYNC_REJECTED 3

/**
 * Two codes in a row: not looked at, too many wrong tries before: `until_ms`.
 */
#define ACCOUNT_SECURITY_TOTP_RESYNC_BLOCKED 4

/**
 * Two codes in a row: no authenticator is in force.
 */
#define ACCOUNT_SECURITY_TOTP_RESYNC_NOT_ENROLLED 5

/**
 * It is lifted: `still_closed`.
 */
#define ACCOUNT_SECURITY_LIFT_LIFTED 1

/**
 * Another agent has to approve: `dies_at_ms`.
 */
#define ACCOUNT_SECURITY_LIFT_REQUESTED 2

/**
 * No; nothing changed: `code`, `what`, `text`, `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_LIFT_REFUSED 3

/**
 * The proofs were not accepted. Which part was wrong is not told: `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_LIFT_NOT_PROVEN 4

/**
 * Longest text or secret that is looked at, in bytes. What is read after it has tighter bounds of its own.
 */
#define ACCOUNT_SECURITY_INPUT_SIZE_MAX 65536

/**
 * Longest rule file that is looked at, in bytes.
 */
#define ACCOUNT_SECURITY_RULES_SIZE_MAX 1048576

/**
 * Longest list of payments or messages that is looked at.
 */
#define ACCOUNT_SECURITY_INPUT_COUNT_MAX 1024

/**
 * Longest list of names or words that is looked at.
 */
#define ACCOUNT_SECURITY_LIST_COUNT_MAX 64

/**
 * Longest text in a list that is looked at, in bytes.
 */
#define ACCOUNT_SECURITY_LIST_TEXT_SIZE_MAX 4096

/**
 * What was found, for a question that nobody may have asked: yes. 0 = nobody looked, which is not "no".
 */
#define ACCOUNT_SECURITY_YES 1

/**
 * What was found, for a question that nobody may have asked: no.
 */
#define ACCOUNT_SECURITY_NO 2

/**
 * A rule holds.
 */
#define ACCOUNT_SECURITY_RULE_SATISFIED 1

/**
 * A rule is broken.
 */
#define ACCOUNT_SECURITY_RULE_UNSATISFIED 2

/**
 * A rule could not be checked here; the server does.
 */
#define ACCOUNT_SECURITY_RULE_NOT_CHECKED 3

/**
 * It is the account's password now: `signed_in`, `review_due`, `device_token`.
 */
#define ACCOUNT_SECURITY_PASSWORD_CHANGED 1

/**
 * It does not fit; nothing changed, and a ticket is still good: `report`.
 */
#define ACCOUNT_SECURITY_PASSWORD_UNFIT 2

/**
 * It is one of the account's last passwords; nothing changed, and a ticket is still good.
 */
#define ACCOUNT_SECURITY_PASSWORD_USED_BEFORE 3

/**
 * The one in force is too young to be changed: `until_ms`.
 */
#define ACCOUNT_SECURITY_PASSWORD_TOO_YOUNG 4

/**
 * No; nothing changed. Which part was wrong is not told: `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_PASSWORD_REFUSED 5

/**
 * Let it pass.
 */
#define ACCOUNT_SECURITY_PAYMENT_ALLOW 1

/**
 * Ask for a second factor.
 */
#define ACCOUNT_SECURITY_PAYMENT_STEP_UP 2

/**
 * Hold it for review.
 */
#define ACCOUNT_SECURITY_PAYMENT_HOLD 3

/**
 * Hold it and freeze the account.
 */
#define ACCOUNT_SECURITY_PAYMENT_FREEZE_RECOMMENDED 4

/**
 * The account is frozen for this: nothing was judged.
 */
#define ACCOUNT_SECURITY_PAYMENT_FROZEN 5

/**
 * The id came before with other content.
 */
#define ACCOUNT_SECURITY_PAYMENT_CONFLICT 6

/**
 * A payment passes after all and counts, now or since an earlier call; one that was allowed always did.
 */
#define ACCOUNT_SECURITY_RELEASE_RELEASED 1

/**
 * No such payment was judged for this account, or it was refused for a freeze: order it again.
 */
#define ACCOUNT_SECURITY_RELEASE_UNKNOWN_PAYMENT 2

/**
 * The payment that was judged under this id was another one.
 */
#define ACCOUNT_SECURITY_RELEASE_CONFLICT 3

/**
 * It was held: a proof of the owner is not enough, somebody has to let it pass.
 */
#define ACCOUNT_SECURITY_RELEASE_NEEDS_REVIEW 4

/**
 * The account is closed for it now; or the payment was judged before the owner lifted a freeze and is the owner's alone to
 * release, in the cooling-off after that lift: order it again.
 */
#define ACCOUNT_SECURITY_RELEASE_FROZEN 5

/**
 * It was labelled as fraud since, and a label stands.
 */
#define ACCOUNT_SECURITY_RELEASE_FRAUD 6

/**
 * A proof is needed: `ticket` and the `offers_...`.
 */
#define ACCOUNT_SECURITY_STEP_UP_OPENED 1

/**
 * The account can prove nothing beyond the password; what takes a step-up elsewhere goes without one here.
 * Only the lift of an own freeze does not: there staff helps.
 */
#define ACCOUNT_SECURITY_STEP_UP_NOTHING_TO_PROVE 2

/**
 * All is proven: `ticket` opens one thing, once.
 */
#define ACCOUNT_SECURITY_PROOF_COMPLETE 1

/**
 * One more proof is needed: `ticket` and the `offers_...`.
 */
#define ACCOUNT_SECURITY_PROOF_MORE_NEEDED 2

/**
 * The account is frozen for this.
 */
#define ACCOUNT_SECURITY_PROOF_FROZEN 3

/**
 * No. Which part was wrong is not told: `retry_at_ms`.
 */
#define ACCOUNT_SECURITY_PROOF_REFUSED 4

/**
 * The call did what it says; out-parameters are set.
 */
#define ACCOUNT_SECURITY_OK 0

/**
 * An argument cannot be what it is meant to be; nothing was looked at or changed. `account_security_last_error` names it.
 */
#define ACCOUNT_SECURITY_INVALID_ARGUMENT 1

/**
 * A pointer that must not be NULL is NULL.
 */
#define ACCOUNT_SECURITY_NULL_POINTER 2

/**
 * The `struct_size` of a structure is smaller than this version's, or the structure is not aligned.
 */
#define ACCOUNT_SECURITY_WRONG_STRUCT 3

/**
 * The caller's buffer is too small; how much is needed was written.
 */
#define ACCOUNT_SECURITY_BUFFER_TOO_SMALL 4

/**
 * The header belongs to another version of the library.
 */
#define ACCOUNT_SECURITY_WRONG_VERSION 5

/**
 * The handle is being used by another thread, or was asked by a call-back of its own store.
 */
#define ACCOUNT_SECURITY_IN_USE 6

/**
 * This library was built without what was asked for.
 */
#define ACCOUNT_SECURITY_NOT_BUILT 7

/**
 * A defect of this library. The handle is broken: free it.
 */
#define ACCOUNT_SECURITY_INTERNAL 255

/**
 * The store is busy; ask again.
 */
#define ACCOUNT_SECURITY_STORE_BUSY 9001

/**
 * The store cannot be reached.
 */
#define ACCOUNT_SECURITY_STORE_UNAVAILABLE 9002

/**
 * The store is full.
 */
#define ACCOUNT_SECURITY_STORE_FULL 9003

/**
 * The store may only be read.
 */
#define ACCOUNT_SECURITY_STORE_READ_ONLY 9004

/**
 * The store holds what this library did not write.
 */
#define ACCOUNT_SECURITY_STORE_CORRUPT 9005

/**
 * The store is of a kind or version that this library does not read.
 */
#define ACCOUNT_SECURITY_STORE_UNSUPPORTED 9006

/**
 * A key is missing or is another one than the store was made with.
 */
#define ACCOUNT_SECURITY_KEY_LOST 9007

/**
 * The store did not confirm: what was asked for may have been done or not.
 */
#define ACCOUNT_SECURITY_STORE_UNKNOWN 9008

/**
 * What was to be stored is larger than the store takes.
 */
#define ACCOUNT_SECURITY_TOO_LARGE 9009

/**
 * A stored record cannot be opened with these keys.
 */
#define ACCOUNT_SECURITY_SEALED 9010

/**
 * A stored record opens and cannot be read: another version wrote it.
 */
#define ACCOUNT_SECURITY_UNREADABLE 9011

/**
 * The command cannot be decided. The `reason` of the last error says what to do: `step_up_needed` (have the owner prove once more,
 * pass the ticket), `last_factor`, `frozen`, `not_authorised`, `clock`.
 */
#define ACCOUNT_SECURITY_REFUSED 9012

/**
 * The operating system gave no randomness.
 */
#define ACCOUNT_SECURITY_NO_ENTROPY 9013

/**
 * The id was used for something else before.
 */
#define ACCOUNT_SECURITY_ID_REUSED 9014

/**
 * Numbers in the settings contradict each other.
 */
#define ACCOUNT_SECURITY_SETTINGS 9015

/**
 * A password could not be compared; never "wrong password". The last error tells whether it passes (`is_transient`).
 */
#define ACCOUNT_SECURITY_NOT_COMPARED 9016

/**
 * A password could not be hashed. The last error tells whether it passes (`is_transient`).
 */
#define ACCOUNT_SECURITY_NOT_HASHED 9017

/**
 * The store has lost what this library knows it held.
 */
#define ACCOUNT_SECURITY_STATE_LOST 9018

/**
 * The store is set up so that it may lose what it confirms.
 */
#define ACCOUNT_SECURITY_STORE_UNSAFE 9019

/**
 * The clock gave no time; ask again.
 */
#define ACCOUNT_SECURITY_NO_TIME 9020

/**
 * The list of breached passwords gave no answer.
 */
#define ACCOUNT_SECURITY_BREACH_LIST 9030

/**
 * The password policy asks for a list of breached passwords, and there is none.
 */
#define ACCOUNT_SECURITY_NO_BREACH_LIST 9031

/**
 * A call-back's answer: done.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_OK 0

/**
 * A call-back's answer: locked by others; ask again.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_BUSY 1

/**
 * A call-back's answer: no room left; nothing was changed.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_FULL 2

/**
 * A call-back's answer: it may only be read.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_READ_ONLY 3

/**
 * A call-back's answer: cannot be reached; nothing was changed.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE 4

/**
 * A call-back's answer: the changes may have been made or not. So is any number not named here when it comes from `apply`.
 */
#define ACCOUNT_SECURITY_STORE_SAYS_UNKNOWN 5

/**
 * Everything that is asked about accounts. Any thread may use it, many at once; freeing must not race with any use.
 */
typedef struct account_security account_security;

/**
 * The look-up key and named root keys, 32 bytes each, as they come from a vault. Any thread may use it; freeing must not
 * race with any use. Wiped when it is freed. It may be freed once the objects that were made with it are there.
 */
typedef struct account_security_keys account_security_keys;

/**
 * New recovery codes, to be shown once; wiped when they are freed. Any thread may use them; freeing must not race with any
 * use.
 */
typedef struct account_security_recovery_codes account_security_recovery_codes;

/**
 * Takes what a call-back of a store found. Good during that call-back only, on its thread.
 */
typedef struct account_security_sink account_security_sink;

/**
 * A secret held by this device; wiped when it is freed. Any thread may use it; freeing must not race with any use.
 */
typedef struct account_security_soft_token account_security_soft_token;

/**
 * An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped when it is freed. Any
 * thread may use it; freeing must not race with any use.
 */
typedef struct account_security_totp_enrolment account_security_totp_enrolment;

/**
 * What came of a call: `ACCOUNT_SECURITY_OK` or the number of a fault. Anything but `ACCOUNT_SECURITY_OK` means "denied".
 * Numbers from 9001 on are faults of store, keys or clock; numbers not named here may be added.
 */
typedef int32_t account_security_result;

/**
 * A UTF-8 text: pointer and length in bytes, no NUL inside, none needed behind. `data` NULL: no text, where that is
 * allowed. Borrowed for the call alone. `account_security_text_of` makes one of a C string.
 */
typedef struct account_security_text {
  /**
   * First byte, or NULL.
   */
  const char *data;
  /**
   * Length in bytes, without a NUL.
   */
  size_t size;
} account_security_text;

/**
 * Bytes that may be a secret: a password, a code, a key. Borrowed for the call alone; no copy outlives the call. The caller
 * wipes its own.
 */
typedef struct account_security_bytes {
  /**
   * First byte, or NULL.
   */
  const uint8_t *data;
  /**
   * How many.
   */
  size_t size;
} account_security_bytes;

/**
 * Texts, one after the other, at most 64 of at most 4096 bytes unless a function says more. `items` NULL: no list, where that is allowed, else an empty
 * one.
 */
typedef struct account_security_texts {
  /**
   * First text, or NULL.
   */
  const struct account_security_text *items;
  /**
   * How many.
   */
  size_t count;
} account_security_texts;

/**
 * What came of asking for a code. Owned by the library until `account_security_code_sent_free`; any thread may read it.
 */
typedef struct account_security_code_sent {
  /**
   * 1: on its way. 0: refused, see `why`.
   */
  int32_t is_sent;
  /**
   * The stable name of the reason of a refusal; NULL where it was sent. Of messages: `too_soon`, `no_sends_left`,
   * `no_tries_left`, `too_many_open`, `not_allowed` (not to such a number or address), `not_now` (a budget is used up; which
   * one is told to nobody), `clock`, `not_found`, `closed` and `context_changed` (begin anew). Of a proof also
   * `no_such_ticket`, `not_offered`, `frozen`, `blocked` (too many wrong tries before); of a confirmation `no_such_contact`.
   */
  const char *why;
  /**
   * What the customer reads of a refusal, in the language asked for; NULL where it was sent.
   */
  const char *text;
  /**
   * Of a refusal: from when on it may be asked again, where `has_retry_at` is 1.
   */
  int64_t retry_at_ms;
  /**
   * 1: refused, waiting helps, and the customer may know how long.
   */
  int32_t has_retry_at;
  /**
   * Goes back with the code; NULL where it was refused, like the members below.
   */
  const char *challenge;
  /**
   * Where it went, masked for display.
   */
  const char *destination_masked;
  /**
   * Until when the code is good, exclusive; 0 where it was refused.
   */
  int64_t expires_at_ms;
  /**
   * From when on another message may be asked for; 0 where it was refused.
   */
  int64_t resend_at_ms;
} account_security_code_sent;

/**
 * One rule of the check-list.
 */
typedef struct account_security_rule {
  /**
   * Its stable name.
   */
  const char *name;
  /**
   * The rule in the customer's language.
   */
  const char *text;
  /**
   * Its stable number.
   */
  int32_t code;
  /**
   * `ACCOUNT_SECURITY_RULE_...`.
   */
  int32_t state;
  /**
   * What the password has, in the rule's own unit.
   */
  uint32_t have;
  /**
   * What the rule asks for.
   */
  uint32_t need;
} account_security_rule;

/**
 * What was found about a typed password. Holds nothing of it. Owned by the library until
 * `account_security_password_report_free`; any thread may read it.
 */
typedef struct account_security_password_report {
  /**
   * Every rule of the policy.
   */
  const struct account_security_rule *const *rules;
  /**
   * How many.
   */
  size_t rules_count;
  /**
   * Advice in the customer's language, most important first.
   */
  const char *const *advice;
  /**
   * How many.
   */
  size_t advice_count;
  /**
   * 1: no rule that could be checked is broken.
   */
  int32_t accept;
  /**
   * Strength, 0 to 4.
   */
  int32_t score;
  /**
   * Hundredths of the decimal logarithm of the estimated guesses.
   */
  int32_t guesses_log10_centi;
} account_security_password_report;

/**
 * What came of a sign-up. Owned by the library until `account_security_sign_up_answer_free`; any thread may read it.
 */
typedef struct account_security_sign_up_answer {
  /**
   * `ACCOUNT_SECURITY_SIGN_UP_...`.
   */
  int32_t kind;
  /**
   * NOT_SENT: the stable name of the reason, as in `account_security_code_sent`; else NULL.
   */
  const char *why;
  /**
   * NOT_SENT: what the customer reads, in the language asked for; else NULL.
   */
  const char *text;
  /**
   * NOT_SENT: from when on it may be asked again, where `has_retry_at` is 1.
   */
  int64_t retry_at_ms;
  /**
   * NOT_SENT: 1 where waiting helps and the customer may know how long.
   */
  int32_t has_retry_at;
  /**
   * The code of `CREATED`, else NULL. Part of this answer: do not free it.
   */
  const struct account_security_code_sent *sent;
  /**
   * The report of `UNFIT`, else NULL. Part of this answer: do not free it.
   */
  const struct account_security_password_report *report;
} account_security_sign_up_answer;

/**
 * Where a sign-in stands. Owned by the library until `account_security_sign_in_answer_free`; any thread may read it.
 */
typedef struct account_security_sign_in_answer {
  /**
   * `ACCOUNT_SECURITY_SIGN_IN_...`.
   */
  int32_t kind;
  /**
   * SIGNED_IN: 1 where the password is due to be changed.
   */
  int32_t change_password_soon;
  /**
   * SIGNED_IN: 1 where the registered information is due to be looked over.
   */
  int32_t review_due;
  /**
   * REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
   */
  int32_t has_retry_at;
  /**
   * REFUSED: from when on a try is looked at again.
   */
  int64_t retry_at_ms;
  /**
   * SIGNED_IN: what the remembered device presents from now on, a secret of that device; else NULL.
   */
  const char *device_token;
  /**
   * SECOND_FACTOR, CHANGE_PASSWORD: goes with the proof or the new password; else NULL.
   */
  const char *ticket;
  /**
   * SECOND_FACTOR: 1 where an authenticator's code will do.
   */
  int32_t offers_totp;
  /**
   * SECOND_FACTOR: 1 where a recovery code will do.
   */
  int32_t offers_recovery;
  /**
   * SECOND_FACTOR: a code can go to this phone number, masked; else NULL.
   */
  const char *phone_masked;
  /**
   * SECOND_FACTOR: a code can go to this e-mail address, masked; else NULL.
   */
  const char *email_masked;
} account_security_sign_in_answer;

/**
 * One event of an account.
 */
typedef struct account_security_event {
  /**
   * 1 for the first.
   */
  uint64_t seq;
  /**
   * When it was decided.
   */
  int64_t at_ms;
  /**
   * The stable number of its kind.
   */
  int32_t number;
  /**
   * The stable name of its kind, as in exports, e.g. `FreezePlaced`. Names may be added.
   */
  const char *name;
  /**
   * The freeze it is about; NULL = about none. So with the next ones.
   */
  const char *freeze;
  /**
   * The change of a contact it is about.
   */
  const char *change;
  /**
   * The authenticator it is about.
   */
  const char *credential;
  /**
   * The device it is about, 32 hexadecimal digits.
   */
  const char *device;
  /**
   * The report of a loss it is about.
   */
  const char *report;
} account_security_event;

/**
 * Events, oldest first. Owned by the library until `account_security_history_answer_free`; any thread may read it.
 */
typedef struct account_security_history_answer {
  /**
   * The events.
   */
  const struct account_security_event *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_history_answer;

/**
 * Whether an audit chain is whole. Owned by the library until `account_security_verdict_free`.
 */
typedef struct account_security_verdict {
  /**
   * `ACCOUNT_SECURITY_VERDICT_...`.
   */
  int32_t kind;
  /**
   * INTACT: how many.
   */
  uint64_t events;
  /**
   * ALTERED: the first place that is wrong.
   */
  uint64_t seq;
  /**
   * TRUNCATED: events found.
   */
  uint64_t have;
  /**
   * TRUNCATED: events the record counts.
   */
  uint64_t want;
  /**
   * CANNOT_TELL: what is missing; else NULL.
   */
  const char *why;
} account_security_verdict;

/**
 * A message that waits to be sent.
 */
typedef struct account_security_message {
  /**
   * Goes into `account_security_delivered`; the receiver drops what it saw before. Its first 32 digits are
   * `account_security_account_key` of the account it is about.
   */
  const char *id;
  /**
   * What to do with it. `sms`, `voice`, `email`: send it. `notice`: show it in the app. `pending_payments`: for whatever
   * settles payments, never for the customer. `send_brake`: tell an operator. `unreadable`: it does not open any more, tell
   * an operator. Others may be added: tell an operator.
   */
  const char *what;
  /**
   * Where to; empty but for the first three.
   */
  const char *to;
  /**
   * An e-mail's subject; else NULL.
   */
  const char *subject;
  /**
   * The text to send, or of the notice to show in the app; else empty. May hold a code.
   */
  const char *text;
  /**
   * What it says, as a JSON object with members in this order; else NULL. `pending_payments`: `freeze` (its id), `scopes` (stable
   * names), `from_ms`, `rule` (`hold-pending`, or `let-pending-finish`: those accepted before may finish); it tells of freezes
   * that the customer must not learn of. `send_brake`: `prefix` (calling prefix, `null` = all phones), `sent` and `verified`
   * (messages of the last hour, and how many came back).
   */
  const char *details;
  /**
   * Not worth sending from then on, where `has_expires_at` is 1.
   */
  int64_t expires_at_ms;
  /**
   * 1: `expires_at_ms` is set.
   */
  int32_t has_expires_at;
  /**
   * 1: it carries a code, is urgent, and is worth nothing later.
   */
  int32_t is_code;
} account_security_message;

/**
 * Messages, oldest first. Owned by the library until `account_security_messages_free`; any thread may read it.
 */
typedef struct account_security_messages {
  /**
   * The messages.
   */
  const struct account_security_message *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_messages;

/**
 * Where the time comes from. Any thread may ask, several at once. The call-back must not throw, jump out or free the object
 * that asks; it may call other functions of this library, on the same object too: no store is asked meanwhile. Copied by the call that takes it.
 */
typedef struct account_security_clock {
  /**
   * `sizeof(account_security_clock)`; `ACCOUNT_SECURITY_CLOCK_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Passed to the call-backs as it is.
   */
  void *ctx;
  /**
   * Writes the milliseconds since 1970-01-01 UTC and returns 0; anything else: no time, and nothing is decided.
   */
  int32_t (*now_ms)(void *ctx,
                    int64_t *now_ms);
  /**
   * Called once with `ctx` when the object that took the clock is gone; never where that object was not made. May be NULL.
   */
  void (*destroy)(void *ctx);
} account_security_clock;

/**
 * What a payment's code is bound to (PSD2 RTS art. 5): another amount, currency or payee, and the code is wrong.
 */
typedef struct account_security_payment_binding {
  /**
   * `sizeof(account_security_payment_binding)`; `ACCOUNT_SECURITY_PAYMENT_BINDING_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Amount in the currency's smallest unit.
   */
  int64_t amount_minor;
  /**
   * ISO 4217 code.
   */
  struct account_security_text currency;
  /**
   * The payee's account.
   */
  struct account_security_text payee_account;
  /**
   * The payee's name, as shown; `data` NULL = none.
   */
  struct account_security_text payee_name;
} account_security_payment_binding;

/**
 * Where the change of a contact stands. Owned by the library until `account_security_contact_answer_free`; any thread may read
 * it.
 */
typedef struct account_security_contact_answer {
  /**
   * `ACCOUNT_SECURITY_CONTACT_...`.
   */
  int32_t kind;
  /**
   * CALLED_OFF: 1 where it was called off from outside while somebody signed in went on with it: a sign of a takeover.
   */
  int32_t is_suspicious;
  /**
   * BEGUN, WITH_SUPPORT: every further step names it; else NULL.
   */
  const char *change;
  /**
   * BEGUN, IN_FORCE, CALLED_OFF: which contact, `phone` or `email`; else NULL.
   */
  const char *via;
  /**
   * BEGUN, SENT: the code that went out. AGREED: the code to the new contact, or why it could not be sent yet (`is_sent`).
   * Else NULL. Part of this answer: do not free it.
   */
  const struct account_security_code_sent *sent;
  /**
   * BEGUN, AGREED: the change waits before this moment.
   */
  int64_t expires_at_ms;
  /**
   * COOLING_OFF: from when on the new contact can be in force. WITH_SUPPORT: the next step is waited for before this moment.
   */
  int64_t until_ms;
  /**
   * REFUSED: the stable number of the reason, 601 to 699.
   */
  int32_t code;
  /**
   * REFUSED: what the customer is told of a typed code, `ACCOUNT_SECURITY_CODE_...`; 0 where none was looked at.
   */
  int32_t typed;
  /**
   * REFUSED: what to do, for developers and staff; else NULL.
   */
  const char *what;
  /**
   * REFUSED: what the customer reads, in the language asked for; else NULL.
   */
  const char *text;
  /**
   * REFUSED with `code` 605: the stable name of why no code was sent, as in `account_security_code_sent`; else NULL.
   */
  const char *why;
  /**
   * REFUSED: from when on the same step may succeed, where `has_retry_at` is 1.
   */
  int64_t retry_at_ms;
  /**
   * REFUSED: 1 where `retry_at_ms` is set, because waiting helps and the customer may know how long.
   */
  int32_t has_retry_at;
} account_security_contact_answer;

/**
 * One cause why a payment fails.
 */
typedef struct account_security_cause {
  /**
   * The customer's text, in the language asked for.
   */
  const char *text;
  /**
   * From when on trying again may help, where `has_retry_at` is 1.
   */
  int64_t retry_at_ms;
  /**
   * 1: `retry_at_ms` is known.
   */
  int32_t has_retry_at;
  /**
   * 1: trying again may help.
   */
  int32_t retryable;
} account_security_cause;

/**
 * Causes, at least one: where nothing is known to stand in the way, it says so. Owned by the library until `account_security_causes_free`.
 */
typedef struct account_security_causes {
  /**
   * The causes.
   */
  const struct account_security_cause *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_causes;

/**
 * Whether a payment that was judged and is not settled yet may settle now. Owned by the library until
 * `account_security_settle_answer_free`; any thread may read it.
 */
typedef struct account_security_settle_answer {
  /**
   * `ACCOUNT_SECURITY_SETTLE_...`.
   */
  int32_t kind;
  /**
   * HOLD: the first freeze that holds it; NULL where the cooling-off after a lift does, and else. Not for the customer: it may
   * be one that must not be told of.
   */
  const char *freeze;
  /**
   * HOLD: why, as the customer may know it; else NULL. Part of this answer: do not free it.
   */
  const struct account_security_causes *causes;
} account_security_settle_answer;

/**
 * An identity check of an agent. What was seen is kept elsewhere; here is its hash.
 */
typedef struct account_security_identity {
  /**
   * `sizeof(account_security_identity)`; `ACCOUNT_SECURITY_IDENTITY_INIT` sets it.
   */
  size_t struct_size;
  /**
   * How: `document-in-branch`, `video-identification`, `payment-from-own-account` or `call-back`.
   */
  struct account_security_text method;
  /**
   * SHA-256 of what was seen (a scan, a recording, a form), 64 hexadecimal digits.
   */
  struct account_security_text evidence_sha256;
  /**
   * 1: whoever asks is the owner. 0: is not.
   */
  int32_t is_owner;
  /**
   * 0.
   */
  int32_t reserved;
} account_security_identity;

/**
 * What a customer reports as lost or not authorised.
 */
typedef struct account_security_report {
  /**
   * `sizeof(account_security_report)`; `ACCOUNT_SECURITY_REPORT_INIT` sets it.
   */
  size_t struct_size;
  /**
   * `device-lost` or `unauthorised`.
   */
  struct account_security_text kind;
  /**
   * Who takes it down: the owner in the app, or an agent.
   */
  struct account_security_text actor;
  /**
   * The payment it is about; `data` NULL = about none.
   */
  struct account_security_text tx_id;
  /**
   * When the customer told it, where `has_reported_at` is 1; else now. Liability hangs on it.
   */
  int64_t reported_at_ms;
  /**
   * When the customer learned of it, where `has_learned_at` is 1; else nobody said, which counts as the time of the report.
   */
  int64_t learned_at_ms;
  /**
   * 1: `reported_at_ms` is set. Else 0.
   */
  int32_t has_reported_at;
  /**
   * 1: `learned_at_ms` is set. Else 0.
   */
  int32_t has_learned_at;
} account_security_report;

/**
 * What came of a report, or of closing one. Owned by the library until `account_security_report_answer_free`; any thread may
 * read it.
 */
typedef struct account_security_report_answer {
  /**
   * `ACCOUNT_SECURITY_REPORT_...`.
   */
  int32_t kind;
  /**
   * TAKEN: 1 where the same was on record before.
   */
  int32_t already;
  /**
   * TAKEN: its name, for closing it; else NULL.
   */
  const char *id;
  /**
   * REFUSED: the stable number of the reason, 801 to 899.
   */
  int32_t code;
  /**
   * REFUSED: what to do, for staff; else NULL.
   */
  const char *what;
} account_security_report_answer;

/**
 * A cell that was left under its old key.
 */
typedef struct account_security_rotation_fault {
  /**
   * Under which name the store keeps it.
   */
  const char *key;
  /**
   * The stable number of the fault, a result code.
   */
  account_security_result code;
  /**
   * Why, for operators. Holds no secret.
   */
  const char *what;
} account_security_rotation_fault;

/**
 * What one page of a rotation did. Owned by the library until `account_security_rotation_answer_free`; any thread may read it.
 */
typedef struct account_security_rotation_answer {
  /**
   * Cells looked at.
   */
  uint64_t looked_at;
  /**
   * Cells sealed anew.
   */
  uint64_t resealed;
  /**
   * Cells that were left as they are.
   */
  const struct account_security_rotation_fault *const *faults;
  /**
   * How many.
   */
  size_t faults_count;
  /**
   * The numbers of the keys that cells of this page need now, lowest first. When a whole walk names an old key no more, and no
   * message waits that needs it, the key may go.
   */
  const uint32_t *keys_needed;
  /**
   * How many.
   */
  size_t keys_needed_count;
  /**
   * Goes into the next call; NULL = there was none left.
   */
  const char *last;
} account_security_rotation_answer;

/**
 * What came of two codes in a row. Owned by the library until `account_security_totp_resync_answer_free`.
 */
typedef struct account_security_totp_resync_answer {
  /**
   * `ACCOUNT_SECURITY_TOTP_RESYNC_...`.
   */
  int32_t kind;
  /**
   * RESYNCED: how far the device is ahead, in steps; negative = behind.
   */
  int32_t drift_steps;
  /**
   * DEVICE_CLOCK_OFF: how far the device is ahead, in seconds; negative = behind.
   */
  int64_t ahead_s;
  /**
   * BLOCKED: from when on a try is looked at again.
   */
  int64_t until_ms;
} account_security_totp_resync_answer;

/**
 * What is not secret about an enrolment. Owned by the library until `account_security_totp_enrolment_info_free`.
 */
typedef struct account_security_totp_enrolment_info {
  /**
   * Names the authenticator in lists and events.
   */
  const char *credential;
  /**
   * Until when it can be confirmed.
   */
  int64_t expires_at_ms;
} account_security_totp_enrolment_info;

/**
 * Room of the caller's for a text or bytes that may be a secret, so that the caller can wipe it.
 */
typedef struct account_security_buffer {
  /**
   * Where to write, or NULL to ask how much is needed.
   */
  uint8_t *data;
  /**
   * How much room there is.
   */
  size_t size;
} account_security_buffer;

/**
 * A freeze to be placed.
 */
typedef struct account_security_freeze {
  /**
   * `sizeof(account_security_freeze)`; `ACCOUNT_SECURITY_FREEZE_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Stable names of what to close: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`; `all` is all of them.
   */
  struct account_security_texts scopes;
  /**
   * The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
   * `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check` or `other`.
   */
  struct account_security_text reason;
  /**
   * `owner`, `rule`, `agent`, `compliance` or `court`.
   */
  struct account_security_text authority;
  /**
   * Who asks.
   */
  struct account_security_text actor;
  /**
   * The case or order behind it; `data` NULL = none.
   */
  struct account_security_text case_ref;
  /**
   * When it ends by itself, where `has_until` is 1.
   */
  int64_t until_ms;
  /**
   * 0: it never ends by itself.
   */
  int32_t has_until;
  /**
   * 0.
   */
  int32_t reserved;
} account_security_freeze;

/**
 * A freeze stands. Owned by the library until `account_security_freeze_placed_free`; any thread may read it.
 */
typedef struct account_security_freeze_placed {
  /**
   * A lift names it.
   */
  const char *id;
  /**
   * 1: an earlier request had placed it.
   */
  int32_t already;
} account_security_freeze_placed;

/**
 * What came of a lift, or of asking for one. Owned by the library until `account_security_lift_answer_free`.
 */
typedef struct account_security_lift_answer {
  /**
   * `ACCOUNT_SECURITY_LIFT_...`.
   */
  int32_t kind;
  /**
   * REFUSED: the stable number of the reason.
   */
  int32_t code;
  /**
   * REFUSED: what to do, for developers and staff; else NULL.
   */
  const char *what;
  /**
   * REFUSED: what the customer reads, in the language asked for; else NULL.
   */
  const char *text;
  /**
   * REQUESTED: until when.
   */
  int64_t dies_at_ms;
  /**
   * NOT_PROVEN, REFUSED: from when on a try is looked at again or may succeed, where `has_retry_at` is 1.
   */
  int64_t retry_at_ms;
  /**
   * NOT_PROVEN, REFUSED: 1 where `retry_at_ms` is set. 0: a try is looked at at once, or waiting does not help.
   */
  int32_t has_retry_at;
  /**
   * LIFTED: what is closed still by other freezes or a cooling-off.
   */
  const char *const *still_closed;
  /**
   * LIFTED: how many.
   */
  size_t still_closed_count;
} account_security_lift_answer;

/**
 * Names, e.g. of what is closed. Owned by the library until `account_security_names_free`; any thread may read it.
 */
typedef struct account_security_names {
  /**
   * The names.
   */
  const char *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_names;

/**
 * What the last call of this thread that failed said. Set `struct_size` (or use `ACCOUNT_SECURITY_ERROR_INIT`).
 */
typedef struct account_security_error {
  /**
   * `sizeof(account_security_error)`, set by the caller.
   */
  size_t struct_size;
  /**
   * The result code; `ACCOUNT_SECURITY_OK` where no call has failed on this thread.
   */
  int32_t code;
  /**
   * 1: asking again later may help. 0: it will not.
   */
  int32_t is_transient;
  /**
   * The name of the argument that was refused; empty if it was none. `new_password` and `new_contact` are told as `new`,
   * `current_password` as `current`; an out-parameter that is NULL as `out`, and a member of a structure by its own name.
   */
  char field[32];
  /**
   * The stable name of the reason where a call was denied, to act on; empty elsewhere. Of a settled refusal: `step_up_needed`,
   * `last_factor`, `frozen`, `cooling_off` (closed for a while after the lift of a freeze; `what` says until when),
   * `not_authorised`, `refused`, `clock` (the clock runs far ahead of what the account has seen). Of what stands behind:
   * `no_time` (the clock gives none), `busy`, `out_of_memory`, `hashing`, `no_entropy`, `id_reused`, `settings`,
   * `breach_list`, `no_breach_list`, `key_lost`, `sealed`, `unreadable`, `damaged`, `too_large`, `state_lost`,
   * `store_unavailable`, `store_full`, `store_read_only`, `store_corrupt`, `store_unsupported`, `store_unknown`,
   * `store_not_durable`. Names may be added.
   * `account_security_denial_text` says it in the customer's words.
   */
  char reason[32];
  /**
   * For logs and developers, not for customers; cut where it is longer. Holds no secret and no customer data.
   */
  char what[512];
} account_security_error;

/**
 * One freeze.
 */
typedef struct account_security_freeze_line {
  /**
   * A lift names it.
   */
  const char *id;
  /**
   * Stable names of what it closes: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`.
   */
  const char *const *scopes;
  /**
   * How many.
   */
  size_t scopes_count;
  /**
   * The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
   * `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check`, `other`.
   */
  const char *reason;
  /**
   * Whose authority it rests on: `owner`, `rule`, `agent`, `compliance` or `court`.
   */
  const char *authority;
  /**
   * From when on.
   */
  int64_t from_ms;
  /**
   * When it ended or will end, where `has_until` is 1.
   */
  int64_t until_ms;
  /**
   * 0: it does not end before it is lifted.
   */
  int32_t has_until;
  /**
   * 1: the owner may learn of it.
   */
  int32_t is_told;
  /**
   * `planned` (not begun), `in_force`, or `over` (lifted, or ended by itself).
   */
  const char *state;
  /**
   * `standing`, `requested` (another agent has to approve before `lift_dies_at_ms`) or `lifted`.
   */
  const char *lift;
  /**
   * Of a lift that was asked for: approved before this moment, or dead; else 0.
   */
  int64_t lift_dies_at_ms;
  /**
   * What the owner reads, in the language asked for. Of one that the owner must not learn of it reads as a technical fault.
   */
  const char *text;
  /**
   * Who placed it; NULL but in the desk's list.
   */
  const char *actor;
  /**
   * The case or order behind it; NULL but in the desk's list, and where there is none.
   */
  const char *case_ref;
} account_security_freeze_line;

/**
 * Freezes. Owned by the library until `account_security_freezes_answer_free`; any thread may read it.
 */
typedef struct account_security_freezes_answer {
  /**
   * The freezes.
   */
  const struct account_security_freeze_line *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_freezes_answer;

/**
 * A device that is known to an account.
 */
typedef struct account_security_device_line {
  /**
   * Names it, 32 hexadecimal digits; opens nothing.
   */
  const char *device;
  /**
   * How its owner calls it.
   */
  const char *label;
  /**
   * When it became known.
   */
  int64_t added_at_ms;
  /**
   * When the right password last came from it.
   */
  int64_t seen_at_ms;
  /**
   * 1: it is the one whose token was given.
   */
  int32_t is_this;
} account_security_device_line;

/**
 * Devices, the longest unseen first. Owned by the library until `account_security_devices_answer_free`; any thread may read it.
 */
typedef struct account_security_devices_answer {
  /**
   * The devices.
   */
  const struct account_security_device_line *const *items;
  /**
   * How many.
   */
  size_t count;
} account_security_devices_answer;

/**
 * Choices. What is left out (`data` NULL) stays as it is.
 */
typedef struct account_security_options {
  /**
   * `sizeof(account_security_options)`; `ACCOUNT_SECURITY_OPTIONS_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Who messages come from, as the customer reads it: every code and notice that goes to a phone or an address begins with
   * it ("Example Pay: 123456 is your code ..."). Until it is named, they begin with "Account Security".
   */
  struct account_security_text sender;
  /**
   * The name of a password policy: `card_default`, `nist_800_63b_4`, `nist_800_63b_4_second_factor`, `asvs_5_l1`, `asvs_5_l2`,
   * `pci_dss_4_0_1`, `mlps_practice`; none that asks for a list of breached passwords (`asvs_5_l2`
   * does).
   */
  struct account_security_text password_policy;
  /**
   * When wrong tries block: `nist`, `pci` or `psd2`.
   */
  struct account_security_text lockout;
  /**
   * When a sign-in takes a second factor: `always` or `unknown-devices`.
   */
  struct account_security_text second_factor;
  /**
   * The name of a set of risk rules: `wallet`, `card_issuer`, `merchant_acquirer`, `mobile_lite` or `psd2_tra`.
   */
  struct account_security_text risk_preset;
  /**
   * A rule file's text, JSON where it begins with `{`, else TOML, at most 1 MiB; instead of a preset. Only in a library
   * built with `rules`.
   */
  struct account_security_text risk_rules;
  /**
   * Support's telephone number, as customers dial it. An empty text that is there (`data` not NULL, `size` 0) takes a channel
   * away; so with the next two.
   */
  struct account_security_text support_hotline;
  /**
   * Support's chat: a link, or where to find it in the app.
   */
  struct account_security_text support_chat;
  /**
   * Support's e-mail address.
   */
  struct account_security_text support_email;
} account_security_options;

/**
 * What came of a new password. Owned by the library until `account_security_password_answer_free`; any thread may read it.
 */
typedef struct account_security_password_answer {
  /**
   * `ACCOUNT_SECURITY_PASSWORD_...`.
   */
  int32_t kind;
  /**
   * CHANGED: 1 where this was what a sign-in waited for: the owner is in.
   */
  int32_t signed_in;
  /**
   * CHANGED: 1 where the registered information is due to be looked over; only at a sign-in.
   */
  int32_t review_due;
  /**
   * REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
   */
  int32_t has_retry_at;
  /**
   * REFUSED: from when on a try is looked at again.
   */
  int64_t retry_at_ms;
  /**
   * TOO_YOUNG: when it can be changed.
   */
  int64_t until_ms;
  /**
   * CHANGED: what the remembered device presents from now on, a secret of that device; else NULL.
   */
  const char *device_token;
  /**
   * The report of `UNFIT`, else NULL. Part of this answer: do not free it.
   */
  const struct account_security_password_report *report;
} account_security_password_answer;

/**
 * A reset begins: the same answer for every name. If there is such an account and it has such a contact, a code is on its way.
 * Owned by the library until `account_security_reset_started_free`.
 */
typedef struct account_security_reset_started {
  /**
   * Goes back with the code.
   */
  const char *challenge;
  /**
   * Until when a code that was sent is good at the latest, exclusive.
   */
  int64_t expires_at_ms;
  /**
   * From when on another message may be asked for.
   */
  int64_t resend_at_ms;
} account_security_reset_started;

/**
 * Where a step-up or a reset stands. Owned by the library until `account_security_proof_answer_free`; any thread may read it.
 */
typedef struct account_security_proof_answer {
  /**
   * `ACCOUNT_SECURITY_PROOF_...`.
   */
  int32_t kind;
  /**
   * REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
   */
  int32_t has_retry_at;
  /**
   * REFUSED: from when on a try is looked at again.
   */
  int64_t retry_at_ms;
  /**
   * COMPLETE: opens one thing, once. MORE_NEEDED: goes with the proof. Else NULL.
   */
  const char *ticket;
  /**
   * MORE_NEEDED: 1 where an authenticator's code will do.
   */
  int32_t offers_totp;
  /**
   * MORE_NEEDED: 1 where a recovery code will do.
   */
  int32_t offers_recovery;
  /**
   * MORE_NEEDED: a code can go to this phone number, masked; else NULL.
   */
  const char *phone_masked;
  /**
   * MORE_NEEDED: a code can go to this e-mail address, masked; else NULL.
   */
  const char *email_masked;
} account_security_proof_answer;

/**
 * A payment as ordered.
 */
typedef struct account_security_payment {
  /**
   * `sizeof(account_security_payment)`; `ACCOUNT_SECURITY_PAYMENT_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Names it for ever: the same id is judged once.
   */
  struct account_security_text tx_id;
  /**
   * Amount in the currency's smallest unit.
   */
  int64_t amount_minor;
  /**
   * ISO 4217 code.
   */
  struct account_security_text currency;
  /**
   * `out`, `in`, `refund` or `reversal`.
   */
  struct account_security_text direction;
  /**
   * `card`, `transfer`, `cash_out`, `bill` or `other`.
   */
  struct account_security_text kind;
  /**
   * The other side; `data` NULL = not known.
   */
  struct account_security_text payee;
  /**
   * The device it was ordered on; `data` NULL = not known.
   */
  struct account_security_text device;
  /**
   * ISO 3166-1 code of the place, two letters; `data` NULL = not known.
   */
  struct account_security_text country;
  /**
   * When it was ordered.
   */
  int64_t at_ms;
  /**
   * Minutes the account's local time is ahead of UTC.
   */
  int32_t local_offset_min;
  /**
   * Whether malware was seen on the device: `ACCOUNT_SECURITY_YES`, `ACCOUNT_SECURITY_NO`, or 0 where nobody looked. So with
   * the next three.
   */
  int32_t malware;
  /**
   * Whether the device is rooted or jail-broken.
   */
  int32_t rooted;
  /**
   * Whether the credential is on a list of stolen ones.
   */
  int32_t compromised_credential;
  /**
   * Whether the payee sits in a high-risk place.
   */
  int32_t high_risk_payee_location;
  /**
   * 1: payee, device or country is on a deny list of the caller's: at least held. Else 0.
   */
  int32_t deny_listed;
  /**
   * 1: the payee is trusted by the account: soft findings give no points. Else 0.
   */
  int32_t allow_listed;
  /**
   * 1: where it was ordered is known, by the next three; impossible travel is seen by it. 0: it is not known.
   */
  int32_t has_position;
  /**
   * Latitude in millionths of a degree, -90000000 to 90000000.
   */
  int32_t lat_e6;
  /**
   * Longitude in millionths of a degree, -180000000 to 180000000.
   */
  int32_t lon_e6;
  /**
   * How far off the place may be, in metres.
   */
  uint32_t accuracy_m;
  /**
   * 0.
   */
  int32_t reserved;
} account_security_payment;

/**
 * One finding.
 */
typedef struct account_security_reason {
  /**
   * Its stable name: `LIMIT_TX`, `LIMIT_DAY`, `LIMIT_WEEK`, `LIMIT_MONTH`, `VEL_COUNT`, `VEL_SUM`, `VEL_PAYEES`,
   * `VEL_ATTEMPTS`, `VEL_DEVICES`, `AMOUNT_OUTLIER`, `AMOUNT_REGIME`, `ROUND_AMOUNT`, `NEW_DEVICE`, `NEW_PAYEE`,
   * `NEW_COUNTRY`, `NEW_DEVICE_NEW_PAYEE`, `NEW_DEVICE_NEW_COUNTRY`, `IMPOSSIBLE_TRAVEL`, `STRUCTURING`, `DORMANT_WAKE`,
   * `RAPID_IN_OUT`, `CARD_TESTING`, `NIGHT_UNUSUAL`, `PAYEE_RISK`, `PAYEE_ORDINARY`, `DENY_LIST`, `MALWARE_SIGNAL`,
   * `COMPROMISED_CREDENTIAL`, `HIGH_RISK_PAYEE_LOCATION`, `RECENT_SECURITY_CHANGE`, `DEVICE_ROOTED`, `ALLOW_LIST`,
   * `LATE_EVENT`, `CLOCK_SKEW`, `DUPLICATE_CONFLICT`, `CURRENCY_MISMATCH`, `SUM_SATURATED`, and `CUSTOM_RULE` of rules of
   * one's own. Names may be added.
   */
  const char *name;
  /**
   * What was seen, in the rule's unit.
   */
  int64_t observed;
  /**
   * What it was measured against.
   */
  int64_t threshold;
  /**
   * The window looked at; 0 = none.
   */
  uint64_t window_ms;
  /**
   * Its stable number.
   */
  int32_t code;
  /**
   * Thousandths of a ban it adds to the score.
   */
  int32_t points_millibans;
  /**
   * 1: on trial, told and not counted.
   */
  int32_t shadow;
} account_security_reason;

/**
 * The judgement; a payment that came before gets its first answer again. Owned by the library until `account_security_payment_answer_free`; any thread may read it.
 */
typedef struct account_security_payment_answer {
  /**
   * `ACCOUNT_SECURITY_PAYMENT_...`.
   */
  int32_t outcome;
  /**
   * The sum of the points, in thousandths of a ban.
   */
  int32_t score_millibans;
  /**
   * Every finding.
   */
  const struct account_security_reason *const *reasons;
  /**
   * How many.
   */
  size_t reasons_count;
} account_security_payment_answer;

/**
 * Judgements in the order of their payments: of all of them, or of those before the one that stopped the batch. Owned by the
 * library until `account_security_payment_answers_free`.
 */
typedef struct account_security_payment_answers {
  /**
   * The judgements. Parts of this answer: do not free them.
   */
  const struct account_security_payment_answer *const *items;
  /**
   * How many.
   */
  size_t count;
  /**
   * Why the next payment could not be judged, a result code; `ACCOUNT_SECURITY_OK`: all were. It and those behind it are
   * denied: ask again with them.
   */
  account_security_result stopped;
  /**
   * Where it stopped: 1 = asking again later may help.
   */
  int32_t stopped_is_transient;
  /**
   * Where it stopped: the stable name of the reason, as in `account_security_error`; else NULL.
   */
  const char *stopped_reason;
  /**
   * Where it stopped: for logs and developers; else NULL.
   */
  const char *stopped_what;
} account_security_payment_answers;

/**
 * A payment that failed or is about to, and what the caller knows of it.
 */
typedef struct account_security_question {
  /**
   * `sizeof(account_security_question)`; `ACCOUNT_SECURITY_QUESTION_INIT` sets it.
   */
  size_t struct_size;
  /**
   * `out`, `in`, `refund` or `reversal`; of a payment that was judged, its own counts: beside `tx_id`, `data` NULL = `out`.
   */
  struct account_security_text direction;
  /**
   * The payment, if it was judged: a hold for review is a cause. `data` NULL = a new one.
   */
  struct account_security_text tx_id;
  /**
   * 1: the balance was asked and does not cover the payment and its fees. Else 0.
   */
  int32_t balance_too_low;
  /**
   * 1: the recipient was asked and cannot receive it. Else 0.
   */
  int32_t recipient_unavailable;
  /**
   * 1: the network or a participant failed to answer. Else 0.
   */
  int32_t network_fault;
  /**
   * 0.
   */
  int32_t reserved;
} account_security_question;

/**
 * Whether a step-up is needed. Owned by the library until `account_security_step_up_answer_free`; any thread may read it.
 */
typedef struct account_security_step_up_answer {
  /**
   * `ACCOUNT_SECURITY_STEP_UP_...`.
   */
  int32_t kind;
  /**
   * OPENED: 1 where an authenticator's code will do.
   */
  int32_t offers_totp;
  /**
   * OPENED: 1 where a recovery code will do.
   */
  int32_t offers_recovery;
  /**
   * OPENED: a code can go to this phone number, masked; else NULL.
   */
  const char *phone_masked;
  /**
   * OPENED: a code can go to this e-mail address, masked; else NULL.
   */
  const char *email_masked;
  /**
   * OPENED: goes with the proof; else NULL.
   */
  const char *ticket;
} account_security_step_up_answer;

/**
 * The change of a contact under way, as far as its owner may know.
 */
typedef struct account_security_contact_change_line {
  /**
   * Every further step names it.
   */
  const char *change;
  /**
   * Which contact: `phone` or `email`.
   */
  const char *via;
  /**
   * The contact that is to come, masked.
   */
  const char *new_masked;
  /**
   * What it waits for: `prove_old`, `identity_check`, `approval`, `prove_new` or `cooling_off`.
   */
  const char *step;
  /**
   * It is dead from then on; while it cools off, it comes into force from then on unless it is called off.
   */
  int64_t until_ms;
  /**
   * 1: the one in force was reported lost.
   */
  int32_t is_lost;
} account_security_contact_change_line;

/**
 * The registered contacts, masked, as the owner is shown them. Owned by the library until
 * `account_security_registered_contacts_answer_free`; any thread may read it.
 */
typedef struct account_security_registered_contacts_answer {
  /**
   * The phone number; NULL = none.
   */
  const char *phone_masked;
  /**
   * The e-mail address; NULL = none.
   */
  const char *email_masked;
  /**
   * Since when they are due to be looked over, where `is_review_due` is 1.
   */
  int64_t review_due_since_ms;
  /**
   * 1: they are due to be looked over.
   */
  int32_t is_review_due;
  /**
   * The change under way; NULL = there is none. Part of this answer: do not free it.
   */
  const struct account_security_contact_change_line *change;
} account_security_registered_contacts_answer;

/**
 * A name and bytes. In a condition: exactly these bytes, or no such entry where `bytes.data` is NULL. In a change: the new
 * bytes, or the entry's removal where `bytes.data` is NULL.
 */
typedef struct account_security_entry {
  /**
   * The name, at most 64 bytes.
   */
  struct account_security_bytes name;
  /**
   * The bytes, or none.
   */
  struct account_security_bytes bytes;
} account_security_entry;

/**
 * A place for named bytes of the caller's own: a table, a key-value store, a file. Names are compared byte by byte, as
 * `memcmp` does. Any thread may ask, several at once. The call-backs must not throw, jump out or free the object that
 * asks. They must not ask it anything either, nor an object made from it: it waits for them. While one runs, every call on an
 * `account_security` object from its thread is refused with `ACCOUNT_SECURITY_IN_USE`; from another thread that the call-back
 * waits for, nothing can refuse it. Copied by the call that takes it; the place belongs to one object.
 *
 * Whatever comes back is checked before it is used; what does not fit is `ACCOUNT_SECURITY_STORE_CORRUPT`.
 */
typedef struct account_security_store {
  /**
   * `sizeof(account_security_store)`; `ACCOUNT_SECURITY_STORE_INIT` sets it.
   */
  size_t struct_size;
  /**
   * Passed to the call-backs as it is.
   */
  void *ctx;
  /**
   * Puts the bytes under `name` into `found`, if there are any, and returns `ACCOUNT_SECURITY_STORE_SAYS_OK`.
   */
  int32_t (*get)(void *ctx,
                 struct account_security_bytes name,
                 struct account_security_sink *found);
  /**
   * Puts up to `limit` entries with `from <= name < to` into `found`, in order of their names.
   */
  int32_t (*list)(void *ctx,
                  struct account_security_bytes from,
                  struct account_security_bytes to,
                  size_t limit,
                  struct account_security_sink *found);
  /**
   * Makes all changes in one transaction and writes 1 to `applied`, if every condition holds in it; otherwise makes none
   * and writes 0. Must be durable when it returns.
   */
  int32_t (*apply)(void *ctx,
                   const struct account_security_entry *conditions,
                   size_t conditions_count,
                   const struct account_security_entry *changes,
                   size_t changes_count,
                   int32_t *applied);
  /**
   * Called once with `ctx` when the object that took the store is gone; never where that object was not made. May be NULL.
   */
  void (*destroy)(void *ctx);
} account_security_store;

/**
 * What is not secret about a soft token. Owned by the library until `account_security_soft_token_info_free`.
 */
typedef struct account_security_soft_token_info {
  /**
   * Who offers the account, if the URI says so; else NULL.
   */
  const char *issuer;
  /**
   * The account's name.
   */
  const char *account;
  /**
   * What was unusual about the URI.
   */
  const char *const *warnings;
  /**
   * How many.
   */
  size_t warnings_count;
} account_security_soft_token_info;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the password must
 * not contain beside the contact and the name.
 *
 * `answer` receives an answer to be freed with `account_security_sign_up_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_sign_up(const struct account_security *security,
                                                 struct account_security_text account,
                                                 struct account_security_bytes password,
                                                 struct account_security_texts words,
                                                 struct account_security_text contact,
                                                 struct account_security_text locale,
                                                 const struct account_security_sign_up_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the code that a registered contact received. `via` is `phone` or `email`.
 *
 * `answer` receives `ACCOUNT_SECURITY_CODE_...`; 0 on failure, which is none of them. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_confirm_contact(const struct account_security *security,
                                                         struct account_security_text account,
                                                         struct account_security_text via,
                                                         struct account_security_text challenge,
                                                         struct account_security_bytes code,
                                                         int32_t *answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Signs in with a password. `device_token` is what a remembered device was given; `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_sign_in_answer_free`. Errors: tell the customer "not now".
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_sign_in(const struct account_security *security,
                                                 struct account_security_text account,
                                                 struct account_security_bytes password,
                                                 struct account_security_text device_token,
                                                 const struct account_security_sign_in_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sends a code that is to confirm a registered contact, for the first time or again. `via` is `phone` or `email`.
 *
 * `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_send_confirmation(const struct account_security *security,
                                                           struct account_security_text account,
                                                           struct account_security_text via,
                                                           struct account_security_text locale,
                                                           const struct account_security_code_sent **sent)
ACCOUNT_SECURITY_NONNULL;

/**
 * Gives the second factor of a sign-in. `proof` is `totp`, `recovery` or `code`; a code that was sent has the `challenge` it
 * answers, the others have none (`data` NULL). `remember` is the label of a device to remember; `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_sign_in_answer_free`. Errors: not given.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_prove_sign_in(const struct account_security *security,
                                                       struct account_security_text account,
                                                       struct account_security_text ticket,
                                                       struct account_security_text proof,
                                                       struct account_security_text challenge,
                                                       struct account_security_bytes code,
                                                       struct account_security_text remember,
                                                       const struct account_security_sign_in_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_sign_up_answer_free(const struct account_security_sign_up_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_sign_in_answer_free(const struct account_security_sign_in_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Up to `limit` events from `from_seq` on, oldest first; at most 1024. For staff: it names freezes that the owner must not learn
 * of.
 *
 * `history` receives an answer to be freed with `account_security_history_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_history(const struct account_security *security,
                                                 struct account_security_text account,
                                                 uint64_t from_seq,
                                                 uint32_t limit,
                                                 const struct account_security_history_answer **history)
ACCOUNT_SECURITY_NONNULL;

/**
 * Checks the account's audit chain.
 *
 * `verdict` receives an answer to be freed with `account_security_verdict_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_verify_account(const struct account_security *security,
                                                        struct account_security_text account,
                                                        const struct account_security_verdict **verdict)
ACCOUNT_SECURITY_NONNULL;

/**
 * Messages that wait to be sent, oldest first; at most 1024. They stay until `account_security_delivered`. `locale` is the
 * language of the notices for the app; what is sent was written in the customer's.
 *
 * `messages` receives an answer to be freed with `account_security_messages_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_drain(const struct account_security *security,
                                               uint32_t limit,
                                               struct account_security_text locale,
                                               const struct account_security_messages **messages)
ACCOUNT_SECURITY_NONNULL;

/**
 * Forgets delivered messages, at most 1024 at a time.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_delivered(const struct account_security *security,
                                                   struct account_security_texts ids)
ACCOUNT_SECURITY_NONNULL;

/**
 * Removes up to `limit` cells whose time is over (at most 1024): counts of messages and of unknown names, which anybody can
 * make. Call it every hour or so.
 *
 * `purged` receives how many.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_purge_expired(const struct account_security *security,
                                                       uint32_t limit,
                                                       uint64_t *purged)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the events and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_history_answer_free(const struct account_security_history_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the verdict and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_verdict_free(const struct account_security_verdict **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the messages and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_messages_free(const struct account_security_messages **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Fills in the system's clock.
 *
 * Errors: `ACCOUNT_SECURITY_NULL_POINTER`, `ACCOUNT_SECURITY_WRONG_STRUCT`. Any thread.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_clock_system(struct account_security_clock *clock)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sends a code that approves one payment to a confirmed contact of the account: `phone` or `email` for the one that is
 * registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
 *
 * `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_send_payment_code(const struct account_security *security,
                                                           struct account_security_text account,
                                                           struct account_security_text contact,
                                                           const struct account_security_payment_binding *payment,
                                                           struct account_security_text locale,
                                                           const struct account_security_code_sent **sent)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sends another code for a payment whose challenge is open. `contact` as before.
 *
 * `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_resend_payment_code(const struct account_security *security,
                                                             struct account_security_text account,
                                                             struct account_security_text contact,
                                                             struct account_security_text challenge,
                                                             const struct account_security_payment_binding *payment,
                                                             struct account_security_text locale,
                                                             const struct account_security_code_sent **sent)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the code of a payment, which must be the very payment it was sent for. `contact` as when it was sent.
 *
 * `answer` receives `ACCOUNT_SECURITY_CODE_...`; 0 on failure, which is none of them. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_verify_payment_code(const struct account_security *security,
                                                             struct account_security_text account,
                                                             struct account_security_text contact,
                                                             struct account_security_text challenge,
                                                             const struct account_security_payment_binding *payment,
                                                             struct account_security_bytes code,
                                                             int32_t *answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * How many digits a payment's code has.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_payment_code_digits(const struct account_security *security,
                                                             uint8_t *digits)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_code_sent_free(const struct account_security_code_sent **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new_contact` is a
 * phone number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has one,
 * `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_begin_contact_change(const struct account_security *security,
                                                              struct account_security_text account,
                                                              struct account_security_text new_contact,
                                                              struct account_security_text ticket,
                                                              struct account_security_text locale,
                                                              const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sends the code of a change again, to the contact whose turn it is.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: no code was
 * sent.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_send_contact_code(const struct account_security *security,
                                                           struct account_security_text account,
                                                           struct account_security_text change,
                                                           struct account_security_text locale,
                                                           const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the code of the contact in force; a code goes to the new one.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_prove_old_contact(const struct account_security *security,
                                                           struct account_security_text account,
                                                           struct account_security_text change,
                                                           struct account_security_bytes code,
                                                           struct account_security_text locale,
                                                           const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the code of the new contact; the cooling-off begins.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_prove_new_contact(const struct account_security *security,
                                                           struct account_security_text account,
                                                           struct account_security_text change,
                                                           struct account_security_bytes code,
                                                           struct account_security_text locale,
                                                           const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets and
 * the steps of a change do so by themselves.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the old contact
 * stays in force.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_finish_contact_change(const struct account_security *security,
                                                               struct account_security_text account,
                                                               struct account_security_text change,
                                                               struct account_security_text locale,
                                                               const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Calls a change off for the signed-in owner.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the change goes
 * on; ask again.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_cancel_contact_change(const struct account_security *security,
                                                               struct account_security_text account,
                                                               struct account_security_text change,
                                                               struct account_security_text locale,
                                                               const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Calls a change off for whoever holds the handle of a warning, without a sign-in.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the change goes
 * on; ask again.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_cancel_contact_change_by_handle(const struct account_security *security,
                                                                         struct account_security_text account,
                                                                         struct account_security_text handle,
                                                                         struct account_security_text locale,
                                                                         const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_contact_answer_free(const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Asks whether a payment that was judged and is not settled yet may settle now. One that was held or asked for a step-up counts
 * as accepted by nobody knows when, so that no freeze lets it by.
 *
 * `answer` receives an answer to be freed with `account_security_settle_answer_free`. Errors: hold it.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_settle_pending(const struct account_security *security,
                                                        struct account_security_text account,
                                                        struct account_security_text tx_id,
                                                        struct account_security_text locale,
                                                        const struct account_security_settle_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Forgets the wrong tries of one kind of proof, a hard lock included, after an identity check. `proof` is `password` or
 * `second-factor`; `as_authority` is the authority of `actor`, at least `agent`.
 *
 * `answer` receives `ACCOUNT_SECURITY_CLEAR_...`; 0 on failure, which is none of them. Errors: the lock stands.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_clear_lockout(const struct account_security *security,
                                                       struct account_security_text account,
                                                       struct account_security_text proof,
                                                       struct account_security_text actor,
                                                       struct account_security_text as_authority,
                                                       const struct account_security_identity *identity,
                                                       int32_t *answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Takes down what a customer reports as lost or not authorised. Telling the same again is the same report. It freezes nothing.
 *
 * `answer` receives an answer to be freed with `account_security_report_answer_free`. Errors: nothing is on record.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_report_unauthorised(const struct account_security *security,
                                                             struct account_security_text account,
                                                             const struct account_security_report *report,
                                                             const struct account_security_report_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`; `as_authority` is the authority of `actor`, at least
 * `agent`.
 *
 * `answer` receives an answer to be freed with `account_security_report_answer_free`. Errors: it stays open.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_close_report(const struct account_security *security,
                                                      struct account_security_text account,
                                                      struct account_security_text report,
                                                      struct account_security_text outcome,
                                                      struct account_security_text actor,
                                                      struct account_security_text as_authority,
                                                      const struct account_security_report_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tells the owner of freezes that ended by themselves, each once.
 *
 * `count` receives how many ended since the last look, `next_end_ms` when to look again: 0 = no freeze has an end. Errors:
 * nobody was told; ask again.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_tell_freezes_ended(const struct account_security *security,
                                                            struct account_security_text account,
                                                            uint32_t *count,
                                                            int64_t *next_end_ms)
ACCOUNT_SECURITY_NONNULL;

/**
 * Seals up to `limit` cells behind `after` anew that are not under the current key, at most 1024. Begin with no text (`data`
 * NULL), go on with the answer's `last`, today or tomorrow; accounts may be used meanwhile.
 *
 * `answer` receives an answer to be freed with `account_security_rotation_answer_free`. Errors: of the store, which end the walk;
 * what is wrong with one cell is in the answer.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_rotate_keys(const struct account_security *security,
                                                     struct account_security_text after,
                                                     uint32_t limit,
                                                     const struct account_security_rotation_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_settle_answer_free(const struct account_security_settle_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_report_answer_free(const struct account_security_report_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_rotation_answer_free(const struct account_security_rotation_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove something
 * already; `data` NULL = none.
 *
 * `enrolment` receives a handle to be freed with `account_security_totp_enrolment_free`. Errors: the authenticator in force
 * stays.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_enrol_totp(const struct account_security *security,
                                                    struct account_security_text account,
                                                    struct account_security_text issuer,
                                                    struct account_security_text account_name,
                                                    struct account_security_text ticket,
                                                    struct account_security_totp_enrolment **enrolment)
ACCOUNT_SECURITY_NONNULL;

/**
 * Confirms the waiting authenticator with its first code.
 *
 * `answer` receives `ACCOUNT_SECURITY_TOTP_...`, `until_ms` the moment that goes with `BLOCKED`, else 0. On failure
 * both are 0, which is no answer. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_confirm_totp(const struct account_security *security,
                                                      struct account_security_text account,
                                                      struct account_security_bytes code,
                                                      int32_t *answer,
                                                      int64_t *until_ms)
ACCOUNT_SECURITY_NONNULL;

/**
 * Verifies an authenticator's code and spends its step.
 *
 * `answer` receives `ACCOUNT_SECURITY_TOTP_...`, `until_ms` the moment that goes with `BLOCKED`, else 0. On failure
 * both are 0, which is no answer. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_verify_totp(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_bytes code,
                                                     int32_t *answer,
                                                     int64_t *until_ms)
ACCOUNT_SECURITY_NONNULL;

/**
 * Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in.
 *
 * `answer` receives an answer to be freed with `account_security_totp_resync_answer_free`. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_resync_totp(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_bytes first,
                                                     struct account_security_bytes second,
                                                     const struct account_security_totp_resync_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Takes an authenticator away. `ticket` is a complete step-up; `data` NULL = none, for one that was never confirmed.
 *
 * `revoked` receives 1; 0 where there was no such authenticator. Errors: it stays.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_revoke_totp(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_text credential,
                                                     struct account_security_text ticket,
                                                     int32_t *revoked)
ACCOUNT_SECURITY_NONNULL;

/**
 * What is not secret about an enrolment.
 *
 * `info` receives an answer to be freed with `account_security_totp_enrolment_info_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_totp_enrolment_read(const struct account_security_totp_enrolment *enrolment,
                                                             const struct account_security_totp_enrolment_info **info)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out the key URI with a NUL behind it, for an authenticator on the same device. Holds the secret: wipe the buffer.
 *
 * `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_totp_enrolment_uri(const struct account_security_totp_enrolment *enrolment,
                                                            struct account_security_buffer uri,
                                                            size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out the QR code of the key URI: one byte a module, 1 = dark, row by row, a square. Holds the secret: wipe the buffer.
 *
 * `width` receives the modules in a row, also where the buffer is too small; `width * width` bytes are needed.
 * Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`; `ACCOUNT_SECURITY_INVALID_ARGUMENT` where the URI is too long for a QR code.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_totp_enrolment_qr(const struct account_security_totp_enrolment *enrolment,
                                                           struct account_security_buffer modules,
                                                           size_t *width)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the enrolment and sets the variable to NULL; NULL and a second call do nothing. The authenticator can be
 * confirmed all the same.
 *
 */
void account_security_totp_enrolment_free(struct account_security_totp_enrolment **enrolment)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_totp_enrolment_info_free(const struct account_security_totp_enrolment_info **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_totp_resync_answer_free(const struct account_security_totp_resync_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Places a freeze.
 *
 * `placed` receives an answer to be freed with `account_security_freeze_placed_free`. Errors: also
 * `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the field `freeze` where the freeze itself is refused; nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_place_freeze(const struct account_security *security,
                                                      struct account_security_text account,
                                                      const struct account_security_freeze *freeze,
                                                      const struct account_security_freeze_placed **placed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Paying and changes of profile and factors, closed at once by the owner: "freeze my account now". Signing in and receiving stay
 * open.
 *
 * As `account_security_place_freeze`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_freeze_now(const struct account_security *security,
                                                    struct account_security_text account,
                                                    const struct account_security_freeze_placed **placed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `device_token` is what a
 * remembered device was given; `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_lift_answer_free`. Errors: the freeze stands.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_lift_own_freeze(const struct account_security *security,
                                                         struct account_security_text account,
                                                         struct account_security_text freeze,
                                                         struct account_security_text ticket,
                                                         struct account_security_bytes password,
                                                         struct account_security_text device_token,
                                                         struct account_security_text locale,
                                                         const struct account_security_lift_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Asks for a lift that another agent has to approve. `as_authority` is the authority of `actor`; `release` is the case or
 * order behind it, `data` NULL = none; `identity` is how the agent made sure that it is the owner who asks, needed for the
 * lift of an owner's own freeze; NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_lift_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_request_lift(const struct account_security *security,
                                                      struct account_security_text account,
                                                      struct account_security_text freeze,
                                                      struct account_security_text actor,
                                                      struct account_security_text as_authority,
                                                      struct account_security_text release,
                                                      const struct account_security_identity *identity,
                                                      struct account_security_text locale,
                                                      const struct account_security_lift_answer **answer)
ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY;

/**
 * Lifts one freeze, or approves another agent's request to. The arguments are those of `account_security_request_lift`.
 *
 * `answer` receives an answer to be freed with `account_security_lift_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_lift(const struct account_security *security,
                                              struct account_security_text account,
                                              struct account_security_text freeze,
                                              struct account_security_text actor,
                                              struct account_security_text as_authority,
                                              struct account_security_text release,
                                              const struct account_security_identity *identity,
                                              struct account_security_text locale,
                                              const struct account_security_lift_answer **answer)
ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY;

/**
 * Stable names of what the account may not do now.
 *
 * `closed` receives an answer to be freed with `account_security_names_free`. Errors: treat it as "all closed".
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_restriction(const struct account_security *security,
                                                     struct account_security_text account,
                                                     const struct account_security_names **closed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_freeze_placed_free(const struct account_security_freeze_placed **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the names and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_names_free(const struct account_security_names **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_lift_answer_free(const struct account_security_lift_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * One look-up key and the root key in force, with its number. Both are 32 bytes and copied; wipe your own.
 *
 * `keys` receives a handle to be freed with `account_security_keys_free`; NULL on failure.
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for keys that are not 32 bytes.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_keys_new(struct account_security_bytes lookup,
                                                  uint32_t current_id,
                                                  struct account_security_bytes root,
                                                  struct account_security_keys **keys)
ACCOUNT_SECURITY_NONNULL;

/**
 * Adds a retired root key, which opens what was written under it. Objects made before do not get it.
 *
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a key that is not 32 bytes, a number that is taken, or more than 64 keys;
 * `ACCOUNT_SECURITY_IN_USE` while another thread uses the keys.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_keys_add_retired(struct account_security_keys *keys,
                                                          uint32_t id,
                                                          struct account_security_bytes root)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the keys and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_keys_free(struct account_security_keys **keys)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out what the last call that failed on this thread said. Calls that succeed leave it. Each thread has its own.
 *
 * Errors: `ACCOUNT_SECURITY_NULL_POINTER`, `ACCOUNT_SECURITY_WRONG_STRUCT`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_last_error(struct account_security_error *error)
ACCOUNT_SECURITY_NONNULL;

/**
 * The freezes in force that the owner may be shown, without who placed them. One that must not be told of is not in the list,
 * and what it closes is in `account_security_restriction` all the same.
 *
 * `freezes` receives an answer to be freed with `account_security_freezes_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_freezes(const struct account_security *security,
                                                 struct account_security_text account,
                                                 struct account_security_text locale,
                                                 const struct account_security_freezes_answer **freezes)
ACCOUNT_SECURITY_NONNULL;

/**
 * Every freeze on record, for the support desk alone: planned ones, ended ones as long as they are kept, and those that the owner
 * must not learn of (`is_told` 0). Telling of such a one may be an offence.
 *
 * `freezes` receives an answer to be freed with `account_security_freezes_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_all_freezes(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_text locale,
                                                     const struct account_security_freezes_answer **freezes)
ACCOUNT_SECURITY_NONNULL;

/**
 * The devices that are known to an account. `device_token` is what the device that asks was given; `data` NULL = none.
 *
 * `devices` receives an answer to be freed with `account_security_devices_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_devices(const struct account_security *security,
                                                 struct account_security_text account,
                                                 struct account_security_text device_token,
                                                 const struct account_security_devices_answer **devices)
ACCOUNT_SECURITY_NONNULL;

/**
 * Makes a known device a stranger: lost, sold, not the owner's.
 *
 * `forgotten` receives 1; 0 where it was not known.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_forget_device(const struct account_security *security,
                                                       struct account_security_text account,
                                                       struct account_security_text device,
                                                       int32_t *forgotten)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_freezes_answer_free(const struct account_security_freezes_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_devices_answer_free(const struct account_security_devices_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Reports a contact lost that `new_contact` is to replace. `ticket` is a step-up with what the owner can still prove
 * or, where only the password is left, the ticket of a sign-in under way.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_begin_lost_contact_change(const struct account_security *security,
                                                                   struct account_security_text account,
                                                                   struct account_security_text new_contact,
                                                                   struct account_security_text ticket,
                                                                   struct account_security_text locale,
                                                                   const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Records how an agent made sure who reports the loss. Another agent has to approve. `as_authority` is the authority of `actor`;
 * `case_ref` is the case behind it, `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_record_identity_check(const struct account_security *security,
                                                               struct account_security_text account,
                                                               struct account_security_text change,
                                                               const struct account_security_identity *identity,
                                                               struct account_security_text actor,
                                                               struct account_security_text as_authority,
                                                               struct account_security_text case_ref,
                                                               struct account_security_text locale,
                                                               const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Another agent approves the identity check; then the owner asks for the new contact's code with
 * `account_security_send_contact_code`.
 *
 * `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_approve_lost_contact(const struct account_security *security,
                                                              struct account_security_text account,
                                                              struct account_security_text change,
                                                              struct account_security_text actor,
                                                              struct account_security_text as_authority,
                                                              struct account_security_text locale,
                                                              const struct account_security_contact_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Takes the choices over, all of them or none, at once and for every thread.
 *
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the first choice that is none; everything stays as it was. Of a rule file the
 * last error tells line and column.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_configure(const struct account_security *security,
                                                   const struct account_security_options *options)
ACCOUNT_SECURITY_NONNULL;

/**
 * Judges a typed password by a named policy: `card_default`, `nist_800_63b_4`, `nist_800_63b_4_second_factor`, `asvs_5_l1`,
 * `asvs_5_l2`, `pci_dss_4_0_1` or `mlps_practice`. `words` is what the password must not contain (name, phone,
 * e-mail); `items` NULL = not known here, and the rule is not checked. `locale` is a BCP 47 tag. Any thread, at any time.
 *
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for an unknown policy or words beyond their bounds.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_evaluate_password(struct account_security_text policy,
                                                           struct account_security_bytes typed,
                                                           struct account_security_texts words,
                                                           struct account_security_text locale,
                                                           const struct account_security_password_report **report)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the report and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_password_report_free(const struct account_security_password_report **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not contain
 * beside the name and the registered contacts; `device_token` is what a remembered device was given, `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_change_password(const struct account_security *security,
                                                         struct account_security_text account,
                                                         struct account_security_bytes current_password,
                                                         struct account_security_bytes new_password,
                                                         struct account_security_texts words,
                                                         struct account_security_text device_token,
                                                         struct account_security_text locale,
                                                         const struct account_security_password_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the label of a
 * device to remember; `data` NULL = none.
 *
 * `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed, and the ticket
 * is still good.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_set_password_at_sign_in(const struct account_security *security,
                                                                 struct account_security_text account,
                                                                 struct account_security_text ticket,
                                                                 struct account_security_bytes new_password,
                                                                 struct account_security_texts words,
                                                                 struct account_security_text remember,
                                                                 struct account_security_text locale,
                                                                 const struct account_security_password_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Begins the reset of a forgotten password. `via` is `phone` or `email`: where the code goes.
 *
 * `started` receives an answer to be freed with `account_security_reset_started_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_begin_reset(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_text via,
                                                     struct account_security_text locale,
                                                     const struct account_security_reset_started **started)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the code of a reset. Where the account can prove more, one more proof is needed.
 *
 * `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not accepted.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_verify_reset(const struct account_security *security,
                                                      struct account_security_text account,
                                                      struct account_security_text challenge,
                                                      struct account_security_bytes code,
                                                      const struct account_security_proof_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries the second proof of a reset. `proof`, `challenge` and `code` are those of `account_security_prove_step_up`.
 *
 * `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not given.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_prove_reset(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_text ticket,
                                                     struct account_security_text proof,
                                                     struct account_security_text challenge,
                                                     struct account_security_bytes code,
                                                     const struct account_security_proof_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors and
 * freezes stay.
 *
 * `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed, and the ticket
 * is still good.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_finish_reset(const struct account_security *security,
                                                      struct account_security_text account,
                                                      struct account_security_text ticket,
                                                      struct account_security_bytes new_password,
                                                      struct account_security_texts words,
                                                      struct account_security_text locale,
                                                      const struct account_security_password_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_password_answer_free(const struct account_security_password_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_reset_started_free(const struct account_security_reset_started **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Judges a payment.
 *
 * `answer` receives an answer to be freed with `account_security_payment_answer_free`. Errors: do not let it pass.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_assess(const struct account_security *security,
                                                struct account_security_text account,
                                                const struct account_security_payment *payment,
                                                const struct account_security_payment_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (`actor.data`
 * and `as_authority.data` are NULL), or one that was held, once `actor` looked at it, whose authority is at least `agent`. Until then its payee, device, country and place stay new, and a held
 * payment counts as not spent. `payment` is the payment as it was judged.
 *
 * `answer` receives `ACCOUNT_SECURITY_RELEASE_...`; 0 on failure, which is none of them. Errors: do not let it pass.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_release_payment(const struct account_security *security,
                                                         struct account_security_text account,
                                                         const struct account_security_payment *payment,
                                                         struct account_security_text actor,
                                                         struct account_security_text as_authority,
                                                         int32_t *answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Judges payments in the order given: `payments` points to `count` pointers, at most 1024. All are read before any is judged, so
 * that a batch with one that cannot be a payment changes nothing. A fault later on ends the batch: the result is
 * `ACCOUNT_SECURITY_OK`, the answers so far are there, and `stopped` says why it ended. Compare `count`.
 *
 * `answers` receives an answer to be freed with `account_security_payment_answers_free`. Errors:
 * `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the payment's place in the field, `payments[3].currency`, counted from 0.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_assess_many(const struct account_security *security,
                                                     struct account_security_text account,
                                                     const struct account_security_payment *const *payments,
                                                     size_t count,
                                                     const struct account_security_payment_answers **answers)
ACCOUNT_SECURITY_NONNULL;

/**
 * Learns whether a payment was fraud (`is_fraud` 1) or not (0), however late. The same label again changes nothing.
 *
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` where nothing was learned: of `tx_id` for a payment that this account never had
 * judged, of `is_fraud` where the contrary was said before, which stands.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_label(const struct account_security *security,
                                               struct account_security_text account,
                                               struct account_security_text tx_id,
                                               int32_t is_fraud)
ACCOUNT_SECURITY_NONNULL;

/**
 * Why a payment fails now, as the customer may know it: freezes, locks after wrong tries, a hold for review, and what the caller
 * found out.
 *
 * `causes` receives an answer to be freed with `account_security_causes_free`. Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` of
 * `tx_id` for a payment that this account never had judged.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_diagnose(const struct account_security *security,
                                                  struct account_security_text account,
                                                  const struct account_security_question *question,
                                                  struct account_security_text locale,
                                                  const struct account_security_causes **causes)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_payment_answer_free(const struct account_security_payment_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answers and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_payment_answers_free(const struct account_security_payment_answers **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the causes and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_causes_free(const struct account_security_causes **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Sends a code to a registered contact, to be typed as a proof. `errand` is what the ticket is for: `sign-in`, `step-up` or
 * `reset`. `via` is `phone` or `email`.
 *
 * `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_send_proof_code(const struct account_security *security,
                                                         struct account_security_text account,
                                                         struct account_security_text errand,
                                                         struct account_security_text ticket,
                                                         struct account_security_text via,
                                                         struct account_security_text locale,
                                                         const struct account_security_code_sent **sent)
ACCOUNT_SECURITY_NONNULL;

/**
 * Opens a ticket for a signed-in customer who wants something delicate. Make sure of the sign-in before.
 *
 * `answer` receives an answer to be freed with `account_security_step_up_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_begin_step_up(const struct account_security *security,
                                                       struct account_security_text account,
                                                       const struct account_security_step_up_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Tries a proof for a step-up. The ticket of a complete one goes into the delicate call. `proof` is `totp`, `recovery` or
 * `code`; a code that was sent has the `challenge` it answers, the others have none (`data` NULL).
 *
 * `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not given.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_prove_step_up(const struct account_security *security,
                                                       struct account_security_text account,
                                                       struct account_security_text ticket,
                                                       struct account_security_text proof,
                                                       struct account_security_text challenge,
                                                       struct account_security_bytes code,
                                                       const struct account_security_proof_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_step_up_answer_free(const struct account_security_step_up_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_proof_answer_free(const struct account_security_proof_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
 * something already; `data` NULL = none.
 *
 * `codes` receives a handle to be freed with `account_security_recovery_codes_free`. Errors: the old ones stay good.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_generate_recovery_codes(const struct account_security *security,
                                                                 struct account_security_text account,
                                                                 struct account_security_text ticket,
                                                                 struct account_security_recovery_codes **codes)
ACCOUNT_SECURITY_NONNULL;

/**
 * How often codes were drawn by now; 1 the first time.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_recovery_codes_read(const struct account_security_recovery_codes *codes,
                                                             uint32_t *generation)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out the codes, one a line, with a NUL behind them. Secrets: wipe the buffer.
 *
 * `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_recovery_codes_text(const struct account_security_recovery_codes *codes,
                                                             struct account_security_buffer text,
                                                             size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the codes and sets the variable to NULL; NULL and a second call do nothing. They are good all the same.
 *
 */
void account_security_recovery_codes_free(struct account_security_recovery_codes **codes)
ACCOUNT_SECURITY_NONNULL;

/**
 * A text for a result code, in English, for logs and developers. Never NULL; lives as long as the library; do not free it.
 * A code that is not known gives "unknown result code". Any thread, at any time.
 */
ACCOUNT_SECURITY_MUST_USE
const char *account_security_result_text(account_security_result result)
ACCOUNT_SECURITY_NONNULL;

/**
 * The registered contacts as their signed-in owner is shown them, and the change of one that is under way.
 *
 * `contacts` receives an answer to be freed with `account_security_registered_contacts_answer_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_registered_contacts(const struct account_security *security,
                                                             struct account_security_text account,
                                                             const struct account_security_registered_contacts_answer **contacts)
ACCOUNT_SECURITY_NONNULL;

/**
 * The owner says that the contacts shown are right; `data` NULL = none was shown.
 *
 * `confirmed` receives 1; 0 where they are others by now: show them again.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_confirm_registered_contacts(const struct account_security *security,
                                                                     struct account_security_text account,
                                                                     struct account_security_text phone_masked,
                                                                     struct account_security_text email_masked,
                                                                     int32_t *confirmed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Reminds the owner to look over the registered contacts, where that is due.
 *
 * `reminded` receives 1 where a reminder is on its way, else 0.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_remind_review(const struct account_security *security,
                                                       struct account_security_text account,
                                                       int32_t *reminded)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_registered_contacts_answer_free(const struct account_security_registered_contacts_answer **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * An object over a store in memory, gone with the object.
 *
 * `keys` and `clock` are copied; from then on the clock's `ctx` belongs to the object. `security` receives a handle to be
 * freed with `account_security_free`; NULL on failure. Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` and the faults of the store.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_new_in_memory(const struct account_security_keys *keys,
                                                       const struct account_security_clock *clock,
                                                       struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * An object over an SQLite file, which is created where it is not. `path` is UTF-8.
 *
 * As `account_security_new_in_memory`; also `ACCOUNT_SECURITY_INVALID_ARGUMENT` of `path` where no file can be (empty, a folder, or
 * in a folder that does not exist), and `ACCOUNT_SECURITY_NOT_BUILT` where the library was built without SQLite.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_new_in_sqlite(struct account_security_text path,
                                                       const struct account_security_keys *keys,
                                                       const struct account_security_clock *clock,
                                                       struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * An object over a store of the caller's own, which is copied; from then on its `ctx` belongs to the object.
 *
 * As `account_security_new_in_memory`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_new_in_store(const struct account_security_store *store,
                                                      const struct account_security_keys *keys,
                                                      const struct account_security_clock *clock,
                                                      struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * For tests and replays alone: in memory, with a hash that costs nothing and randomness that follows from `seed`, so that
 * every code and id can be foretold.
 *
 * As `account_security_new_in_memory`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_dangerous_new_seeded_in_memory(const struct account_security_keys *keys,
                                                                        const struct account_security_clock *clock,
                                                                        uint64_t seed,
                                                                        struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * For tests and replays alone: `account_security_dangerous_new_seeded_in_memory` over a store of the caller's own.
 *
 * As `account_security_new_in_store`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_dangerous_new_seeded_in_store(const struct account_security_store *store,
                                                                       const struct account_security_keys *keys,
                                                                       const struct account_security_clock *clock,
                                                                       uint64_t seed,
                                                                       struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * The same object, asked by a client at this address as the server sees it, IPv4 or IPv6 (`203.0.113.7`). What is sent through
 * it is counted for the client's network, too; without an address that budget is not kept, and whoever offers sign-ups or resets
 * to anybody has to limit them per source.
 *
 * `asked` receives a handle to be freed with `account_security_free`; NULL on failure. It is cheap, and outlives `security`.
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a text that is no address.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_asked_from(const struct account_security *security,
                                                    struct account_security_text address,
                                                    struct account_security **asked)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out what the customer reads of a refused lift or change of a contact, with a NUL behind it, where only its number was
 * kept: `code` is the number in its answer, whose `text` says the same and knows more. Where the customer is stuck the text
 * names all of support's channels. `locale` is a BCP 47 tag.
 *
 * `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`,
 * `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a number that no such answer has, and for 605 and 609, of which only the answer's own
 * text tells.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_refusal_text(const struct account_security *security,
                                                      uint16_t code,
                                                      struct account_security_text locale,
                                                      struct account_security_buffer text,
                                                      size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out what the customer reads of a typed code (`ACCOUNT_SECURITY_CODE_...`), with a NUL behind it; empty for one that was
 * accepted. `locale` is a BCP 47 tag.
 *
 * `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`,
 * `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a number that is no such answer.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_code_text(const struct account_security *security,
                                                   int32_t answer,
                                                   struct account_security_text locale,
                                                   struct account_security_buffer text,
                                                   size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out what the customer reads where a call was denied, with a NUL behind it: `reason` is that of
 * `account_security_last_error`. All but a step-up that is needed, a last factor and the cooling-off after a lift read alike: what is frozen or broken
 * inside is support's to tell, and all of its channels are named. `locale` is a BCP 47 tag.
 *
 * `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_denial_text(const struct account_security *security,
                                                     struct account_security_text reason,
                                                     struct account_security_text locale,
                                                     struct account_security_buffer text,
                                                     size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Copies out under which name the store keeps this account, 32 digits with a NUL behind them: the first 32 digits of the ids of
 * its messages.
 *
 * `needed` receives the size with the NUL, 33, also where the buffer is too small. Errors:
 * `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_account_key(const struct account_security *security,
                                                     struct account_security_text account,
                                                     struct account_security_buffer key,
                                                     size_t *needed)
ACCOUNT_SECURITY_NONNULL;

/**
 * Frees the object and sets the variable to NULL; NULL and a second call do nothing. The `destroy` of its clock and store is
 * called with it or, where `account_security_asked_from` made more of it, with the last of them.
 *
 */
void account_security_free(struct account_security **security)
ACCOUNT_SECURITY_NONNULL;

/**
 * Reads a key URI as scanned from a QR code, or as `account_security_totp_enrolment_uri` wrote it: a NUL at the end, where `size`
 * counts it, is not part of it. Copied; wipe your own.
 *
 * `token` receives a handle to be freed with `account_security_soft_token_free`.
 * Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for what is no key URI.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_soft_token_new(struct account_security_bytes uri,
                                                        struct account_security_soft_token **token)
ACCOUNT_SECURITY_NONNULL;

/**
 * What is not secret about a soft token.
 *
 * `info` receives an answer to be freed with `account_security_soft_token_info_free`.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_soft_token_read(const struct account_security_soft_token *token,
                                                         const struct account_security_soft_token_info **info)
ACCOUNT_SECURITY_NONNULL;

/**
 * The code at a moment, with a NUL behind it: 7 to 9 bytes. It is a secret while it is shown: wipe the buffer.
 *
 * `remaining_ms` receives how long it is shown. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`;
 * `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a moment before the token's first step.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_soft_token_code(const struct account_security_soft_token *token,
                                                         int64_t now_ms,
                                                         struct account_security_buffer digits,
                                                         uint64_t *remaining_ms)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the token and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_soft_token_free(struct account_security_soft_token **token)
ACCOUNT_SECURITY_NONNULL;

/**
 * Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
 *
 */
void account_security_soft_token_info_free(const struct account_security_soft_token_info **answer)
ACCOUNT_SECURITY_NONNULL;

/**
 * Puts one entry into a sink; the bytes are copied. `name` is what `get` was asked for or the next name of a `list`.
 *
 * Errors: `ACCOUNT_SECURITY_NULL_POINTER`; `ACCOUNT_SECURITY_INVALID_ARGUMENT` for more entries than were asked for, or longer
 * ones than this library writes: then return any fault from the call-back.
 *
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_sink_put(struct account_security_sink *sink,
                                                  struct account_security_bytes name,
                                                  struct account_security_bytes bytes)
ACCOUNT_SECURITY_NONNULL;

/**
 * The library's version: `major * 1000000 + minor * 1000 + patch`. Any thread, at any time.
 */
ACCOUNT_SECURITY_MUST_USE
uint32_t account_security_version(void)
ACCOUNT_SECURITY_NONNULL;

/**
 * The library's version as a text. Never NULL; lives as long as the library; do not free it. Any thread, at any time.
 */
ACCOUNT_SECURITY_MUST_USE
const char *account_security_version_text(void)
ACCOUNT_SECURITY_NONNULL;

/**
 * The number of the binary interface: programs built against a header with another number must not go on. It is the
 * package's major number times 1000, or the minor one while the major is 0. Within one number the structures that you fill in do
 * not change their size.
 */
ACCOUNT_SECURITY_MUST_USE
uint32_t account_security_abi_version(void)
ACCOUNT_SECURITY_NONNULL;

/**
 * Whether a program built against a header of `header_version` may use this library: the same interface, and the library
 * not older than the header. Call `account_security_check_header()`, which passes its header's own version, before
 * anything else.
 *
 * Errors: `ACCOUNT_SECURITY_WRONG_VERSION`.
 */
ACCOUNT_SECURITY_MUST_USE
account_security_result account_security_check_version(uint32_t header_version)
ACCOUNT_SECURITY_NONNULL;

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#ifdef __cplusplus
#define ACCOUNT_SECURITY_ZERO_ {}
extern "C" {
#else
#define ACCOUNT_SECURITY_ZERO_ {0}
#endif

/** What a structure begins with: its size, and 0 or NULL for every other member. */
#define ACCOUNT_SECURITY_INIT_(type, name) \
  static inline type name(void) { \
    type value = ACCOUNT_SECURITY_ZERO_; \
    value.struct_size = sizeof value; \
    return value; \
  }
ACCOUNT_SECURITY_INIT_(account_security_clock, account_security_clock_init)
ACCOUNT_SECURITY_INIT_(account_security_store, account_security_store_init)
ACCOUNT_SECURITY_INIT_(account_security_error, account_security_error_init)
ACCOUNT_SECURITY_INIT_(account_security_payment, account_security_payment_init)
ACCOUNT_SECURITY_INIT_(account_security_payment_binding, account_security_payment_binding_init)
ACCOUNT_SECURITY_INIT_(account_security_freeze, account_security_freeze_init)
ACCOUNT_SECURITY_INIT_(account_security_identity, account_security_identity_init)
ACCOUNT_SECURITY_INIT_(account_security_options, account_security_options_init)
ACCOUNT_SECURITY_INIT_(account_security_question, account_security_question_init)
ACCOUNT_SECURITY_INIT_(account_security_report, account_security_report_init)
#define ACCOUNT_SECURITY_CLOCK_INIT account_security_clock_init()
#define ACCOUNT_SECURITY_STORE_INIT account_security_store_init()
#define ACCOUNT_SECURITY_ERROR_INIT account_security_error_init()
#define ACCOUNT_SECURITY_PAYMENT_INIT account_security_payment_init()
#define ACCOUNT_SECURITY_PAYMENT_BINDING_INIT account_security_payment_binding_init()
#define ACCOUNT_SECURITY_FREEZE_INIT account_security_freeze_init()
#define ACCOUNT_SECURITY_IDENTITY_INIT account_security_identity_init()
#define ACCOUNT_SECURITY_OPTIONS_INIT account_security_options_init()
#define ACCOUNT_SECURITY_QUESTION_INIT account_security_question_init()
#define ACCOUNT_SECURITY_REPORT_INIT account_security_report_init()

/** A text of a C string that ends with a NUL; NULL gives "no text". Borrowed: the string must live through the call. */
static inline account_security_text account_security_text_of(const char *text) {
  account_security_text given;
  given.data = text;
  given.size = text == NULL ? 0 : strlen(text);
  return given;
}

/** Bytes with their number. Borrowed: they must live through the call. */
static inline account_security_bytes account_security_bytes_of(const void *data, size_t size) {
  account_security_bytes given;
  given.data = (const uint8_t *)data;
  given.size = size;
  return given;
}

/** Room to write to. */
static inline account_security_buffer account_security_buffer_of(void *data, size_t size) {
  account_security_buffer given;
  given.data = (uint8_t *)data;
  given.size = size;
  return given;
}

/** A list of texts; `items` NULL gives "no list". */
static inline account_security_texts account_security_texts_of(const account_security_text *items, size_t count) {
  account_security_texts given;
  given.items = items;
  given.count = count;
  return given;
}

/** Whether the library that is linked fits this header. Call it before anything else. */
ACCOUNT_SECURITY_MUST_USE
static inline account_security_result account_security_check_header(void) {
  return account_security_check_version(ACCOUNT_SECURITY_VERSION);
}

#ifdef __cplusplus
}
#endif

#endif /* ACCOUNT_SECURITY_H */
