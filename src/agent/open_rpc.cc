#include "agent/open_rpc.h"

#include <utility>

namespace hearsay::agent {

tl::expected<std::unique_ptr<rpc::Server>, std::string> open_rpc_server(loop::Loop& loop,
                                                                        const Settings& settings,
                                                                        rpc::Backend& backend, Log& log) {
  const Config& given = settings.given;
  const auto failed = [&](std::string_view why) {
    return tl::unexpected("Error starting RPC listener: " + given.rpc_addr + " (" + given.origin("rpc_addr") +
                          "): " + std::string(why) + ". Choose another address with -rpc-addr");
  };
  rpc::Server::Options options{
      .at = settings.rpc, .local = {}, .auth_key = given.rpc_auth, .shows_keys = given.rpc_shows_keys};
  if (!settings.rpc_path.empty()) {
    auto local = net::LocalSocket::bind(settings.rpc_path, settings.rpc_rights);
    if (!local) {
      return failed(local.error());
    }
    options.local = *std::move(local);
  }
  auto server = rpc::Server::listen(loop, std::move(options), backend, log);
  if (!server) {
    return failed(loop::describe_error(server.error()));
  }
  return *std::move(server);
}

}  // namespace hearsay::agent
