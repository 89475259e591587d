#include "swim/members/member_table.h"

#include <array>
#include <bit>

#include <sodium.h>

#include "swim/invariant.h"
#include "swim/random.h"

namespace hearsay::swim {

namespace {

constexpr std::size_t chunk_rows = 64;
constexpr std::size_t index_min = 16;
constexpr std::uint32_t vacant = 0;

using HashKey = std::array<unsigned char, crypto_shorthash_KEYBYTES>;

}  // namespace

struct MemberTable::Rep {
  using Chunk = std::array<Member, chunk_rows>;

  std::vector<std::unique_ptr<Chunk>> chunks;
  std::vector<MemberId> free_rows;
  std::vector<std::uint32_t> index = std::vector<std::uint32_t>(index_min, vacant);
  HashKey hash_key{};
  MemberId rows_end = 0;
  std::size_t rows = 0;
  std::array<std::size_t, 5> liveness_counts{};
  std::array<std::size_t, 5> status_counts{};
  Instant last_loss = Instant::min();

  Member& row(MemberId id) noexcept { return (*chunks[id / chunk_rows])[id % chunk_rows]; }

  std::uint64_t hash_of(std::string_view name) const noexcept {
    std::uint64_t hash = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                     reinterpret_cast<const unsigned char*>(name.data()), name.size(), hash_key.data());
    return hash;
  }
  std::size_t home(std::string_view name) const noexcept { return hash_of(name) & (index.size() - 1); }

  // An entry of the index holds row + 1 in as many bits as the index is long, where it always fits, and bits
  // of the hash above them: other names are passed without a look at their rows.
  std::uint32_t row_bits() const noexcept { return static_cast<std::uint32_t>(index.size() - 1); }
  std::uint32_t mark_of(std::uint64_t hash) const noexcept {
    return static_cast<std::uint32_t>(hash >> 32) & ~row_bits();
  }
  MemberId id_of(std::uint32_t entry) const noexcept { return (entry & row_bits()) - 1; }

  /// Where `name` stands in the index, or the vacant entry where it would go.
  std::size_t probe(std::string_view name, std::uint64_t hash) noexcept {
    const std::uint32_t mark = mark_of(hash);
    std::size_t at = hash & row_bits();
    while (index[at] != vacant &&
           ((index[at] & ~row_bits()) != mark || row(id_of(index[at])).name() != name)) {
      at = (at + 1) & row_bits();
    }
    return at;
  }
  std::size_t probe(std::string_view name) noexcept { return probe(name, hash_of(name)); }

  void enter(MemberId id) {
    const std::string_view name = row(id).name();
    const std::uint64_t hash = hash_of(name);
    const std::size_t at = probe(name, hash);
    HEARSAY_INVARIANT(index[at] == vacant && id < row_bits());
    index[at] = mark_of(hash) | (id + 1);
  }

  void grow_index() {
    index.assign(index.size() * 2, vacant);
    for (MemberId id = 0; id < rows_end; ++id) {
      if (row(id).text.occupied()) {
        enter(id);
      }
    }
  }

  /// Linear probing keeps no gaps: entries behind the hole move up if their home allows it.
  void close_gap(std::size_t hole) noexcept {
    const std::size_t mask = index.size() - 1;
    for (std::size_t at = (hole + 1) & mask; index[at] != vacant; at = (at + 1) & mask) {
      const std::size_t wanted = home(row(id_of(index[at])).name());
      if (((at - wanted) & mask) >= ((at - hole) & mask)) {
        index[hole] = index[at];
        hole = at;
      }
    }
    index[hole] = vacant;
  }

  MemberId take_row() {
    if (!free_rows.empty()) {
      const MemberId id = free_rows.back();
      free_rows.pop_back();
      return id;
    }
    if (rows_end == chunks.size() * chunk_rows) {
      chunks.push_back(std::make_unique<Chunk>());
    }
    return rows_end++;
  }
};

MemberTable::MemberTable(std::uint64_t seed) : rep_(std::make_unique<Rep>()) {
  Random random(seed);
  for (std::size_t i = 0; i < rep_->hash_key.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random.next();
    std::memcpy(rep_->hash_key.data() + i, &word, sizeof word);
  }
}

MemberTable::~MemberTable() = default;
MemberTable::MemberTable(MemberTable&&) noexcept = default;
MemberTable& MemberTable::operator=(MemberTable&&) noexcept = default;

MemberId MemberTable::find(std::string_view name) const noexcept {
  const std::uint32_t entry = rep_->index[rep_->probe(name)];
  return entry == vacant ? no_member : rep_->id_of(entry);
}

const Member& MemberTable::operator[](MemberId id) const noexcept {
  return rep_->row(id);
}
Member& MemberTable::operator[](MemberId id) noexcept {
  return rep_->row(id);
}

MemberId MemberTable::add(std::string_view name, Bytes meta) {
  if ((rep_->rows + 1) * 4 > rep_->index.size() * 3) {
    rep_->grow_index();
  }
  const MemberId id = rep_->take_row();
  rep_->row(id) = Member{.text = NameAndMeta(name, meta)};
  rep_->enter(id);
  ++rep_->rows;
  ++rep_->liveness_counts[static_cast<std::size_t>(Liveness::unknown)];
  ++rep_->status_counts[static_cast<std::size_t>(MemberStatus::none)];
  return id;
}

void MemberTable::erase(MemberId id) {
  HEARSAY_INVARIANT(occupied(id));
  Member& member = rep_->row(id);
  rep_->close_gap(rep_->probe(member.name()));
  --rep_->liveness_counts[static_cast<std::size_t>(member.liveness)];
  --rep_->status_counts[static_cast<std::size_t>(member.status)];
  member = Member{};
  rep_->free_rows.push_back(id);
  --rep_->rows;
}

void MemberTable::set_meta(MemberId id, Bytes meta) {
  Member& member = rep_->row(id);
  member.text = NameAndMeta(member.name(), meta);
}

void MemberTable::set_liveness(MemberId id, Liveness liveness, Instant now) noexcept {
  Member& member = rep_->row(id);
  --rep_->liveness_counts[static_cast<std::size_t>(member.liveness)];
  ++rep_->liveness_counts[static_cast<std::size_t>(liveness)];
  member.liveness = liveness;
  member.liveness_since = now;
  if (liveness == Liveness::dead || liveness == Liveness::left) {
    rep_->last_loss = now;
  }
}

void MemberTable::set_status(MemberId id, MemberStatus status, Instant now) noexcept {
  Member& member = rep_->row(id);
  --rep_->status_counts[static_cast<std::size_t>(member.status)];
  ++rep_->status_counts[static_cast<std::size_t>(status)];
  member.status = status;
  member.status_since = now;
}

std::size_t MemberTable::count(Liveness liveness) const noexcept {
  return rep_->liveness_counts[static_cast<std::size_t>(liveness)];
}

std::size_t MemberTable::count(MemberStatus status) const noexcept {
  return rep_->status_counts[static_cast<std::size_t>(status)];
}

Instant MemberTable::last_loss() const noexcept {
  return rep_->last_loss;
}

std::size_t MemberTable::node_count() const noexcept {
  return rep_->rows - count(Liveness::unknown);
}
std::size_t MemberTable::member_count() const noexcept {
  return rep_->rows - count(MemberStatus::none);
}
std::size_t MemberTable::row_count() const noexcept {
  return rep_->rows;
}
MemberId MemberTable::rows_end() const noexcept {
  return rep_->rows_end;
}

bool MemberTable::occupied(MemberId id) const noexcept {
  return id < rep_->rows_end && rep_->row(id).text.occupied();
}

}  // namespace hearsay::swim
