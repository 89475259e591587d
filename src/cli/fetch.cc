#include "cli/fetch.h"

#include "swim/gossip/coordinate_client.h"

namespace hearsay::cli {
namespace {

using agent::rpc::Client;

template <class T>
tl::expected<T, std::string> read_answer(const tl::expected<swim::Bytes, std::string>& body,
                                         std::optional<T> (*decode)(swim::Bytes)) {
  if (!body) {
    return tl::unexpected(body.error());
  }
  auto answer = decode(*body);
  if (!answer) {
    return tl::unexpected<std::string>("undecodable answer");
  }
  return *std::move(answer);
}

std::optional<agent::rpc::CoordinateResponse> decode_place(swim::Bytes body) {
  agent::rpc::Reader in(body);
  agent::rpc::CoordinateResponse place;
  decode(in, place);
  return in.failed() ? std::nullopt : std::optional(place);
}

}  // namespace

tl::expected<MemberList, std::string> fetch_members(Client& client) {
  return read_answer(client.fetch("members"), decode_members);
}

tl::expected<MemberList, std::string> fetch_members(Client& client,
                                                    const agent::rpc::MembersFilteredRequest& filter) {
  return read_answer(client.fetch("members-filtered", filter), decode_members);
}

tl::expected<Stats, std::string> fetch_stats(Client& client) {
  return read_answer(client.fetch("stats"), decode_stats);
}

tl::expected<std::string, std::string> fetch_own_name(Client& client) {
  return fetch_stats(client).map([](Stats stats) { return std::string(stats["agent"]["name"]); });
}

tl::expected<std::optional<swim::Coordinate>, std::string> fetch_coordinate(Client& client,
                                                                            std::string_view node) {
  return read_answer(client.fetch("get-coordinate", agent::rpc::CoordinateRequest{node}), decode_place)
      .map([](const agent::rpc::CoordinateResponse& place) {
        return place.known ? std::optional(place.at) : std::nullopt;
      });
}

tl::expected<MemberListing, std::string> fetch_listing(Client& client,
                                                       const agent::rpc::MembersFilteredRequest& filter) {
  const auto body = client.fetch("members-filtered", filter);
  if (!body) {
    return tl::unexpected(body.error());
  }
  auto rows = decode_members(*body);
  if (!rows) {
    return tl::unexpected<std::string>("undecodable answer");
  }
  MemberListing out{client.release_answer(), {}};
  out.members.reserve(rows->size());
  for (auto& row : *rows) {
    out.members.push_back({std::move(row), std::nullopt});
  }
  return out;
}

tl::expected<void, std::string> fetch_round_trips(Client& client, MemberListing& listing) {
  const auto own_name = fetch_own_name(client);
  if (!own_name) {
    return tl::unexpected(own_name.error());
  }
  const auto own = fetch_coordinate(client, *own_name);
  if (!own || !*own) {
    return own.map([](const auto&) {});
  }
  for (ListedMember& member : listing.members) {
    const auto place = fetch_coordinate(client, member.row.name);
    if (!place) {
      return tl::unexpected(place.error());
    }
    if (*place) {
      member.rtt_s = swim::distance(**own, **place);
    }
  }
  return {};
}

}  // namespace hearsay::cli
