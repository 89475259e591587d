// Sockets that the service manager has kept from our last life, or bound for us: sd_listen_fds(3).
#pragma once

#include <string>
#include <vector>

#include "agent/fd.h"
#include "swim/endpoint.h"

namespace hearsay::agent::systemd {

class GivenSockets {
 public:
  enum class Kind : std::uint8_t { datagram, listening };

  GivenSockets() = default;
  /// The sockets among `count` descriptors from `first` on. What is no socket is left alone, since it may be
  /// what another setting names, such as a key at `fd:3`. `names` are separated by colons.
  GivenSockets(int first, int count, std::string_view names);
  /// By LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES, which are taken away.
  static GivenSockets from_environment();

  /// The socket of that kind that is bound exactly there; port 0: at any port. `link` is Loop::link().
  /// Nothing, a closed Fd, if there is none.
  [[nodiscard]] Fd take(Kind kind, const swim::Endpoint& at, unsigned link);
  /// Opens what is to be there: calls `open(Fd)`, which returns a tl::expected with a libuv code as the
  /// error, with what take() gave. While it says that the address is in use, and sockets were closed of which
  /// the service manager may still have copies, it is called again, for up to two seconds, which this waits.
  template <typename Open>
  auto open(Kind kind, const swim::Endpoint& at, unsigned link, const Open& open) {
    auto opened = open(take(kind, at, link));
    for (unsigned polls = 0; !opened && await_release(opened.error(), polls); ++polls) {
      opened = open(Fd());
    }
    return opened;
  }
  /// Whether one of the kind was taken.
  [[nodiscard]] bool gave(Kind kind) const noexcept { return gave_[static_cast<std::size_t>(kind)]; }

  struct Unused {
    std::string name;
    std::string text;  // a warning, for people
  };
  /// Closes what no take() there would find, so that it is not in the way when a socket is bound there.
  std::vector<Unused> close_others(const swim::Endpoint& at, unsigned link);
  /// Closes what nobody took.
  std::vector<Unused> close_rest() { return close_from(given_.begin()); }

 private:
  struct Given {
    Fd fd;
    std::string name;
  };
  std::vector<Unused> close_from(std::vector<Given>::iterator first);
  /// Whether to try again, after a short sleep.
  bool await_release(int error, unsigned polls) const;

  std::vector<Given> given_;
  bool gave_[2] = {};
  bool closed_any_ = false;
};

}  // namespace hearsay::agent::systemd
