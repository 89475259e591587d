#include "agent/hooks/dispatcher.h"

#include <algorithm>
#include <utility>

namespace hearsay::agent::hooks {
namespace {

bool is_idle(const std::unique_ptr<Handler>& handler) {
  return handler->idle();
}

}  // namespace

Dispatcher::Dispatcher(loop::Loop& loop, Host host, Patience patience)
    : context_{.loop = loop,
               .patience = patience,
               .self = std::move(host.self),
               .log = std::move(host.log),
               .respond = std::move(host.respond),
               .ran = std::move(host.ran),
               .on_idle = [this] { finish_stop(); },
               .counters = {}} {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::set_handlers(std::vector<Spec> specs) {
  Handlers next;
  next.reserve(specs.size());
  for (Spec& spec : specs) {
    auto same = take_same(spec);
    next.push_back(same != nullptr ? std::move(same) : std::make_unique<Handler>(context_, std::move(spec)));
  }
  for (auto& old : handlers_) {
    old->retire();
    retired_.push_back(std::move(old));
  }
  handlers_ = std::move(next);
  std::erase_if(retired_, is_idle);
}

/// Null if no current handler has this spec.
std::unique_ptr<Handler> Dispatcher::take_same(const Spec& spec) {
  const auto same =
      std::ranges::find_if(handlers_, [&](const auto& handler) { return handler->spec() == spec; });
  if (same == handlers_.end()) {
    return nullptr;
  }
  auto handler = std::move(*same);
  handlers_.erase(same);
  return handler;
}

void Dispatcher::on_event(const AgentEvent& event) {
  std::erase_if(retired_, is_idle);
  if (stopping_) {
    return;
  }
  std::shared_ptr<const AgentEvent> shared;  // one copy for all handlers, and none if nobody listens
  for (const auto& handler : handlers_) {
    if (!any_matches(handler->spec().filters, event)) {
      continue;
    }
    if (auto part = narrowed(handler->spec().filters, event)) {
      handler->offer(std::make_shared<const AgentEvent>(*std::move(part)));
    } else {
      if (shared == nullptr) {
        shared = std::make_shared<const AgentEvent>(event);
      }
      handler->offer(shared);
    }
  }
}

void Dispatcher::stop(std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  for (const Handlers* handlers : {&handlers_, &retired_}) {
    for (const auto& handler : *handlers) {
      handler->hurry(stop_timeout, stop_grace);
    }
  }
  finish_stop();
}

std::size_t Dispatcher::waiting() const {
  std::size_t sum = 0;
  for (const auto& handler : handlers_) {
    sum += handler->waiting();
  }
  return sum;
}

bool Dispatcher::all_idle() const {
  return std::ranges::all_of(handlers_, is_idle) && std::ranges::all_of(retired_, is_idle);
}

void Dispatcher::finish_stop() {
  if (stopping_ && stopped_ && all_idle()) {
    std::exchange(stopped_, nullptr)();
  }
}

}  // namespace hearsay::agent::hooks
