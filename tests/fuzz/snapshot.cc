// A snapshot: the byte that says whether a leave is kept, then the file.
#include "agent/state/snapshot_file.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  using namespace agent::state;
  Input in(bytes);
  const bool keep_after_leave = in.below(2) != 0;
  const SnapshotContents contents = parse_snapshot(swim::as_text(in.rest()), keep_after_leave);
  HEARSAY_INVARIANT(contents.bytes_complete < bytes.size() || bytes.size() <= 1);
  // What is written anew says the same.
  const std::string compact = compact_snapshot(contents);
  const SnapshotContents again = parse_snapshot(compact, keep_after_leave);
  HEARSAY_INVARIANT(again.alive == contents.alive);
  HEARSAY_INVARIANT(again.clocks == contents.clocks);
  HEARSAY_INVARIANT(again.lines_skipped == 0 && again.bytes_complete == compact.size());
}

}  // namespace hearsay::fuzz
