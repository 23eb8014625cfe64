// Options Data Records: what an exporter tells about itself. A compiled Options Template says where in a record the few
// facts are that Weir keeps; everything else is skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "decode/announced.h"
#include "decode/template_record.h"
#include "decode/text_cache.h"

namespace weir::decode {

/// What a field of an options record says.
enum class OptionRole : std::uint8_t {
  interface,
  sampler,
  template_id,
  vrf,
  application,
  observation_domain,  // whom the record is about
  rate,
  packet_interval,
  packet_space,
  sample_size,
  sample_population,
  sample_probability,
  interface_name,
  interface_description,
  vrf_name,
  vrf_distinguisher,
  application_name,
  application_description,
  system_init_time,
};
inline constexpr std::size_t kOptionRoles = 19;

struct OptionsPlan {
  struct Field {
    std::uint16_t length = 0;
    std::optional<OptionRole> role;
  };
  std::size_t least_octets = 0;
  std::vector<Field> fields;
};

[[nodiscard]] OptionsPlan compile_options(const TemplateRecord& record);

/// One fact that a record announced.
struct AnnouncedFact {
  Fact fact;
  std::uint64_t key = 0;
  std::uint64_t value = 0;
};
/// The facts of one record, and the Observation Domain they are about, if the record names one.
struct OptionsRecord {
  std::vector<AnnouncedFact> facts;
  std::optional<std::uint32_t> observation_domain;
};

/// Reads the next record into `out`, which keeps its memory. False when it does not end within the Set.
bool read_options_record(const OptionsPlan& plan, ByteReader& set, TextCache& texts, OptionsRecord& out);

}  // namespace weir::decode
