/* Choices and rule files: what is taken, what is refused, and that a refusal changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "check.h"

static account_security_result take_rules(account_security *security, const char *text, size_t size) {
  account_security_options options = ACCOUNT_SECURITY_OPTIONS_INIT;
  options.risk_rules.data = text;
  options.risk_rules.size = size;
  return account_security_configure(security, &options);
}

/* Of one withdrawal, for an account of its own. */
static int32_t outcome_of(account_security *security, const char *tx_id) {
  account_security_payment payment = some_payment(tx_id);
  const account_security_payment_answer *answer;
  int32_t outcome;
  payment.kind = t("cash_out");
  CHECK_IS(account_security_assess(security, t(tx_id), &payment, &answer), ACCOUNT_SECURITY_OK);
  if (answer == NULL) return 0;
  outcome = answer->outcome;
  account_security_payment_answer_free(&answer);
  return outcome;
}

static void choices(account_security *security) {
  account_security_options options = ACCOUNT_SECURITY_OPTIONS_INIT;
  /* Nothing chosen, nothing changed. */
  CHECK_IS(account_security_configure(security, &options), ACCOUNT_SECURITY_OK);
  options.sender = t("Example Pay");
  options.password_policy = t("card_default");
  options.lockout = t("psd2");
  options.second_factor = t("unknown-devices");
  options.risk_preset = t("wallet");
  options.support_hotline = t("+86 10 1234 5678");
  options.support_chat = t("https://support.example");
  options.support_email = t("help@support.example");
  CHECK_IS(account_security_configure(security, &options), ACCOUNT_SECURITY_OK);

  /* An empty text takes a channel away. */
  options.support_hotline = t("");
  options.support_chat = t("");
  options.support_email = t("");
  CHECK_IS(account_security_configure(security, &options), ACCOUNT_SECURITY_OK);
  options.support_hotline = t("95555\n");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("support_hotline"));
  options.support_hotline = no_text();

  options.lockout = t("never");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("lockout"));
  options.lockout = no_text();
  options.second_factor = t("maybe");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("second_factor"));
  options.second_factor = no_text();
  options.sender = t("");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("sender"));
  options.sender = t("\xFF");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("sender"));
  options.sender = no_text();
  options.sender.size = 4;
  IS_NULL(account_security_configure(security, &options));
  CHECK(last_field_is("sender"));
  options.sender = no_text();
  options.risk_rules = t("[limits]\n");
  IS_INVALID(account_security_configure(security, &options));
  CHECK(last_field_is("risk_rules"));
  options.struct_size = 8;
  CHECK_IS(account_security_configure(security, &options), ACCOUNT_SECURITY_WRONG_STRUCT);
}

static void rule_files(account_security *security) {
  static const char toml[] =
      "[[rule]]\n"
      "id = \"no-cash\"\n"
      "group = \"pattern\"\n"
      "when = [{ feature = \"kind\", op = \"==\", value = \"cash_out\" }]\n"
      "points_db = 1\n"
      "min_outcome = \"hold\"\n";
  static const char json[] = "{\"limits\":{\"day\":\"10000.00 CNY\"}}";
  static const char broken[] = "[limits]\nday = \"10000.00 EUR\"\nweek = \"90.00 EUR\"\n";
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  char *large = malloc(ACCOUNT_SECURITY_RULES_SIZE_MAX + 1);

  CHECK(outcome_of(security, "cash-1") == ACCOUNT_SECURITY_PAYMENT_ALLOW);
  CHECK_IS(take_rules(security, toml, strlen(toml)), ACCOUNT_SECURITY_OK);
  CHECK(outcome_of(security, "cash-2") == ACCOUNT_SECURITY_PAYMENT_HOLD);

  /* A broken one says where, and the rules before it stay in force. */
  IS_INVALID(take_rules(security, broken, strlen(broken)));
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
  CHECK(strcmp(error.field, "risk_rules") == 0);
  CHECK(strstr(error.what, "line 3, column 8") != NULL && strstr(error.what, "limits.week") != NULL);
  IS_INVALID(take_rules(security, "{\"limits\"", 9));
  CHECK(last_field_is("risk_rules"));
  CHECK(outcome_of(security, "cash-3") == ACCOUNT_SECURITY_PAYMENT_HOLD);

  /* Larger than any other text may be, up to a bound of its own. */
  memset(large, '\n', ACCOUNT_SECURITY_RULES_SIZE_MAX + 1);
  memcpy(large, toml, strlen(toml));
  CHECK_IS(take_rules(security, large, 2 * ACCOUNT_SECURITY_INPUT_SIZE_MAX), ACCOUNT_SECURITY_OK);
  CHECK_IS(take_rules(security, large, ACCOUNT_SECURITY_RULES_SIZE_MAX), ACCOUNT_SECURITY_OK);
  IS_INVALID(take_rules(security, large, ACCOUNT_SECURITY_RULES_SIZE_MAX + 1));
  CHECK(last_field_is("risk_rules"));
  free(large);
  CHECK(outcome_of(security, "cash-4") == ACCOUNT_SECURITY_PAYMENT_HOLD);

  CHECK_IS(take_rules(security, json, strlen(json)), ACCOUNT_SECURITY_OK);
  CHECK(outcome_of(security, "cash-5") != ACCOUNT_SECURITY_PAYMENT_HOLD);
}

void test_options(void) {
  account_security *security = some_security();
  choices(security);
  account_security_free(&security);
  security = some_security();
  rule_files(security);
  account_security_free(&security);
}
