/* Call-backs that fail, return garbage, call back in; and when `destroy` is called. */
#include <string.h>

#include "check.h"
/* After check.h, which turns the attributes off. */
#include "../story/place.h"

struct script {
  int32_t says;
  int64_t now_ms;
  int32_t applied;
  int writes;
  int puts;
  size_t put_size;
  int destroyed;
  account_security *inner;
};

static int32_t clock_now_ms(void *ctx, int64_t *now_ms) {
  struct script *script = ctx;
  const account_security_names *names;
  if (script->writes) *now_ms = script->now_ms;
  if (script->inner != NULL) {
    /* Calls back in, on the object that is asking. */
    account_security *inner = script->inner;
    script->inner = NULL;
    CHECK_IS(account_security_restriction(inner, t("bob"), &names), ACCOUNT_SECURITY_OK);
    account_security_names_free(&names);
    script->inner = inner;
  }
  return script->says;
}

static void destroy(void *ctx) { ((struct script *)ctx)->destroyed++; }

static account_security_clock scripted_clock(struct script *script) {
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  clock.ctx = script;
  clock.now_ms = clock_now_ms;
  clock.destroy = destroy;
  return clock;
}

static void clocks(void) {
  struct script script = {0};
  account_security_clock clock = scripted_clock(&script);
  account_security_keys *keys = some_keys();
  account_security *security;
  const account_security_names *names;
  script.writes = 1;
  script.now_ms = NOW_MS;
  CHECK_IS(account_security_dangerous_new_seeded_in_memory(keys, &clock, 1, &security), ACCOUNT_SECURITY_OK);
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_OK);
  account_security_names_free(&names);
  script.inner = security;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_OK);
  account_security_names_free(&names);
  script.inner = NULL;
  script.says = -7;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_NO_TIME);
  CHECK(names == NULL);
  script.says = 0;
  script.writes = 0;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_NO_TIME);
  script.writes = 1;
  script.now_ms = INT64_MAX;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_NO_TIME);
  script.now_ms = NOW_MS;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_OK);
  account_security_names_free(&names);
  account_security_keys_free(&keys);
  CHECK(script.destroyed == 0);
  account_security_free(&security);
  CHECK(script.destroyed == 1);
}

static int32_t store_get(void *ctx, account_security_bytes name, account_security_sink *found) {
  struct script *script = ctx;
  static const uint8_t garbage[2048] = {0x5A};
  int index;
  for (index = 0; index < script->puts; index++) {
    account_security_result result =
        account_security_sink_put(found, name, account_security_bytes_of(garbage, script->put_size));
    CHECK(result == (index == 0 ? ACCOUNT_SECURITY_OK : ACCOUNT_SECURITY_INVALID_ARGUMENT));
  }
  CHECK_IS(account_security_sink_put(NULL, name, name), ACCOUNT_SECURITY_NULL_POINTER);
  CHECK_IS(account_security_sink_put(found, account_security_bytes_of(NULL, 0), name), ACCOUNT_SECURITY_NULL_POINTER);
  CHECK_IS(account_security_sink_put(found, account_security_bytes_of(garbage, 65), name),
           ACCOUNT_SECURITY_INVALID_ARGUMENT);
  CHECK_IS(account_security_sink_put(found, name, account_security_bytes_of(garbage, SIZE_MAX)),
           ACCOUNT_SECURITY_INVALID_ARGUMENT);
  return script->says;
}

static int32_t store_list(void *ctx, account_security_bytes from, account_security_bytes to, size_t limit,
                          account_security_sink *found) {
  struct script *script = ctx;
  int index;
  (void)to;
  /* The same name again and again, and more than were asked for. */
  for (index = 0; index < script->puts && (size_t)index <= limit; index++)
    if (account_security_sink_put(found, from, from) != ACCOUNT_SECURITY_OK) break;
  return script->says;
}

static int32_t store_apply(void *ctx, const account_security_entry *conditions, size_t conditions_count,
                           const account_security_entry *changes, size_t changes_count, int32_t *applied) {
  struct script *script = ctx;
  (void)conditions;
  (void)changes;
  CHECK(conditions_count > 0 && changes_count > 0);
  if (script->writes) *applied = script->applied;
  return script->says;
}

static account_security_store scripted_store(struct script *script) {
  account_security_store store = ACCOUNT_SECURITY_STORE_INIT;
  store.ctx = script;
  store.get = store_get;
  store.list = store_list;
  store.apply = store_apply;
  store.destroy = destroy;
  return store;
}

/* What making an object over such a store gives: it reads and writes one entry. */
static account_security_result bound(struct script *script) {
  account_security_store store = scripted_store(script);
  account_security_clock clock = fixed_clock();
  account_security_keys *keys = some_keys();
  account_security *security = (void *)16;
  account_security_result result = account_security_new_in_store(&store, keys, &clock, &security);
  account_security_keys_free(&keys);
  CHECK((result == ACCOUNT_SECURITY_OK) == (security != NULL));
  CHECK(script->destroyed == 0);
  account_security_free(&security);
  CHECK(script->destroyed == (result == ACCOUNT_SECURITY_OK));
  script->destroyed = 0;
  return result;
}

static void stores(void) {
  static const struct {
    int32_t says;
    account_security_result result;
  } faults[] = {
      {ACCOUNT_SECURITY_STORE_SAYS_BUSY, ACCOUNT_SECURITY_STORE_BUSY},
      {ACCOUNT_SECURITY_STORE_SAYS_FULL, ACCOUNT_SECURITY_STORE_FULL},
      {ACCOUNT_SECURITY_STORE_SAYS_READ_ONLY, ACCOUNT_SECURITY_STORE_READ_ONLY},
      {ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE, ACCOUNT_SECURITY_STORE_UNAVAILABLE},
      {ACCOUNT_SECURITY_STORE_SAYS_UNKNOWN, ACCOUNT_SECURITY_STORE_UNKNOWN},
      {12345, ACCOUNT_SECURITY_STORE_UNAVAILABLE},
      {INT32_MIN, ACCOUNT_SECURITY_STORE_UNAVAILABLE},
  };
  struct script script = {0};
  size_t index;
  script.writes = 1;
  script.applied = 1;
  CHECK_IS(bound(&script), ACCOUNT_SECURITY_OK);
  for (index = 0; index < sizeof faults / sizeof *faults; index++) {
    script.says = faults[index].says;
    CHECK_IS(bound(&script), faults[index].result);
  }
  script.says = 0;
  /* Neither yes nor no after it was told to write: it may have written. */
  script.applied = 77;
  CHECK_IS(bound(&script), ACCOUNT_SECURITY_STORE_UNKNOWN);
  script.writes = 0;
  CHECK_IS(bound(&script), ACCOUNT_SECURITY_STORE_UNKNOWN);
  /* Bytes that this library never wrote: another key's, or none. */
  script.puts = 3;
  script.put_size = 16;
  CHECK_IS(bound(&script), ACCOUNT_SECURITY_KEY_LOST);
  script.put_size = 0;
  CHECK_IS(bound(&script), ACCOUNT_SECURITY_KEY_LOST);
}

static void store_structs(void) {
  struct script script = {0};
  account_security_store store = scripted_store(&script);
  account_security_clock clock = fixed_clock();
  account_security_keys *keys = some_keys();
  account_security *security;
  store.list = NULL;
  CHECK_IS(account_security_new_in_store(&store, keys, &clock, &security), ACCOUNT_SECURITY_NULL_POINTER);
  store = scripted_store(&script);
  store.struct_size = sizeof store - 8;
  CHECK_IS(account_security_new_in_store(&store, keys, &clock, &security), ACCOUNT_SECURITY_WRONG_STRUCT);
  CHECK(script.destroyed == 0);
  account_security_keys_free(&keys);
}

static account_security_store real;
static account_security *outer;

static int asked_in;

/* Reads through to a real place, and asks the object that is reading: refused, where it would wait for ever. */
static int32_t get_and_ask(void *ctx, account_security_bytes name, account_security_sink *found) {
  const account_security_names *names;
  if (outer != NULL) {
    account_security *asked = outer;
    outer = NULL;
    CHECK_IS(account_security_restriction(asked, t("bob"), &names), ACCOUNT_SECURITY_IN_USE);
    CHECK(names == NULL && last_field_is("security"));
    asked_in++;
    outer = asked;
  }
  return real.get(ctx, name, found);
}

static void a_store_that_calls_back_in(void) {
  account_security_store store;
  account_security_clock clock = fixed_clock();
  account_security_keys *keys = some_keys();
  account_security *security;
  const account_security_payment_answer *answer;
  account_security_payment payment = some_payment("tx-in");
  real = store = place_new();
  store.get = get_and_ask;
  CHECK_IS(account_security_dangerous_new_seeded_in_store(&store, keys, &clock, 3, &security), ACCOUNT_SECURITY_OK);
  outer = security;
  CHECK_IS(account_security_assess(security, t("alice"), &payment, &answer), ACCOUNT_SECURITY_OK);
  account_security_payment_answer_free(&answer);
  CHECK(asked_in > 0);
  outer = NULL;
  account_security_free(&security);
  account_security_keys_free(&keys);
}

void test_call_backs(void) {
  clocks();
  stores();
  store_structs();
  a_store_that_calls_back_in();
}
