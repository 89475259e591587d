#include "cli/doctor/agent_facts.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/rpc/client.h"

namespace hearsay::cli::doctor {
namespace {

constexpr std::chrono::milliseconds log_silence{200};

}  // namespace

std::vector<std::string> conflicts_in_log(const RpcOptions& rpc) {
  std::vector<std::string> out;
  auto client = agent::rpc::Client::connect(rpc.address, rpc.auth_key);
  if (!client || !client->call("monitor", agent::rpc::MonitorRequest{"WARN"})) {
    return out;
  }
  while (client->await_input(log_silence)) {
    const auto header = client->next_header();
    const auto body = header ? client->next_object() : tl::unexpected(header.error());
    if (!body) {
      break;
    }
    agent::rpc::Reader in(*body);
    agent::rpc::for_each_field(in, [&](std::string_view key) {
      const std::string_view line = key == "Log" ? in.text() : std::string_view();
      if (line.find("ame conflict") != std::string_view::npos) {
        out.emplace_back(line.substr(std::min(line.find("serf: "), line.size())));
      }
      return key == "Log";
    });
  }
  return out;
}

std::string load_of_host() {
  std::array<double, 3> loads{};
  if (::getloadavg(loads.data(), 3) != 3) {
    return {};
  }
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f on %ld processors", loads[0], ::sysconf(_SC_NPROCESSORS_ONLN));
  return text;
}

}  // namespace hearsay::cli::doctor
