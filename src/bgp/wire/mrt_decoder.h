// One MRT record to values: what MrtReader does once it has found a record's octets.
#pragma once

#include <string>
#include <vector>

#include "bgp/wire/mrt.h"

namespace weir::bgp {

/// RFC 6396 section 4 and appendix B; 0 to 10 are deprecated.
enum class MrtType : std::uint16_t {
  bgp = 5,
  ospf2 = 11,
  table_dump = 12,
  table_dump_v2 = 13,
  bgp4mp = 16,
  bgp4mp_et = 17,
  isis = 32,
  isis_et = 33,
  ospf3 = 48,
  ospf3_et = 49,
};

inline constexpr std::size_t kMrtHeaderOctets = 12;

struct MrtHeader {
  std::uint32_t time_s = 0;
  std::uint16_t type = 0;
  std::uint16_t subtype = 0;
  std::uint32_t length = 0;  ///< of what follows the header
};
[[nodiscard]] MrtHeader read_mrt_header(ByteReader& reader);

/// Where a record stands, for complaints.
struct MrtRecord {
  MrtHeader header;
  std::uint64_t offset = 0;
  Bytes body;
};

/// How a TABLE_DUMP body is laid out (see MrtReader).
struct TableDumpLayout {
  std::size_t entries = 0;  ///< begun within the body
  bool four_more = false;   ///< the last entry ends four octets behind the length's end
};
[[nodiscard]] TableDumpLayout layout_of_table_dump(Bytes body, std::uint16_t subtype);

class MrtDecoder {
 public:
  explicit MrtDecoder(MrtReader::Handler handler) : handler_(std::move(handler)) {}

  /// Handles one record and counts it. `body` is without the header.
  void decode(const MrtRecord& record);
  /// Whether this TABLE_DUMP record is of the form whose length is four short.
  [[nodiscard]] bool is_four_short(Bytes body, std::uint16_t subtype);

  [[nodiscard]] const MrtCounts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<MrtPeer>& peers() const { return peers_; }
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  /// What became of a record: nothing said means well.
  enum class Outcome : std::uint8_t { well, malformed, unsupported };

  Outcome dispatch(const MrtRecord& record);
  Outcome decode_bgp(const MrtRecord& record);
  Outcome decode_table_dump(const MrtRecord& record);
  Outcome decode_table_dump_v2(const MrtRecord& record);
  Outcome decode_peer_index_table(const MrtRecord& record);
  Outcome decode_rib(const MrtRecord& record, Family family, bool add_path);
  Outcome decode_rib_generic(const MrtRecord& record, bool add_path);
  Outcome decode_rib_of(const MrtRecord& record, ByteReader& reader, Family family, bool add_path);
  Outcome decode_rib_entries(const MrtRecord& record, ByteReader& reader, const Nlri& nlri, Family family,
                             bool add_path);
  Outcome decode_bgp4mp(const MrtRecord& record, ByteReader reader, UnixMillis time_ms);
  Outcome decode_bgp4mp_message(const MrtRecord& record, ByteReader& reader, const MrtPeer& peer, UnixMillis time_ms);
  Outcome state_change(const MrtRecord& record, ByteReader& reader, const MrtPeer& peer, UnixMillis time_ms);
  Outcome take_update(const MrtRecord& record, Bytes body, const UpdateFormat& format);
  /// One entry of a dump: its attributes into route_, and that to the handler.
  Outcome take_attributes(const MrtRecord& record, Bytes block, bool four_octet_as);

  Outcome malformed(const MrtRecord& record, const std::string& what);
  Outcome unsupported(const MrtRecord& record, const std::string& what);
  void complain(const MrtRecord& record, const std::string& what);

  MrtReader::Handler handler_;
  MrtCounts counts_;
  std::vector<std::string> complaints_;
  std::vector<MrtPeer> peers_;
  bool four_short_ = false;  ///< such a record was seen
  // Used again for each record, so that their vectors keep their memory.
  MrtRoute route_;
  MrtUpdate update_;
  AttributeBlock block_;
  std::vector<Nlri> nlri_;
};

}  // namespace weir::bgp
