#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <set>
#include <thread>

#include "agent/net/address.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/doctor_findings.h"
#include "cli/doctor_probes.h"
#include "cli/fetch.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/paint.h"
#include "cli/query_records.h"
#include "cli/rpc_options.h"
#include "cli/usage.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;
using Names = std::set<std::string, std::less<>>;

constexpr int something_found = 3;  // the exit status
/// Who does not answer takes seconds, so without a name only so many members are examined, failed ones first.
constexpr std::size_t patients_max = 32;
constexpr std::size_t relays_max = 3;
constexpr std::size_t large_ping = 1390;
constexpr std::int64_t query_timeout_ns = 2'000'000'000;
constexpr std::chrono::milliseconds log_silence{200};
/// Between two readings of the packets that no key opens, once there were some: agents ping each second or
/// so.
constexpr std::chrono::seconds watch_time{2};

struct Options {
  RpcOptions rpc;
  std::string format = "text";
  bool verbose = false;
  agent::FlagSet flags{
      {"format", &format, "=FORMAT", format_help},
      {"verbose", &verbose, "", "Show what was measured of each member, too."},
      rpc.address_flag(),
      rpc.auth_flag(),
  };

  [[nodiscard]] std::string help(const Program& program) const {
    return help_text(
        program, "doctor [options] [NODE]",
        "  Says why a node looks failed or flaps, with the evidence and a remedy; without a name it\n"
        "  examines the agent and its members, those that failed first. Run it on the agent's\n"
        "  host. Ends with status 0 if nothing is wrong, and 3 if something was found.",
        flags);
  }
};

struct Examination {
  std::vector<Finding> findings;
  std::vector<std::string> measured;  // "web-1: TCP: ...", a line a member
  std::size_t examined = 0;
};

/// A member to examine.
struct Case {
  Patient patient;
  std::optional<swim::Endpoint> at;
};

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

/// What the agent's log still has about contested names.
std::vector<std::string> conflicts_in_log(Client client) {
  std::vector<std::string> out;
  if (!client.call("monitor", agent::rpc::MonitorRequest{"WARN"})) {
    return out;
  }
  while (client.await_input(log_silence)) {
    const auto header = client.next_header();
    const auto body = header ? client.next_object() : tl::unexpected(header.error());
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

/// What the host that this runs on has to do, which is the agent's if it was reached there.
std::string load_of_host() {
  std::array<double, 3> loads{};
  if (::getloadavg(loads.data(), 3) != 3) {
    return {};
  }
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f on %ld processors", loads[0], ::sysconf(_SC_NPROCESSORS_ONLN));
  return text;
}

class Doctor {
 public:
  Doctor(Client& client, std::string own_name, bool encrypted)
      : client_(client), own_name_(std::move(own_name)), asked_{encrypted, false} {}

  /// The member of that name, which there is; of nobody: all but this agent and those that left.
  void examine(std::vector<Case> cases, std::string_view node) {
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
  }

  [[nodiscard]] Examination& result() { return result_; }

 private:
  void examine(Case one) {
    if (one.at && one.at->ip.is_v6_link_local() && link_ == 0) {
      one.at.reset();  // fe80::1 without an interface is nobody's address
      one.patient.address += " (link-local, by an interface that is not known here)";
    }
    if (::isatty(STDERR_FILENO) == 1) {
      print_error("Examining " + one.patient.name + " at " + one.patient.address + " ...");
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
  std::string own_name_;
  Asked asked_;
  unsigned link_ = 0;       // see link_of()
  std::size_t others_ = 0;  // members beside this agent
  Names acks_;
  Examination result_;
};

std::string as_json(const Examination& examination) {
  JsonWriter out;
  out.begin_object().key("examined").number(examination.examined).key("findings").begin_array();
  for (const Finding& finding : examination.findings) {
    out.begin_object().key("id").text(finding.id).key("node").text(finding.node);
    out.key("what").text(finding.what).key("evidence").text(finding.evidence);
    out.key("remedy").text(finding.remedy).end_object();
  }
  return out.end_array().end_object().result();
}

std::string as_text(const Examination& examination, bool verbose) {
  const bool colour = takes_colour(STDOUT_FILENO);
  std::string out;
  for (const std::string& line : verbose ? examination.measured : std::vector<std::string>()) {
    out.append(line).append("\n");
  }
  for (const Finding& finding : examination.findings) {
    const std::string head = finding.node + ": " + std::string(finding.id);
    out.append(painted(head, colour ? Paint::red : Paint::plain)).append("\n  ").append(finding.what);
    out.append("\n  evidence: ").append(finding.evidence).append("\n  remedy:   ").append(finding.remedy);
    out.append("\n");
  }
  const std::string count = std::to_string(examination.examined) + " examined";
  return out +
         (examination.findings.empty()
              ? painted("Healthy", colour ? Paint::green : Paint::plain) + ": " + count + ", nothing found"
              : "Found " + std::to_string(examination.findings.size()) + ": " + count);
}

/// All members. The error is a line for the user: also that `node`, if it is given, is none of them.
tl::expected<std::vector<Case>, std::string> cases_of(Client& client, std::string_view node) {
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

int examine(const Options& options, Client& client, std::string_view node) {
  const auto cases = cases_of(client, node);
  const auto own_name = cases ? fetch_own_name(client) : tl::unexpected(cases.error());
  const auto stats = own_name ? fetch_stats(client) : tl::unexpected(own_name.error());
  if (!stats) {
    return fail("Error", stats.error());
  }
  auto own_stats = *stats;
  const bool encrypted = own_stats["serf"]["encrypted"] == "true";
  const std::uint64_t unreadable_before = unreadable_packets(own_stats);
  const auto began = std::chrono::steady_clock::now();
  auto log = Client::connect(options.rpc.address, options.rpc.auth_key);
  const auto conflicts = log ? conflicts_in_log(*std::move(log)) : std::vector<std::string>();
  auto own_findings = judge_agent(*own_name, std::move(own_stats), load_of_host(), conflicts);
  Doctor doctor(client, *own_name, encrypted);
  doctor.examine(*cases, node);
  if (unreadable_before > 0) {
    std::this_thread::sleep_until(began + watch_time);
  }
  const auto stats_now = fetch_stats(client);
  if (!stats_now) {
    return fail("Error", stats_now.error());
  }
  Examination& result = doctor.result();
  std::ranges::move(own_findings, std::back_inserter(result.findings));
  std::ranges::move(judge_unreadable_packets(*own_name, unreadable_before, unreadable_packets(*stats_now)),
                    std::back_inserter(result.findings));
  print(options.format == "json" ? as_json(result) : as_text(result, options.verbose));
  return result.findings.empty() ? 0 : something_found;
}

}  // namespace

std::string help_doctor(const Program& program) {
  return Options().help(program);
}

int run_doctor(const Program& program, Args args) {
  Options options;
  const auto rest = parse_flags(options.flags, args, options.help(program));
  if (!rest) {
    return 1;
  }
  if (rest->size() > 1) {
    return fail("Error", "give one NODE, or none to examine all");
  }
  constexpr std::array<std::string_view, 2> formats = {"text", "json"};
  if (const auto format = choose("format", options.format, formats); !format) {
    return fail("Error", format.error());
  }
  auto client = connect(program, options.rpc);
  if (!client) {
    return client.error();
  }
  return examine(options, *client, rest->empty() ? std::string_view() : rest->front());
}

}  // namespace hearsay::cli
