#include "snmp/device_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace weir::snmp {
namespace {

namespace json = boost::json;

json::object object_of(const Device& device) {
  json::array interfaces;
  for (const Interface& interface : device.interfaces) {
    const flow::InterfaceInfo& info = interface.info;
    interfaces.push_back(json::array{interface.index, info.name, info.description, info.speed_bps});
  }
  return {{"exporter", to_string(device.exporter)},
          {"name", device.name},
          {"polled_ms", device.polled_ms},
          {"interfaces", std::move(interfaces)}};
}

bool read_interface(const json::value& from, Interface& out) {
  const json::array* fields = from.if_array();
  if (fields == nullptr || fields->size() != 4) return false;
  json::error_code error;
  const auto index = (*fields)[0].to_number<std::uint32_t>(error);
  if (error) return false;
  const json::string* name = (*fields)[1].if_string();
  const json::string* description = (*fields)[2].if_string();
  const auto speed = (*fields)[3].to_number<std::uint64_t>(error);
  if (error || name == nullptr || description == nullptr) return false;
  out = {index, {std::string(*name), std::string(*description), speed}};
  return true;
}

bool read_device(const json::value& from, Device& out) {
  const json::object* object = from.if_object();
  if (object == nullptr) return false;
  const json::value* exporter = object->if_contains("exporter");
  const json::value* name = object->if_contains("name");
  const json::value* polled = object->if_contains("polled_ms");
  const json::value* interfaces = object->if_contains("interfaces");
  if (exporter == nullptr || !exporter->is_string() || name == nullptr || !name->is_string() || polled == nullptr ||
      !polled->is_int64() || interfaces == nullptr || !interfaces->is_array())
    return false;
  const auto address = parse_ip(std::string_view(exporter->get_string()));
  if (!address) return false;
  out.exporter = *address;
  out.name = std::string(name->get_string());
  out.polled_ms = polled->get_int64();
  for (const json::value& value : interfaces->get_array()) {
    if (!read_interface(value, out.interfaces.emplace_back())) return false;
  }
  return true;
}

}  // namespace

std::string to_json(const std::vector<Device>& devices) {
  json::array all;
  for (const Device& device : devices) all.push_back(object_of(device));
  return json::serialize(all) + "\n";
}

Result<std::vector<Device>> from_json(std::string_view text) {
  json::error_code error;
  const json::value document = json::parse(text, error);
  if (error) return fail(ErrorCode::malformed, error.message());
  if (!document.is_array()) return fail(ErrorCode::malformed, "expected a list of devices");
  std::vector<Device> out;
  for (const json::value& value : document.get_array()) {
    if (!read_device(value, out.emplace_back())) {
      return fail(ErrorCode::malformed, "device " + std::to_string(out.size()) + " is not as it was written");
    }
  }
  return out;
}

}  // namespace weir::snmp
