#include "cli/doctor/examination.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <thread>
#include <utility>

#include "cli/doctor/agent_facts.h"
#include "cli/doctor/cases.h"
#include "cli/doctor/examine_members.h"
#include "cli/doctor/judge_agent.h"
#include "cli/fetch.h"

namespace hearsay::cli::doctor {
namespace {

/// Between two readings of the packets that no key opens, once there were some: agents ping each second or
/// so.
constexpr std::chrono::seconds watch_time{2};

}  // namespace

tl::expected<Examination, std::string> examine(const RpcOptions& rpc, agent::rpc::Client& client,
                                               std::string_view node) {
  auto cases = cases_of(client, node);
  const auto own_name = cases ? fetch_own_name(client) : tl::unexpected(cases.error());
  auto stats = own_name ? fetch_stats(client) : tl::unexpected(own_name.error());
  if (!stats) {
    return tl::unexpected(stats.error());
  }
  const OwnAgent own{*own_name, (*stats)["serf"]["encrypted"] == "true"};
  const std::uint64_t unreadable_before = unreadable_packets(*stats);
  const auto began = std::chrono::steady_clock::now();
  auto own_findings = judge_agent(own.name, *std::move(stats), load_of_host(), conflicts_in_log(rpc));
  Examination out = examine_members(client, own, *std::move(cases), node);
  if (unreadable_before > 0) {
    std::this_thread::sleep_until(began + watch_time);
  }
  const auto stats_now = fetch_stats(client);
  if (!stats_now) {
    return tl::unexpected(stats_now.error());
  }
  std::ranges::move(own_findings, std::back_inserter(out.findings));
  std::ranges::move(judge_unreadable_packets(own.name, unreadable_before, unreadable_packets(*stats_now)),
                    std::back_inserter(out.findings));
  return out;
}

}  // namespace hearsay::cli::doctor
