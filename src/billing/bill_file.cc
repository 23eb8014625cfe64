#include "billing/bill_file.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/digest.h"

namespace weir::billing {
namespace {

namespace json = boost::json;

constexpr std::string_view kHead = "{\"sha256\":\"";
constexpr std::string_view kBetween = "\",\n\"bill\":";
constexpr std::string_view kTail = "}\n";
constexpr std::size_t kDigits = 64;
/// Of a month at five minutes there are at most 31 days and an hour.
constexpr std::size_t kMostSamples = 10'000;

json::array numbers(const Bill& bill, std::uint64_t Sample::* of) {
  json::array out;
  out.reserve(bill.samples.size());
  for (const Sample& sample : bill.samples) out.emplace_back(sample.*of);
  return out;
}

json::object line_json(const Line& line) {
  return {{"direction", line.direction},       {"percentile_95_bps", line.percentile_95_bps},
          {"average_bps", line.average_bps},   {"maximum_bps", line.maximum_bps},
          {"billed_bps", line.billed_bps},     {"overage_bps", line.overage_bps},
          {"commit_cents", line.commit_cents}, {"overage_cents", line.overage_cents}};
}

/// Reads members, and remembers whether all were there.
class Reader {
 public:
  explicit Reader(const json::object& from) : from_(from) {}

  std::string text(std::string_view name) {
    const json::value* value = from_.if_contains(name);
    if (value == nullptr || !value->is_string()) return missing(name), std::string();
    return std::string(value->get_string());
  }
  std::uint64_t number(std::string_view name) {
    const json::value* value = from_.if_contains(name);
    return value == nullptr ? (missing(name), 0) : whole(*value, name);
  }
  std::vector<std::uint64_t> list(std::string_view name) {
    const json::value* value = from_.if_contains(name);
    std::vector<std::uint64_t> out;
    if (value == nullptr || !value->is_array() || value->get_array().size() > kMostSamples) return missing(name), out;
    for (const json::value& item : value->get_array()) out.push_back(whole(item, name));
    return out;
  }
  const json::array* objects(std::string_view name) {
    const json::value* value = from_.if_contains(name);
    if (value == nullptr || !value->is_array()) return missing(name), nullptr;
    return &value->get_array();
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  void missing(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }

 private:
  std::uint64_t whole(const json::value& value, std::string_view name) {
    if (const auto* number = value.if_uint64()) return *number;
    if (const auto* number = value.if_int64(); number != nullptr && *number >= 0)
      return static_cast<std::uint64_t>(*number);
    missing(name);
    return 0;
  }
  const json::object& from_;
  std::string wrong_;
};

std::unexpected<Error> broken(const std::string& what) {
  return fail(ErrorCode::malformed, "no bill: " + what);
}

Result<Bill> bill_of(const json::object& from) {
  Reader reader(from);
  Bill out;
  out.group = reader.text("group");
  const auto month = parse_month(reader.text("month"));
  out.time_zone = reader.text("time_zone");
  out.range = {static_cast<UnixMillis>(reader.number("from")), static_cast<UnixMillis>(reader.number("to"))};
  out.currency = reader.text("currency");
  const std::string counted = reader.text("counted");
  out.commit_bps = reader.number("commit_bps");
  out.price_micros = reader.number("price_micros");
  out.overage_micros = reader.number("overage_micros");
  out.filter_in = reader.text("filter_in");
  out.filter_out = reader.text("filter_out");
  out.source = reader.text("source");
  out.made_ms = static_cast<UnixMillis>(reader.number("made"));
  out.previous_sha256 = reader.text("previous_sha256");
  out.total_cents = reader.number("total_cents");
  const auto in = reader.list("in_bytes");
  const auto outgoing = reader.list("out_bytes");
  const json::array* lines = reader.objects("lines");
  const auto word = std::ranges::find(kCountedWords, counted);
  if (!reader.wrong().empty()) return broken("'" + reader.wrong() + "' is missing or not what it should be");
  if (!month) return broken(month.error().message);
  if (word == kCountedWords.end()) return broken("'counted' is not one of its words");
  if (in.size() != outgoing.size()) return broken("as many samples of in_bytes as of out_bytes are expected");
  out.month = *month;
  out.counted = static_cast<Counted>(word - kCountedWords.begin());
  for (std::size_t i = 0; i < in.size(); ++i) out.samples.push_back({in[i], outgoing[i]});
  for (const json::value& value : *lines) {
    if (!value.is_object()) return broken("a line is no object");
    Reader line(value.get_object());
    out.lines.push_back({line.text("direction"), line.number("percentile_95_bps"), line.number("average_bps"),
                         line.number("maximum_bps"), line.number("billed_bps"), line.number("overage_bps"),
                         line.number("commit_cents"), line.number("overage_cents")});
    if (!line.wrong().empty()) return broken("'" + line.wrong() + "' is missing in a line");
  }
  out.frozen = true;
  return out;
}

}  // namespace

std::string bill_json(const Bill& bill) {
  json::array lines;
  for (const Line& line : bill.lines) lines.push_back(line_json(line));
  return json::serialize(json::object{
      {"group", bill.group},
      {"month", to_string(bill.month)},
      {"time_zone", bill.time_zone},
      {"from", bill.range.from_ms},
      {"to", bill.range.to_ms},
      {"sample_ms", kSampleMs},
      {"currency", bill.currency},
      {"counted", kCountedWords[static_cast<std::size_t>(bill.counted)]},
      {"commit_bps", bill.commit_bps},
      {"price_micros", bill.price_micros},
      {"overage_micros", bill.overage_micros},
      {"filter_in", bill.filter_in},
      {"filter_out", bill.filter_out},
      {"source", bill.source},
      {"made", bill.made_ms},
      {"previous_sha256", bill.previous_sha256},
      {"lines", std::move(lines)},
      {"total_cents", bill.total_cents},
      {"in_bytes", numbers(bill, &Sample::in_bytes)},
      {"out_bytes", numbers(bill, &Sample::out_bytes)},
  });
}

std::string write_bill(const Bill& bill) {
  const std::string inner = bill_json(bill);
  return std::string(kHead) + sha256_hex(inner) + std::string(kBetween) + inner + std::string(kTail);
}

Result<ReadBill> read_bill(std::string_view text) {
  const std::size_t inner_at = kHead.size() + kDigits + kBetween.size();
  if (text.size() < inner_at + kTail.size() || !text.starts_with(kHead) || !text.ends_with(kTail) ||
      text.substr(kHead.size() + kDigits, kBetween.size()) != kBetween)
    return broken("the file does not have the shape of one");
  const std::string_view inner = text.substr(inner_at, text.size() - inner_at - kTail.size());
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  const json::value parsed = json::parse(inner, error, {}, options);
  if (error || !parsed.is_object()) return broken("its content is no JSON object");
  auto bill = bill_of(parsed.get_object());
  if (!bill) return std::unexpected(bill.error());
  return ReadBill{*std::move(bill), std::string(text.substr(kHead.size(), kDigits)), sha256_hex(inner)};
}

}  // namespace weir::billing
