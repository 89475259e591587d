// How an examination is told.
#pragma once

#include <cstdint>
#include <string>

#include "cli/doctor/examination.h"
#include "cli/doctor/judge_member.h"
#include "cli/member_formats.h"

namespace hearsay::cli::doctor {

enum class Detail : bool { findings, measurements };

/// One object, without a newline at its end.
[[nodiscard]] std::string as_json(const Examination& examination);

/// Without a newline at its end. With measurements: a line for each member before the findings. What others
/// wrote in it moves no terminal (agent::inert); the only escape sequences are the colours.
[[nodiscard]] std::string as_text(const Examination& examination, Detail detail, Colour colour);

/// "Examining web-1 at 10.0.0.1:7946 ...", which moves no terminal either.
[[nodiscard]] std::string progress_line(const Patient& patient);

}  // namespace hearsay::cli::doctor
