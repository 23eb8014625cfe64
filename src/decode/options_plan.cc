#include "decode/options_plan.h"

#include <algorithm>
#include <array>

#include "decode/information_element.h"
#include "decode/sampling_rate.h"

namespace weir::decode {
namespace {

using enum OptionRole;

struct RoleOf {
  std::uint32_t enterprise;
  std::uint16_t id;
  OptionRole role;
};

/// The elements that matter in options data; their names are in information_element.cc.
constexpr auto kRoles = std::to_array<RoleOf>({
    {0, 10, interface},
    {0, 14, interface},
    {0, 34, rate},
    {0, 48, sampler},
    {0, 50, rate},
    {0, 82, interface_name},
    {0, 83, interface_description},
    {0, 90, vrf_distinguisher},
    {0, 94, application_description},
    {0, 95, application},
    {0, 96, application_name},
    {0, 145, template_id},
    {0, 149, observation_domain},
    {0, 160, system_init_time},
    {0, 234, vrf},
    {0, 235, vrf},
    {0, 236, vrf_name},
    {0, 252, interface},
    {0, 253, interface},
    {0, 302, sampler},
    {0, 305, packet_interval},
    {0, 306, packet_space},
    {0, 309, sample_size},
    {0, 310, sample_population},
    {0, 311, sample_probability},
    {kNetflow9Scope, 2, interface},
    {kNetflow9Scope, 5, template_id},
});
static_assert(std::ranges::all_of(kRoles,
                                  [](const RoleOf& r) { return static_cast<std::size_t>(r.role) < kOptionRoles; }));

std::optional<OptionRole> role_of(const FieldSpecifier& field) {
  const auto* at = std::ranges::find_if(
      kRoles, [&](const RoleOf& r) { return r.enterprise == field.enterprise && r.id == field.id; });
  if (at == kRoles.end()) return std::nullopt;
  return at->role;
}

/// The octets of the fields that matter, by role; of a repeated role the first that is there.
class Values {
 public:
  void put(OptionRole role, Bytes octets) {
    Bytes& value = values_[static_cast<std::size_t>(role)];
    if (value.empty()) value = octets;
  }
  [[nodiscard]] bool has(OptionRole role) const { return !octets(role).empty(); }
  [[nodiscard]] Bytes octets(OptionRole role) const { return values_[static_cast<std::size_t>(role)]; }
  /// 0 where the field is absent or longer than 8 octets.
  [[nodiscard]] std::uint64_t number(OptionRole role) const {
    const Bytes value = octets(role);
    return value.size() > 8 ? 0 : ByteReader(value).unsigned_be(value.size());
  }

 private:
  std::array<Bytes, kOptionRoles> values_;
};

/// 0 where the record says nothing of sampling.
std::uint32_t rate_of(const Values& values) {
  if (const std::uint64_t plain = values.number(rate); plain != 0) return bounded_rate(plain);
  if (values.has(sample_size) && values.has(sample_population)) {
    const std::uint32_t of_size = rate_of_size(values.number(sample_size), values.number(sample_population));
    if (of_size != 0) return of_size;
  }
  if (values.has(packet_interval) || values.has(packet_space)) {
    const std::uint32_t of_interval =
        rate_of_interval(values.number(packet_interval), values.number(packet_space), values.has(packet_space));
    if (of_interval != 0) return of_interval;
  }
  return rate_of_probability(values.number(sample_probability), values.octets(sample_probability).size());
}

/// A rate belongs to the narrowest thing the record names. Interface 0 is no interface: some exporters scope to it what
/// they mean for all.
void add_rate(const Values& values, std::vector<AnnouncedFact>& facts) {
  const std::uint64_t if_index = values.number(interface);
  if (values.has(sampler) && if_index != 0)
    facts.push_back({Fact::interface_sampler, if_index, values.number(sampler)});
  const std::uint32_t found = rate_of(values);
  if (found == 0) return;
  if (values.has(sampler)) {
    facts.push_back({Fact::sampler_rate, values.number(sampler), found});
  } else if (if_index != 0) {
    facts.push_back({Fact::interface_rate, if_index, found});
  } else if (values.number(template_id) != 0) {
    facts.push_back({Fact::template_rate, values.number(template_id), found});
  } else {
    facts.push_back({Fact::system_rate, 0, found});
  }
}

void add_name(Fact fact, std::uint64_t key, flow::StringId name, std::vector<AnnouncedFact>& facts) {
  if (name != 0) facts.push_back({fact, key, name});
}

void add_names(const Values& values, TextCache& texts, std::vector<AnnouncedFact>& facts) {
  if (values.has(interface)) {
    const std::uint64_t if_index = values.number(interface);
    add_name(Fact::interface_name, if_index, texts.of_text(values.octets(interface_name)), facts);
    add_name(Fact::interface_description, if_index, texts.of_text(values.octets(interface_description)), facts);
  }
  if (values.has(vrf)) add_name(Fact::vrf_name, values.number(vrf), texts.of_text(values.octets(vrf_name)), facts);
  if (values.has(vrf) && values.octets(vrf_distinguisher).size() == 8) {
    facts.push_back({Fact::vrf_distinguisher, values.number(vrf), values.number(vrf_distinguisher)});
  }
  if (const std::uint64_t key = application_key(values.octets(application)); key != 0) {
    const flow::StringId name = texts.of_text(values.octets(application_name));
    add_name(Fact::application_name, key, name != 0 ? name : texts.of_text(values.octets(application_description)),
             facts);
  }
}

}  // namespace

OptionsPlan compile_options(const TemplateRecord& record) {
  OptionsPlan plan;
  plan.least_octets = record.least_octets();
  plan.fields.reserve(record.fields.size());
  for (const FieldSpecifier& field : record.fields) plan.fields.push_back({field.length, role_of(field)});
  return plan;
}

bool read_options_record(const OptionsPlan& plan, ByteReader& set, TextCache& texts, OptionsRecord& out) {
  out.facts.clear();
  out.observation_domain.reset();
  Values values;
  for (const OptionsPlan::Field& field : plan.fields) {
    std::size_t length = field.length;
    if (length == kVariableLength) {
      length = set.u8();
      if (length == 255) length = set.u16();
    }
    const Bytes octets = set.bytes(length);
    if (field.role) values.put(*field.role, octets);
  }
  if (set.failed()) return false;
  add_rate(values, out.facts);
  add_names(values, texts, out.facts);
  if (const std::uint64_t init = values.number(system_init_time); init != 0) {
    constexpr std::uint64_t kLatest = 253'402'300'799'999;  // the end of year 9999
    out.facts.push_back({Fact::system_init_time, 0, std::min(init, kLatest)});
  }
  if (values.has(observation_domain)) {
    out.observation_domain = static_cast<std::uint32_t>(values.number(observation_domain));
  }
  return true;
}

}  // namespace weir::decode
