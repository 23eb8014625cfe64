// Finding records in a stream of chunks.
#include "bgp/wire/mrt.h"

#include <algorithm>

#include "bgp/wire/mrt_decoder.h"

namespace weir::bgp {
namespace {

bool is_known(std::uint16_t type) {
  return type <= static_cast<std::uint16_t>(MrtType::bgp4mp_et) || type == static_cast<std::uint16_t>(MrtType::isis) ||
         type == static_cast<std::uint16_t>(MrtType::isis_et) || type == static_cast<std::uint16_t>(MrtType::ospf3) ||
         type == static_cast<std::uint16_t>(MrtType::ospf3_et);
}

}  // namespace

MrtHeader read_mrt_header(ByteReader& reader) {
  MrtHeader header;
  header.time_s = reader.u32();
  header.type = reader.u16();
  header.subtype = reader.u16();
  header.length = reader.u32();
  return header;
}

MrtReader::MrtReader(Handler handler) : decoder_(std::make_unique<MrtDecoder>(std::move(handler))) {}
MrtReader::~MrtReader() = default;

const MrtCounts& MrtReader::counts() const {
  return decoder_->counts();
}
const std::vector<MrtPeer>& MrtReader::peers() const {
  return decoder_->peers();
}
const std::vector<std::string>& MrtReader::complaints() const {
  return decoder_->complaints();
}

Result<void> MrtReader::take(Bytes chunk) {
  if (broken_) return std::unexpected(*broken_);
  // Mostly nothing is pending, and the records are read where they lie.
  const bool was_pending = !pending_.empty();
  if (was_pending) pending_.insert(pending_.end(), chunk.begin(), chunk.end());
  const Bytes octets = was_pending ? Bytes(pending_) : chunk;
  const auto taken = take_records(octets);
  if (!taken) {
    broken_ = taken.error();
    pending_.clear();
    return std::unexpected(*broken_);
  }
  if (was_pending) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(*taken));
  } else {
    const Bytes rest = octets.subspan(*taken);
    pending_.assign(rest.begin(), rest.end());
  }
  return {};
}

Result<std::size_t> MrtReader::take_records(Bytes octets) {
  std::size_t taken = 0;
  while (octets.size() - taken >= kMrtHeaderOctets) {
    ByteReader reader(octets.subspan(taken));
    MrtRecord record{.header = read_mrt_header(reader), .offset = offset_, .body = {}};
    if (record.header.length > kMostRecordOctets) {
      return fail(ErrorCode::malformed, "record " + std::to_string(counts().records + 1) + " at offset " +
                                            std::to_string(offset_) + " claims " +
                                            std::to_string(record.header.length) +
                                            " octets: not an MRT file, or broken from here on");
    }
    std::size_t length = record.header.length;
    if (reader.remaining() < length) break;
    if (record.header.type == static_cast<std::uint16_t>(MrtType::table_dump) &&
        decoder_->is_four_short(reader.peek_rest().first(length), record.header.subtype)) {
      length += 4;
      if (reader.remaining() < length) break;
    }
    record.body = reader.bytes(length);
    decoder_->decode(record);
    taken += reader.position();
    offset_ += reader.position();
  }
  return taken;
}

Result<void> MrtReader::finish() {
  if (broken_) return std::unexpected(*broken_);
  if (pending_.empty()) return {};
  ByteReader reader(pending_);
  const MrtHeader header = read_mrt_header(reader);
  const std::string needed = reader.ok() ? std::to_string(kMrtHeaderOctets + header.length) : "a header of 12";
  broken_ = Error{ErrorCode::malformed, "the file ends within record " + std::to_string(counts().records + 1) +
                                            " at offset " + std::to_string(offset_) + ": it needs " + needed +
                                            " octets, " + std::to_string(pending_.size()) + " are there"};
  return std::unexpected(*broken_);
}

bool looks_like_mrt(Bytes beginning) {
  ByteReader reader(beginning);
  const MrtHeader header = read_mrt_header(reader);
  // Text would claim a type of two printable characters.
  return reader.ok() && is_known(header.type) && header.subtype < 64 && header.length <= MrtReader::kMostRecordOctets;
}

}  // namespace weir::bgp
