// How often the cluster has sealed something under its key (proto/memberlist.md, "Encryption").
#pragma once

#include <cstdint>

namespace hearsay::swim {

struct Step;

/// AES-GCM is broken where one key seals twice with one nonce. Ours are counted, behind 64 bits that a
/// process draws; Serf's are 96 random bits, for which 2^32 uses of a key are the most that is recommended
/// (NIST SP 800-38D, 8.3). All members have the key, so all count: they are taken to seal as much as this
/// one.
struct KeyUse {
  std::uint64_t before = 0;    // what this process had sealed when the key became the primary
  std::uint64_t estimate = 0;  // by all members since then, or since this one started
  bool warned = false;
};

/// Estimates anew, and says once that the key wants to be changed: at Limits::key_uses, half of the most.
void watch_key_use(Step& step);

}  // namespace hearsay::swim
