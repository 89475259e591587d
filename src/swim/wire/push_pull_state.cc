// The user state of a push/pull (proto/serf.md, "Push/pull state").
#include "swim/wire/codec.h"
#include "swim/wire/dialect_struct.h"

namespace hearsay::swim::wire {
namespace {

/// Events of all slots together: a nil event takes one byte on the wire and forty in memory.
constexpr std::uint32_t events_max = 65536;

/// Where the events of one slot go: they are appended to the events of the slots before.
struct SlotEvents {
  std::vector<PushPullState::Event>* all = nullptr;
};

struct EventSlot {
  std::uint64_t ltime = 0;
  SlotEvents events;
};

}  // namespace

namespace dialect {

template <>
struct TableOf<PushPullState::Event> {
  static constexpr std::tuple fields{
      field("Name", &PushPullState::Event::name),
      field("Payload", &PushPullState::Event::payload),
  };
};

template <>
struct TableOf<EventSlot> {
  static constexpr std::tuple fields{
      field("LTime", &EventSlot::ltime),
      field("Events", &EventSlot::events),
  };
};

template <>
struct TableOf<PushPullState> {
  static constexpr std::tuple fields{
      field("LTime", &PushPullState::ltime),
      field("StatusLTimes", &PushPullState::status_ltimes),
      field("LeftMembers", &PushPullState::left_members),
      field("EventLTime", &PushPullState::event_ltime),
      field("Events", &PushPullState::events),
      field("QueryLTime", &PushPullState::query_ltime),
  };
};

static bool read_value(Reader& in, SlotEvents& out) {
  std::uint32_t count = 0;
  if (!in.array(count)) {
    return false;
  }
  if (count > events_max - out.all->size()) {
    return in.fail(DecodeError::too_many);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!read_struct<TableOf<PushPullState::Event>>(in, out.all->emplace_back())) {
      return false;
    }
  }
  return true;
}

static bool read_value(Reader& in, std::vector<PushPullState::Event>& out) {
  std::uint32_t slots = 0;
  if (!in.array(slots)) {
    return false;
  }
  out.clear();
  for (std::uint32_t i = 0; i < slots; ++i) {
    const std::size_t first = out.size();
    EventSlot slot{.events = {&out}};
    if (!read_struct<TableOf<EventSlot>>(in, slot)) {
      return false;
    }
    // The slot's time may stand after its events.
    for (std::size_t event = first; event < out.size(); ++event) {
      out[event].ltime = slot.ltime;
    }
  }
  return true;
}

static bool read_value(Reader& in, std::vector<PushPullState::StatusTime>& out) {
  std::uint32_t count = 0;
  if (!in.map(count)) {
    return false;
  }
  out.clear();
  out.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    PushPullState::StatusTime& status = out.emplace_back();
    if (!in.key(status.name) || !read_value(in, status.ltime)) {
      return false;
    }
  }
  return true;
}

static bool read_value(Reader& in, std::vector<std::string_view>& out) {
  return read_list(in, out, container_max);
}

}  // namespace dialect

template <class T>
tl::expected<Decoded<T>, DecodeError> decode_prefix(Bytes body) {
  return dialect::decode_body<T>(body);
}

template tl::expected<Decoded<PushPullState>, DecodeError> decode_prefix(Bytes);

void PushPullStateWriter::begin(std::uint64_t event_ltime, std::size_t event_slots) {
  dialect::Writer out(*out_);
  out.byte(static_cast<std::uint8_t>(SerfType::push_pull));
  out.map(6);
  out.text("EventLTime");
  out.unsigned_int(event_ltime);
  out.text("Events");
  out.array(event_slots);
}

void PushPullStateWriter::event_slot(std::span<const PushPullState::Event> events) {
  dialect::Writer out(*out_);
  if (events.empty()) {
    out.nil();
    return;
  }
  out.map(2);
  out.text("Events");
  out.array(events.size());
  for (const PushPullState::Event& event : events) {
    out.map(2);
    out.text("Name");
    out.text(event.name);
    out.text("Payload");
    if (event.payload.empty()) {
      out.nil();
    } else {
      out.raw(event.payload);
    }
  }
  out.text("LTime");
  out.unsigned_int(events.front().ltime);
}

void PushPullStateWriter::left_members(std::uint64_t ltime, std::size_t count) {
  dialect::Writer out(*out_);
  out.text("LTime");
  out.unsigned_int(ltime);
  out.text("LeftMembers");
  out.array(count);
}

void PushPullStateWriter::left_member(std::string_view name) {
  dialect::Writer(*out_).text(name);
}

void PushPullStateWriter::status_ltimes(std::uint64_t query_ltime, std::size_t count) {
  dialect::Writer out(*out_);
  out.text("QueryLTime");
  out.unsigned_int(query_ltime);
  out.text("StatusLTimes");
  out.map(count);
}

void PushPullStateWriter::status_ltime(std::string_view name, std::uint64_t ltime) {
  dialect::Writer out(*out_);
  out.text(name);
  out.unsigned_int(ltime);
}

}  // namespace hearsay::swim::wire
