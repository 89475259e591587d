#include "agent/rpc/msgpack_writer.h"

#include <bit>

namespace hearsay::agent::rpc {
namespace {

void put(swim::Buffer& out, swim::Bytes bytes) {
  swim::append(out, bytes);
}
void put(swim::Buffer& out, std::byte byte) {
  out.push_back(byte);
}
void put(swim::Gather& out, swim::Bytes bytes) {
  out.put(bytes);
}
void put(swim::Gather& out, std::byte byte) {
  out.put(byte);
}

}  // namespace

template <class Out>
void BasicWriter<Out>::number(std::uint8_t tag, std::uint64_t value, unsigned width) {
  if (width == 0) {  // as most heads and numbers
    return put(*out_, std::byte{tag});
  }
  std::byte encoded[9] = {std::byte{tag}};
  for (unsigned i = width; i > 0; --i, value >>= 8U) {
    encoded[i] = static_cast<std::byte>(value & 0xFFU);
  }
  put(*out_, swim::Bytes(encoded, 1 + width));
}

template <class Out>
void BasicWriter<Out>::head(std::uint32_t count, std::uint8_t short_tag, std::uint32_t short_max,
                            std::uint8_t tag8, std::uint8_t tag16) {
  if (count <= short_max) {
    number(static_cast<std::uint8_t>(short_tag + count), 0, 0);
  } else if (tag8 != 0 && count <= 0xFF) {
    number(tag8, count, 1);
  } else if (count <= 0xFFFF) {
    number(tag16, count, 2);
  } else {
    number(static_cast<std::uint8_t>(tag16 + 1), count, 4);
  }
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::map(std::uint32_t pairs) {
  head(pairs, 0x80, 15, 0, 0xDE);
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::array(std::uint32_t elements) {
  head(elements, 0x90, 15, 0, 0xDC);
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::text(std::string_view value) {
  head(static_cast<std::uint32_t>(value.size()), 0xA0, 31, 0xD9, 0xDA);
  put(*out_, swim::as_bytes(value));
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::binary(swim::Bytes value) {
  const auto size = static_cast<std::uint32_t>(value.size());
  if (size <= 0xFF) {
    number(0xC4, size, 1);
  } else {
    number(size <= 0xFFFF ? 0xC5 : 0xC6, size, size <= 0xFFFF ? 2 : 4);
  }
  put(*out_, value);
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::unsigned_integer(std::uint64_t value) {
  if (value < 0x80) {
    number(static_cast<std::uint8_t>(value), 0, 0);
  } else if (value <= 0xFF) {
    number(0xCC, value, 1);
  } else if (value <= 0xFFFF) {
    number(0xCD, value, 2);
  } else {
    const bool four = value <= 0xFFFF'FFFF;
    number(four ? 0xCE : 0xCF, value, four ? 4 : 8);
  }
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0) {
    return unsigned_integer(bits);
  }
  if (value >= -32) {
    number(static_cast<std::uint8_t>(bits), 0, 0);
  } else if (value >= INT8_MIN) {
    number(0xD0, bits, 1);
  } else if (value >= INT16_MIN) {
    number(0xD1, bits, 2);
  } else {
    const bool four = value >= INT32_MIN;
    number(four ? 0xD2 : 0xD3, bits, four ? 4 : 8);
  }
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::boolean(bool value) {
  number(value ? 0xC3 : 0xC2, 0, 0);
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::real(double value) {
  number(0xCB, std::bit_cast<std::uint64_t>(value), 8);
  return *this;
}

template <class Out>
BasicWriter<Out>& BasicWriter<Out>::nil() {
  number(0xC0, 0, 0);
  return *this;
}

template class BasicWriter<swim::Buffer>;
template class BasicWriter<swim::Gather>;

}  // namespace hearsay::agent::rpc
