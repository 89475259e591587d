#include "agent/joiner.h"

#include <utility>

#include "agent/config/quote.h"
#include "agent/net/address.h"
#include "agent/reach.h"

namespace hearsay::agent {
namespace {

constexpr std::size_t list_bytes_shown = 1024;

/// For a line of the log.
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "" : " ") + abbreviate(word, list_bytes_shown);
    if (out.size() > list_bytes_shown) {
      break;
    }
  }
  return abbreviate(out, list_bytes_shown);
}

std::string failure_at(const swim::Endpoint& seed, const std::string& reason) {
  return "Failed to join " + net::format_ip(seed.ip) + ": " + reason;
}

}  // namespace

struct Joiner::Attempt {
  std::vector<swim::Seed> seeds;
  std::vector<std::string> errors;
  std::size_t names_open = 1;  // held by join() itself until it has asked for all
  bool replay;
  Done done;
  bool only_missing = false;
  std::vector<swim::Endpoint> literals;  // those of the seeds that were no names
  std::size_t members_before = 0;
  unsigned link_before = 0;  // loop::Loop::link(), until a zone of this attempt's set it
  unsigned link_used = 0;    // by a zone of this attempt's
};

std::string list_errors(const std::vector<std::string>& errors) {
  std::string out =
      errors.size() == 1 ? "1 error occurred:" : std::to_string(errors.size()) + " errors occurred:";
  for (const std::string& error : errors) {
    out += "\n\t* " + error;
  }
  return out + "\n\n";
}

std::string one_line(std::string text) {
  std::erase(text, '\t');
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  std::ranges::replace(text, '\n', ' ');
  return text;
}

void Joiner::join(const std::vector<std::string>& addresses, bool replay, Done done) {
  log_->info("agent: joining: [" + joined(addresses) + "] replay: " + (replay ? "true" : "false"));
  if (gossip_->node().phase() != swim::Phase::running) {
    done(0, "Serf can't Join after Leave or Shutdown");
    return;
  }
  begin(std::make_shared<Attempt>(Attempt{.replay = replay, .done = std::move(done)}), addresses);
}

void Joiner::join_missing(const std::vector<std::string>& addresses, Done done) {
  begin(std::make_shared<Attempt>(Attempt{.replay = true, .done = std::move(done), .only_missing = true}),
        addresses);
}

void Joiner::begin(const std::shared_ptr<Attempt>& attempt, const std::vector<std::string>& addresses) {
  attempt->link_before = loop_->link();
  for (const std::string& address : addresses) {
    look_up(attempt, address);
  }
  contact(attempt);
}

void Joiner::look_up(const std::shared_ptr<Attempt>& attempt, const std::string& text) {
  const auto address = net::parse_seed_address(text);
  const auto usable = address ? use_zone(*loop_, address->zone) : tl::unexpected(address.error());
  if (!usable) {
    attempt->errors.push_back("Failed to resolve " + text + ": " + usable.error());
    return;
  }
  if (!address->zone.empty()) {
    attempt->link_used = loop_->link();
  }
  const std::uint16_t port = address->port.value_or(gossip_->port());
  ++attempt->names_open;
  const auto take = [this, attempt, text, host = address->host, port](const net::Resolver::Answer& answer) {
    if (answer) {
      if (net::parse_ip(host)) {
        attempt->literals.push_back({.ip = answer->front(), .port = port});
      }
      for (const swim::IpAddress& ip : *answer) {
        take_seed(*attempt, {.ip = ip, .port = port});
      }
    } else {
      attempt->errors.push_back("Failed to resolve " + text + ": " + answer.error());
    }
    contact(attempt);
  };
  resolver_.resolve(address->host, take);
}

void Joiner::take_seed(Attempt& attempt, const swim::Endpoint& at) {
  const swim::IpAddress& advertised = gossip_->node().config().advertise.ip;
  if (const auto why = why_out_of_reach(at.ip, advertised, loop_->link())) {
    attempt.errors.push_back(failure_at(at, *why));
  } else {
    attempt.seeds.push_back({.at = at});
  }
}

void Joiner::contact(const std::shared_ptr<Attempt>& attempt) {
  if (--attempt->names_open > 0) {
    return;
  }
  if (attempt->only_missing) {
    drop_known(*attempt);
    if (attempt->seeds.empty() || gossip_->node().phase() != swim::Phase::running) {
      settle_link(*attempt, false);
      attempt->done(0, attempt->errors.empty() ? std::string() : list_errors(attempt->errors));
      return;
    }
    log_->write(missing_level_, "agent: looking for " + std::to_string(attempt->seeds.size()) +
                                    " seed(s) that are no members");
  }
  attempt->members_before = gossip_->node().members().member_count();
  const swim::CommandId command =
      commands_->expect_join([this, attempt](const swim::JoinDone& result) { finish(*attempt, result); });
  gossip_->act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    node.join(now, command, attempt->seeds, !attempt->replay, out);
  });
}

/// A zone that led to nobody was a mistake, or is worth none to the next seed.
void Joiner::settle_link(const Attempt& attempt, bool contacted) {
  if (attempt.link_used == 0) {
    return;
  }
  if (contacted) {
    loop_->set_link(attempt.link_used);  // another attempt may have failed meanwhile
  } else if (loop_->link() == attempt.link_used) {
    loop_->set_link(attempt.link_before);
  }
}

void Joiner::drop_known(Attempt& attempt) {
  const swim::MemberTable& members = gossip_->node().members();
  std::erase_if(attempt.seeds, [&](const swim::Seed& seed) {
    const bool literal = std::ranges::find(attempt.literals, seed.at) != attempt.literals.end();
    return is_alive_at(members, seed.at) || (literal && was_left(members, seed.at));
  });
}

void Joiner::finish(Attempt& attempt, const swim::JoinDone& result) {
  settle_link(attempt, result.contacted > 0);
  for (const auto& failure : result.failures) {
    attempt.errors.push_back(failure_at(attempt.seeds[failure.seed].at, failure.reason));
  }
  for (const std::string& error : attempt.errors) {
    log_->debug("memberlist: " + error);
  }
  const LogLevel level = attempt.only_missing ? missing_level_ : LogLevel::info;
  if (attempt.only_missing) {
    // A balancer is never a member's address: that it was there again is no news every few minutes.
    const bool nobody_new =
        attempt.errors.empty() && gossip_->node().members().member_count() <= attempt.members_before;
    missing_level_ = nobody_new ? LogLevel::debug : LogLevel::info;
  }
  if (attempt.only_missing && !attempt.errors.empty()) {
    attempt.done(result.contacted, list_errors(attempt.errors));
    return;
  }
  if (result.contacted > 0 || attempt.errors.empty()) {
    log_->write(level, "agent: joined: " + std::to_string(result.contacted) + " nodes");
    attempt.done(result.contacted, {});
    return;
  }
  log_->warn("agent: error joining: " + joined(attempt.errors));
  attempt.done(0, list_errors(attempt.errors));
}

}  // namespace hearsay::agent
