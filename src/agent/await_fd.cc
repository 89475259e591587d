#include "agent/await_fd.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace hearsay::agent {

bool await_fd(const Fd& descriptor, short events, std::chrono::milliseconds limit) {
  pollfd waiting{descriptor.number(), events, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, static_cast<int>(limit.count()));
  } while (ready < 0 && errno == EINTR);
  return ready != 0;  // if poll() itself failed, what is done with the descriptor next will say so
}

int await_connected(const Fd& socket, std::chrono::milliseconds limit) {
  if (!await_fd(socket, POLLOUT, limit)) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace hearsay::agent
