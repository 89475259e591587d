#include "cli/doctor/examine_members.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>

#include "cli/console.h"
#include "cli/doctor/probes.h"
#include "cli/doctor/report.h"
#include "cli/query_records.h"

namespace hearsay::cli::doctor {
namespace {

using agent::rpc::Client;
using Names = std::set<std::string, std::less<>>;

/// Who does not answer takes seconds, so without a name only so many members are examined, failed ones first.
constexpr std::size_t patients_max = 32;
constexpr std::size_t relays_max = 3;
constexpr std::size_t large_ping = 1390;
constexpr std::int64_t query_timeout_ns = 2'000'000'000;

/// Who acknowledges a ping by query; `node` empty: of all.
Names acks_of(Client& client, std::string_view node, std::uint8_t relays) {
  agent::rpc::QueryRequest ping;
  ping.name = "_serf_ping";
  ping.request_ack = true;
  ping.relay_factor = relays;
  ping.timeout_ns = query_timeout_ns;
  if (!node.empty()) {
    ping.filter_nodes = {node};
  }
  Names out;
  if (!client.call("query", ping)) {
    return out;
  }
  for (auto record = next_query_record(client); record && *record; record = next_query_record(client)) {
    out.emplace((*record)->from);
  }
  return out;
}

class Doctor {
 public:
  Doctor(Client& client, const OwnAgent& own)
      : client_(client), own_name_(own.name), asked_{own.encrypted, false} {}

  Examination examine(std::vector<Case> cases, std::string_view node) {
    const auto own = std::ranges::find(cases, own_name_, [](const Case& one) { return one.patient.name; });
    asked_.is_loopback = own != cases.end() && own->patient.is_loopback;
    link_ = own != cases.end() && own->at ? link_of(own->at->ip) : 0;
    others_ = cases.size() - 1;
    std::erase_if(cases, [&](const Case& one) {
      return node.empty() ? one.patient.name == own_name_ || one.patient.status == "left"
                          : one.patient.name != node;
    });
    std::stable_partition(cases.begin(), cases.end(),
                          [](const Case& one) { return one.patient.status != "alive"; });
    cases.resize(std::min(cases.size(), patients_max));
    acks_ = acks_of(client_, node, 0);
    for (const Case& one : cases) {
      examine(one);
    }
    return std::move(result_);
  }

 private:
  void examine(Case one) {
    if (one.at && one.at->ip.is_v6_link_local() && link_ == 0) {
      one.at.reset();  // fe80::1 without an interface is nobody's address
      one.patient.address += " (link-local, by an interface that is not known here)";
    }
    if (::isatty(STDERR_FILENO) == 1) {
      print_error(progress_line(one.patient));
    }
    const Probed probed =
        one.patient.name == own_name_ || one.patient.status == "left" ? Probed{} : probe(one);
    ++result_.examined;
    result_.measured.push_back(one.patient.name + ": " + describe(probed));
    if (one.patient.name != own_name_) {
      std::ranges::move(judge_member(one.patient, probed, asked_), std::back_inserter(result_.findings));
    }
  }

  /// An encrypted cluster answers no plain ping by UDP, and complains about one by TCP, so there only
  /// queries tell how its live members are.
  Probed probe(const Case& one) {
    Probed out;
    out.acks_query = acks_.contains(one.patient.name);
    if (one.at) {
      out.tcp = probe_tcp(*one.at, link_, one.patient.name, !asked_.encrypted || !out.acks_query);
    }
    if (one.at && !asked_.encrypted) {
      out.small = probe_udp(*one.at, link_, one.patient.name, 0);
    }
    if (out.small == UdpReach::acked) {
      out.large = probe_udp(*one.at, link_, one.patient.name, large_ping);
    }
    const bool is_heard = out.acks_query && out.small != UdpReach::silent;
    if (!is_heard && out.small != UdpReach::acked) {
      // Serf's agents relay through nobody unless they know one member more than is asked for.
      const auto relays = static_cast<std::uint8_t>(std::min<std::size_t>(others_, relays_max));
      out.acks_relayed = acks_of(client_, one.patient.name, relays).contains(one.patient.name);
    }
    return out;
  }

  Client& client_;
  const std::string& own_name_;
  Asked asked_;
  unsigned link_ = 0;       // see link_of()
  std::size_t others_ = 0;  // members beside this agent
  Names acks_;
  Examination result_;
};

}  // namespace

Examination examine_members(Client& client, const OwnAgent& own, std::vector<Case> cases,
                            std::string_view node) {
  return Doctor(client, own).examine(std::move(cases), node);
}

}  // namespace hearsay::cli::doctor
