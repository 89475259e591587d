#include "agent/run.h"

#include <sodium.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/agent.h"
#include "agent/config/load.h"
#include "agent/config/reload.h"
#include "agent/config/secret.h"
#include "agent/loop/signal.h"
#include "agent/memory.h"
#include "agent/net/address.h"
#include "agent/systemd/kept_sockets.h"
#include "agent/systemd/service.h"

namespace hearsay::agent {
namespace {

using Args = std::vector<std::string_view>;

constexpr auto graceful_timeout = std::chrono::seconds(3);
// By then all that started with this agent have met, and what that touched is not needed again soon.
constexpr auto settling_time = std::chrono::seconds(10);

tl::expected<Config, std::string> read_config(const Args& args, bool serf_mode) {
  return load_config(args, serf_mode ? Extra::ignored : Extra::refused).map_error([](const FlagError& error) {
    return error.text;
  });
}

/// One life of an agent: from its first line on stdout to its exit code.
class Run {
 public:
  /// Of main(), and there as long as this.
  Run(std::span<const char* const> args, bool serf_mode)
      : raw_args_(args), args_(args.begin(), args.end()), serf_mode_(serf_mode) {}

  int operator()() {
    auto settings = read_config(args_, serf_mode_).and_then([this](const Config& config) {
      started_with_ = without_secrets(config);
      return check_config(config);
    });
    wipe_from_arguments(raw_args_);
    if (!settings) {
      terminal_.heading(settings.error());
      return 1;
    }
    show_warnings(*settings);
    log_.set_level(settings->log_level);
    if (const auto opened = open_syslog(*settings); !opened) {
      terminal_.heading(opened.error());
      return 1;
    }
    if (const auto started = start(std::move(*settings)); !started) {
      terminal_.heading(started.error());
      return 1;
    }
    join_then_stream();
    loop_.run();
    return exit_code_;
  }

 private:
  void show_warnings(const Settings& settings) {
    for (const std::string& warning : settings.warnings) {
      terminal_.heading(warning);
    }
  }

  tl::expected<void, std::string> open_syslog(const Settings& settings) {
    if (!settings.syslog_facility) {
      return {};
    }
    auto syslog = Syslog::open(*settings.syslog_facility);
    if (!syslog) {
      return tl::unexpected("Syslog setup failed: nobody answers at /dev/log (" +
                            std::string(loop::describe_error(-syslog.error())) +
                            "). Start a syslog daemon or remove " + settings.given.origin("enable_syslog"));
    }
    log_.set_syslog(std::move(*syslog));
    return {};
  }

  tl::expected<void, std::string> start(Settings settings) {
    terminal_.heading("Starting Serf agent...");
    systemd::GivenSockets& given = kept_sockets_.given_for(settings.bind, settings.link);
    auto agent = Agent::start({.loop = loop_,
                               .terminal = terminal_,
                               .errors = errors_,
                               .log = log_,
                               .on_left = [this] { end(true, 0); },
                               .on_name_lost = [this] { end(false, 0); },
                               .on_join_given_up = [this] { end(false, 1); },
                               .given_sockets = &given,
                               .serf_mode = serf_mode_},
                              std::move(settings));
    if (!agent) {
      return tl::unexpected(agent.error());
    }
    agent_ = std::move(*agent);
    if (auto opened = agent_->open_rpc(); !opened) {
      return opened;
    }
    terminal_.heading("Starting Serf agent RPC...");
    terminal_.heading("Serf agent running!");
    show_facts();
    listen_to_signals();
    kept_sockets_.keep(agent_->gossip().udp(), agent_->gossip().tcp());
    service_.ready();
    return {};
  }

  std::string status() const {
    const swim::Stats stats = agent_->node().stats();
    return std::to_string(stats.members - stats.failed - stats.left) + " members alive, " +
           std::to_string(stats.failed) + " failed, " + std::to_string(stats.left) + " left";
  }

  void show_facts() {
    const Settings& s = agent_->settings();
    const auto yes_no = [](bool yes) { return std::string(yes ? "true" : "false"); };
    terminal_.detail("                  Node name: '" + s.node.name + "'");
    terminal_.detail("                  Bind addr: '" + net::format_endpoint(s.bind) + "'");
    if (!s.given.advertise.empty()) {
      terminal_.detail("             Advertise addr: '" + net::format_endpoint(s.node.advertise) + "'");
    }
    terminal_.detail("                   RPC addr: '" + s.given.rpc_addr + "'");
    terminal_.detail("                  Encrypted: " + yes_no(!s.node.keys.empty()));
    terminal_.detail("                   Snapshot: " + yes_no(!s.given.snapshot_path.empty()));
    terminal_.detail("                    Profile: " + s.given.profile);
    terminal_.detail("Message Compression Enabled: " + yes_no(s.node.compress));
    if (s.discovery) {
      terminal_.detail("               mDNS cluster: " + s.given.discover);
    }
  }

  void join_then_stream() {
    const Config& given = agent_->settings().given;
    if (given.start_join.empty()) {
      stream();
      return;
    }
    terminal_.heading(std::string("Joining cluster...(replay: ") + (agent_->replays() ? "true)" : "false)"));
    agent_->join_at_start([this](std::size_t contacted, const std::string& error) {
      if (!error.empty()) {
        terminal_.heading(error);
        end(false, 1);
        return;
      }
      terminal_.detail("Join completed. Synced with " + std::to_string(contacted) + " initial agents");
      stream();
    });
  }

  void stream() {
    terminal_.blank();
    terminal_.heading("Log data will now stream in as it occurs:");
    terminal_.blank();
    log_.start_streaming();
    agent_->start_background_joins();
    give_back_pages();
    settled_.arm_in(settling_time);
  }

  void listen_to_signals() {
    interrupt_.emplace(loop_, SIGINT, [this] { on_stop("interrupt", !given().skip_leave_on_interrupt); });
    terminate_.emplace(loop_, SIGTERM, [this] { on_stop("terminated", given().leave_on_terminate); });
    hang_up_.emplace(loop_, SIGHUP, [this] { hang_up(); });
    user_.emplace(loop_, SIGUSR1, [this] { dump_counters(); });
    quit_.emplace(loop_, SIGQUIT, [this] { quit(); });
  }

  [[nodiscard]] const Config& given() const { return agent_->settings().given; }

  void on_stop(std::string_view name, bool graceful) {
    if (std::exchange(leaving_, true)) {
      end(false, 1);
      return;
    }
    terminal_.heading("Caught signal: " + std::string(name));
    service_.stopping();
    if (!graceful) {
      end(false, service_.is_managed() ? 0 : 1);  // to its manager an end that it asked for is no failure
      return;
    }
    terminal_.heading("Gracefully shutting down agent...");
    leave_timeout_.arm_in(graceful_timeout);
    agent_->leave_cluster([this](const std::string& error) {
      if (error.empty()) {
        end(true, 0);
      } else {
        terminal_.heading("Error: " + error);
      }
    });
  }

  void hang_up() {
    service_.reloading();
    reload();
    service_.reloaded();
  }

  void reload() {
    terminal_.heading("Caught signal: hangup");
    terminal_.heading("Reloading configuration...");
    if (leaving_ || ending_ || agent_->node().phase() != swim::Phase::running) {
      terminal_.heading("Failed to reload configs: the agent is leaving");
      return;
    }
    const Running running = {.protocol = agent_->settings().node.protocol,
                             .log_level = log_.level(),
                             .tags_file = given().tags_file};
    const auto config = read_config(args_, serf_mode_);
    const auto settings =
        config.and_then([&](const Config& read) { return check_reloaded_config(read, running); });
    if (!settings) {
      terminal_.heading(settings.error());
      terminal_.heading("Failed to reload configs");
      return;
    }
    show_warnings(*settings);
    for (const std::string& warning : changes_that_need_restart(started_with_, without_secrets(*config))) {
      terminal_.heading(warning);
    }
    agent_->reload(*settings);
  }

  void dump_counters() {
    for (const auto& [name, value] : agent_->figures()) {
      errors_.plain(std::string(name).append(": ").append(value));
    }
  }

  /// At once and without a goodbye; the status is that of Serf, whose runtime prints its stacks.
  void quit() {
    dump_counters();
    exit_code_ = 2;
    loop_.stop();
  }

  /// The first call decides the exit code; a later one only hurries.
  void end(bool finish_hooks, int code) {
    leave_timeout_.disarm();
    service_.stopping();
    if (!std::exchange(ending_, true)) {
      exit_code_ = code;
      agent_->shut_down(finish_hooks, [this] { loop_.stop(); });
    } else if (!finish_hooks) {
      exit_code_ = code;
      loop_.stop();
    }
  }

  std::span<const char* const> raw_args_;
  Args args_;
  bool serf_mode_;
  Config started_with_;
  Terminal terminal_{STDOUT_FILENO};
  Terminal errors_{STDERR_FILENO};
  Log log_{terminal_, LogLevel::info};
  loop::Loop loop_;
  std::unique_ptr<Agent> agent_;
  systemd::Service service_{loop_, log_, systemd::Notifier::from_environment(),
                            systemd::watchdog_from_environment(), [this] { return status(); }};
  systemd::KeptSockets kept_sockets_{terminal_, service_, systemd::GivenSockets::from_environment()};
  std::optional<loop::Signal> interrupt_;
  std::optional<loop::Signal> terminate_;
  std::optional<loop::Signal> hang_up_;
  std::optional<loop::Signal> user_;
  std::optional<loop::Signal> quit_;
  loop::Timer settled_{loop_, [] { give_back_pages(); }};
  loop::Timer leave_timeout_{loop_, [this] { end(false, 1); }};
  int exit_code_ = 0;
  bool leaving_ = false;
  bool ending_ = false;
};

}  // namespace

int run_agent(std::span<const char* const> args, bool serf_mode) {
  keep_heap_small();
  if (sodium_init() < 0) {
    Terminal(STDOUT_FILENO).heading("The system gives no randomness: cannot start");
    return 1;
  }
  return Run(args, serf_mode)();
}

}  // namespace hearsay::agent
