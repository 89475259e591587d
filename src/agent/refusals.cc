#include "agent/refusals.h"

namespace hearsay::agent {

std::string describe(const swim::TooLarge& refused) {
  const std::string allowed = std::to_string(refused.allowed);
  switch (refused.limit) {
    case swim::TooLarge::Limit::tags:
      return "Encoded length of tags exceeds limit of " + allowed + " bytes";
    case swim::TooLarge::Limit::event_raw:
      return "user event exceeds configured limit of " + allowed + " bytes before encoding";
    case swim::TooLarge::Limit::event_encoded:
      return "encoded user event exceeds configured limit of " + allowed + " bytes after encoding";
    case swim::TooLarge::Limit::packet:
      break;
  }
  return "user event takes " + std::to_string(refused.size) +
         " bytes encoded, and no packet carries more than " + allowed;
}

std::string describe(const swim::QueryRefused& refused) {
  switch (refused.why) {
    case swim::QueryRefused::Why::unsupported:
      return "Feature not supported";
    case swim::QueryRefused::Why::too_many:
      return "Too many queries at a time (" + std::to_string(refused.allowed) + " allowed)";
    case swim::QueryRefused::Why::too_large:
      break;
  }
  return "query exceeds limit of " + std::to_string(refused.allowed) + " bytes";
}

/// Serf speaks of key queries whatever the query.
std::string describe(const swim::RespondRefused& refused) {
  const std::string what = "failed to respond to key query: response ";
  switch (refused.why) {
    case swim::RespondRefused::Why::already_sent:
      return what + "already sent";
    case swim::RespondRefused::Why::past_deadline:
      return what + "is past the deadline";
    case swim::RespondRefused::Why::too_large:
      break;
  }
  return what + "exceeds limit of " + std::to_string(refused.allowed) + " bytes";
}

}  // namespace hearsay::agent
