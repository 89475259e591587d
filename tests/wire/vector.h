// The vectors of proto/vectors: bytes, and what they mean (README.md there).
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "swim/bytes.h"
#include "swim/wire/stream.h"

namespace hearsay::tests {

struct Vector {
  std::string name;
  swim::Buffer bytes;
  nlohmann::json facts;

  [[nodiscard]] bool by_stream() const { return facts.at("transport") == "tcp"; }
  [[nodiscard]] bool is_bad() const { return facts.contains("errors"); }
  [[nodiscard]] bool canonical() const { return facts.value("canonical", false); }
  [[nodiscard]] bool has_layer(const char* layer) const;
  [[nodiscard]] swim::wire::StreamReader::Side side() const;
};

/// Names without extension, sorted.
std::vector<std::string> vector_names();

Vector load_vector(const std::string& name);

/// The key and the label a vector is to be opened with.
class VectorLayers {
 public:
  explicit VectorLayers(const Vector& vector);
  [[nodiscard]] swim::wire::Layers layers() const { return {&keyring_, swim::as_bytes(label_)}; }

 private:
  swim::wire::Keyring keyring_;
  std::string label_;
};

swim::Buffer from_hex(const std::string& hex);
std::string to_hex(swim::Bytes bytes);

}  // namespace hearsay::tests
