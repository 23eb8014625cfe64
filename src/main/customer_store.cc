#include "main/customer_store.h"

#include <boost/json.hpp>
#include <map>

#include "base/log.h"
#include "base/state_file.h"

namespace weir::main {
namespace {

namespace json = boost::json;
using serve::CustomersRefused;
using serve::JsonFault;

constexpr std::size_t kMostNamesLogged = 10;
/// The file has line ends and what is implied, so that it is larger than what was sent.
constexpr std::size_t kMostFileOctets = 4 * kMostCustomersOctets;

std::string sentence(const JsonFault& fault) {
  return (fault.pointer.empty() ? "" : fault.pointer + ": ") + fault.detail;
}

std::unexpected<CustomersRefused> refuse(ErrorCode code, std::string message, std::vector<JsonFault> faults = {}) {
  return std::unexpected(CustomersRefused{{code, std::move(message)}, std::move(faults)});
}

std::unexpected<CustomersRefused> refuse(std::vector<JsonFault> faults) {
  std::string message = sentence(faults.front());
  if (faults.size() > 1) message += " (and " + std::to_string(faults.size() - 1) + " more, in errors)";
  return refuse(ErrorCode::invalid, std::move(message), std::move(faults));
}

/// What each is, by its name, to see what differs.
std::map<std::string, std::string> by_name(const CustomerList& list) {
  std::map<std::string, std::string> out;
  const json::object all = customers_json(list);
  for (const auto& [member, kind] : {std::pair{"customers", "customer "}, std::pair{"regions", "region "}}) {
    for (const json::value& one : all.at(member).as_array())
      out.emplace(kind + std::string(one.at("name").as_string()), json::serialize(one));
  }
  return out;
}

/// added="customer A, region B" changed="" removed=""
std::string difference(const CustomerList& before, const CustomerList& after) {
  const auto old_ones = by_name(before);
  const auto new_ones = by_name(after);
  const auto named = [](std::string_view what, const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kMostNamesLogged; ++i) text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kMostNamesLogged) text += " and " + std::to_string(names.size() - kMostNamesLogged) + " more";
    return " " + std::string(what) + "=\"" + log::escape(text, 4096) + "\"";
  };
  std::vector<std::string> added;
  std::vector<std::string> changed;
  std::vector<std::string> removed;
  for (const auto& [name, what] : new_ones) {
    const auto at = old_ones.find(name);
    if (at == old_ones.end())
      added.push_back(name);
    else if (at->second != what)
      changed.push_back(name);
  }
  for (const auto& [name, what] : old_ones) {
    if (!new_ones.contains(name)) removed.push_back(name);
  }
  return named("added", added) + named("changed", changed) + named("removed", removed);
}

}  // namespace

std::filesystem::path customers_file_in(const std::filesystem::path& data) {
  return data / "saved" / "customers.json";
}

Result<CustomerDocument> read_customers(const std::filesystem::path& file) {
  const auto octets = read_whole(file, kMostFileOctets);
  if (!octets && octets.error().code == ErrorCode::not_found) return CustomerDocument{};
  if (!octets) return std::unexpected(octets.error());
  std::vector<JsonFault> faults;
  CustomerDocument out = parse_customers(as_text(*octets), faults);
  if (!faults.empty()) return fail(ErrorCode::malformed, file.string() + ": " + sentence(faults.front()));
  return out;
}

std::vector<std::string> CustomerStore::configure(const enrich::EnrichConfig& configured, CustomersBy changed_by) {
  by_ = changed_by;
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  configured_ = configured;
  auto document = read_customers(file_);
  if (document) {
    document_ = *std::move(document);
    problem_.reset();
  } else {
    problem_ = document.error().message;
    out.push_back("the customers that the page keeps cannot be read: " + *problem_);
  }
  checked_ = check_customers(configured_, document_.list);
  for (const JsonFault& fault : checked_.faults)
    out.push_back("of the customers that the page keeps this is not in force: " + sentence(fault));
  ++turn_;
  return out;
}

enrich::EnrichConfig CustomerStore::effective() const {
  const std::scoped_lock lock(mutex_);
  enrich::EnrichConfig out = configured_;
  const CustomerList& more = checked_.in_force;
  out.customers.insert(out.customers.end(), more.customers.begin(), more.customers.end());
  out.regions.insert(out.regions.end(), more.regions.begin(), more.regions.end());
  return out;
}

std::string CustomerStore::json() const {
  const std::scoped_lock lock(mutex_);
  json::object saved = customers_json(document_.list);
  saved["revision"] = document_.revision;
  saved["time"] = document_.time == 0 ? json::value() : json::value(document_.time);
  json::array left_out;
  for (const JsonFault& fault : checked_.faults)
    left_out.push_back(json::object{{"pointer", fault.pointer}, {"detail", fault.detail}});
  return json::serialize(
      json::object{{"configured", customers_json({configured_.customers, configured_.regions})},
                   {"saved", std::move(saved)},
                   {"changed_by", changed_by()},
                   {"left_out", std::move(left_out)},
                   {"overlaps", json::array(checked_.overlaps.begin(), checked_.overlaps.end())},
                   {"problem", problem_ ? json::value(*problem_) : json::value()}});
}

std::expected<void, CustomersRefused> CustomerStore::save(std::string_view text, std::string_view by) {
  std::vector<JsonFault> faults;
  CustomerDocument wanted = parse_customers(text, faults);
  if (!faults.empty()) return refuse(std::move(faults));
  {
    const std::scoped_lock lock(mutex_);
    if (problem_)
      return refuse(ErrorCode::unsupported,
                    "what lies there cannot be read, and is not written over: " + *problem_ + "; mend or remove the file, then reload");
    if (wanted.revision != document_.revision)
      return refuse(ErrorCode::busy,
                    "somebody else saved customers meanwhile (revision " + std::to_string(document_.revision) +
                        "); load them again, then make your change");
    CheckedCustomers checked = check_customers(configured_, wanted.list);
    if (!checked.faults.empty()) return refuse(std::move(checked.faults));
    wanted.revision = document_.revision + 1;
    wanted.time = now_();
    if (auto written = write_atomically(file_, as_octets(customers_file(wanted))); !written)
      return std::unexpected(CustomersRefused{written.error(), {}});
    log::info("customers were saved", std::string(by) + " revision=" + std::to_string(wanted.revision) +
                                          difference(document_.list, wanted.list));
    document_ = std::move(wanted);
    checked_ = std::move(checked);
    ++turn_;
  }
  if (saved_) saved_();
  return {};
}

}  // namespace weir::main
