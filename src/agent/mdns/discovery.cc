#include "agent/mdns/discovery.h"

#include <algorithm>
#include <utility>

#include "agent/net/address.h"

namespace hearsay::agent::mdns {
namespace {

/// An address good to join: a link-local one is on the link its answer came by.
std::string seed_of(const swim::Endpoint& at, unsigned link) {
  if (link == 0) {
    return net::format_endpoint(at);
  }
  return "[" + net::format_ip(at.ip) + "%" + std::to_string(link) + "]:" + std::to_string(at.port);
}

/// The interface that `at`, which an answer `from` there named, is reached by; 0: any.
unsigned link_of(const swim::Endpoint& at, const loop::SocketAddress& from) {
  return at.ip.is_v6_link_local() && from.any.sa_family == AF_INET6 ? from.v6.sin6_scope_id : 0;
}

}  // namespace

Discovery::Discovery(loop::Loop& loop, Service self, Host host, DiscoveryTimes times)
    : loop_(&loop),
      self_(std::move(self)),
      host_(std::move(host)),
      times_(times),
      question_(encode_question(self_.type)),
      ask_timer_(loop, [this] { ask(); }),
      quiet_timer_(loop, [this] { join(); }) {}

tl::expected<std::unique_ptr<Discovery>, std::string> Discovery::open(loop::Loop& loop, Service self,
                                                                      Scope scope, Host host,
                                                                      DiscoveryTimes times) {
  std::unique_ptr<Discovery> out(new Discovery(loop, std::move(self), std::move(host), times));
  if (out->question_.empty() || answer(out->question_, out->self_).message.empty()) {
    return tl::unexpected(
        std::string("the names of node and cluster do not fit into DNS: no part of them between dots may be "
                    "empty or have "
                    "more than 63 bytes, 6 of which -discover needs itself"));
  }
  const int v4 = scope.v4 ? out->open_sockets(loop, Family::v4, scope.interface) : 0;
  const int v6 = scope.v6 ? out->open_sockets(loop, Family::v6, scope.interface) : 0;
  if (out->listeners_.empty()) {
    return tl::unexpected(
        "no multicast listeners could be started: " + std::string(loop::describe_error(v6 != 0 ? v6 : v4)) +
        ". Name an interface that has multicast with -mdns-iface");
  }
  out->warn_of(4, v4);
  out->warn_of(6, v6);
  return out;
}

void Discovery::warn_of(int version, int error) {
  if (error != 0) {
    const std::string family = "ipv" + std::to_string(version);
    host_.log->warn("agent.mdns: agents are not looked for over " + family + ": " +
                    std::string(loop::describe_error(error)) +
                    ". Name an interface that has it with -mdns-iface, or turn it off with -mdns-disable-" +
                    family);
  }
}

int Discovery::open_sockets(loop::Loop& loop, Family family, unsigned interface) {
  auto asker = Socket::ask(loop, family, interface,
                           [this](const auto& from, swim::Bytes datagram) { on_answer(from, datagram); });
  if (!asker) {
    return asker.error();
  }
  const std::size_t place = listeners_.size();
  auto listener =
      Socket::listen(loop, family, interface, [this, place](const auto& from, swim::Bytes datagram) {
        on_question(*listeners_[place], from, datagram);
      });
  if (!listener) {
    return listener.error();
  }
  askers_.push_back(std::move(*asker));
  listeners_.push_back(std::make_unique<Socket>(std::move(*listener)));
  return 0;
}

/// Serf's agents, and all who know nothing of multicast, ask from a port of their own and are answered
/// there; whoever asks from the port of the group wants everybody to hear it.
void Discovery::on_question(Socket& socket, const loop::SocketAddress& from, swim::Bytes datagram) {
  const Reply reply = answer(datagram, self_);
  counters_.malformed += reply.heard == Heard::malformed ? 1 : 0;
  if (reply.message.empty()) {
    return;
  }
  const auto asker = loop::to_endpoint(from.any);
  const bool to_all = asker && asker->port == group(Family::v4).port;
  const int status = to_all ? socket.send_to_group(reply.message) : socket.send(from, reply.message);
  counters_.answers_sent += status == 0 ? 1 : 0;
}

void Discovery::on_answer(const loop::SocketAddress& from, swim::Bytes datagram) {
  const auto agents = read_answer(datagram, self_.type);
  if (!agents) {
    ++counters_.malformed;
    return;
  }
  for (const swim::Endpoint& at : *agents) {
    const unsigned link = link_of(at, from);
    if (link != 0 && loop_->link() != 0 && link != loop_->link()) {
      ++counters_.found_off_link;
      continue;
    }
    std::string seed = seed_of(at, link);
    if (host_.is_known(at) || std::ranges::find(found_, seed) != found_.end()) {
      continue;
    }
    if (found_.size() == found_max) {
      ++counters_.found_dropped;
      continue;
    }
    found_.push_back(std::move(seed));
    quiet_timer_.arm_in(times_.quiet);
  }
}

void Discovery::ask() {
  int error = 0;
  bool asked = false;
  for (Socket& socket : askers_) {
    const int status = socket.send_to_group(question_);
    asked = asked || status == 0;
    error = status != 0 ? status : error;
  }
  if (!asked) {
    host_.log->err("agent.mdns: Failed to poll for new hosts: " + std::string(loop::describe_error(error)));
  }
  ask_timer_.arm_in(times_.asking_interval);
}

/// Whoever could not be joined is found again by the next question, a minute later.
void Discovery::join() {
  host_.join(std::exchange(found_, {}));
}

}  // namespace hearsay::agent::mdns
