#include "decode/saved_state.h"

#include <algorithm>
#include <string>

#include "base/byte_writer.h"

namespace weir::decode {
namespace {

constexpr std::uint32_t kMagic = 0x57444543;  // "WDEC"
constexpr std::uint16_t kVersion = 1;
enum Kind : std::uint8_t { kTemplate = 1, kFacts = 2, kEnd = 255 };
constexpr std::size_t kEntryHeader = 5;

std::uint64_t checksum(Bytes octets) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const std::byte octet : octets) hash = (hash ^ std::to_integer<std::uint64_t>(octet)) * 0x100'0000'01b3;
  return hash;
}

/// Appends one entry whose content `write` writes.
template <typename Write>
void write_entry(ByteWriter& out, Kind kind, Write write) {
  const std::size_t start = out.size();
  out.u8(kind);
  out.u32(0);
  write(out);
  out.patch_u32(start + 1, out.size() - start - kEntryHeader);
  out.u64(checksum(out.view().subspan(start)));
}

void write_key(ByteWriter& out, const DomainKey& key) {
  out.u64(key.session.source.hi);
  out.u64(key.session.source.lo);
  out.u16(key.session.source_port);
  out.u16(key.session.local_port);
  out.u8(static_cast<std::uint8_t>(key.protocol));
  out.u32(key.domain);
}

DomainKey read_key(ByteReader& in) {
  DomainKey key;
  key.session.source = IpAddress::v6(in);
  key.session.source_port = in.u16();
  key.session.local_port = in.u16();
  key.protocol = static_cast<flow::ExportProtocol>(in.u8());
  key.domain = in.u32();
  return key;
}

bool has_templates(flow::ExportProtocol protocol) {
  return protocol == flow::ExportProtocol::netflow9 || protocol == flow::ExportProtocol::ipfix;
}

void write_facts(ByteWriter& out, const Domain& domain, const flow::StringPool& strings) {
  std::vector<AnnouncedFact> facts;
  domain.announced.each(
      [&](Fact fact, std::uint64_t key, std::uint64_t value) { facts.push_back({fact, key, value}); });
  std::ranges::sort(facts, {}, [](const AnnouncedFact& f) { return std::pair(f.fact, f.key); });
  for (std::size_t at = 0; at < facts.size(); at += kFactsInEntry) {
    const auto part = std::span(facts).subspan(at, std::min(kFactsInEntry, facts.size() - at));
    write_entry(out, kFacts, [&](ByteWriter& entry) {
      write_key(entry, domain.key);
      entry.u64(static_cast<std::uint64_t>(domain.last_seen_ms));
      for (const AnnouncedFact& fact : part) {
        entry.u8(static_cast<std::uint8_t>(fact.fact));
        entry.u64(fact.key);
        if (!is_text(fact.fact)) {
          entry.u64(fact.value);
          continue;
        }
        const std::string_view text = strings.text(static_cast<flow::StringId>(fact.value));
        entry.u16(text.size());
        entry.text(text);
      }
    });
  }
}

/// Between 1970 and the end of year 9999, so that differences of times stay within 64 bits.
bool is_time(UnixMillis time) {
  return time >= 0 && time <= 253'402'300'799'999;
}

/// Whether the value can be what the fact says; texts are not numbers of the file.
bool is_possible(const AnnouncedFact& fact) {
  switch (fact.fact) {
    case Fact::system_rate:
    case Fact::sampler_rate:
    case Fact::interface_rate:
    case Fact::template_rate:
      return fact.value >= 1 && fact.value <= 0xffff'ffff;
    case Fact::system_init_time:
      return is_time(static_cast<UnixMillis>(fact.value));
    default:
      return true;
  }
}

bool load_template(ByteReader in, const Workshop& workshop) {
  const DomainKey key = read_key(in);
  const auto refreshed_ms = static_cast<UnixMillis>(in.u64());
  const bool options = in.u8() != 0;
  if (in.failed() || !has_templates(key.protocol) || !is_time(refreshed_ms)) return false;
  TemplateRecord record;
  const Dialect dialect = key.protocol == flow::ExportProtocol::ipfix ? Dialect::ipfix : Dialect::netflow9;
  ByteReader set(in.rest());
  if (read_template(set, dialect, options, record) != TemplateOutcome::definition) return false;
  Domain& domain = workshop.domains.of(key, refreshed_ms);
  if (!domain.templates.contains(record.id)) {
    workshop.domains.add_template(domain, compile_known(std::move(record), refreshed_ms, key, workshop.options));
  }
  return true;
}

bool load_facts(ByteReader in, const Workshop& workshop, flow::StringPool& strings) {
  const DomainKey key = read_key(in);
  const auto last_seen_ms = static_cast<UnixMillis>(in.u64());
  if (in.failed() || !has_templates(key.protocol) || !is_time(last_seen_ms)) return false;
  Domain& domain = workshop.domains.of(key, last_seen_ms);
  while (!in.empty()) {
    const std::uint8_t fact = in.u8();
    const std::uint64_t number = in.u64();
    if (fact == 0 || fact > kMostFact) return false;
    AnnouncedFact announced{static_cast<Fact>(fact), number};
    if (is_text(announced.fact)) {
      const Bytes text = in.bytes(in.u16());
      announced.value = in.failed() ? 0 : strings.intern(as_text(text));
    } else {
      announced.value = in.u64();
    }
    if (in.failed() || !is_possible(announced)) return false;
    workshop.domains.learn(domain, announced);
  }
  return true;
}

/// Reads one entry whole. Nothing: it is cut short or its checksum is wrong.
struct Entry {
  std::uint8_t kind = 0;
  Bytes content;
};
std::optional<Entry> read_entry(ByteReader& in) {
  const Bytes from_here = in.peek_rest();
  Entry entry;
  entry.kind = in.u8();
  const std::size_t length = in.u32();
  entry.content = in.bytes(length);
  const std::uint64_t sum = in.u64();
  if (in.failed() || sum != checksum(from_here.first(kEntryHeader + length))) return std::nullopt;
  return entry;
}

}  // namespace

std::vector<std::byte> save_state(const DomainTable& domains, const flow::StringPool& strings) {
  ByteWriter out;
  out.u32(kMagic);
  out.u16(kVersion);
  std::uint32_t entries = 0;
  domains.each([&](const Domain& domain) {
    for (const auto& [id, known] : domain.templates) {
      write_entry(out, kTemplate, [&](ByteWriter& entry) {
        write_key(entry, domain.key);
        entry.u64(static_cast<std::uint64_t>(known->refreshed_ms));
        entry.u8(known->record.options ? 1 : 0);
        const bool ipfix = domain.key.protocol == flow::ExportProtocol::ipfix;
        write_template(entry, ipfix ? Dialect::ipfix : Dialect::netflow9, known->record);
      });
      ++entries;
    }
    write_facts(out, domain, strings);
    entries += static_cast<std::uint32_t>((domain.announced.size() + kFactsInEntry - 1) / kFactsInEntry);
  });
  write_entry(out, kEnd, [&](ByteWriter& entry) { entry.u32(entries); });
  return out.take();
}

Result<void> load_state(Bytes saved, const Workshop& workshop, flow::StringPool& strings) {
  ByteReader in(saved);
  const std::uint32_t magic = in.u32();
  const std::uint16_t version = in.u16();
  if (in.failed() || magic != kMagic) return fail(ErrorCode::malformed, "saved templates: not a file of templates");
  if (version != kVersion) {
    return fail(ErrorCode::unsupported,
                "saved templates: version " + std::to_string(version) + ", expected " + std::to_string(kVersion));
  }
  for (std::uint32_t entries = 0;; ++entries) {
    const std::size_t at = in.position();
    const auto damaged = [&](const char* what) {
      return fail(ErrorCode::malformed, std::string("saved templates: ") + what + " at octet " + std::to_string(at) +
                                            " of " + std::to_string(saved.size()) + "; kept the " +
                                            std::to_string(entries) + " entries before it");
    };
    const auto entry = read_entry(in);
    if (!entry) return damaged("entry cut short or damaged");
    switch (entry->kind) {
      case kTemplate:
        if (!load_template(ByteReader(entry->content), workshop)) return damaged("impossible template");
        break;
      case kFacts:
        if (!load_facts(ByteReader(entry->content), workshop, strings)) return damaged("impossible facts");
        break;
      case kEnd:
        if (ByteReader(entry->content).u32() != entries) return damaged("entries are missing");
        return {};
      default:
        return damaged("unknown kind of entry");
    }
  }
}

}  // namespace weir::decode
