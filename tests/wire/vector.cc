#include "wire/vector.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <sodium.h>

namespace hearsay::tests {
namespace {

// A function, for cases are registered before main() in no certain order with other globals.
std::filesystem::path directory() {
  return HEARSAY_VECTORS;
}

std::ifstream open_file(const std::string& name, const char* extension) {
  std::ifstream file(directory() / (name + extension));
  if (!file) {
    throw std::runtime_error("proto/vectors: cannot read " + name + extension);
  }
  return file;
}

}  // namespace

bool Vector::has_layer(const char* layer) const {
  const auto& layers = facts.at("layers");
  return std::ranges::find(layers, layer) != layers.end();
}

swim::wire::StreamReader::Side Vector::side() const {
  using Side = swim::wire::StreamReader::Side;
  return facts.at("side") == "accepted" ? Side::accepted : Side::dialled;
}

std::vector<std::string> vector_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    if (entry.path().extension() == ".hex") {
      names.push_back(entry.path().stem());
    }
  }
  std::ranges::sort(names);
  return names;
}

Vector load_vector(const std::string& name) {
  std::ifstream hex_file = open_file(name, ".hex");
  std::string hex;
  for (std::string line; std::getline(hex_file, line);) {
    hex += line.starts_with('#') ? "" : line;
  }
  std::ifstream json_file = open_file(name, ".json");
  return {name, from_hex(hex), nlohmann::json::parse(json_file)};
}

VectorLayers::VectorLayers(const Vector& vector) : label_(vector.facts.value("label", "")) {
  if (sodium_init() < 0) {
    throw std::runtime_error("libsodium does not start");
  }
  const auto key = from_hex(vector.facts.value("key", ""));
  if (!key.empty() && !keyring_.install(key)) {
    throw std::runtime_error(vector.name + ": its key has no length of AES");
  }
}

swim::Buffer from_hex(const std::string& hex) {
  if (hex.empty()) {
    return {};
  }
  swim::Buffer bytes(hex.size() / 2);
  std::size_t size = 0;
  const char* end = nullptr;
  const int bad = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                                 hex.size(), nullptr, &size, &end);
  if (bad != 0 || end != hex.data() + hex.size()) {
    throw std::runtime_error("not hexadecimal: " + hex);
  }
  return bytes;
}

std::string to_hex(swim::Bytes bytes) {
  std::string hex(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}

}  // namespace hearsay::tests
