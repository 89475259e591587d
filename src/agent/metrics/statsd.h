// statsd: metrics in datagrams.
#pragma once

#include "agent/fd.h"
#include "agent/metrics/collector.h"

namespace hearsay::agent::metrics {

/// Packets hold whole lines and are no longer than an Ethernet frame carries.
class Statsd final : public Collector {
 public:
  static constexpr std::size_t packet_bytes_max = 1400;

  Statsd(loop::Loop& loop, Log& log, Target target, swim::Duration wait = retry_interval)
      : Collector(loop, log, "statsd", std::move(target), wait) {}

 private:
  void dial(const swim::Endpoint& to) override;
  void send(std::string_view lines) override;

  Fd socket_;
};

}  // namespace hearsay::agent::metrics
