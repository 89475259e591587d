#include "agent/config/reload.h"

#include <doctest/doctest.h>

#include "agent/config/options.h"

using namespace hearsay::agent;
using hearsay::swim::Tags;

TEST_CASE("a reload takes the tags whose configured value changed, and leaves those set at run time") {
  struct Case {
    Tags current, before, now, wanted;
  };
  for (const Case& c : {
           Case{{{"a", "1"}}, {{"a", "1"}}, {{"a", "2"}}, {{"a", "2"}}},      // changed
           Case{{}, {}, {{"a", "1"}}, {{"a", "1"}}},                          // added
           Case{{{"a", "1"}}, {{"a", "1"}}, {}, {}},                          // removed
           Case{{{"a", "rpc"}}, {{"a", "1"}}, {{"a", "1"}}, {{"a", "rpc"}}},  // only RPC changed it
           Case{{{"a", "rpc"}}, {{"a", "1"}}, {{"a", "2"}}, {{"a", "2"}}},    // both: the file is newer
           Case{{{"a", "rpc"}}, {{"a", "1"}}, {}, {}},                        // both, removed
           Case{{{"r", "rpc"}}, {}, {}, {{"r", "rpc"}}},                      // only RPC knows it
           Case{{}, {{"a", "1"}}, {{"a", "1"}}, {}},                          // RPC removed it
           Case{{}, {{"a", "1"}}, {{"a", "2"}}, {{"a", "2"}}},                // removed, then changed
           Case{{{"a", "1"}, {"r", "x"}}, {{"a", "1"}}, {{"b", "2"}}, {{"b", "2"}, {"r", "x"}}},
       }) {
    CHECK(reload_tags(c.current, c.before, c.now) == c.wanted);
  }
}

TEST_CASE("every changed setting that a running agent cannot take over is named with its place") {
  const Config before = default_config();
  CHECK(changes_that_need_restart(before, before).empty());
  Config now = before;
  now.log_level = "debug";
  now.tags = {{"a", "1"}};
  now.role = "x";
  now.event_handlers = {"a.sh"};
  CHECK(changes_that_need_restart(before, now).empty());
  now.bind = "10.0.0.1";
  now.origins["bind"] = "bind in /etc/a.json";
  now.retry_join = {"10.0.0.2"};
  now.origins["retry_join"] = "retry_join in /etc/a.json";
  now.leave_on_terminate = true;
  now.reconnect_timeout = std::chrono::hours(1);
  now.protocol = 4;
  const std::vector<std::string> wanted = {
      "Warning: bind in /etc/a.json has changed: restart the agent for it to take effect",
      "Warning: retry_join in /etc/a.json has changed: restart the agent for it to take effect",
      "Warning: protocol has changed: restart the agent for it to take effect",
      "Warning: leave_on_terminate has changed: restart the agent for it to take effect",
      "Warning: reconnect_timeout has changed: restart the agent for it to take effect",
  };
  CHECK(changes_that_need_restart(before, now) == wanted);
}

TEST_CASE("a setting that was there at start and is gone is named too") {
  Config before = default_config();
  before.encrypt_key = "secret";
  const auto changes = changes_that_need_restart(before, default_config());
  CHECK(changes == std::vector<std::string>{
                       "Warning: encrypt_key has changed: restart the agent for it to take effect"});
}
