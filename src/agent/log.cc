#include "agent/log.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "agent/config/quote.h"

namespace hearsay::agent {
namespace {

constexpr std::array<std::string_view, 5> names = {"TRACE", "DEBUG", "INFO", "WARN", "ERR"};

bool equal_ignoring_case(std::string_view text, std::string_view upper) noexcept {
  return std::ranges::equal(text, upper, [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equal_ignoring_case(text, names[i])) {
      return static_cast<LogLevel>(i);
    }
  }
  return std::nullopt;
}

std::string_view to_text(LogLevel level) noexcept {
  return names[static_cast<std::size_t>(level)];
}

void Log::write(LogLevel level, Parts text) {
  std::string line = std::move(spare_);  // moved: a listener may log meanwhile
  line.assign(stamp()).append(" [").append(to_text(level)).append("] ");
  const std::size_t text_at = line.size();
  for (const std::string_view part : text) {
    line += part;
  }
  if (line.size() - text_at > text_bytes_max) {
    ++lines_cut_;
    line.replace(text_at, line.npos, abbreviate(std::string_view(line).substr(text_at), text_bytes_max));
  }
  std::ranges::replace_if(line, is_control, '?');
  const Line& kept = keep(level, line);
  if (streaming_) {
    show(kept);
  }
  if (syslog_ && level >= level_) {
    syslog_->write(level, std::string_view(line).substr(text_at));
  }
  if (!telling_) {
    telling_ = true;
    // Of our own copy: a listener that logs may push the kept one out of the ring.
    listeners_.for_each([&](rpc::LogListener& listener) { listener.on_log_line(line); });
    telling_ = false;
  }
  spare_ = std::move(line);
}

void Log::start_streaming() {
  streaming_ = true;
  for_each_kept([this](const Line& line) { show(line); });
}

void Log::add_listener(rpc::LogListener& listener) {
  for_each_kept([&](const Line& line) { listener.on_log_line(line.view()); });
  listeners_.add(listener);
}

void Log::show(const Line& line) {
  if (line.level >= level_) {
    terminal_->detail(line.view());
  }
}

const Log::Line& Log::keep(LogLevel level, std::string_view text) {
  Line line{.text = std::make_unique_for_overwrite<char[]>(text.size()),
            .size = static_cast<std::uint32_t>(text.size()),
            .level = level};
  std::ranges::copy(text, line.text.get());
  if (ring_.size() < lines_kept) {
    ring_.push_back(std::move(line));
    return ring_.back();
  }
  Line& place = ring_[oldest_];
  place = std::move(line);
  oldest_ = (oldest_ + 1) % lines_kept;
  return place;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the ring owns what was moved into it

template <class Visit>
void Log::for_each_kept(Visit&& visit) const {
  for (std::size_t i = 0; i < ring_.size(); ++i) {
    visit(ring_[(oldest_ + i) % ring_.size()]);
  }
}

std::string_view Log::stamp() {
  const std::time_t now = std::time(nullptr);
  if (now != stamp_second_) {
    stamp_second_ = now;
    std::tm parts{};
    localtime_r(&now, &parts);
    std::strftime(stamp_, sizeof(stamp_), "%Y/%m/%d %H:%M:%S", &parts);
  }
  return stamp_;
}

}  // namespace hearsay::agent
