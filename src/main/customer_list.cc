#include "main/customer_list.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <span>

#include "base/log.h"

namespace weir::main {
namespace {

namespace json = boost::json;
using Faults = std::vector<serve::JsonFault>;

constexpr std::size_t kMostText = 200;
constexpr std::int64_t kMostRevision = std::int64_t{1} << 52;

/// Numbers that no customer has: RFC 7607, RFC 6793, RFC 7300.
constexpr std::array<std::uint32_t, 4> kNobodysAs = {0, 23456, 65535, 4294967295};

/// Reads the members of one object, and notes what is wrong with each at its place.
class Members {
 public:
  Members(const json::value& value, std::string place, std::span<const std::string_view> known, Faults& faults)
      : place_(std::move(place)), faults_(faults), from_(value.if_object()) {
    if (from_ == nullptr) {
      fault("", "it is no JSON object");
      return;
    }
    for (const auto& member : *from_) {
      if (std::ranges::find(known, std::string_view(member.key())) == known.end())
        fault("", "there is no member '" + log::escape(std::string_view(member.key()), 64) + "'");
    }
  }
  [[nodiscard]] const json::value* find(std::string_view name) const {
    return from_ == nullptr ? nullptr : from_->if_contains(name);
  }
  [[nodiscard]] std::string place(std::string_view name) const { return place_ + "/" + std::string(name); }

  std::string text(std::string_view name, std::string otherwise = {}) {
    const json::value* value = find(name);
    if (value == nullptr) return otherwise;
    const auto* text = value->if_string();
    if (text == nullptr || text->size() > kMostText) {
      fault(name, "it is a text of at most 200 octets");
    } else if (std::ranges::any_of(*text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      fault(name, "it has a control character");
    } else {
      return std::string(*text);
    }
    return otherwise;
  }
  std::string required_text(std::string_view name) {
    if (from_ != nullptr && find(name) == nullptr) return fault("", "it has no " + std::string(name)), std::string();
    const std::string out = text(name, "?");
    if (out.empty()) fault(name, "it is empty");
    return out;
  }
  std::int64_t number(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return 0;
    if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= kMostRevision) return value->get_int64();
    fault(name, "it is a whole number");
    return 0;
  }
  const json::array& list(std::string_view name) {
    static const json::array kNone;
    const json::value* value = find(name);
    if (value == nullptr) return kNone;
    if (const auto* list = value->if_array()) return *list;
    fault(name, "it is a list");
    return kNone;
  }
  std::vector<Prefix> prefixes(std::string_view name) {
    std::vector<Prefix> out;
    const json::array& all = list(name);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto* text = all[i].if_string();
      auto prefix = text == nullptr ? Result<Prefix>(fail(ErrorCode::invalid, "a network is a text"))
                                    : parse_prefix(std::string_view(*text));
      if (prefix)
        out.push_back(*prefix);
      else
        fault(std::string(name) + "/" + std::to_string(i), prefix.error().message);
    }
    return out;
  }
  std::vector<std::uint32_t> ases(std::string_view name) {
    std::vector<std::uint32_t> out;
    const json::array& all = list(name);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string at = std::string(name) + "/" + std::to_string(i);
      const std::int64_t as = all[i].is_int64() ? all[i].get_int64() : -1;
      if (as < 0 || as > UINT32_MAX)
        fault(at, "an AS number is a whole number from 1 to 4294967294");
      else if (std::ranges::find(kNobodysAs, static_cast<std::uint32_t>(as)) != kNobodysAs.end())
        fault(at, "AS " + std::to_string(as) + " is reserved: no customer has it");
      else
        out.push_back(static_cast<std::uint32_t>(as));
    }
    return out;
  }
  void fault(std::string_view member, std::string detail) {
    if (faults_.size() < kMostFaults)
      faults_.push_back({member.empty() ? place_ : place(member), std::move(detail)});
  }

 private:
  std::string place_;
  Faults& faults_;
  const json::object* from_;
};

enrich::CustomerInterface read_interface(const json::value& value, const std::string& place, Faults& faults) {
  constexpr auto kKnown = std::to_array<std::string_view>({"exporter", "index", "name"});
  Members in(value, place, kKnown, faults);
  enrich::CustomerInterface out;
  out.exporter = in.text("exporter", "*");
  out.name = in.text("name", "*");
  const json::value* index = in.find("index");
  if (index != nullptr && !index->is_null()) {
    if (index->is_int64() && index->get_int64() >= 0 && index->get_int64() <= UINT32_MAX)
      out.index = static_cast<std::uint32_t>(index->get_int64());
    else
      in.fault("index", "an ifIndex is a whole number from 0 to 4294967295");
  } else if (out.exporter == "*" && out.name == "*") {
    in.fault("", "it stands for every interface of every exporter: expected an exporter, an index or a name");
  }
  return out;
}

enrich::CustomerConfig read_customer(const json::value& value, const std::string& place, Faults& faults) {
  constexpr auto kKnown = std::to_array<std::string_view>({"name", "region", "prefixes", "ases", "interfaces"});
  Members in(value, place, kKnown, faults);
  const std::size_t before = faults.size();
  enrich::CustomerConfig out;
  out.name = in.required_text("name");
  out.region = in.text("region");
  out.prefixes = in.prefixes("prefixes");
  out.ases = in.ases("ases");
  const json::array& interfaces = in.list("interfaces");
  for (std::size_t i = 0; i < interfaces.size(); ++i)
    out.interfaces.push_back(read_interface(interfaces[i], in.place("interfaces/" + std::to_string(i)), faults));
  if (faults.size() == before && out.prefixes.empty() && out.ases.empty() && out.interfaces.empty())
    in.fault("", "nothing is its traffic: it needs a prefix, an AS number or an interface");
  return out;
}

enrich::RegionConfig read_region(const json::value& value, const std::string& place, Faults& faults) {
  constexpr auto kKnown = std::to_array<std::string_view>({"name", "prefixes"});
  Members in(value, place, kKnown, faults);
  const std::size_t before = faults.size();
  enrich::RegionConfig out{in.required_text("name"), in.prefixes("prefixes")};
  if (faults.size() == before && out.prefixes.empty()) in.fault("", "it has no prefix");
  return out;
}

json::array prefixes_json(const std::vector<Prefix>& prefixes) {
  json::array out;
  for (const Prefix& prefix : prefixes) out.emplace_back(to_string(prefix));
  return out;
}

json::object customer_json(const enrich::CustomerConfig& customer) {
  json::array interfaces;
  for (const enrich::CustomerInterface& one : customer.interfaces) {
    interfaces.push_back(json::object{{"exporter", one.exporter},
                                      {"index", one.index ? json::value(*one.index) : json::value()},
                                      {"name", one.name}});
  }
  return {{"name", customer.name},
          {"region", customer.region},
          {"prefixes", prefixes_json(customer.prefixes)},
          {"ases", json::array(customer.ases.begin(), customer.ases.end())},
          {"interfaces", std::move(interfaces)}};
}

json::object region_json(const enrich::RegionConfig& region) {
  return {{"name", region.name}, {"prefixes", prefixes_json(region.prefixes)}};
}

std::string lines(const json::array& all) {
  std::string out = "[";
  for (const json::value& one : all) out += (out.size() == 1 ? "\n  " : ",\n  ") + json::serialize(one);
  return out + "]";
}

}  // namespace

CustomerDocument parse_customers(std::string_view text, std::vector<serve::JsonFault>& faults) {
  CustomerDocument out;
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  const json::value value = json::parse(text, error, {}, options);
  if (error) return faults.push_back({"", "it is no JSON: " + error.message()}), out;
  constexpr auto kKnown = std::to_array<std::string_view>({"revision", "time", "customers", "regions"});
  Members in(value, "", kKnown, faults);
  out.revision = in.number("revision");
  out.time = in.number("time");
  const json::array& customers = in.list("customers");
  for (std::size_t i = 0; i < customers.size(); ++i)
    out.list.customers.push_back(read_customer(customers[i], "/customers/" + std::to_string(i), faults));
  const json::array& regions = in.list("regions");
  for (std::size_t i = 0; i < regions.size(); ++i)
    out.list.regions.push_back(read_region(regions[i], "/regions/" + std::to_string(i), faults));
  return out;
}

json::object customers_json(const CustomerList& list) {
  json::array customers;
  for (const enrich::CustomerConfig& one : list.customers) customers.push_back(customer_json(one));
  json::array regions;
  for (const enrich::RegionConfig& one : list.regions) regions.push_back(region_json(one));
  return {{"customers", std::move(customers)}, {"regions", std::move(regions)}};
}

std::string customers_file(const CustomerDocument& document) {
  const json::object all = customers_json(document.list);
  return "{\"revision\": " + std::to_string(document.revision) + ", \"time\": " + std::to_string(document.time) +
         ",\n\"customers\": " + lines(all.at("customers").as_array()) +
         ",\n\"regions\": " + lines(all.at("regions").as_array()) + "}\n";
}

}  // namespace weir::main
