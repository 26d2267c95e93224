// The story of example.c in C++17: handles and answers that free themselves, results that throw.
//
//     c++ -std=c++17 example.cpp -o example $(pkg-config --cflags --libs account_security)
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account_security.h"

namespace {

// Owns a handle or an answer; `Free` takes the address of the variable and sets it to NULL.
template <typename T, void (*Free)(T **)>
class Owned {
 public:
  Owned() = default;
  Owned(Owned &&other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  Owned &operator=(Owned &&other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~Owned() { Free(&held_); }

  // The place for an out-parameter.
  T **out() {
    Free(&held_);
    return &held_;
  }
  T *get() const { return held_; }
  T *operator->() const { return held_; }

 private:
  T *held_ = nullptr;
};

using Keys = Owned<account_security_keys, account_security_keys_free>;
using Security = Owned<account_security, account_security_free>;
using Enrolment = Owned<account_security_totp_enrolment, account_security_totp_enrolment_free>;
using RecoveryCodes = Owned<account_security_recovery_codes, account_security_recovery_codes_free>;
using SoftToken = Owned<account_security_soft_token, account_security_soft_token_free>;
using Report = Owned<const account_security_password_report, account_security_password_report_free>;
using SignUp = Owned<const account_security_sign_up_answer, account_security_sign_up_answer_free>;
using SignIn = Owned<const account_security_sign_in_answer, account_security_sign_in_answer_free>;
using StepUp = Owned<const account_security_step_up_answer, account_security_step_up_answer_free>;
using Proof = Owned<const account_security_proof_answer, account_security_proof_answer_free>;
using CodeSent = Owned<const account_security_code_sent, account_security_code_sent_free>;
using PaymentAnswer = Owned<const account_security_payment_answer, account_security_payment_answer_free>;
using Causes = Owned<const account_security_causes, account_security_causes_free>;
using Placed = Owned<const account_security_freeze_placed, account_security_freeze_placed_free>;
using Names = Owned<const account_security_names, account_security_names_free>;
using Messages = Owned<const account_security_messages, account_security_messages_free>;
using Verdict = Owned<const account_security_verdict, account_security_verdict_free>;

// A result that is not OK, with what the library says of it.
class Fault : public std::runtime_error {
 public:
  explicit Fault(account_security_result result) : std::runtime_error(told(result)), result(result) {}
  const account_security_result result;

 private:
  static std::string told(account_security_result result) {
    account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
    std::string text = account_security_result_text(result);
    if (account_security_last_error(&error) == ACCOUNT_SECURITY_OK) text += std::string(": ") + error.field + " " + error.what;
    return text;
  }
};

void must(account_security_result result) {
  if (result != ACCOUNT_SECURITY_OK) throw Fault(result);
}

account_security_text text(std::string_view of) {
  account_security_text given{};
  given.data = of.data();
  given.size = of.size();
  return given;
}

account_security_text none() { return account_security_text_of(nullptr); }

account_security_bytes secret(std::string_view of) { return account_security_bytes_of(of.data(), of.size()); }

// Room for a secret, wiped when it goes. Through `volatile`, because a compiler drops what is not read again.
template <std::size_t Size>
class Room {
 public:
  Room() = default;
  Room(const Room &) = delete;
  Room &operator=(const Room &) = delete;
  ~Room() {
    volatile char *at = bytes_;
    for (std::size_t index = 0; index < Size; index++) at[index] = 0;
  }
  account_security_buffer buffer() { return account_security_buffer_of(bytes_, Size); }
  // What does not fit is cut; the NUL at the end stays.
  void hold(std::string_view text) { bytes_[text.copy(bytes_, Size - 1)] = '\0'; }
  std::string_view text() const { return bytes_; }

 private:
  char bytes_[Size] = "";
};

using Digits = Room<16>;

// A clock of the story's own. The call-back is `noexcept`: an exception must not leave it.
struct Clock {
  std::int64_t now_ms = INT64_C(1772366400000);

  static std::int32_t tell(void *ctx, std::int64_t *now_ms) noexcept {
    *now_ms = static_cast<const Clock *>(ctx)->now_ms;
    return 0;
  }
};

class Story {
 public:
  Story() {
    const std::vector<std::uint8_t> lookup(32, 9), root(32, 7);
    account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
    Keys keys;
    clock.ctx = &clock_;
    clock.now_ms = Clock::tell;
    must(account_security_keys_new(account_security_bytes_of(lookup.data(), lookup.size()), 1,
                                   account_security_bytes_of(root.data(), root.size()), keys.out()));
    must(account_security_new_in_memory(keys.get(), &clock, security_.out()));
  }

  void tell() {
    check_list();
    const SignUp signed_up = sign_up();
    confirm_phone(signed_up);
    // Two delicate things, two step-ups: by a code to the phone, then by the authenticator.
    const SoftToken app = enrol(step_up_by_phone());
    recovery_codes(step_up_by(app));
    sign_in(app);
    bound_code();
    payments();
    freeze();
    audit();
  }

 private:
  void check_list() {
    Report report;
    must(account_security_evaluate_password(text("card_default"), secret("12345678"),
                                            account_security_texts_of(nullptr, 0), text("en"), report.out()));
    std::printf("\"12345678\" is %s:\n", report->accept ? "fine" : "not accepted");
    for (std::size_t index = 0; index < report->rules_count; index++)
      if (report->rules[index]->state == ACCOUNT_SECURITY_RULE_UNSATISFIED)
        std::printf("  - %s\n", report->rules[index]->text);
  }

  SignUp sign_up() {
    SignUp answer;
    must(account_security_sign_up(security_.get(), text("alice"), secret("Vx9#qLm2-tide"),
                                  account_security_texts_of(nullptr, 0), text("+8613812345678"), text("en"),
                                  answer.out()));
    if (answer->kind != ACCOUNT_SECURITY_SIGN_UP_CREATED) throw std::logic_error("no account");
    std::printf("alice signed up; a code goes to %s\n", answer->sent->destination_masked);
    return answer;
  }

  // Opens a ticket; what proves it comes after. Time passes: messages keep their distance, and a code is good once.
  StepUp begin_step_up() {
    StepUp opened;
    clock_.now_ms += 120000;
    must(account_security_begin_step_up(security_.get(), text("alice"), opened.out()));
    if (opened->kind != ACCOUNT_SECURITY_STEP_UP_OPENED) throw std::logic_error("nothing to prove");
    return opened;
  }

  Proof complete(Proof proven) {
    if (proven->kind != ACCOUNT_SECURITY_PROOF_COMPLETE) throw std::logic_error("not proven");
    std::puts("the step-up is complete");
    return proven;
  }

  Proof step_up_by_phone() {
    const StepUp opened = begin_step_up();
    CodeSent sent;
    Proof proven;
    must(account_security_send_proof_code(security_.get(), text("alice"), text("step-up"), text(opened->ticket),
                                          text("phone"), text("en"), sent.out()));
    if (!sent->is_sent) throw std::logic_error("no code");
    Digits code;
    deliver(code);
    must(account_security_prove_step_up(security_.get(), text("alice"), text(opened->ticket), text("code"),
                                        text(sent->challenge), secret(code.text()), proven.out()));
    return complete(std::move(proven));
  }

  Proof step_up_by(const SoftToken &app) {
    const StepUp opened = begin_step_up();
    Proof proven;
    Digits digits;
    show(app, digits);
    must(account_security_prove_step_up(security_.get(), text("alice"), text(opened->ticket), text("totp"), none(),
                                        secret(digits.text()), proven.out()));
    return complete(std::move(proven));
  }

  void recovery_codes(const Proof &proven) {
    RecoveryCodes codes;
    Room<512> shown;
    std::size_t size = 0;
    must(account_security_generate_recovery_codes(security_.get(), text("alice"), text(proven->ticket), codes.out()));
    must(account_security_recovery_codes_text(codes.get(), shown.buffer(), &size));
    const std::string_view lines = shown.text();
    std::printf("alice writes down %d recovery codes\n", static_cast<int>(std::count(lines.begin(), lines.end(), '\n')) + 1);
  }

  SoftToken enrol(const Proof &proven) {
    Enrolment enrolment;
    SoftToken app;
    std::size_t size = 0;
    std::int32_t answer = 0;
    std::int64_t until_ms = 0;
    must(account_security_enrol_totp(security_.get(), text("alice"), text("Shop"), text("alice@shop"),
                                     text(proven->ticket), enrolment.out()));
    Room<1024> uri;
    must(account_security_totp_enrolment_uri(enrolment.get(), uri.buffer(), &size));
    must(account_security_soft_token_new(secret(uri.text()), app.out()));
    Digits digits;
    show(app, digits);
    must(account_security_confirm_totp(security_.get(), text("alice"), secret(digits.text()), &answer, &until_ms));
    std::printf("the authenticator is %s\n", answer == ACCOUNT_SECURITY_TOTP_ACCEPTED ? "in force" : "not confirmed");
    return app;
  }

  void confirm_phone(const SignUp &signed_up) {
    std::int32_t answer = 0;
    Digits code;
    deliver(code);
    must(account_security_confirm_contact(security_.get(), text("alice"), text("phone"),
                                          text(signed_up->sent->challenge), secret(code.text()), &answer));
    std::printf("the phone number is %s\n", answer == ACCOUNT_SECURITY_CODE_ACCEPTED ? "confirmed" : "not confirmed");
  }

  void sign_in(const SoftToken &app) {
    SignIn step, done;
    clock_.now_ms += 60000;
    must(account_security_sign_in(security_.get(), text("alice"), secret("Vx9#qLm2-tide"), none(), step.out()));
    if (step->kind != ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR) throw std::logic_error("no second factor");
    Digits digits;
    show(app, digits);
    must(account_security_prove_sign_in(security_.get(), text("alice"), text(step->ticket), text("totp"), none(),
                                        secret(digits.text()), text("alice's laptop"), done.out()));
    std::printf("alice is %s\n", done->kind == ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN ? "in" : "not in");
  }

  void bound_code() {
    account_security_payment_binding payment = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
    CodeSent sent;
    clock_.now_ms += 120000;
    payment.amount_minor = 1299;
    payment.currency = text("CNY");
    payment.payee_account = text("6222020200112233");
    payment.payee_name = text("Bookshop");
    must(account_security_send_payment_code(security_.get(), text("alice"), text("+8613812345678"), &payment, text("en"),
                                            sent.out()));
    if (!sent->is_sent) throw std::logic_error("no code");
    Digits code;
    deliver(code);
    for (const std::int64_t amount : {INT64_C(129900), INT64_C(1299)}) {
      std::int32_t answer = 0;
      payment.amount_minor = amount;
      must(account_security_verify_payment_code(security_.get(), text("alice"), text("+8613812345678"),
                                                text(sent->challenge), &payment, secret(code.text()), &answer));
      std::printf("the code for %lld: %s\n", static_cast<long long>(amount),
                  answer == ACCOUNT_SECURITY_CODE_ACCEPTED ? "accepted" : "rejected");
    }
  }

  void payments() {
    for (int number = 1; number <= 6; number++) {
      const std::string tx_id = "tx-" + std::to_string(number), payee = "web-" + std::to_string(number);
      account_security_payment payment = ACCOUNT_SECURITY_PAYMENT_INIT;
      PaymentAnswer answer;
      clock_.now_ms += 20000;
      payment.tx_id = text(tx_id);
      payment.amount_minor = 100;
      payment.currency = text("CNY");
      payment.direction = text("out");
      payment.kind = text("card");
      payment.payee = text(payee);
      payment.at_ms = clock_.now_ms;
      must(account_security_assess(security_.get(), text("alice"), &payment, answer.out()));
      std::printf("payment %d: outcome %d, %zu reasons\n", number, static_cast<int>(answer->outcome),
                  answer->reasons_count);
    }
  }

  void freeze() {
    Placed placed;
    Names closed;
    Causes causes;
    account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
    question.direction = text("out");
    must(account_security_freeze_now(security_.get(), text("alice"), placed.out()));
    must(account_security_restriction(security_.get(), text("alice"), closed.out()));
    std::printf("alice froze her account; %zu things are closed\n", closed->count);
    must(account_security_diagnose(security_.get(), text("alice"), &question, text("en"), causes.out()));
    for (std::size_t index = 0; index < causes->count; index++)
      std::printf("why a payment fails: %s\n", causes->items[index]->text);
  }

  void audit() {
    Verdict verdict;
    must(account_security_verify_account(security_.get(), text("alice"), verdict.out()));
    std::printf("the audit chain is %s\n", verdict->kind == ACCOUNT_SECURITY_VERDICT_INTACT ? "whole" : "broken");
  }

  // What the authenticator app shows now.
  void show(const SoftToken &app, Digits &digits) {
    std::uint64_t remaining_ms = 0;
    must(account_security_soft_token_code(app.get(), clock_.now_ms, digits.buffer(), &remaining_ms));
  }

  // Hands out the waiting messages; keeps the digits of the last code.
  void deliver(Digits &code) {
    Messages messages;
    must(account_security_drain(security_.get(), 100, text("en"), messages.out()));
    for (std::size_t index = 0; index < messages->count; index++) {
      const account_security_message *message = messages->items[index];
      const account_security_text id = text(message->id);
      const std::string_view said = message->text;
      const std::size_t from = said.find_first_of("0123456789");
      const std::size_t to = said.find_first_not_of("0123456789", from);
      if (message->is_code && from != std::string_view::npos) code.hold(said.substr(from, to - from));
      must(account_security_delivered(security_.get(), account_security_texts_of(&id, 1)));
    }
  }

  Clock clock_;
  // After the clock, so that it goes first.
  Security security_;
};

}  // namespace

int main() {
  try {
    must(account_security_check_header());
    Story().tell();
    std::puts("the end");
    return EXIT_SUCCESS;
  } catch (const std::exception &fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return EXIT_FAILURE;
  }
}
