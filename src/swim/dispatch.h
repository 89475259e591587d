// From the bytes of a message to the function that handles it.
#pragma once

#include "swim/core.h"

namespace hearsay::swim {

/// Opens the datagram and handles each message in it. What does not decode is counted, told at
/// debug level, and changes nothing.
void dispatch_datagram(Step& step, const Endpoint& from, Bytes datagram);
/// A Serf message: its type byte and body. `payload` is passed on as it is where Serf does so. By a stream,
/// the port of `from` is nobody's.
void on_user_message(Step& step, const Endpoint& from, Bytes payload);

}  // namespace hearsay::swim
