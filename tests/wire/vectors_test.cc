// Every vector both ways, a test case each: proto/vectors/README.md says what the files hold.
#include <array>
#include <utility>

#include <doctest/doctest.h>

#include "wire/encode_again.h"
#include "wire/json_of.h"
#include "wire/vector.h"

namespace hearsay::tests {
namespace {

namespace wire = swim::wire;
using nlohmann::json;
using swim::Buffer;
using swim::Bytes;

const char* name_of(wire::PacketError error) {
  static constexpr std::array names{"empty",        "bad_label", "label_mismatch",
                                    "not_sealed",   "bad_crc",   "bad_compress",
                                    "bad_compound", "too_deep",  "unknown_type"};
  return names.at(static_cast<std::size_t>(error));
}

const char* name_of(wire::StreamError error) {
  static constexpr std::array names{"bad_label",       "label_mismatch", "not_sealed",
                                    "unexpected_seal", "cannot_open",    "too_large",
                                    "no_room",         "bad_compress",   "bad_message"};
  return names.at(static_cast<std::size_t>(error));
}

/// What became of a datagram or a stream.
struct Outcome {
  json messages = json::array();
  json errors = json::array();
};

/// The {"error": ...} that stands somewhere in `value`; empty when there is none.
std::string error_in(const json& value) {
  if (value.is_object() && value.contains("error")) {
    return value.at("error");
  }
  if (value.is_structured()) {
    for (const json& each : value) {
      if (std::string error = error_in(each); !error.empty()) {
        return error;
      }
    }
  }
  return {};
}

void put_message(json message, Outcome& outcome) {
  if (const std::string error = error_in(message); !error.empty()) {
    outcome.errors.push_back(error);
  } else {
    outcome.messages.push_back(std::move(message));
  }
}

class Describer final : public wire::PacketHandler {
 public:
  void on_message(wire::MessageType type, Bytes body) override { put_message(json_of(type, body), outcome); }
  void on_packet_error(wire::PacketError error) override { outcome.errors.push_back(name_of(error)); }

  Outcome outcome;
};

class Recoder final : public wire::PacketHandler {
 public:
  void on_message(wire::MessageType type, Bytes body) override {
    encode_again(type, body, parts.open_part());
    parts.close_part();
  }
  void on_packet_error(wire::PacketError error) override { FAIL(name_of(error)); }

  wire::PacketParts parts;
};

Outcome open_datagram(Bytes bytes, const wire::Layers& layers) {
  Describer describer;
  wire::PacketOpener().open(bytes, layers, describer);
  return describer.outcome;
}

Outcome outcome_of(const wire::StreamReader& reader, tl::expected<bool, wire::StreamError> fed) {
  Outcome outcome;
  if (!fed) {
    outcome.errors.push_back(name_of(fed.error()));
  } else if (!*fed) {
    outcome.errors.push_back("incomplete");
  } else {
    put_message(json_of(reader.message()), outcome);
  }
  return outcome;
}

Outcome read_stream(const Vector& vector, Bytes bytes, const wire::Layers& layers) {
  wire::StreamReader reader(vector.side(), layers);
  const auto fed = reader.feed(bytes);
  return outcome_of(reader, fed);
}

Outcome read_stream_bytewise(const Vector& vector, const wire::Layers& layers) {
  wire::StreamReader reader(vector.side(), layers);
  tl::expected<bool, wire::StreamError> fed = false;
  for (const std::byte& byte : vector.bytes) {
    fed = reader.feed({&byte, 1});
    if (!fed || *fed) {
      break;
    }
  }
  return outcome_of(reader, fed);
}

Outcome open_vector(const Vector& vector, Bytes bytes, const wire::Layers& layers) {
  return vector.by_stream() ? read_stream(vector, bytes, layers) : open_datagram(bytes, layers);
}

/// The messages as the file has them. Slots of the ring that are empty do not decode to anything.
json expected_messages(const Vector& vector) {
  json messages = vector.facts.at("messages");
  for (json& message : messages) {
    if (message.contains("UserState")) {
      message.at("UserState").erase("EventSlots");
    }
  }
  return messages;
}

Buffer encode_datagram(const Vector& vector, const wire::Layers& layers, wire::NonceSource& nonces) {
  Recoder recoder;
  wire::PacketOpener().open(vector.bytes, layers, recoder);
  Buffer out;
  wire::PacketSealer().seal(
      recoder.parts,
      {.layers = layers, .compress = vector.has_layer("compress"), .crc = vector.has_layer("crc")}, nonces,
      out);
  return out;
}

Buffer encode_stream(const Vector& vector, const wire::Layers& layers, wire::NonceSource& nonces) {
  wire::StreamReader reader(vector.side(), layers);
  REQUIRE(reader.feed(vector.bytes).value());
  Buffer message;
  const auto slots =
      vector.facts.at("/messages/0"_json_pointer).value("/UserState/EventSlots"_json_pointer, 0U);
  encode_again(reader.message(), slots, message);
  // Who was dialled has accepted: what one side reads the other has written.
  const auto writer = vector.side() == wire::StreamReader::Side::accepted
                          ? wire::StreamReader::Side::dialled
                          : wire::StreamReader::Side::accepted;
  Buffer out;
  REQUIRE(wire::frame_stream(
      message, {.layers = layers, .side = writer, .compress = vector.has_layer("compress")}, nonces, out));
  return out;
}

void check_encoding(const Vector& vector, const wire::Layers& layers) {
  wire::NonceSource nonces({});
  const Buffer again =
      vector.by_stream() ? encode_stream(vector, layers, nonces) : encode_datagram(vector, layers, nonces);
  if (vector.canonical()) {
    CHECK(to_hex(again) == to_hex(vector.bytes));
    return;
  }
  // Whoever marks a vector as not canonical says why, and is right.
  CHECK_FALSE(vector.facts.at("reason").get<std::string>().empty());
  CHECK(to_hex(again) != to_hex(vector.bytes));
  CHECK(open_vector(vector, again, layers).messages == expected_messages(vector));
}

void check_truncations(const Vector& vector, const wire::Layers& layers) {
  for (std::size_t size = 0; size < vector.bytes.size(); ++size) {
    // A copy of exactly that size, so that a sanitizer sees a read past it.
    const Buffer cut(vector.bytes.begin(), vector.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const Outcome outcome = open_vector(vector, cut, layers);
    CAPTURE(size);
    if (vector.by_stream()) {
      CHECK(outcome.errors == json{"incomplete"});
    } else {
      CHECK_FALSE(outcome.errors.empty());
    }
  }
}

void check_good(const Vector& vector, const wire::Layers& layers) {
  const Outcome outcome = open_vector(vector, vector.bytes, layers);
  REQUIRE(outcome.errors == json::array());
  REQUIRE(outcome.messages == expected_messages(vector));
  check_encoding(vector, layers);
  check_truncations(vector, layers);
}

void check_vector(const std::string& name) {
  const Vector vector = load_vector(name);
  CHECK(vector.is_bad() == name.starts_with("bad_"));
  const VectorLayers vector_layers(vector);
  const wire::Layers layers = vector_layers.layers();
  if (vector.is_bad()) {
    const Outcome outcome = open_vector(vector, vector.bytes, layers);
    CHECK(outcome.errors == vector.facts.at("errors"));
    CHECK(outcome.messages == vector.facts.at("messages"));
  } else {
    check_good(vector, layers);
  }
  if (vector.by_stream()) {
    const Outcome whole = read_stream(vector, vector.bytes, layers);
    const Outcome bytewise = read_stream_bytewise(vector, layers);
    CHECK(bytewise.errors == whole.errors);
    CHECK(bytewise.messages == whole.messages);
  }
}

// doctest wants a plain function a case and a name that stays: both are made here, one of each for
// each file, before main() looks at its arguments.
constexpr std::size_t vectors_max = 256;

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = vector_names();
  return all;
}

template <std::size_t index>
void run_case() {
  check_vector(names()[index]);
}

template <std::size_t... index>
bool register_cases(std::index_sequence<index...>) {
  using doctest::detail::TestCase;
  const std::array<void (*)(), vectors_max> cases{run_case<index>...};
  for (std::size_t i = 0; i < names().size(); ++i) {
    TestCase test(cases.at(i), __FILE__, static_cast<unsigned>(i), doctest::detail::TestSuite());
    doctest::detail::regTest(test * names()[i].c_str());
  }
  return true;
}

[[maybe_unused]] const bool registered = register_cases(std::make_index_sequence<vectors_max>());

}  // namespace

TEST_CASE("there are vectors of good and of bad input, by UDP and by TCP") {
  std::array<std::size_t, 4> kinds{};
  for (const std::string& name : names()) {
    const Vector vector = load_vector(name);
    ++kinds.at(2 * std::size_t{vector.is_bad()} + std::size_t{vector.by_stream()});
  }
  CHECK(std::ranges::all_of(kinds, [](std::size_t count) { return count > 0; }));
}

}  // namespace hearsay::tests
