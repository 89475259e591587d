#include "cli/stats.h"

#include "agent/rpc/msgpack_reader.h"
#include "cli/columns.h"
#include "cli/json_writer.h"

namespace hearsay::cli {

std::optional<Stats> decode_stats(swim::Bytes body) {
  Stats out;
  agent::rpc::Reader in(body);
  agent::rpc::for_each_field(in, [&](std::string_view section) {
    agent::rpc::for_each_field(in, [&, &values = out[section]](std::string_view key) {
      values[key] = in.text();
      return true;
    });
    return true;
  });
  return in.failed() ? std::nullopt : std::optional(std::move(out));
}

std::string stats_as_text(const Stats& stats) {
  std::string out;
  for (const auto& [section, values] : stats) {
    out.append(section).append(":\n");
    for (const auto& [key, value] : values) {
      out.append("\t").append(key).append(" = ").append(value).append("\n");
    }
  }
  return std::string(trim(out));
}

std::string stats_as_json(const Stats& stats) {
  JsonWriter out;
  out.begin_object();
  for (const auto& [section, values] : stats) {
    out.key(section).begin_object();
    for (const auto& [key, value] : values) {
      out.key(key).text(value);
    }
    out.end_object();
  }
  return out.end_object().result();
}

}  // namespace hearsay::cli
