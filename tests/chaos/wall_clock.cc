// Preloaded into a process, this sets its wall clock off by the seconds that the file named by
// WALL_CLOCK_OFFSET says at that moment. Time namespaces cover no wall clock. The kernel's other clocks are
// as they are.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>

namespace {

/// 0 where there is no such file: this is called before main(), too.
long offset() {
  const char* path = std::getenv("WALL_CLOCK_OFFSET");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  std::array<char, 32> text{};
  const ssize_t size = ::read(file, text.data(), text.size());
  ::close(file);
  long seconds = 0;
  if (size > 0) {
    std::from_chars(text.data(), text.data() + size, seconds);
  }
  return seconds;
}

long now(clockid_t clock, timespec* at) {
  const long result = ::syscall(SYS_clock_gettime, clock, at);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    at->tv_sec += offset();
  }
  return result;
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] int clock_gettime(clockid_t clock, timespec* at) noexcept {
  return static_cast<int>(now(clock, at));
}

[[gnu::visibility("default")]] int gettimeofday(timeval* at, void* /*zone*/) noexcept {
  timespec precise{};
  const long result = now(CLOCK_REALTIME, &precise);
  *at = {.tv_sec = precise.tv_sec, .tv_usec = precise.tv_nsec / 1000};
  return static_cast<int>(result);
}

[[gnu::visibility("default")]] time_t time(time_t* out) noexcept {
  timespec precise{};
  now(CLOCK_REALTIME, &precise);
  if (out != nullptr) {
    *out = precise.tv_sec;
  }
  return precise.tv_sec;
}

}  // extern "C"
