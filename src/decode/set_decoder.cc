#include "decode/set_decoder.h"

#include <algorithm>
#include <utility>

namespace weir::decode {
namespace {

using flow::Counter;

constexpr std::size_t kSetHeader = 4;

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte octet) { return octet == std::byte{0}; });
}

/// What is behind the last record of a Set is padding when it is short or zero (RFC 7011 section 3.3.1); otherwise a
/// record was cut.
bool is_padding(Bytes rest) {
  return rest.size() < 4 || all_zero(rest);
}

}  // namespace

bool trusts_exporter_address(const DecodeOptions& options, IpAddress source) {
  return std::ranges::any_of(options.exporter_from_message,
                             [&](const Prefix& prefix) { return prefix.contains(source); });
}

std::unique_ptr<KnownTemplate> compile_known(TemplateRecord record, UnixMillis refreshed_ms, const DomainKey& key,
                                             const DecodeOptions& options) {
  auto known = std::make_unique<KnownTemplate>();
  known->refreshed_ms = refreshed_ms;
  if (record.options) {
    known->options = std::make_unique<OptionsPlan>(compile_options(record));
  } else {
    const Dialect dialect = key.protocol == flow::ExportProtocol::ipfix ? Dialect::ipfix : Dialect::netflow9;
    const bool trusted = trusts_exporter_address(options, key.session.source);
    known->flow = std::make_unique<FlowPlan>(
        compile(record, {dialect, trusted, options.split_connections, options.inner_addresses}));
  }
  known->record = std::move(record);
  return known;
}

SetDecoder::SetDecoder(const Workshop& workshop, Domain& domain, const MessageTimes& times, flow::FlowBatch& out)
    : workshop_(workshop),
      domain_(domain),
      times_(times),
      out_(out),
      dialect_(domain.key.protocol == flow::ExportProtocol::ipfix ? Dialect::ipfix : Dialect::netflow9) {}

void SetDecoder::decode(ByteReader sets) {
  while (!sets.empty()) {
    if (sets.remaining() < kSetHeader || all_zero(sets.peek_rest().first(kSetHeader))) {
      // Some exporters fill their messages up with zeros.
      if (!all_zero(sets.peek_rest())) count(Counter::bad_set);
      return;
    }
    const std::uint16_t id = sets.u16();
    const std::size_t length = sets.u16();
    if (length < kSetHeader) return count(Counter::bad_set);
    const std::size_t content = length - kSetHeader;
    if (content > sets.remaining()) {
      count(Counter::bad_set);
      countable_ = false;
      return decode_set(id, sets.rest());  // a datagram cut short: its whole records are good
    }
    decode_set(id, sets.bytes(content));
  }
}

void SetDecoder::decode_set(std::uint16_t id, Bytes content) {
  const std::uint16_t templates = dialect_ == Dialect::ipfix ? 2 : 0;
  if (id == templates) return template_set(content, false);
  if (id == templates + 1) return template_set(content, true);
  if (id < kFirstDataSet) return count(Counter::bad_set);
  data_set(id, content);
}

void SetDecoder::template_set(Bytes content, bool options) {
  ByteReader set(content);
  while (!set.empty()) {
    switch (read_template(set, dialect_, options, template_)) {
      case TemplateOutcome::definition:
        learn_template();
        break;
      case TemplateOutcome::withdrawal:
        withdraw();
        break;
      case TemplateOutcome::padding:
        break;
      case TemplateOutcome::malformed:
        count(Counter::bad_template);
        break;
      case TemplateOutcome::cut_short:
        return count(Counter::bad_template);
    }
  }
}

void SetDecoder::learn_template() {
  count(Counter::templates);
  const auto found = domain_.templates.find(template_.id);
  if (found != domain_.templates.end()) {
    if (found->second->record == template_) {
      found->second->refreshed_ms = times_.received_ms;
      return;
    }
    count(Counter::templates_replaced);
  }
  auto known = compile_known(template_, times_.received_ms, domain_.key, workshop_.options);
  if (!workshop_.domains.add_template(domain_, std::move(known))) return count(Counter::too_many_templates);
  if (!domain_.parked.empty()) unpark(template_.id);
}

void SetDecoder::withdraw() {
  if (template_.id >= kFirstDataSet) {
    const auto found = domain_.templates.find(template_.id);
    if (found == domain_.templates.end()) return;
    workshop_.domains.remove_template(domain_, template_.id);
    return count(Counter::templates_withdrawn);
  }
  std::vector<std::uint16_t> all;
  for (const auto& [id, known] : domain_.templates) {
    if (known->record.options == template_.options) all.push_back(id);
  }
  for (const std::uint16_t id : all) {
    workshop_.domains.remove_template(domain_, id);
    count(Counter::templates_withdrawn);
  }
}

void SetDecoder::unpark(std::uint16_t template_id) {
  const KnownTemplate& known = *domain_.templates.find(template_id)->second;
  for (const ParkedSet& set : workshop_.domains.unpark(domain_, template_id)) {
    if (times_.received_ms - set.times.received_ms > workshop_.options.parked_age_ms) {
      count(Counter::sets_unparked_too_late);
      continue;
    }
    count(Counter::sets_unparked);
    decode_records(known, set.content, set.times);
  }
}

void SetDecoder::data_set(std::uint16_t id, Bytes content) {
  const auto found = domain_.templates.find(id);
  if (found == domain_.templates.end()) {
    countable_ = false;
    return park(id, content);
  }
  records_ += decode_records(*found->second, content, times_);
}

std::uint32_t SetDecoder::decode_records(const KnownTemplate& known, Bytes content, const MessageTimes& times) {
  if (known.options) return decode_options(*known.options, content);
  // Looked up for each Set: options data of this very Message may just have announced it.
  const Domain* whole =
      domain_.key.domain == 0 ? nullptr : workshop_.domains.find({domain_.key.session, domain_.key.protocol, 0});
  const RowContext context{.options = workshop_.options,
                           .times = times,
                           .own = &domain_.announced,
                           .whole = whole == nullptr ? nullptr : &whole->announced,
                           .texts = workshop_.texts,
                           .tally = workshop_.tally,
                           .exporter = domain_.key.session.source,
                           .observation_domain = domain_.key.domain,
                           .template_id = known.record.id,
                           .protocol = workshop_.texts.protocol(domain_.key.protocol)};
  const RunResult result = run_plan(*known.flow, content, context, out_);
  if (result.cut_short || !is_padding(result.rest)) count(Counter::bad_record);
  return static_cast<std::uint32_t>(result.records);
}

std::uint32_t SetDecoder::decode_options(const OptionsPlan& plan, Bytes content) {
  ByteReader set(content);
  std::uint32_t records = 0;
  while (set.remaining() >= plan.least_octets) {
    if (!read_options_record(plan, set, workshop_.texts, options_record_)) {
      count(Counter::bad_record);
      break;
    }
    ++records;
    const std::uint32_t about = options_record_.observation_domain.value_or(domain_.key.domain);
    Domain& domain =
        about == domain_.key.domain
            ? domain_
            : workshop_.domains.of({domain_.key.session, domain_.key.protocol, about}, times_.received_ms, &domain_);
    for (const AnnouncedFact& fact : options_record_.facts) workshop_.domains.learn(domain, fact);
  }
  if (set.ok() && !is_padding(set.peek_rest())) count(Counter::bad_record);
  workshop_.tally.options_records += records;
  return records;
}

void SetDecoder::park(std::uint16_t id, Bytes content) {
  ParkedSet set{id, times_, {content.begin(), content.end()}};
  count(workshop_.domains.park(domain_, std::move(set)) ? Counter::sets_parked : Counter::sets_park_full);
}

}  // namespace weir::decode
