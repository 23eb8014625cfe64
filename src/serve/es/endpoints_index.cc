// Indices and their fields: mappings, field capabilities, settings, names.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "serve/es/agg_kinds.h"
#include "serve/es/endpoint.h"
#include "serve/es/field.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

ReplyOr reply(json::value value) {
  return Reply{.json = std::move(value), .text = {}, .is_text = false, .status = 200};
}

json::object field_mapping(const Field& field) {
  json::object out{{"type", es_type(field)}};
  if (field.is_time()) out["format"] = "strict_date_optional_time||epoch_millis";
  return out;
}

json::object mapping() {
  json::object fields;
  for (const Field& field : all_fields()) fields[field.name] = field_mapping(field);
  fields["@timestamp"] = json::object{{"type", "alias"}, {"path", "time"}};
  return {{"dynamic", "strict"}, {"properties", std::move(fields)}};
}

json::object settings(const Day& day) {
  return {{"index", json::object{{"creation_date", std::to_string(day.begin_ms)},
                                 {"number_of_shards", "1"},
                                 {"number_of_replicas", "0"},
                                 {"uuid", index_of(day.begin_ms)},
                                 {"provided_name", index_of(day.begin_ms)},
                                 {"blocks", json::object{{"write", "true"}}},
                                 {"version", json::object{{"created", "8170099"}}}}}};
}

/// One entry for each day that is asked for.
template <typename Make>
ReplyOr by_index(Call& call, Make make) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  json::object out;
  for (const Day& day : days->days) out[index_of(day.begin_ms)] = make(day);
  return reply(std::move(out));
}

}  // namespace

Parsed<Selection> selected(Call& call) {
  const auto days = call.asking.indices.list(call.asking.now_ms, call.asking.cancel);
  if (!days) return std::unexpected(days.error());
  return select_indices(call.index, *days, read_index_options(call.request.parameters), call.asking.now_ms);
}

ReplyOr get_index(Call& call) {
  return by_index(call, [](const Day& day) {
    return json::object{{"aliases", json::object()}, {"mappings", mapping()}, {"settings", settings(day)}};
  });
}

ReplyOr get_mapping(Call& call) {
  return by_index(call, [](const Day&) { return json::object{{"mappings", mapping()}}; });
}

ReplyOr get_field_mapping(Call& call) {
  json::object fields;
  for (std::string_view rest = call.name; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    for (const Field& field : match_fields(rest.substr(0, comma)))
      fields[field.name] = json::object{{"full_name", field.name}, {"mapping", json::object{{field.name, field_mapping(field)}}}};
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return by_index(call, [&](const Day&) { return json::object{{"mappings", fields}}; });
}

ReplyOr get_settings(Call& call) {
  return by_index(call, [](const Day& day) { return json::object{{"settings", settings(day)}}; });
}

ReplyOr get_aliases(Call& call) {
  if (!call.name.empty() && call.name != "*" && call.name != "_all")
    return Reply{.json = json::object{{"error", fmt::format("alias [{}] missing", call.name)}, {"status", 404}}, .text = {}, .is_text = false, .status = 404};
  return by_index(call, [](const Day&) { return json::object{{"aliases", json::object()}}; });
}

ReplyOr get_stats(Call& call) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  json::object indices;
  std::uint64_t all = 0;
  const auto documents = [](std::uint64_t count) {
    json::object one{{"docs", json::object{{"count", count}, {"deleted", 0}}}};
    return json::object{{"primaries", one}, {"total", one}};
  };
  for (const Day& day : days->days) {
    all += day.documents;
    indices[index_of(day.begin_ms)] = documents(day.documents);
  }
  const std::size_t shards = days->days.size();
  return reply(json::object{{"_shards", json::object{{"total", shards}, {"successful", shards}, {"failed", 0}}}, {"_all", documents(all)}, {"indices", std::move(indices)}});
}

ReplyOr get_field_caps(Call& call) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  std::vector<std::string> patterns;
  const auto add = [&](std::string_view text) {
    while (!text.empty()) {
      const std::size_t comma = text.find(',');
      patterns.emplace_back(text.substr(0, comma));
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
  };
  add(call.parameter("fields"));
  const auto body = Document::parse(call.request.body);
  if (!body) return std::unexpected(body.error());
  const Node root(*body);
  if (const auto fields = member(root, "fields")) {
    if (fields->is_array()) {
      for (const json::value& value : fields->array()) add(scalar_text(value));
    } else {
      add(scalar_text(fields->value()));
    }
  }
  if (patterns.empty()) return refuse("action_request_validation_exception", "Validation Failed: 1: no fields specified;");
  json::object out;
  const auto put = [&](std::string_view name, std::string_view type, bool metadata, bool aggregatable) {
    out[name] = json::object{{type, json::object{{"type", type}, {"metadata_field", metadata}, {"searchable", true}, {"aggregatable", aggregatable}}}};
  };
  json::array names;
  for (const Day& day : days->days) names.emplace_back(index_of(day.begin_ms));
  if (!names.empty()) {
    for (const std::string& pattern : patterns) {
      for (const Field& field : match_fields(pattern)) put(pattern.find('*') == std::string::npos ? std::string_view(pattern) : field.name, es_type(field), false, true);
      if (glob_matches(pattern, "@timestamp")) put("@timestamp", "date", false, true);
      for (const std::string_view name : {"_id", "_index", "_source"}) {
        if (glob_matches(pattern, name)) put(name, name, true, name == "_index");
      }
    }
  }
  return reply(json::object{{"indices", std::move(names)}, {"fields", std::move(out)}});
}

ReplyOr resolve_index(Call& call) {
  call.index = call.name;
  auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  json::array indices;
  for (const Day& day : days->days) indices.push_back(json::object{{"name", index_of(day.begin_ms)}, {"attributes", json::array{"open"}}});
  return reply(json::object{{"indices", std::move(indices)}, {"aliases", json::array()}, {"data_streams", json::array()}});
}

ReplyOr refresh(Call&) {
  return reply(json::object{{"_shards", json::object{{"total", 1}, {"successful", 1}, {"failed", 0}}}});
}

ReplyOr refuse_write(Call& call) {
  return refuse("cluster_block_exception",
                fmt::format("index [{}] blocked by: [FORBIDDEN/8/index write (api)]; flows come from routers, nothing is written here", call.index), 403);
}

}  // namespace weir::serve::es
