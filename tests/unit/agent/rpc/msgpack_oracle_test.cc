// Our msgpack against msgpack-c's, which knows nothing of ours: what either writes the other reads.

#include <doctest/doctest.h>

#include <msgpack.hpp>

#include <string>
#include <vector>

#include "agent/rpc/msgpack_reader.h"
#include "agent/rpc/msgpack_writer.h"
#include "swim/random.h"

namespace hearsay::agent::rpc {
namespace {

/// Sizes around every change of form.
constexpr std::size_t sizes[] = {0, 1, 15, 16, 31, 32, 33, 255, 256, 65535, 65536, 70000};

/// Numbers of every width.
std::vector<std::uint64_t> numbers() {
  std::vector<std::uint64_t> out{0, 1, 127, 128, 255, 256, 65535, 65536};
  swim::Random random(7);
  for (unsigned shift = 0; shift < 64; ++shift) {
    out.push_back(random.next() >> shift);
    out.push_back(std::uint64_t{1} << shift);
  }
  out.push_back(~std::uint64_t{0});
  return out;
}

msgpack::object_handle theirs(const swim::Buffer& bytes) {
  return msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

swim::Bytes bytes_of(const msgpack::sbuffer& buffer) {
  return swim::as_bytes(std::string_view(buffer.data(), buffer.size()));
}

}  // namespace

TEST_CASE("msgpack-c reads every number that we write, and writes the same bytes for it") {
  for (const std::uint64_t number : numbers()) {
    CAPTURE(number);
    swim::Buffer ours;
    Writer(ours).unsigned_integer(number);
    CHECK(theirs(ours).get().as<std::uint64_t>() == number);
    msgpack::sbuffer packed;
    msgpack::packer(packed).pack_uint64(number);
    CHECK(swim::equal(ours, bytes_of(packed)));
  }
}

TEST_CASE("we read every number that msgpack-c writes, signed ones too") {
  for (const std::uint64_t number : numbers()) {
    const auto value = static_cast<std::int64_t>(number);
    CAPTURE(value);
    msgpack::sbuffer packed;
    msgpack::packer(packed).pack_int64(value);
    Reader reader(bytes_of(packed));
    CHECK(reader.integer() == value);
    CHECK_FALSE(reader.failed());
    CHECK(reader.rest().empty());
  }
}

TEST_CASE("text and bytes of every size go both ways") {
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const std::string text(size, 't');
    swim::Buffer ours;
    Writer(ours).array(2).text(text).binary(swim::as_bytes(text));
    const auto read = theirs(ours);
    CHECK(read.get().via.array.ptr[0].as<std::string>() == text);
    CHECK(read.get().via.array.ptr[1].type == msgpack::type::BIN);
    CHECK(read.get().via.array.ptr[1].via.bin.size == size);

    msgpack::sbuffer packed;
    msgpack::packer packer(packed);
    packer.pack_array(2)
        .pack(text)
        .pack_bin(static_cast<std::uint32_t>(size))
        .pack_bin_body(text.data(), static_cast<std::uint32_t>(size));
    CHECK(swim::equal(ours, bytes_of(packed)));
    Reader reader(bytes_of(packed));
    CHECK(reader.array() == 2);
    CHECK(reader.text() == text);
    CHECK(swim::as_text(reader.bytes()) == text);
    CHECK_FALSE(reader.failed());
  }
}

TEST_CASE("maps, truths, reals and nothing go both ways") {
  swim::Buffer ours;
  Writer(ours).map(4).text("no").boolean(false).text("nil").nil().text("real").real(0.1).text("yes").boolean(
      true);
  msgpack::sbuffer packed;
  msgpack::packer packer(packed);
  packer.pack_map(4)
      .pack("no")
      .pack_false()
      .pack("nil")
      .pack_nil()
      .pack("real")
      .pack_double(0.1)
      .pack("yes")
      .pack_true();
  CHECK(swim::equal(ours, bytes_of(packed)));
  CHECK(theirs(ours).get().via.map.size == 4);
  Reader reader(bytes_of(packed));
  for_each_field(reader, [&reader](std::string_view key) {
    if (key == "real") {
      CHECK(reader.real() == 0.1);
      return true;
    }
    if (key == "yes") {
      CHECK(reader.boolean());
      return true;
    }
    return false;
  });
  CHECK_FALSE(reader.failed());
  CHECK(reader.rest().empty());
}

}  // namespace hearsay::agent::rpc
