// How an examination is told.
#pragma once

#include <cstdint>
#include <string>

#include "cli/doctor/examination.h"
#include "cli/member_formats.h"

namespace hearsay::cli::doctor {

enum class Detail : bool { findings, measurements };

/// One object, without a newline at its end.
[[nodiscard]] std::string as_json(const Examination& examination);

/// Without a newline at its end. With measurements: a line for each member before the findings.
[[nodiscard]] std::string as_text(const Examination& examination, Detail detail, Colour colour);

}  // namespace hearsay::cli::doctor
