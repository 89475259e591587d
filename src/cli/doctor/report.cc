#include "cli/doctor/report.h"

#include "agent/config/quote.h"
#include "cli/json_writer.h"
#include "cli/paint.h"

namespace hearsay::cli::doctor {
namespace {

using agent::inert;

void append_finding(std::string& out, const Finding& finding, Colour colour) {
  const std::string head = inert(finding.node) + ": " + std::string(finding.id);
  out.append(painted(head, colour == Colour::on ? Paint::red : Paint::plain));
  out.append("\n  ").append(inert(finding.what));
  out.append("\n  evidence: ").append(inert(finding.evidence));
  out.append("\n  remedy:   ").append(inert(finding.remedy)).append("\n");
}

}  // namespace

std::string as_json(const Examination& examination) {
  JsonWriter out;
  out.begin_object().key("examined").number(examination.examined).key("findings").begin_array();
  for (const Finding& finding : examination.findings) {
    out.begin_object().key("id").text(finding.id).key("node").text(finding.node);
    out.key("what").text(finding.what).key("evidence").text(finding.evidence);
    out.key("remedy").text(finding.remedy).end_object();
  }
  return out.end_array().end_object().result();
}

std::string as_text(const Examination& examination, Detail detail, Colour colour) {
  std::string out;
  if (detail == Detail::measurements) {
    for (const std::string& line : examination.measured) {
      out.append(inert(line)).append("\n");
    }
  }
  for (const Finding& finding : examination.findings) {
    append_finding(out, finding, colour);
  }
  const std::string count = std::to_string(examination.examined) + " examined";
  if (!examination.findings.empty()) {
    return out + "Found " + std::to_string(examination.findings.size()) + ": " + count;
  }
  const Paint paint = colour == Colour::on ? Paint::green : Paint::plain;
  return out + painted("Healthy", paint) + ": " + count + ", nothing found";
}

std::string progress_line(const Patient& patient) {
  return inert("Examining " + patient.name + " at " + patient.address + " ...");
}

}  // namespace hearsay::cli::doctor
