/* Compiled against a header with another version number: the program must notice. */
#include "account_security.h"

int main(void) { return account_security_check_header() == ACCOUNT_SECURITY_WRONG_VERSION ? 0 : 1; }
