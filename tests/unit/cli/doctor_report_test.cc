#include "cli/doctor/report.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "forged_text.h"

using namespace hearsay::cli::doctor;
using hearsay::cli::Colour;
using hearsay::cli::testing::forged_name;
using hearsay::cli::testing::is_inert;

namespace {

Examination one_finding(std::string_view name) {
  Examination out;
  const std::string node(name);
  out.findings = {{"not-running", node, "no agent", "log of " + node, "start it"}};
  out.measured = {node + ": TCP: refused"};
  out.examined = 2;
  return out;
}

}  // namespace

TEST_CASE("a finding is told with its evidence and remedy, and what was measured if that is asked for") {
  const std::string finding =
      "web: not-running\n  no agent\n  evidence: log of web\n  remedy:   start it\nFound 1: 2 examined";
  CHECK(as_text(one_finding("web"), Detail::findings, Colour::off) == finding);
  CHECK(as_text(one_finding("web"), Detail::measurements, Colour::off) == "web: TCP: refused\n" + finding);
  CHECK(as_text({}, Detail::findings, Colour::off) == "Healthy: 0 examined, nothing found");
}

TEST_CASE("what others wrote in a doctor's report moves no terminal") {
  const Examination forged = one_finding(forged_name);
  const std::string text = as_text(forged, Detail::measurements, Colour::on);
  CHECK(is_inert(text));
  CHECK(std::ranges::count(text, '\n') == 5);
  CHECK(text.find(R"(log of w\x1b[2J\xc2\x9b2J\n\x00\xff)") != std::string::npos);
  CHECK(progress_line({std::string(forged_name), "10.0.0.1:7946", "alive"}) ==
        R"(Examining w\x1b[2J\xc2\x9b2J\n\x00\xff at 10.0.0.1:7946 ...)");
}

TEST_CASE("in JSON a name is what the member calls itself") {
  CHECK(as_json(one_finding("w\x1b")).find(R"("node": "w\u001b")") != std::string::npos);
}
