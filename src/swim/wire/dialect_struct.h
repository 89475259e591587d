// One table of fields a struct serves reading it, as a map or as an array, and writing it.
//
// A table is a type with a constexpr tuple `fields`, in the order Go declares them. That is the
// order of a struct that comes as an array; a map is written with its keys sorted bytewise.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "swim/wire/dialect_reader.h"
#include "swim/wire/dialect_writer.h"

namespace hearsay::swim::wire::dialect {

/// Elements of a list inside a message that fits a datagram.
inline constexpr std::uint32_t list_max = 4096;

/// How an empty value is written. All of these read back as empty.
enum class Empty : std::uint8_t { as_is, as_nil, omitted };

template <class T, class Member>
struct Field {
  std::string_view key;
  Member T::*member;
  Empty empty;
};

template <class T, class Member>
constexpr Field<T, Member> field(std::string_view key, Member T::*member, Empty empty = Empty::as_is) {
  return {key, member, empty};
}

/// A struct on the wire whose fields are members of the outer struct here.
template <class Table>
struct Nested {
  std::string_view key;
};

/// The table of T; specialised beside the codec that uses it.
template <class T>
struct TableOf;

// ---- Values

inline bool read_value(Reader& in, bool& out) {
  return in.boolean(out);
}
inline bool read_value(Reader& in, std::int64_t& out) {
  return in.signed_int(out);
}
inline bool read_value(Reader& in, double& out) {
  return in.real(out);
}
inline bool read_value(Reader& in, Bytes& out) {
  return in.raw(out);
}
inline bool read_value(Reader& in, std::string_view& out) {
  return in.text(out);
}

template <std::unsigned_integral T>
bool read_value(Reader& in, T& out) {
  std::uint64_t value = 0;
  if (!in.unsigned_int(value, std::numeric_limits<T>::max())) {
    return false;
  }
  out = static_cast<T>(value);
  return true;
}

template <class T>
bool read_list(Reader& in, std::vector<T>& out, std::uint32_t max) {
  std::uint32_t count = 0;
  if (!in.array(count, max)) {
    return false;
  }
  out.clear();
  out.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!read_value(in, out.emplace_back())) {
      return false;
    }
  }
  return true;
}

inline bool read_value(Reader& in, std::vector<Bytes>& out) {
  return read_list(in, out, list_max);
}

inline void write_value(Writer& out, bool value) {
  out.boolean(value);
}
inline void write_value(Writer& out, std::int64_t value) {
  out.signed_int(value);
}
inline void write_value(Writer& out, double value) {
  out.real(value);
}
inline void write_value(Writer& out, Bytes value) {
  out.raw(value);
}
inline void write_value(Writer& out, std::string_view value) {
  out.text(value);
}

template <std::unsigned_integral T>
void write_value(Writer& out, T value) {
  out.unsigned_int(value);
}

inline void write_value(Writer& out, const std::vector<Bytes>& values) {
  out.array(values.size());
  for (const Bytes value : values) {
    out.raw(value);
  }
}

inline void write_value(Writer& out, const std::vector<std::string_view>& values) {
  out.array(values.size());
  for (const std::string_view value : values) {
    out.text(value);
  }
}

template <class T>
bool is_empty(const T& value) {
  if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return value == T{};
  }
}

// ---- Reading structs

template <class Table, class T>
bool read_struct(Reader& in, T& out);

template <class T, class Member>
bool read_field(Reader& in, const Field<T, Member>& field, T& out) {
  return read_value(in, out.*field.member);
}

template <class Table, class T>
bool read_field(Reader& in, const Nested<Table>&, T& out) {
  return read_struct<Table>(in, out);
}

/// Reads into the one field that `wanted(key, index)` names, or skips a value nobody wants.
template <class Table, class T, class Wanted>
bool read_one(Reader& in, T& out, Wanted wanted) {
  bool good = true;
  const bool found = std::apply(
      [&](const auto&... field) {
        std::size_t index = 0;
        return ((wanted(field.key, index++) && ((good = read_field(in, field, out)), true)) || ...);
      },
      Table::fields);
  return found ? good : in.skip();
}

template <class Table, class T>
bool read_by_position(Reader& in, std::uint32_t count, T& out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_one<Table>(in, out, [i](std::string_view, std::size_t index) { return index == i; })) {
      return false;
    }
  }
  return true;
}

template <class Table>
consteval auto sorted_fields() {
  constexpr std::size_t count = std::tuple_size_v<decltype(Table::fields)>;
  const auto keys = std::apply(
      [](const auto&... field) { return std::array<std::string_view, count>{field.key...}; }, Table::fields);
  std::array<std::size_t, count> order{};
  for (std::size_t i = 0; i < count; ++i) {
    order[i] = i;
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  return order;
}

template <class Field, class T>
bool read_if_next(Reader& in, std::uint32_t& left, const Field& field, T& out) {
  if (left == 0 || !in.pass_key(field.key)) {
    return true;
  }
  --left;
  return read_field(in, field, out);
}

/// Those of the `left` fields that come as our own writer orders them, up to the first that does not.
template <class Table, class T>
bool read_in_order(Reader& in, std::uint32_t& left, T& out) {
  static constexpr auto order = sorted_fields<Table>();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (read_if_next(in, left, std::get<order[I]>(Table::fields), out) && ...);
  }
  (std::make_index_sequence<order.size()>{});
}

template <class Table, class T>
bool read_by_key(Reader& in, std::uint32_t left, T& out) {
  if (!read_in_order<Table>(in, left, out)) {
    return false;
  }
  for (; left > 0; --left) {
    std::string_view key;
    if (!in.key(key) ||
        !read_one<Table>(in, out, [key](std::string_view name, std::size_t) { return name == key; })) {
      return false;
    }
  }
  return true;
}

template <class Table, class T>
bool read_struct(Reader& in, T& out) {
  Shape shape;
  if (!in.structure(shape)) {
    return false;
  }
  return shape.by_position ? read_by_position<Table>(in, shape.count, out)
                           : read_by_key<Table>(in, shape.count, out);
}

template <class T>
requires requires {
  TableOf<T>::fields;
}
bool read_value(Reader& in, T& out) {
  return read_struct<TableOf<T>>(in, out);
}

// ---- Writing structs

template <class Table, class T>
void write_struct(Writer& out, const T& value);

template <class T, class Member>
bool is_written(const Field<T, Member>& field, const T& value) {
  return field.empty != Empty::omitted || !is_empty(value.*field.member);
}

template <class Table, class T>
bool is_written(const Nested<Table>&, const T&) {
  return true;
}

template <class T, class Member>
void write_field(Writer& out, const Field<T, Member>& field, const T& value) {
  if (!is_written(field, value)) {
    return;
  }
  out.text(field.key);
  if (field.empty == Empty::as_nil && is_empty(value.*field.member)) {
    out.nil();
  } else {
    write_value(out, value.*field.member);
  }
}

template <class Table, class T>
void write_field(Writer& out, const Nested<Table>& field, const T& value) {
  out.text(field.key);
  write_struct<Table>(out, value);
}

template <class Table, class T>
void write_struct(Writer& out, const T& value) {
  static constexpr auto order = sorted_fields<Table>();
  out.map(std::apply([&](const auto&... field) { return (std::size_t{is_written(field, value)} + ...); },
                     Table::fields));
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (write_field(out, std::get<order[I]>(Table::fields), value), ...);
  }
  (std::make_index_sequence<order.size()>{});
}

// ---- Whole bodies

/// What codec.h promises of decode_prefix.
template <class T>
tl::expected<Decoded<T>, DecodeError> decode_body(Bytes body) {
  Reader in(body);
  Decoded<T> decoded{};
  if (!read_value(in, decoded.value)) {
    return tl::unexpected(in.error());
  }
  decoded.size = in.position();
  return decoded;
}

template <class T>
void encode_body(const T& message, Buffer& out) {
  Writer writer(out);
  write_struct<TableOf<T>>(writer, message);
}

}  // namespace hearsay::swim::wire::dialect
