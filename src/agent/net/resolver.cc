#include "agent/net/resolver.h"

#include <netdb.h>
#include <pthread.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "agent/loop/socket_address.h"
#include "agent/net/address.h"

namespace hearsay::agent::net {
namespace {

// The system's default of 8 MiB is address space only, but glibc's resolver is content with this.
constexpr std::size_t stack_bytes = 256U << 10U;

std::string describe(int error) {
  switch (error) {
    case EAI_NONAME:
    case EAI_NODATA:
      return "no such host";
    case EAI_AGAIN:
      return "the name server does not answer";
    default:
      return ::gai_strerror(error);
  }
}

Resolver::Answer look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;  // else every address comes once for each socket type
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return tl::unexpected("lookup " + host + ": " + describe(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<swim::IpAddress> out;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    const auto endpoint = loop::to_endpoint(*at->ai_addr);
    if (endpoint && std::ranges::find(out, endpoint->ip) == out.end()) {
      out.push_back(endpoint->ip);
    }
  }
  return out;
}

}  // namespace

struct Resolver::Shared {
  std::mutex mutex;
  std::deque<std::string> questions;
  std::vector<Answer> answers;
  bool working = false;            // there is a thread
  loop::Wakeup* wakeup = nullptr;  // null once nobody waits
};

Resolver::Resolver(loop::Loop& loop)
    : wakeup_(loop, [this] { deliver(); }), shared_(std::make_shared<Shared>()) {
  shared_->wakeup = &wakeup_;
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->wakeup = nullptr;
  shared_->questions.clear();
}

void Resolver::resolve(const std::string& host, Done done) {
  if (const auto literal = parse_ip(host)) {
    done(std::vector{*literal});
    return;
  }
  if (waiting_.size() == questions_max) {
    ++refused_;
    done(tl::unexpected("lookup " + host + ": too many lookups"));
    return;
  }
  waiting_.push_back(std::move(done));
  const std::lock_guard lock(shared_->mutex);
  shared_->questions.push_back(host);
  if (shared_->working) {
    return;
  }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  auto share = std::make_unique<std::shared_ptr<Shared>>(shared_);
  pthread_t thread{};
  if (::pthread_create(&thread, &attributes, &Resolver::work, share.get()) == 0) {
    static_cast<void>(share.release());
    shared_->working = true;
  } else {
    shared_->questions.pop_back();
    shared_->answers.push_back(tl::unexpected("lookup " + host + ": no thread to ask with"));
    wakeup_.notify();
  }
  pthread_attr_destroy(&attributes);
}

Resolver::Answer Resolver::resolve_now(const std::string& host) {
  if (const auto literal = parse_ip(host)) {
    return std::vector{*literal};
  }
  return look_up(host);
}

void* Resolver::work(void* given) {
  const std::unique_ptr<std::shared_ptr<Shared>> owner(static_cast<std::shared_ptr<Shared>*>(given));
  Shared& shared = **owner;
  std::unique_lock lock(shared.mutex);
  while (!shared.questions.empty()) {
    const std::string host = std::move(shared.questions.front());
    shared.questions.pop_front();
    lock.unlock();
    Answer answer = look_up(host);
    lock.lock();
    if (shared.wakeup != nullptr) {
      shared.answers.push_back(std::move(answer));
      shared.wakeup->notify();
    }
  }
  shared.working = false;
  return nullptr;
}

void Resolver::deliver() {
  std::vector<Answer> answers;
  {
    const std::lock_guard lock(shared_->mutex);
    answers.swap(shared_->answers);
  }
  for (Answer& answer : answers) {
    const Done done = std::move(waiting_.front());
    waiting_.pop_front();
    done(std::move(answer));  // may ask again
  }
}

}  // namespace hearsay::agent::net
