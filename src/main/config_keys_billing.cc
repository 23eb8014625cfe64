// What is billed to whom, what transit costs, and where home is.
#include <charconv>

#include "main/config_keys.h"

namespace weir::main {
namespace {

using billing::BilledInterface;
using billing::GroupConfig;
using query::report::LinkPrice;

/// A decimal number without sign that is kept as a whole number of its millionths: no amount of money is ever a fraction.
struct DecimalKind {
  using Value = std::uint64_t;
  std::string_view meaning;
  static constexpr std::uint64_t kUnit = 1'000'000;

  [[nodiscard]] std::string what() const { return std::string(meaning) + ", such as 2.50"; }
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const std::string_view text = scalar.text;
    const std::size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    std::string_view part = dot == std::string_view::npos ? std::string_view("0") : text.substr(dot + 1);
    if (part.size() > 6) return std::unexpected("more than six decimals");
    std::string padded(part);
    padded.resize(6, '0');
    const auto digits = [](std::string_view number) {
      return !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (scalar.quoted || !digits(whole) || !digits(part) || whole.size() > 9 || (whole.size() > 1 && whole[0] == '0'))
      return std::unexpected("");
    std::uint64_t units = 0;
    std::uint64_t millionths = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), units);
    std::from_chars(padded.data(), padded.data() + padded.size(), millionths);
    return units * kUnit + millionths;
  }
  [[nodiscard]] static std::string show(Value value) {
    std::string out = std::to_string(value / kUnit);
    std::string part = std::to_string(kUnit + value % kUnit).substr(1);
    part.erase(part.find_last_not_of('0') + 1);
    return part.empty() ? out : out + "." + part;
  }
};

/// Mbit/s, kept as bit/s.
const DecimalKind kMbits{"Mbit/s"};
const DecimalKind kMoney{"money for one Mbit/s and month"};

/// Two capital letters.
struct CountryKind : TextKind {
  CountryKind() : TextKind{"ISO 3166 code in capitals, such as MY"} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const bool letters = scalar.text.size() == 2 &&
                         scalar.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    if (!letters) return std::unexpected("");
    return std::string(scalar.text);
  }
};

std::vector<Key<LinkPrice>> link_keys() {
  using T = LinkPrice;
  return {
      example(required(one<T>("exporter", TextKind{}, WEIR_AT(exporter), "the router's name or address")), "edge-1"),
      example(required(one<T>("interface", TextKind{}, WEIR_AT(interface), "the interface's name or ifIndex")),
              "transit-pccw"),
      example(required(one<T>("price", kMoney, WEIR_AT(price_micros), "what the carrier takes for one Mbit/s and month")),
              "2.50"),
      example(one<T>("commit", kMbits, WEIR_AT(commit_bps), "Mbit/s that are paid for at least"), "1000"),
  };
}

std::vector<Key<BilledInterface>> interface_keys() {
  using T = BilledInterface;
  return {
      example(required(one<T>("exporter", TextKind{}, WEIR_AT(exporter), "the router's name or address")), "edge-1"),
      example(required(one<T>("interface", TextKind{}, WEIR_AT(interface), "the interface's name or ifIndex")), "\"17\""),
  };
}

std::vector<Key<GroupConfig>> group_keys() {
  using T = GroupConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the bill's name")), "Kelapa Cloud"),
      list_of_structs<T>(
          "interfaces", interface_keys(), WEIR_AT(interfaces), [](const BilledInterface&) { return std::string(); },
          "interfaces that are billed: in is what they receive, out what they send"),
      example(list_of<T>("customers", TextKind{"name"}, WEIR_AT(customers),
                         "customers that are billed: in is what they receive, out what they send; so for ases and prefixes"),
              "[Kelapa Cloud]"),
      example(list_of<T>("ases", AsKind{}, WEIR_AT(ases), "autonomous systems that are billed"), "[64500]"),
      example(list_of<T>("prefixes", PrefixKind{}, WEIR_AT(prefixes),
                         "addresses that are billed; the flows of the whole month must be kept for them"),
              "[192.0.2.0/24]"),
      example(one<T>("filter", TextKind{"filter"}, WEIR_AT(filter),
                     "further conditions in the filter language, so that traffic that passes several routers counts once"),
              "direction is known"),
      one<T>("counted", words<billing::Counted>(billing::kCountedWords), WEIR_AT(counted),
             "which direction's 95th percentile is billed: the larger one, that of the sum, each, or one of them"),
      example(one<T>("commit", kMbits, WEIR_AT(commit_bps), "Mbit/s that are paid for at least"), "100"),
      example(one<T>("price", kMoney, WEIR_AT(price_micros), "of one Mbit/s and month"), "10.00"),
      example(one<T>("overage_price", kMoney, WEIR_AT(overage_micros),
                     "of one Mbit/s above the commitment; without it the price"),
              "12.50"),
  };
}

}  // namespace

std::vector<Key<Config>> billing_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      one<T>("billing.currency", TextKind{"ISO 4217 code"}, WEIR_AT(billing.currency),
             "of all prices here; amounts have two decimals"),
      one<T>("billing.time_zone", TextKind{"time zone, such as Asia/Kuala_Lumpur"}, WEIR_AT(billing.time_zone),
             "in which a month begins and ends"),
      one<T>("billing.grace", DurationKind{.least = kMinuteMs, .most = 20 * kDayMs}, WEIR_AT(billing.grace_ms),
             "how long after its end a month's bills are frozen: flows may come late"),
      example(list_of<T>("billing.home_countries", CountryKind{}, WEIR_AT(prices.home_countries),
                         "countries that are domestic in the customer profile; without them the customer's region, where "
                         "that is a code of a country"),
              "[MY]"),
      list_of_structs<T>(
          "billing.links", link_keys(), WEIR_AT(prices.links),
          [](const LinkPrice& l) { return "link " + l.exporter + " " + l.interface; },
          "what transit links cost, for the customer profile"),
      list_of_structs<T>(
          "billing.groups", group_keys(), WEIR_AT(billing.groups),
          [](const GroupConfig& g) { return "billing group " + g.name; },
          "what is billed by the month at its 95th percentile; docs/reference/billing.md"),
  };
  for (Key<Config>& key : keys) key.live = true;
  return keys;
}

}  // namespace weir::main
