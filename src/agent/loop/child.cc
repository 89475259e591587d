#include "agent/loop/child.h"

#include <unistd.h>
#include <uv.h>

#include <array>
#include <csignal>
#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {
namespace {

constexpr std::size_t read_bytes = 4096;

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  /// Our end must not block; the child's must look like any pipe.
  int open(int read_flags, int write_flags) noexcept {
    std::array<uv_file, 2> ends{};
    const int status = uv_pipe(ends.data(), read_flags, write_flags);
    if (status == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
    return status;
  }

  static void close_end(int& descriptor) noexcept {
    if (descriptor >= 0) {
      ::close(std::exchange(descriptor, -1));
    }
  }
};

std::vector<char*> pointers_to(std::vector<std::string>& lines) {
  std::vector<char*> pointers;
  pointers.reserve(lines.size() + 1);
  for (std::string& line : lines) {
    pointers.push_back(line.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

uv_stdio_container_t inherit(int descriptor) noexcept {
  uv_stdio_container_t stdio{};
  stdio.flags = UV_INHERIT_FD;
  stdio.data.fd = descriptor;
  return stdio;
}

}  // namespace

struct Child::Process {
  uv_process_t handle{};
  std::function<void(int, int)> on_exit;

  int spawn(Loop& loop, const Command& command, int input, int output) {
    std::vector<std::string> arguments = {"/bin/sh", "-c", command.shell_command};
    std::vector<std::string> variables = command.environment;
    std::vector<char*> argument_pointers = pointers_to(arguments);
    std::vector<char*> variable_pointers = pointers_to(variables);
    std::array<uv_stdio_container_t, 3> stdio = {inherit(input), inherit(output), inherit(output)};
    uv_process_options_t options{};
    options.file = arguments[0].c_str();
    options.args = argument_pointers.data();
    options.env = variable_pointers.data();
    options.flags = UV_PROCESS_DETACHED;  // a session, hence a group, of its own
    options.stdio = stdio.data();
    options.stdio_count = static_cast<int>(stdio.size());
    options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
      state_of<Process>(process).on_exit(static_cast<int>(status), signal);
    };
    handle.data = this;
    return uv_spawn(loop.raw(), &handle, &options);
  }
};

struct Child::Input {
  uv_pipe_t handle{};
  uv_write_t request{};
  std::string bytes;
  Child* owner = nullptr;

  /// Also called when the handle is closed under the write: then the owner has let go of us.
  static void on_written(uv_write_t* request, int /*status: a child need not read*/) {
    auto* input = static_cast<Input*>(request->data);
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&input->handle)) == 0) {
      input->owner->input_ = nullptr;
      close_handle(input);
    }
  }
};

struct Child::Output {
  uv_pipe_t handle{};
  std::array<char, read_bytes> buffer{};
  std::function<void(swim::Bytes)> on_output;
  std::function<void()> on_end;

  static void lend(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* out) {
    auto& buffer = state_of<Output>(handle).buffer;
    *out = uv_buf_init(buffer.data(), static_cast<unsigned>(buffer.size()));
  }

  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
    auto& output = state_of<Output>(stream);
    if (size > 0) {
      output.on_output(swim::as_bytes({buffer->base, static_cast<std::size_t>(size)}));
    } else if (size < 0) {
      uv_read_stop(stream);
      output.on_end();
    }
  }
};

tl::expected<std::unique_ptr<Child>, int> Child::spawn(Loop& loop, const Command& command,
                                                       Callbacks callbacks) {
  Pipe input;
  Pipe output;
  if (int status = input.open(0, UV_NONBLOCK_PIPE); status != 0) {
    return tl::unexpected(status);
  }
  if (int status = output.open(UV_NONBLOCK_PIPE, 0); status != 0) {
    return tl::unexpected(status);
  }
  std::unique_ptr<Child> child(new Child);
  child->process_ = new Process{.on_exit = std::move(callbacks.on_exit)};
  if (int status = child->process_->spawn(loop, command, input.read_end, output.write_end); status != 0) {
    return tl::unexpected(status);
  }
  child->feed(loop, std::exchange(input.write_end, -1), command.input);
  child->read_from(loop, std::exchange(output.read_end, -1), callbacks);
  return child;
}

void Child::feed(Loop& loop, int descriptor, std::string input) {
  input_ = new Input{.bytes = std::move(input), .owner = this};
  must(uv_pipe_init(loop.raw(), &input_->handle, 0));
  input_->handle.data = input_;
  input_->request.data = input_;
  must(uv_pipe_open(&input_->handle, descriptor));
  uv_buf_t buffer = uv_buf_init(input_->bytes.data(), static_cast<unsigned>(input_->bytes.size()));
  must(uv_write(&input_->request, reinterpret_cast<uv_stream_t*>(&input_->handle), &buffer, 1,
                &Input::on_written));
}

void Child::read_from(Loop& loop, int descriptor, Callbacks& callbacks) {
  output_ =
      new Output{.on_output = std::move(callbacks.on_output), .on_end = std::move(callbacks.on_output_end)};
  must(uv_pipe_init(loop.raw(), &output_->handle, 0));
  output_->handle.data = output_;
  must(uv_pipe_open(&output_->handle, descriptor));
  must(uv_read_start(reinterpret_cast<uv_stream_t*>(&output_->handle), &Output::lend, &Output::on_read));
}

Child::~Child() {
  close_handle(process_);
  if (input_ != nullptr) {
    close_handle(input_);
  }
  if (output_ != nullptr) {
    close_handle(output_);
  }
}

void Child::signal_group(int number) noexcept {
  ::kill(-process_->handle.pid, number);
}

bool Child::group_alive() const noexcept {
  return ::kill(-process_->handle.pid, 0) == 0;
}

}  // namespace hearsay::agent::loop
