// Colours for terminals, and for nobody else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hearsay::cli {

enum class Paint : std::uint8_t { plain, faint, bold, red, green, yellow };

/// `text` between ANSI sequences; as it is, if plain.
[[nodiscard]] std::string painted(std::string_view text, Paint paint);

/// Whether what is written to the descriptor may be coloured: a terminal that knows colours, unless
/// NO_COLOR is set to anything (https://no-color.org).
[[nodiscard]] bool takes_colour(int descriptor);

}  // namespace hearsay::cli
