#include "agent/config/check_socket_rights.h"

#include <fmt/format.h>

#include <charconv>

#include "agent/config/quote.h"
#include "agent/net/local_socket.h"

namespace hearsay::agent {
namespace {

Checked take_socket_mode(Settings& s) {
  const std::string& text = s.given.rpc_socket_mode;
  if (text.empty()) {
    s.rpc_rights.mode = s.rpc_rights.group ? 0660 : 0600;
    return {};
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), s.rpc_rights.mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || s.rpc_rights.mode > 0777) {
    return mistake(fmt::format("Invalid mode {} ({}): give three octal digits such as 0660", quote(text),
                               s.given.origin("rpc_socket_mode")));
  }
  return {};
}

Checked take_socket_group(Settings& s) {
  const std::string& name = s.given.rpc_socket_group;
  if (name.empty()) {
    return {};
  }
  const auto group = net::group_of_name(name);
  if (!group) {
    return mistake(fmt::format("There is no group {} ({})", quote(name), s.given.origin("rpc_socket_group")));
  }
  s.rpc_rights.group = *group;
  return {};
}

}  // namespace

Checked check_socket_rights(Settings& s) {
  return take_socket_group(s).and_then([&] { return take_socket_mode(s); });
}

}  // namespace hearsay::agent
