#include "cli/fetch.h"

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

}  // namespace hearsay::cli
