#include <sodium.h>

#include <array>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/usage.h"

namespace hearsay::cli {

std::string help_keygen(const Program& program) {
  return "Usage: " + std::string(program.name()) +
         " keygen\n\n"
         "  Prints a new random key of 32 bytes in base64, as the agent's -encrypt takes it.";
}

int run_keygen(const Program& program, Args args) {
  if (!args.empty() && !program.is_serf) {
    return refuse("It takes no arguments", help_keygen(program));
  }
  std::array<unsigned char, 32> key{};
  if (sodium_init() < 0) {
    print_failure("Error reading random data: the system has no source of it");
    return 1;
  }
  randombytes_buf(key.data(), key.size());
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)> text{};
  sodium_bin2base64(text.data(), text.size(), key.data(), key.size(), sodium_base64_VARIANT_ORIGINAL);
  print(text.data());
  sodium_memzero(key.data(), key.size());
  sodium_memzero(text.data(), text.size());
  return 0;
}

}  // namespace hearsay::cli
