#include <array>
#include <boost/json.hpp>

#include "base/log.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

constexpr std::array<std::string_view, 1> kKnown = {"addresses"};
constexpr std::size_t kMostAddresses = 500;
constexpr UnixMillis kLongestMs = 10 * kSecondMs;

}  // namespace

Response get_names(const Sources& sources, const Request& request) {
  const auto all = request_parameters(request, kKnown, kKnown);
  if (!all) return wrong_parameter(all.error());
  const std::string text = value_of(*all, "addresses").value_or("");
  const auto refuse = [](std::string message) { return problem(400, "addresses: " + message, {{"parameter", "addresses"}}); };
  std::vector<IpAddress> addresses;
  for (std::size_t at = 0; at <= text.size() && !text.empty();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const auto address = parse_ip(text.substr(at, comma - at));
    if (!address) return refuse("'" + log::escape(text.substr(at, comma - at)) + "' is no address");
    if (addresses.size() == kMostAddresses) return refuse("at most 500 at once");
    addresses.push_back(*address);
    at = comma + 1;
  }
  if (addresses.empty()) return refuse("expected addresses separated by commas, such as 192.0.2.1,2001:db8::1");
  if (sources.names == nullptr) return problem(404, "this server looks up no names");
  const auto found = sources.names->look_up(addresses, steady_ms() + kLongestMs, *request.cancel);
  if (!found) return problem(found.error());
  boost::json::array names;
  for (const query::AddressName& one : found->names)
    names.push_back(boost::json::object{{"address", to_string(one.address)}, {"name", one.name}});
  Response out;
  out.body = boost::json::serialize(boost::json::object{{"names", std::move(names)}, {"unasked", found->unasked}});
  return out;
}

}  // namespace weir::serve
