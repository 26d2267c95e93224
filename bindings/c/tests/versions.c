/* Header and library belong together, and a program notices when they do not. */
#include <stdio.h>
#include <string.h>

#include "check.h"

void test_versions(void) {
  char text[32];
  CHECK(account_security_version() == ACCOUNT_SECURITY_VERSION);
  CHECK(account_security_abi_version() == ACCOUNT_SECURITY_ABI_VERSION);
  snprintf(text, sizeof text, "%d.%d.%d", ACCOUNT_SECURITY_VERSION_MAJOR, ACCOUNT_SECURITY_VERSION_MINOR,
           ACCOUNT_SECURITY_VERSION_PATCH);
  CHECK(strcmp(account_security_version_text(), text) == 0);
  CHECK_IS(account_security_check_header(), ACCOUNT_SECURITY_OK);

  /* A newer interface, a newer major number, nonsense. Another patch is no other interface. */
  CHECK_IS(account_security_check_version(ACCOUNT_SECURITY_VERSION + 1000), ACCOUNT_SECURITY_WRONG_VERSION);
  CHECK_IS(account_security_check_version(ACCOUNT_SECURITY_VERSION + 1000000), ACCOUNT_SECURITY_WRONG_VERSION);
  CHECK_IS(account_security_check_version(0), ACCOUNT_SECURITY_WRONG_VERSION);
  CHECK_IS(account_security_check_version(UINT32_MAX), ACCOUNT_SECURITY_WRONG_VERSION);
  CHECK_IS(account_security_check_version(ACCOUNT_SECURITY_VERSION + 1), ACCOUNT_SECURITY_OK);

  CHECK(strcmp(account_security_result_text(ACCOUNT_SECURITY_OK), "ok") == 0);
  CHECK(strlen(account_security_result_text(INT32_MIN)) > 0);
  CHECK(strlen(account_security_result_text(9099)) > 0);
  CHECK(strcmp(account_security_result_text(ACCOUNT_SECURITY_NOT_HASHED), "a password could not be hashed") == 0);
}
