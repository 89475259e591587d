// Datagrams of the link's DNS: as a question and as an answer.
#include "agent/mdns/message.h"
#include "fuzz/target.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  using namespace agent::mdns;
  const Service service = serf_service("web", "n1", {swim::IpAddress::v4(10, 0, 0, 1), 7946});
  const Reply reply = answer(bytes, service);
  HEARSAY_INVARIANT(reply.message.size() <= message_max);
  if (!reply.message.empty()) {
    // Our own answer can be read, and says where we are.
    const auto found = read_answer(reply.message, service.type);
    HEARSAY_INVARIANT(found.has_value());
  }
  if (const auto found = read_answer(bytes, service.type)) {
    HEARSAY_INVARIANT(found->size() <= found_max);
  }
}

}  // namespace hearsay::fuzz
