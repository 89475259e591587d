#include "cli/doctor/probed.h"

#include <string_view>

namespace hearsay::cli::doctor {
namespace {

std::string_view to_text(TcpReach reach) {
  switch (reach) {
    case TcpReach::untried:
      return "not tried";
    case TcpReach::accepted:
      return "accepted";
    case TcpReach::acked:
      return "answered";
    case TcpReach::sealed:
      return "answered, encrypted";
    case TcpReach::closed:
      return "accepted, and no answer to its name";
    case TcpReach::refused:
      return "refused";
    case TcpReach::silent:
      return "no answer";
    case TcpReach::unreachable:
      break;
  }
  return "no route";
}

std::string_view to_text(UdpReach reach) {
  switch (reach) {
    case UdpReach::untried:
      return "not tried";
    case UdpReach::acked:
      return "answered";
    case UdpReach::refused:
      return "refused";
    case UdpReach::silent:
      break;
  }
  return "no answer";
}

}  // namespace

std::string describe(const Probed& probed) {
  std::string out = "TCP: ";
  out.append(to_text(probed.tcp)).append("; UDP: ").append(to_text(probed.small));
  if (probed.large != UdpReach::untried) {
    out.append("; UDP of 1400 bytes: ").append(to_text(probed.large));
  }
  out.append("; query: ")
      .append(probed.acks_query     ? "acknowledged"
              : probed.acks_relayed ? "acknowledged through others only"
                                    : "not acknowledged");
  return out;
}

}  // namespace hearsay::cli::doctor
