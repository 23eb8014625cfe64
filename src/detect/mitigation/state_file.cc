#include "detect/mitigation/state_file.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "detect/mitigation/json_fields.h"
#include "detect/mitigation/mitigation_json.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kVersion = 1;

json::object record_json(const MitigationRecord& record) {
  return {{"mitigation", mitigation_json(record.shown)}, {"attack_filter", record.attack_filter},
          {"scope_filter", record.scope_filter},         {"target_filter", record.target_filter},
          {"attack_gone", record.attack_gone_ms},        {"starts_itself", record.starts_itself},
          {"effect_due", record.effect_due_ms}};
}
Result<MitigationRecord> read_record(const json::value& value) {
  JsonFields in(value, "record");
  MitigationRecord out;
  if (const auto* shown = in.optional("mitigation"))
    out.shown = in.take(read_mitigation(*shown));
  else
    in.wrong("mitigation", "an object");
  out.attack_filter = in.text("attack_filter");
  out.scope_filter = in.text("scope_filter");
  out.target_filter = in.text("target_filter");
  out.attack_gone_ms = in.time("attack_gone");
  out.starts_itself = in.flag("starts_itself");
  out.effect_due_ms = in.time("effect_due");
  return in.finish(std::move(out));
}

json::object standing_json(const StandingRoute& standing) {
  return {{"peer", standing.peer}, {"route", route_json(standing.route)}, {"mitigation", standing.mitigation}};
}
Result<StandingRoute> read_standing(const json::value& value) {
  JsonFields in(value, "standing");
  StandingRoute out;
  out.peer = in.text("peer");
  if (const auto* route = in.optional("route"))
    out.route = in.take(read_route(*route));
  else
    in.wrong("route", "an object");
  out.mitigation = in.number("mitigation");
  return in.finish(std::move(out));
}

json::object delivery_json(const Delivery& delivery) {
  const Notice& notice = delivery.notice;
  return {{"id", delivery.id},         {"channel", delivery.channel}, {"attempts", delivery.attempts},
          {"created", delivery.created_ms}, {"next", delivery.next_ms},    {"last_error", delivery.last_error},
          {"event", notice.event},     {"at", notice.at_ms},          {"key", notice.key},
          {"is_over", notice.is_over}, {"is_urgent", notice.is_urgent}, {"title", notice.title},
          {"text", notice.text},       {"document", notice.document}};
}
Result<Delivery> read_delivery(const json::value& value) {
  JsonFields in(value, "delivery");
  Delivery out;
  out.id = in.number("id");
  out.channel = in.text("channel");
  out.attempts = static_cast<unsigned>(in.number("attempts"));
  out.created_ms = in.time("created");
  out.next_ms = in.time("next");
  out.last_error = in.text("last_error");
  out.notice = {.event = in.text("event"),
                .at_ms = in.time("at"),
                .key = in.text("key"),
                .is_over = in.flag("is_over"),
                .is_urgent = in.flag("is_urgent"),
                .title = in.text("title"),
                .text = in.text("text"),
                .document = in.text("document")};
  return in.finish(std::move(out));
}

}  // namespace

std::string write_state(const MachineState& state) {
  json::array records;
  for (const MitigationRecord& record : state.records) records.push_back(record_json(record));
  json::array standing;
  for (const StandingRoute& route : state.standing) standing.push_back(standing_json(route));
  json::array deliveries;
  for (const Delivery& delivery : state.deliveries) deliveries.push_back(delivery_json(delivery));
  return json::serialize(json::object{{"version", kVersion},
                                      {"next_mitigation", state.next_mitigation},
                                      {"next_delivery", state.next_delivery},
                                      {"records", std::move(records)},
                                      {"standing", std::move(standing)},
                                      {"deliveries", std::move(deliveries)},
                                      {"begun", json::array(state.begun.begin(), state.begun.end())}}) +
         "\n";
}

Result<MachineState> read_state(std::string_view text) {
  boost::system::error_code problem;
  const json::value value = json::parse({text.data(), text.size()}, problem);
  if (problem) return fail(ErrorCode::malformed, "not JSON: " + problem.message());
  JsonFields in(value, "state");
  MachineState out;
  if (in.number("version") != kVersion) in.wrong("version", "1; another version of Weir wrote it");
  out.next_mitigation = in.number("next_mitigation");
  out.next_delivery = in.number("next_delivery");
  in.list("records", [&](const json::value& item) { out.records.push_back(in.take(read_record(item))); });
  in.list("standing", [&](const json::value& item) { out.standing.push_back(in.take(read_standing(item))); });
  in.list("deliveries", [&](const json::value& item) { out.deliveries.push_back(in.take(read_delivery(item))); });
  in.list("begun", [&](const json::value& item) {
    if (item.is_int64())
      out.begun.push_back(item.get_int64());
    else
      in.wrong("begun", "a list of times");
  });
  std::uint64_t last = 0;
  for (const MitigationRecord& record : out.records) {
    if (record.shown.id <= last || record.shown.id >= out.next_mitigation) in.wrong("records", "in the order of their ids");
    last = record.shown.id;
  }
  return in.finish(std::move(out));
}

}  // namespace weir::detect
