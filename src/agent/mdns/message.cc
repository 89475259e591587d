#include "agent/mdns/message.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hearsay::agent::mdns {
namespace {

constexpr std::uint32_t lifetime_s = 120;
constexpr std::uint16_t priority = 10;  // Serf's; nobody looks at them
constexpr std::uint16_t weight = 1;
constexpr std::size_t text_max = 255;
constexpr auto enumeration = "_services._dns-sd._udp.local";  // RFC 6763, section 9

using Name = std::array<char, NS_MAXDNAME>;

const unsigned char* raw(swim::Bytes bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// As the reader of messages prints a name: without the last dot, and unusual bytes escaped. Empty if it is
/// none.
std::string canonical(const std::string& name) {
  std::array<unsigned char, NS_MAXCDNAME> wire{};
  Name text{};
  const int length = ::dn_comp(name.c_str(), wire.data(), static_cast<int>(wire.size()), nullptr, nullptr);
  const bool good = length > 0 && ::dn_expand(wire.data(), wire.data() + length, wire.data(), text.data(),
                                              static_cast<int>(text.size())) > 0;
  return good ? text.data() : "";
}

/// Of canonical names: letters compare without regard to case (RFC 6762, section 16).
bool same(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string type_name(const std::string& type) {
  return type + ".local";
}
std::string instance_name(const Service& service) {
  return service.instance + "." + type_name(service.type);
}

/// Appends to one message. What does not fit, or is no name, makes it fail as a whole.
class Writer {
 public:
  Writer(std::uint16_t id, std::uint16_t flags) {
    number(id);
    number(flags);
    skip(8);  // the counts
    compressed_[0] = bytes_.data();
  }

  void question(const char* name, ns_type type) {
    this->name(name);
    number(type);
    number(ns_c_in);
    ++questions_;
  }
  void pointer(const std::string& from, const std::string& to) {
    record(from, ns_t_ptr, [&] { name(to.c_str()); });
  }
  void location(const Service& service) {
    record(instance_name(service), ns_t_srv, [&] {
      number(priority);
      number(weight);
      number(service.at.port);
      name(service.host.c_str());
    });
  }
  void address(const Service& service) {
    const swim::Bytes ip = service.at.ip.wire();
    record(service.host, ip.size() == 4 ? ns_t_a : ns_t_aaaa, [&] { copy(ip); });
  }
  void text(const Service& service) {
    record(instance_name(service), ns_t_txt, [&] {
      const std::string_view line = std::string_view(service.text).substr(0, text_max);
      const auto length = static_cast<std::byte>(line.size());
      copy({&length, 1});
      copy(swim::as_bytes(line));
    });
  }

  [[nodiscard]] bool has_answers() const noexcept { return answers_ > 0; }
  /// Empty if it failed.
  [[nodiscard]] swim::Buffer take() {
    put(4, questions_);
    put(6, answers_);
    const auto* begin = reinterpret_cast<const std::byte*>(bytes_.data());
    return failed_ ? swim::Buffer() : swim::Buffer(begin, begin + size_);
  }

 private:
  template <class Body>
  void record(const std::string& owner, ns_type type, Body&& body) {
    name(owner.c_str());
    number(type);
    number(ns_c_in);
    number(lifetime_s >> 16U);
    number(lifetime_s & 0xffffU);
    const std::size_t length_at = size_;
    skip(2);
    body();
    put(length_at, size_ - length_at - 2);
    ++answers_;
  }
  void name(const char* text) {
    const int length = ::dn_comp(text, bytes_.data() + size_, static_cast<int>(bytes_.size() - size_),
                                 compressed_.data(), compressed_.data() + compressed_.size());
    failed_ = failed_ || length < 0;
    size_ += failed_ ? 0 : static_cast<std::size_t>(length);
  }
  void number(std::uint32_t value) {
    skip(2);
    put(size_ - 2, value);
  }
  void copy(swim::Bytes bytes) {
    skip(bytes.size());
    if (!failed_) {
      std::copy_n(raw(bytes), bytes.size(), bytes_.data() + size_ - bytes.size());
    }
  }
  void skip(std::size_t count) {
    failed_ = failed_ || count > bytes_.size() - size_;
    size_ += failed_ ? 0 : count;
  }
  void put(std::size_t at, std::size_t value) {
    if (!failed_) {
      bytes_[at] = static_cast<unsigned char>(value >> 8U);
      bytes_[at + 1] = static_cast<unsigned char>(value);
    }
  }

  std::array<unsigned char, message_max> bytes_{};
  std::array<unsigned char*, 16> compressed_{};  // names that later ones may point to
  std::size_t size_ = 0;
  std::size_t questions_ = 0;
  std::size_t answers_ = 0;
  bool failed_ = false;
};

bool parse(swim::Bytes datagram, ns_msg& message) noexcept {
  return ::ns_initparse(raw(datagram), static_cast<int>(datagram.size()), &message) == 0;
}

/// Which records a question is for: Serf's choice of them.
void answer_question(Writer& out, std::string_view name, unsigned type, const Service& service) {
  const bool any = type == ns_t_any;
  if (any || type == ns_t_ptr) {
    if (same(name, enumeration)) {
      out.pointer(enumeration, type_name(service.type));
      return;
    }
    if (same(name, canonical(type_name(service.type)))) {
      out.pointer(type_name(service.type), instance_name(service));
      out.location(service);
      out.address(service);
      out.text(service);
      return;
    }
  }
  const bool at_instance = same(name, canonical(instance_name(service)));
  const bool right_address = type == (service.at.ip.is_v4() ? ns_t_a : ns_t_aaaa);
  if (at_instance && (any || type == ns_t_srv)) {
    out.location(service);
    out.address(service);
  }
  if (at_instance && (any || type == ns_t_txt)) {
    out.text(service);
  }
  if (right_address && (at_instance || same(name, canonical(service.host)))) {
    out.address(service);
  }
}

bool is_plain_query(const ns_msg& message) noexcept {
  return ns_msg_getflag(message, ns_f_qr) == 0 && ns_msg_getflag(message, ns_f_opcode) == ns_o_query &&
         ns_msg_getflag(message, ns_f_rcode) == 0 && ns_msg_getflag(message, ns_f_tc) == 0;
}

/// One agent of an answer, as its records come in.
struct Entry {
  std::string host;
  std::uint16_t port;
};
struct HostAddress {
  std::string host;
  swim::IpAddress ip;
};

/// Collects the records of one answer.
class Collector {
 public:
  Collector(const ns_msg& message, const std::string& type)
      : message_(&message), type_("." + canonical(type_name(type))) {}

  void take(const ns_rr& record) {
    const swim::Bytes data(reinterpret_cast<const std::byte*>(ns_rr_rdata(record)), ns_rr_rdlen(record));
    if (ns_rr_type(record) == ns_t_srv && data.size() > 6 && entries_.size() < found_max) {
      take_location(record);
    } else if (ns_rr_type(record) == ns_t_a || ns_rr_type(record) == ns_t_aaaa) {
      const auto ip = swim::IpAddress::from_wire(data);
      if (ip && addresses_.size() < found_max) {
        addresses_.push_back({.host = ns_rr_name(record), .ip = *ip});
      }
    }
  }

  [[nodiscard]] std::vector<swim::Endpoint> found() const {
    std::vector<swim::Endpoint> out;
    for (const Entry& entry : entries_) {
      const auto at = std::ranges::find_if(
          addresses_, [&](const HostAddress& address) { return same(address.host, entry.host); });
      if (at != addresses_.end()) {
        out.push_back({.ip = at->ip, .port = entry.port});
      }
    }
    return out;
  }

 private:
  void take_location(const ns_rr& record) {
    // The instance stands before the type: other services may answer in the same message.
    const std::string_view name = ns_rr_name(record);
    const std::string_view tail = name.substr(name.size() - std::min(name.size(), type_.size()));
    Name host{};
    const unsigned char* const data = ns_rr_rdata(record);
    if (!same(tail, type_) ||
        ::dn_expand(ns_msg_base(*message_), ns_msg_end(*message_), data + 6, host.data(), host.size()) < 0) {
      return;
    }
    const auto port = static_cast<std::uint16_t>(data[4] << 8U | data[5]);
    entries_.push_back({.host = host.data(), .port = port});
  }

  const ns_msg* message_;
  std::string type_;
  std::vector<Entry> entries_;
  std::vector<HostAddress> addresses_;
};

}  // namespace

Service serf_service(const std::string& cluster, const std::string& node, const swim::Endpoint& at) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0 || host.front() == '\0') {
    host = {"host"};
  }
  return {.type = "_serf_" + cluster + "._tcp",
          .instance = node,
          .host = host.data(),
          .text = "Serf '" + cluster + "' cluster",
          .at = at};
}

swim::Buffer encode_question(const std::string& type) {
  Writer out(0, 0);
  out.question(type_name(type).c_str(), ns_t_ptr);
  return out.take();
}

Reply answer(swim::Bytes datagram, const Service& service) {
  constexpr std::uint16_t response_by_authority = 0x8400;
  ns_msg message;
  if (!parse(datagram, message)) {
    return {.heard = Heard::malformed};
  }
  if (!is_plain_query(message)) {
    return {.heard = Heard::other};
  }
  Writer out(ns_msg_id(message), response_by_authority);
  ns_rr question;
  // Serf asks one question a message, and an answer that repeats many would not fit.
  if (ns_msg_count(message, ns_s_qd) == 0) {
    return {.heard = Heard::other};
  }
  if (::ns_parserr(&message, ns_s_qd, 0, &question) != 0) {
    return {.heard = Heard::malformed};
  }
  out.question(ns_rr_name(question), ns_rr_type(question));
  answer_question(out, ns_rr_name(question), ns_rr_type(question), service);
  return {.heard = Heard::question, .message = out.has_answers() ? out.take() : swim::Buffer()};
}

tl::expected<std::vector<swim::Endpoint>, std::string> read_answer(swim::Bytes datagram,
                                                                   const std::string& type) {
  ns_msg message;
  if (!parse(datagram, message)) {
    return tl::unexpected(std::string("malformed"));
  }
  Collector collector(message, type);
  for (const ns_sect section : {ns_s_an, ns_s_ar}) {
    for (int i = 0; i < ns_msg_count(message, section); ++i) {
      ns_rr record;
      if (::ns_parserr(&message, section, i, &record) != 0) {
        return tl::unexpected(std::string("malformed"));
      }
      collector.take(record);
    }
  }
  return collector.found();
}

}  // namespace hearsay::agent::mdns
