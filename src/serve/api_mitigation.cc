#include "serve/api_mitigation.h"

#include <boost/json.hpp>

#include "base/number_text.h"
#include "detect/mitigation/mitigation_json.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using detect::Mitigation;
using detect::MitigationRequest;
using detect::Mitigator;

constexpr std::string_view kPath = "/api/v1/mitigations/";
constexpr std::string_view kBearer = "Bearer ";
constexpr std::uint32_t kMostListed = 1000;
constexpr std::size_t kMostWhy = 1000;

Response no_mitigation() {
  return problem(404, "this server does not mitigate");
}

Response answer(const json::value& value, unsigned status = 200) {
  Response out;
  out.status = status;
  out.body = json::serialize(value);
  return out;
}

Response answer(const Result<Mitigation>& result, unsigned status = 200) {
  if (!result) return problem(result.error());
  return answer(json::value(mitigation_json(*result)), status);
}

Result<std::uint32_t> number_of(const Request& request, std::string_view name, std::uint32_t fallback) {
  const auto text = parameter(request, name);
  if (!text) return fallback;
  const auto value = parse_number(*text);
  if (!value) return fail(ErrorCode::invalid, std::string(name) + ": '" + std::string(*text) + "' is not a whole number");
  return *value;
}

/// The JSON object of the body; an empty body is an empty object. JSON is asked for by name, because a page of somebody else
/// can make a browser send anything else here without asking (no preflight).
Result<json::object> body_of(const Request& request) {
  if (request.body.empty()) return json::object();
  if (!request.content_type.starts_with("application/json"))
    return fail(ErrorCode::invalid, "the body is JSON, with Content-Type: application/json");
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  json::value value = json::parse(request.body, error, {}, options);
  if (error) return fail(ErrorCode::invalid, "the body is no JSON: " + error.message());
  if (!value.is_object()) return fail(ErrorCode::invalid, "the body is a JSON object");
  return std::move(value.get_object());
}

Result<std::string> text_of(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return fail(ErrorCode::invalid, std::string(name) + ": it is a text");
  if (value->get_string().size() > kMostWhy)
    return fail(ErrorCode::invalid, std::string(name) + ": it is longer than 1000 octets");
  return std::string(value->get_string());
}

Result<void> only_known(const json::object& body, std::initializer_list<std::string_view> names) {
  for (const auto& member : body) {
    bool known = false;
    std::string list;
    for (const std::string_view name : names) {
      known = known || name == std::string_view(member.key());
      list += (list.empty() ? "" : ", ") + std::string(name);
    }
    if (!known)
      return fail(ErrorCode::invalid, "unknown member '" + std::string(member.key()) + "': expected " + list);
  }
  return {};
}

Result<MitigationRequest> request_of(const json::object& body) {
  if (auto known = only_known(body, {"target", "action", "ttl", "dry_run", "why", "attack", "match"}); !known)
    return std::unexpected(known.error());
  MitigationRequest out;
  for (auto [name, into] : {std::pair{"action", &out.action}, std::pair{"why", &out.why}, std::pair{"match", &out.match}}) {
    auto text = text_of(body, name);
    if (!text) return std::unexpected(text.error());
    *into = *std::move(text);
  }
  const auto target = text_of(body, "target");
  const auto ttl = text_of(body, "ttl");
  if (!target) return std::unexpected(target.error());
  if (!ttl) return std::unexpected(ttl.error());
  if (!ttl->empty()) {
    const auto length = parse_duration(*ttl);
    if (!length) return fail(ErrorCode::invalid, "ttl: " + length.error().message);
    out.ttl_ms = *length;
  }
  if (const json::value* dry = body.if_contains("dry_run"); dry != nullptr && !dry->is_null()) {
    if (!dry->is_bool()) return fail(ErrorCode::invalid, "dry_run: it is true or false");
    out.dry_run = dry->get_bool();
  }
  if (const json::value* attack = body.if_contains("attack"); attack != nullptr && !attack->is_null()) {
    if (!attack->is_int64() || attack->get_int64() < 0)
      return fail(ErrorCode::invalid, "attack: it is the number of an attack");
    out.attack = static_cast<std::uint64_t>(attack->get_int64());
  }
  if (out.action.empty()) return fail(ErrorCode::invalid, "action is missing: the name of a configured action");
  if (target->empty() && out.attack == 0)
    return fail(ErrorCode::invalid, "target is missing: an address or a prefix, or 'attack' with a number");
  if (!target->empty()) {
    const auto prefix = parse_prefix(*target);
    if (!prefix) return fail(ErrorCode::invalid, "target: " + prefix.error().message);
    out.target = *prefix;
  }
  return out;
}

Result<std::string> person_of(const Mitigator& mitigator, const Request& request) {
  const std::string_view given = request.authorization;
  return mitigator.person(given.starts_with(kBearer) ? given.substr(kBearer.size()) : std::string_view());
}
Response not_a_person(const Error& error) {
  Response out = problem(401, error.message + "; send the token as 'Authorization: Bearer TOKEN'");
  out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

json::array texts(const std::vector<std::string>& from) {
  return json::array(from.begin(), from.end());
}

json::object summary_json(const detect::MitigationSummary& summary) {
  json::array actions;
  for (const detect::ActionSummary& action : summary.actions) {
    actions.push_back(json::object{{"name", action.name},
                                   {"kind", name_of(action.kind)},
                                   {"dry_run", action.dry_run},
                                   {"peers", texts(action.peers)},
                                   {"problems", texts(action.problems)}});
  }
  return {{"configured", summary.configured}, {"dry_run", summary.dry_run},         {"proposed", summary.proposed},
          {"active", summary.active},         {"rehearsed", summary.rehearsed},     {"most_active", summary.most_active},
          {"actions", std::move(actions)},    {"problems", texts(summary.problems)}};
}

/// The ID, and what follows it, of /api/v1/mitigations/ID/VERB.
std::pair<std::optional<std::uint32_t>, std::string_view> id_and_verb(const Request& request) {
  std::string_view rest = request.path;
  rest.remove_prefix(std::min(kPath.size(), rest.size()));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  return {parse_number(rest.substr(0, slash)), slash == rest.size() ? "" : rest.substr(slash + 1)};
}

}  // namespace

Response get_mitigations(const Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto closed = number_of(request, "closed", 100);
  if (!closed) return problem(closed.error());
  json::array list;
  for (const Mitigation& one : mitigator->list(std::min(*closed, kMostListed))) list.push_back(mitigation_json(one));
  return answer(json::object{{"summary", summary_json(mitigator->summary())}, {"mitigations", std::move(list)}});
}

Response get_mitigation_log(const Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto top = number_of(request, "top", 100);
  const auto id = number_of(request, "id", 0);
  if (!top) return problem(top.error());
  if (!id) return problem(id.error());
  const detect::AuditPage page = mitigator->log(std::min<std::uint32_t>(*top, 10'000), *id);
  json::array entries;
  for (const detect::AuditEntry& entry : page.entries) {
    entries.push_back(json::object{{"number", entry.number},
                                   {"at", entry.at_ms},
                                   {"who", entry.who},
                                   {"what", entry.what},
                                   {"mitigation", entry.mitigation},
                                   {"why", entry.why},
                                   {"hash", entry.hash}});
  }
  return answer(json::object{{"intact", page.intact}, {"problem", page.problem}, {"entries", std::move(entries)}});
}

Response get_mitigation(const Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto [id, verb] = id_and_verb(request);
  if (!id || !verb.empty()) return problem(404, "a mitigation is at /api/v1/mitigations/NUMBER");
  return answer(mitigator->get(*id));
}

Response propose_mitigation(Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto who = person_of(*mitigator, request);
  if (!who) return not_a_person(who.error());
  const auto body = body_of(request);
  if (!body) return problem(body.error());
  const auto wish = request_of(*body);
  if (!wish) return problem(wish.error());
  return answer(mitigator->propose(*wish, *who), 201);
}

Response check_mitigation(const Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto body = body_of(request);
  if (!body) return problem(body.error());
  const auto wish = request_of(*body);
  if (!wish) return problem(wish.error());
  return answer(mitigator->rehearse(*wish));
}

Response decide_mitigation(Mitigator* mitigator, const Request& request) {
  if (mitigator == nullptr) return no_mitigation();
  const auto [id, verb] = id_and_verb(request);
  const auto decide = verb == "approve"    ? &Mitigator::approve
                      : verb == "reject"   ? &Mitigator::reject
                      : verb == "withdraw" ? &Mitigator::withdraw
                                           : nullptr;
  if (!id || decide == nullptr)
    return problem(404, "decisions are at /api/v1/mitigations/NUMBER/approve, .../reject and .../withdraw");
  const auto who = person_of(*mitigator, request);
  if (!who) return not_a_person(who.error());
  const auto body = body_of(request);
  if (!body) return problem(body.error());
  if (auto known = only_known(*body, {"why"}); !known) return problem(known.error());
  const auto why = text_of(*body, "why");
  if (!why) return problem(why.error());
  const auto done = (mitigator->*decide)(*id, *who, *why);
  // What a guard or its state forbids is a conflict with how things are, not a request that is wrong.
  if (!done && done.error().code == ErrorCode::invalid) return problem(409, done.error().message);
  return answer(done);
}

}  // namespace weir::serve
