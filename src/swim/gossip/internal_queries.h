// What Serf's agents ask each other, names beginning with `_serf_` (proto/serf.md, "Internal
// queries"). Users, hooks and streams never see them.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "swim/core.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

inline constexpr std::string_view ping_query = "_serf_ping";
inline constexpr std::string_view conflict_query = "_serf_conflict";

/// `_serf_install-key` and so on.
[[nodiscard]] std::string_view key_query_name(KeyOperation operation) noexcept;

[[nodiscard]] bool is_internal(std::string_view query_name) noexcept;
/// Serf takes the payload of a key query apart without looking whether there is one.
[[nodiscard]] bool crashes_serf(const wire::Query& query) noexcept;

/// Answers at once, or hands a key query to the host.
void answer_internal_query(Step& step, const wire::Query& query);

/// The answer to a key query once the host has done it; a long list is cut until it fits.
tl::expected<void, RespondRefused> answer_key_query(Step& step, const QueryKey& key, KeyOperation operation,
                                                    std::string_view error);

}  // namespace hearsay::swim
