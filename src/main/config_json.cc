#include "main/config_json.h"

#include <boost/json.hpp>

#include "main/config_difference.h"
#include "main/config_schema.h"

namespace weir::main {
namespace {

namespace json = boost::json;

std::string told(const Key<Config>& key, const Config& config) {
  std::string value = key.show(config);
  const bool open = key.tell == Tell::value || (key.tell == Tell::url && is_without_credentials(value));
  if (open) return value;
  return value.empty() ? "not set" : "set";
}

std::string default_of(const Key<Config>& key) {
  // The directory depends on who asks; its meaning says how.
  return key.path == "data" ? std::string() : told(key, Config{});
}

json::array values_of(const Config& config) {
  json::array out;
  for (const Key<Config>& key : config_keys()) {
    out.push_back(json::object{{"key", key.path},
                               {"type", key.type},
                               {"value", told(key, config)},
                               {"default", default_of(key)},
                               {"live", key.live},
                               {"secret", key.tell == Tell::secret},
                               {"entries", key.entries ? json::value(key.entries(config)) : json::value()},
                               {"meaning", key.meaning}});
  }
  return out;
}

json::array classes_of(const Config& config) {
  json::array out;
  for (const enrich::ClassRule& rule : config.enrich.interface_classes) {
    out.push_back(json::object{{"exporter", rule.exporter},
                               {"interface", rule.interface},
                               {"description", rule.description},
                               {"class", rule.if_class}});
  }
  return out;
}

json::array people_of(const Config& config) {
  json::array rights = {"mitigations"};
  if (config.customers_by == CustomersBy::people) rights.emplace_back("customers");
  json::array out;
  for (const detect::PersonConfig& person : config.mitigation.people)
    out.push_back(json::object{{"name", person.name}, {"rights", rights}});
  return out;
}

}  // namespace

bool is_without_credentials(std::string_view url) {
  return url.find_first_of("@?#") == std::string_view::npos;
}

std::string config_json(const Config& running, const Config& wanted, UnixMillis read) {
  json::array later;
  for (const std::string& key : keys_that_need_a_restart(running, wanted)) later.emplace_back(key);
  return json::serialize(json::object{{"file", running.file.empty() ? json::value() : json::value(running.file.string())},
                                      {"read", read},
                                      {"needs_restart", std::move(later)},
                                      {"values", values_of(running)},
                                      {"interface_classes", classes_of(running)},
                                      {"people", people_of(running)}});
}

}  // namespace weir::main
