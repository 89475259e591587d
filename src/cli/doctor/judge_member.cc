#include "cli/doctor/judge_member.h"

#include <string_view>
#include <utility>

namespace hearsay::cli::doctor {
namespace {

constexpr std::string_view open_both =
    "let TCP and UDP to the gossip port through in both directions, on both hosts and between them";

/// Collects the findings about one member.
class Judgement {
 public:
  Judgement(const Patient& patient, const Probed& probed) : patient_(patient), evidence_(describe(probed)) {}

  void add(std::string_view id, std::string_view what, std::string_view remedy) {
    out_.push_back({id, patient_.name, std::string(what), "at " + patient_.address + ", " + evidence_,
                    std::string(remedy)});
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(out_); }
  [[nodiscard]] bool is_empty() const { return out_.empty(); }

 private:
  const Patient& patient_;
  std::string evidence_;
  std::vector<Finding> out_;
};

bool is_heard(const Probed& probed) {
  return probed.small == UdpReach::acked || probed.acks_query || probed.acks_relayed;
}

bool is_gone(const Probed& probed) {
  return probed.tcp == TcpReach::silent || probed.tcp == TcpReach::unreachable;
}

void judge_address(const Patient& patient, const Probed& probed, const Asked& asked, Judgement& out) {
  if (patient.is_loopback && !asked.is_loopback) {
    return out.add("advertised-address", "it advertises a loopback address, which only its own host reaches",
                   "give it an address of its network with -advertise or -bind, and restart it");
  }
  if (probed.tcp == TcpReach::untried && !is_heard(probed)) {
    return out.add("advertised-address", "the address that it advertises cannot be dialled from here",
                   "have both advertise addresses of one network, or link-local ones of one interface");
  }
  if (is_gone(probed) && probed.small != UdpReach::acked && (probed.acks_query || probed.acks_relayed)) {
    out.add("advertised-address", "it lives, but nobody answers at the address it advertises",
            "give it the address that others reach it by with -advertise, and restart it");
  }
}

void judge_tcp(const Probed& probed, Judgement& out) {
  const bool refused = probed.tcp == TcpReach::refused;
  if (refused && !is_heard(probed)) {
    return out.add("not-running", "its host answers, but no agent listens there",
                   "start the agent; its log says why it ended");
  }
  if (refused || (is_gone(probed) && is_heard(probed))) {
    return out.add("tcp-blocked", "TCP to it is blocked, UDP is not", open_both);
  }
  if (is_gone(probed)) {
    return out.add(
        "unreachable", "nothing there answers: the host is down, cut off, or behind a firewall",
        "see that the host runs and can be reached; then let TCP and UDP to the gossip port through");
  }
  if (probed.tcp == TcpReach::accepted && probed.small != UdpReach::refused && !is_heard(probed)) {
    out.add("hung", "its process answers nothing, though its host's kernel takes connections for it",
            "see on its host whether it is stopped (state T in `ps`), starved of processor time, or stuck; "
            "continue it with SIGCONT, or restart it");
  }
}

void judge_key(const Patient& patient, const Probed& probed, const Asked& asked, Judgement& out) {
  const bool is_plain = probed.tcp == TcpReach::acked;
  const bool is_sealed = probed.tcp == TcpReach::sealed;
  constexpr std::string_view remedy =
      "give both the same keys: compare `hearsay keys -list` here and there, and restart the one that "
      "differs with this cluster's key";
  if (asked.encrypted && is_plain) {
    out.add("key-mismatch", "this cluster is encrypted, and its agent is not", remedy);
  } else if (!asked.encrypted && is_sealed) {
    out.add("key-mismatch", "its agent is encrypted, and this cluster is not", remedy);
  } else if (asked.encrypted && is_sealed && patient.status == "failed" && !is_heard(probed)) {
    out.add("key-mismatch",
            "its agent runs, and understands nothing of what is sent to it: its key is another", remedy);
  }
}

void judge_udp(const Probed& probed, Judgement& out) {
  const bool is_tried = probed.small != UdpReach::untried;
  if (is_tried ? probed.small == UdpReach::acked : probed.acks_query) {
    if (probed.large == UdpReach::silent) {
      out.add("mtu", "small packets reach it, and those of 1400 bytes do not",
              "find the link with an MTU below 1428, or let ICMP \"fragmentation needed\" through");
    }
    return;
  }
  if (is_tried && probed.acks_query) {
    return out.add("udp-one-way", "UDP from here to it is lost, the other way it is not", open_both);
  }
  if (probed.acks_relayed) {
    return out.add("udp-one-way", "UDP from it to here is lost: what it sends arrives through others only",
                   open_both);
  }
  out.add("udp-blocked", "no UDP comes back from it, though TCP works", open_both);
}

}  // namespace

std::vector<Finding> judge_member(const Patient& patient, const Probed& probed, const Asked& asked) {
  Judgement out(patient, probed);
  if (patient.status == "left") {
    out.add("left", "it left the cluster of its own will", "start it again if that was not meant");
    return out.take();
  }
  judge_address(patient, probed, asked, out);
  if (out.is_empty()) {
    judge_tcp(probed, out);
  }
  if (out.is_empty()) {
    judge_key(patient, probed, asked, out);
  }
  if (out.is_empty() && probed.tcp == TcpReach::closed) {
    out.add("name-clash", "who listens at its address goes by another name",
            "see that each agent has a name and an address of its own");
  }
  if (out.is_empty()) {
    judge_udp(probed, out);
  }
  if (out.is_empty() && patient.status == "failed") {
    out.add(
        "false-failure", "it is called failed, and answers",
        "wait for it to be found again, or join it; if it happens again its host was paused or overloaded");
  }
  return out.take();
}

}  // namespace hearsay::cli::doctor
