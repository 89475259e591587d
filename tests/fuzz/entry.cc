// The way in for libFuzzer.
#include <span>

#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data,
                                      std::size_t size);  // libFuzzer's name for it

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  hearsay::fuzz::run(std::as_bytes(std::span(data, size)));
  return 0;
}
