// statsite: metrics in a stream.
#pragma once

#include "agent/loop/connection.h"
#include "agent/metrics/collector.h"

namespace hearsay::agent::metrics {

/// One that reads too slowly loses lines, never parts of one.
class Statsite final : public Collector, private loop::ConnectionHandler {
 public:
  Statsite(loop::Loop& loop, Log& log, Target target, swim::Duration wait = retry_interval)
      : Collector(loop, log, "statsite", std::move(target), wait), loop_(&loop) {}

 private:
  void dial(const swim::Endpoint& to) override;
  void send(std::string_view lines) override;
  void on_connected() override { ready(); }
  void on_bytes(swim::Bytes) override {}  // it has nothing to say
  void on_closed(int error) override;

  loop::Loop* loop_;
  loop::Connection connection_;
};

}  // namespace hearsay::agent::metrics
