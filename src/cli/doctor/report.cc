#include "cli/doctor/report.h"

#include "cli/json_writer.h"
#include "cli/paint.h"

namespace hearsay::cli::doctor {

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
  for (const std::string& line :
       detail == Detail::measurements ? examination.measured : std::vector<std::string>()) {
    out.append(line).append("\n");
  }
  for (const Finding& finding : examination.findings) {
    const std::string head = finding.node + ": " + std::string(finding.id);
    out.append(painted(head, colour == Colour::on ? Paint::red : Paint::plain))
        .append("\n  ")
        .append(finding.what);
    out.append("\n  evidence: ").append(finding.evidence).append("\n  remedy:   ").append(finding.remedy);
    out.append("\n");
  }
  const std::string count = std::to_string(examination.examined) + " examined";
  return out + (examination.findings.empty()
                    ? painted("Healthy", colour == Colour::on ? Paint::green : Paint::plain) + ": " + count +
                          ", nothing found"
                    : "Found " + std::to_string(examination.findings.size()) + ": " + count);
}

}  // namespace hearsay::cli::doctor
