#include "agent/metrics/statsite.h"

#include <utility>

namespace hearsay::agent::metrics {

void Statsite::dial(const swim::Endpoint& to) {
  auto connection = loop::Connection::connect(*loop_, to, *this);
  if (connection) {
    connection_ = std::move(*connection);
  } else {
    lost(loop::describe_error(connection.error()));
  }
}

void Statsite::send(std::string_view lines) {
  if (connection_.queued_bytes() > waiting_bytes_max) {
    drop(lines);
  } else {
    connection_.write(swim::as_bytes(lines));
  }
}

void Statsite::on_closed(int error) {
  connection_ = {};
  lost(loop::describe_error(error));
}

}  // namespace hearsay::agent::metrics
