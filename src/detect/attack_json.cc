#include "detect/attack_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "detect/detect_config.h"
#include "detect/record.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

constexpr std::size_t kKinds = static_cast<std::size_t>(AttackKind::outgoing_flood) + 1;
constexpr std::size_t kMostList = 10'000;

json::object rates_json(const Rates& rates) {
  return {{"bits_per_second", rates.bits_per_second},
          {"packets_per_second", rates.packets_per_second},
          {"flows_per_second", rates.flows_per_second}};
}

template <typename T>
void put(json::object& out, std::string_view name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

json::object signature_json(const Signature& s) {
  json::object out{{"target", to_string(s.target)}};
  if (s.source) out["source"] = to_string(*s.source);
  put(out, "protocol", s.protocol);
  put(out, "source_port", s.source_port);
  put(out, "destination_port", s.destination_port);
  put(out, "tcp_flags", s.tcp_flags);
  put(out, "tcp_flags_mask", s.tcp_flags_mask);
  put(out, "icmp_type", s.icmp_type);
  put(out, "fragment", s.fragment);
  put(out, "length_from", s.length_from);
  put(out, "length_to", s.length_to);
  out["attack_share"] = s.attack_share;
  out["other_share"] = s.other_share;
  out["text"] = signature_text(s);
  return out;
}

json::object sample_json(const SampleFlow& f) {
  return {{"time", f.time},
          {"exporter", to_string(f.exporter)},
          {"src_addr", to_string(f.source)},
          {"dst_addr", to_string(f.destination)},
          {"src_port", f.source_port},
          {"dst_port", f.destination_port},
          {"proto", f.protocol},
          {"tcp_flags", f.tcp_flags},
          {"in_if", f.in_if},
          {"src_as", f.source_as},
          {"bytes", f.bytes},
          {"packets", f.packets},
          {"sampling_rate", f.sampling_rate}};
}

json::object evidence_json(const Evidence& e, bool full) {
  json::object out{{"reason", e.reason},
                   {"distinct_sources", e.distinct_sources},
                   {"distinct_destinations", e.distinct_destinations}};
  if (!full) return out;
  json::object top;
  for (const auto& [column, shares] : e.top) {
    json::array list;
    for (const Share& s : shares) {
      list.push_back(json::object{{"value", s.value}, {"name", s.name}, {"bytes", s.bytes}, {"packets", s.packets}});
    }
    top[column] = std::move(list);
  }
  json::array samples;
  for (const SampleFlow& f : e.samples) samples.push_back(sample_json(f));
  json::array curve;
  for (const CurvePoint& p : e.curve) {
    json::object point = rates_json(p.rates);
    point["second"] = p.second;
    curve.push_back(std::move(point));
  }
  out["top"] = std::move(top);
  out["samples"] = std::move(samples);
  out["curve"] = std::move(curve);
  return out;
}

/// Reads members of an object; what is missing or of another type is remembered.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::string text(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_string()) return ok_ = false, std::string();
    return std::string(value->as_string());
  }
  template <typename T>
  [[nodiscard]] T number(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_number()) return ok_ = false, T{};
    json::error_code error;
    const T number = value->to_number<T>(error);
    if (error) ok_ = false;
    return error ? T{} : number;
  }
  template <typename T>
  void optional(std::string_view name, std::optional<T>& out) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return;
    if constexpr (std::is_same_v<T, bool>) {
      if (value->is_bool()) out = value->as_bool();
      ok_ = ok_ && value->is_bool();
    } else {
      out = number<T>(name);
    }
  }
  template <typename T, std::size_t N>
  [[nodiscard]] T word(std::string_view name, const std::array<std::string_view, N>& words) {
    const std::string found = text(name);
    const auto at = std::ranges::find(words, found);
    if (at == words.end()) return ok_ = false, T{};
    return static_cast<T>(at - words.begin());
  }
  [[nodiscard]] Prefix prefix(std::string_view name) {
    const auto read = parse_prefix(text(name));
    if (!read) ok_ = false;
    return read.value_or(Prefix{});
  }
  [[nodiscard]] IpAddress address(std::string_view name) {
    const auto read = parse_ip(text(name));
    if (!read) ok_ = false;
    return read.value_or(IpAddress{});
  }
  template <typename Read>
  void list(std::string_view name, Read read) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) return;
    if (!value->is_array() || value->as_array().size() > kMostList) {
      ok_ = false;
      return;
    }
    for (const json::value& item : value->as_array()) {
      if (item.is_object()) read(item.as_object());
      ok_ = ok_ && item.is_object();
    }
  }
  [[nodiscard]] const json::object* object(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && value->is_object() ? &value->as_object() : nullptr;
  }
  void join(const Members& other) { ok_ = ok_ && other.ok_; }

 private:
  const json::object& object_;
  bool ok_ = true;
};

Rates read_rates(Members& in, std::string_view name) {
  const json::object* object = in.object(name);
  if (object == nullptr) return {};
  Members m(*object);
  const Rates out{.bits_per_second = m.number<double>("bits_per_second"),
                  .packets_per_second = m.number<double>("packets_per_second"),
                  .flows_per_second = m.number<double>("flows_per_second")};
  in.join(m);
  return out;
}

Signature read_signature(const json::object& object, Members& outer) {
  Members in(object);
  Signature out;
  out.target = in.prefix("target");
  if (object.contains("source")) out.source = in.prefix("source");
  in.optional("protocol", out.protocol);
  in.optional("source_port", out.source_port);
  in.optional("destination_port", out.destination_port);
  in.optional("tcp_flags", out.tcp_flags);
  in.optional("tcp_flags_mask", out.tcp_flags_mask);
  in.optional("icmp_type", out.icmp_type);
  in.optional("fragment", out.fragment);
  in.optional("length_from", out.length_from);
  in.optional("length_to", out.length_to);
  out.attack_share = in.number<double>("attack_share");
  out.other_share = in.number<double>("other_share");
  outer.join(in);
  return out;
}

SampleFlow read_sample(const json::object& object, Members& outer) {
  Members in(object);
  const SampleFlow out{.time = in.number<UnixMillis>("time"),
                       .exporter = in.address("exporter"),
                       .source = in.address("src_addr"),
                       .destination = in.address("dst_addr"),
                       .source_port = in.number<std::uint16_t>("src_port"),
                       .destination_port = in.number<std::uint16_t>("dst_port"),
                       .protocol = in.number<std::uint8_t>("proto"),
                       .tcp_flags = in.number<std::uint8_t>("tcp_flags"),
                       .in_if = in.number<std::uint32_t>("in_if"),
                       .source_as = in.number<std::uint32_t>("src_as"),
                       .bytes = in.number<std::uint64_t>("bytes"),
                       .packets = in.number<std::uint64_t>("packets"),
                       .sampling_rate = in.number<std::uint32_t>("sampling_rate")};
  outer.join(in);
  return out;
}

void read_evidence(const json::object& object, Evidence& out, Members& outer) {
  Members in(object);
  out.reason = in.text("reason");
  out.distinct_sources = in.number<std::uint64_t>("distinct_sources");
  out.distinct_destinations = in.number<std::uint64_t>("distinct_destinations");
  if (const json::object* top = in.object("top")) {
    for (const auto& entry : *top) {
      Members lists(*top);
      std::vector<Share>& shares = out.top[std::string(entry.key())];
      lists.list(entry.key(), [&](const json::object& item) {
        Members share(item);
        shares.push_back({share.text("value"), share.text("name"), share.number<std::uint64_t>("bytes"),
                          share.number<std::uint64_t>("packets")});
        in.join(share);
      });
      in.join(lists);
    }
  }
  in.list("samples", [&](const json::object& item) { out.samples.push_back(read_sample(item, in)); });
  in.list("curve", [&](const json::object& item) {
    Members point(item);
    out.curve.push_back({.second = point.number<UnixMillis>("second"),
                         .rates = {.bits_per_second = point.number<double>("bits_per_second"),
                                   .packets_per_second = point.number<double>("packets_per_second"),
                                   .flows_per_second = point.number<double>("flows_per_second")}});
    in.join(point);
  });
  outer.join(in);
}

AttackKind read_kind(Members& in) {
  const std::string word = in.text("kind");
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (name_of(static_cast<AttackKind>(i)) == word) return static_cast<AttackKind>(i);
  }
  return AttackKind::unknown;
}

}  // namespace

std::string_view way_word(Way way) { return kWayWords[static_cast<std::size_t>(way)]; }
std::string_view measure_word(Measure measure) { return kMeasureWords[static_cast<std::size_t>(measure)]; }

std::string signature_text(const Signature& s) {
  std::string out;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : ", ") + word; };
  if (s.protocol) {
    switch (*s.protocol) {
      case kTcp: add("TCP"); break;
      case kUdp: add("UDP"); break;
      case kIcmp: add("ICMP"); break;
      case kIcmp6: add("ICMPv6"); break;
      case kGre: add("GRE"); break;
      case kEsp: add("ESP"); break;
      default: add("protocol " + std::to_string(*s.protocol));
    }
  }
  if (s.tcp_flags) {
    std::string flags;
    for (const auto& [bit, name] : {std::pair{kSyn, "SYN"}, {kAck, "ACK"}, {kRst, "RST"}}) {
      if ((*s.tcp_flags & bit) != 0) flags += (flags.empty() ? "" : "+") + std::string(name);
    }
    add(flags.empty() ? "no SYN, ACK or RST" : flags);
  }
  if (s.fragment) add(*s.fragment ? "fragments" : "no fragments");
  if (s.icmp_type) add("type " + std::to_string(*s.icmp_type));
  if (s.source && s.source->length > 0) add("from " + to_string(*s.source));
  if (s.source_port) add("from port " + std::to_string(*s.source_port));
  if (s.destination_port) add("to port " + std::to_string(*s.destination_port));
  if (s.length_from && s.length_to) add(fmt::format("{} to {} octets a packet", *s.length_from, *s.length_to));
  return out;
}

json::object attack_json(const Attack& a, bool with_evidence) {
  json::array signatures;
  for (const Signature& s : a.signatures) signatures.push_back(signature_json(s));
  return {{"id", a.id},
          {"kind", name_of(a.kind)},
          {"title", title_of(a.kind)},
          {"way", way_word(a.way)},
          {"target", to_string(a.target)},
          {"subject", a.subject},
          {"customer", a.customer},
          {"rule", a.rule},
          {"measure", measure_word(a.measure)},
          {"threshold", a.threshold},
          {"threshold_from", a.threshold_from},
          {"began", a.began_ms},
          {"found", a.found_ms},
          {"last", a.last_ms},
          {"ended", a.ended_ms ? json::value(*a.ended_ms) : json::value()},
          {"now", rates_json(a.now)},
          {"peak", rates_json(a.peak)},
          {"value", a.value},
          {"value_low", a.value_low},
          {"value_high", a.value_high},
          {"bytes", a.bytes},
          {"packets", a.packets},
          {"flows", a.flows},
          {"signatures", std::move(signatures)},
          {"evidence", evidence_json(a.evidence, with_evidence)}};
}

std::string attack_text(const Attack& attack) {
  return json::serialize(attack_json(attack, true)) + "\n";
}

Result<Attack> read_attack(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return fail(ErrorCode::malformed, "this is no attack: " + error.message());
  Members in(value.as_object());
  Attack a;
  a.id = in.number<std::uint64_t>("id");
  a.kind = read_kind(in);
  a.way = in.word<Way>("way", kWayWords);
  a.target = in.prefix("target");
  a.subject = in.text("subject");
  a.customer = in.text("customer");
  a.rule = in.text("rule");
  a.measure = in.word<Measure>("measure", kMeasureWords);
  a.threshold = in.number<double>("threshold");
  a.threshold_from = in.text("threshold_from");
  a.began_ms = in.number<UnixMillis>("began");
  a.found_ms = in.number<UnixMillis>("found");
  a.last_ms = in.number<UnixMillis>("last");
  in.optional("ended", a.ended_ms);
  a.now = read_rates(in, "now");
  a.peak = read_rates(in, "peak");
  a.value = in.number<double>("value");
  a.value_low = in.number<double>("value_low");
  a.value_high = in.number<double>("value_high");
  a.bytes = in.number<std::uint64_t>("bytes");
  a.packets = in.number<std::uint64_t>("packets");
  a.flows = in.number<std::uint64_t>("flows");
  in.list("signatures", [&](const json::object& item) { a.signatures.push_back(read_signature(item, in)); });
  if (const json::object* evidence = in.object("evidence")) read_evidence(*evidence, a.evidence, in);
  if (!in.ok() || a.id == 0) return fail(ErrorCode::malformed, "this is no attack: a member is missing or of another type");
  return a;
}

}  // namespace weir::detect
