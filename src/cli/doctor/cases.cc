#include "cli/doctor/cases.h"

#include <algorithm>

#include "agent/net/address.h"
#include "cli/fetch.h"

namespace hearsay::cli::doctor {
namespace {

Case case_of(const agent::rpc::MemberRow& row) {
  Case out;
  const auto ip = swim::IpAddress::from_wire(row.addr);
  if (ip) {
    out.at = swim::Endpoint{*ip, row.port};
  }
  out.patient = {std::string(row.name), ip ? agent::net::format_endpoint(*out.at) : "an unknown address",
                 std::string(row.status), ip && ip->is_loopback()};
  return out;
}

}  // namespace

tl::expected<std::vector<Case>, std::string> cases_of(agent::rpc::Client& client, std::string_view node) {
  const auto members = fetch_members(client);
  if (!members) {
    return tl::unexpected("retrieving members: " + members.error());
  }
  std::vector<Case> out;
  for (const auto& row : *members) {
    out.push_back(case_of(row));
  }
  if (!node.empty() && std::ranges::none_of(out, [&](const Case& one) { return one.patient.name == node; })) {
    return tl::unexpected("there is no member \"" + std::string(node) +
                          "\": `hearsay members` lists them; one that never joined is not among them");
  }
  return out;
}

}  // namespace hearsay::cli::doctor
