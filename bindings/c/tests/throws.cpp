// A call-back that throws ends the process at once, as the header says: nothing is decided after it, nothing unwinds through Rust.
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "account_security.h"

static std::int32_t throws(void *, std::int64_t *) { throw std::runtime_error("from a call-back"); }

static int asked() {
  const std::vector<std::uint8_t> key(32, 1);
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  account_security_keys *keys = nullptr;
  account_security *security = nullptr;
  const account_security_names *names = nullptr;
  clock.now_ms = throws;
  const account_security_bytes bytes = account_security_bytes_of(key.data(), key.size());
  if (account_security_keys_new(bytes, 1, bytes, &keys) != ACCOUNT_SECURITY_OK) return 2;
  if (account_security_dangerous_new_seeded_in_memory(keys, &clock, 1, &security) != ACCOUNT_SECURITY_OK) return 3;
  try {
    (void)!account_security_restriction(security, account_security_text_of("alice"), &names);
  } catch (...) {
    return 4;
  }
  return 5;
}

int main() {
  const pid_t child = fork();
  if (child == 0) {
    std::fclose(stderr);
    _exit(asked());
  }
  int status = 0;
  waitpid(child, &status, 0);
  const bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  std::puts(aborted ? "a throwing call-back aborts" : "a throwing call-back does NOT abort");
  return aborted ? 0 : 1;
}
