// What clients ask before they search: who is there, is it well, what indices are there.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "serve/es/endpoint.h"
#include "serve/es/field.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

constexpr std::string_view kCluster = "weir";
constexpr std::string_view kNodeId = "weir-0";

ReplyOr reply(json::value value) {
  return Reply{.json = std::move(value), .text = {}, .is_text = false, .status = 200};
}

Parsed<std::vector<Day>> all_days(Call& call) {
  return call.asking.indices.list(call.asking.now_ms, call.asking.cancel);
}

/// 22 letters that stay the same for a name.
std::string uuid_of(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint64_t value = 0xcbf2'9ce4'8422'2325ULL;
  for (std::size_t i = 0; i < 22; ++i) {
    for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3ULL;
    out += kLetters[value >> 58U];
  }
  return out;
}

}  // namespace

ReplyOr get_root(Call& call) {
  return reply(json::object{{"name", "weir"},
                            {"cluster_name", kCluster},
                            {"cluster_uuid", uuid_of(kCluster)},
                            {"version",
                             json::object{{"number", kLikeVersion},
                                          {"build_flavor", "default"},
                                          {"build_type", "weir"},
                                          {"build_hash", "weir-" + call.api.version()},
                                          {"build_date", "1970-01-01T00:00:00.000Z"},
                                          {"build_snapshot", false},
                                          {"lucene_version", "9.12.0"},
                                          {"minimum_wire_compatibility_version", "7.17.0"},
                                          {"minimum_index_compatibility_version", "7.0.0"}}},
                            {"tagline", "Weir answers here as Elasticsearch would; it is not Elasticsearch."}});
}

ReplyOr get_cat(Call&) {
  return Reply{.json = {},
               .text = "/_cat/aliases\n/_cat/count\n/_cat/count/{index}\n/_cat/health\n/_cat/indices\n/_cat/indices/{index}\n/_cat/nodes\n",
               .is_text = true,
               .status = 200};
}

std::string octets_text(std::uint64_t octets) {
  static constexpr std::array<std::string_view, 5> kUnits = {"b", "kb", "mb", "gb", "tb"};
  double value = static_cast<double>(octets);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  std::string text = unit == 0 ? std::to_string(octets) : fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + std::string(kUnits[unit]);
}

ReplyOr cat_table(Call& call, const std::vector<CatColumn>& columns, std::vector<std::vector<std::string>> rows) {
  std::vector<std::size_t> shown;
  const std::string_view wanted = call.parameter("h");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (wanted.empty()) shown.push_back(i);
  }
  for (std::string_view rest = wanted; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (glob_matches(name, columns[i].name) || name == columns[i].alias) shown.push_back(i);
    }
  }
  if (const std::string_view sort = call.parameter("s"); !sort.empty()) {
    const std::string_view name = sort.substr(0, sort.find_first_of(":,"));
    const bool descending = sort.substr(0, sort.find(',')).ends_with(":desc");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (name != columns[i].name && name != columns[i].alias) continue;
      std::ranges::stable_sort(rows, [&](const auto& a, const auto& b) {
        const auto& x = descending ? b[i] : a[i];
        const auto& y = descending ? a[i] : b[i];
        return columns[i].number && x.size() != y.size() ? x.size() < y.size() : x < y;
      });
    }
  }
  if (call.parameter("format") == "json") {
    json::array out;
    for (const auto& row : rows) {
      json::object one;
      for (const std::size_t i : shown) one[columns[i].name] = row[i];
      out.push_back(std::move(one));
    }
    return reply(std::move(out));
  }
  std::vector<std::size_t> widths(columns.size());
  const bool head = call.flag("v");
  for (const std::size_t i : shown) {
    if (head) widths[i] = columns[i].name.size();
    for (const auto& row : rows) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  const auto line = [&](const auto& cell) {
    for (std::size_t n = 0; n < shown.size(); ++n) {
      const std::size_t i = shown[n];
      if (n > 0) text += ' ';
      text += columns[i].number ? fmt::format("{:>{}}", cell(i), widths[i]) : fmt::format("{:<{}}", cell(i), widths[i]);
    }
    while (text.ends_with(' ')) text.pop_back();
    text += '\n';
  };
  if (head) line([&](std::size_t i) { return columns[i].name; });
  for (const auto& row : rows) line([&](std::size_t i) { return std::string_view(row[i]); });
  return Reply{.json = {}, .text = std::move(text), .is_text = true, .status = 200};
}

ReplyOr get_cat_health(Call& call) {
  const auto days = all_days(call);
  if (!days) return std::unexpected(days.error());
  const std::string count = std::to_string(days->size());
  const UnixMillis now = call.asking.now_ms;
  return cat_table(call,
                   {{"epoch", "t", true}, {"timestamp", "ts"}, {"cluster", "cl"}, {"status", "st"}, {"node.total", "nt", true}, {"node.data", "nd", true},
                    {"shards", "t", true}, {"pri", "p", true}, {"relo", "r", true}, {"init", "i", true}, {"unassign", "u", true}, {"pending_tasks", "pt", true},
                    {"max_task_wait_time", "mtwt"}, {"active_shards_percent", "asp", true}},
                   {{std::to_string(now / kSecondMs), format_date(now, "HH:mm:ss", {}), std::string(kCluster), "green", "1", "1", count, count, "0", "0", "0", "0", "-", "100.0%"}});
}

ReplyOr get_cat_indices(Call& call) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  const auto all = all_days(call);
  if (!all) return std::unexpected(all.error());
  const store::Status status = call.api.store().status();
  double documents = 0;
  for (const Day& day : *all) documents += static_cast<double>(day.documents);
  // The store keeps no sizes by day: every day has its share by documents.
  const double each = documents == 0 ? 0 : static_cast<double>(status.hot_octets + status.cold_octets) / documents;
  std::vector<std::vector<std::string>> rows;
  for (const Day& day : days->days) {
    const auto octets = static_cast<std::uint64_t>(static_cast<double>(day.documents) * each);
    const std::string size = call.parameter("bytes") == "b" ? std::to_string(octets) : octets_text(octets);
    const std::string name = index_of(day.begin_ms);
    rows.push_back({"green", "open", name, uuid_of(name), "1", "0", std::to_string(day.documents), "0", size, size});
  }
  return cat_table(call,
                   {{"health", "h"}, {"status", "s"}, {"index", "i"}, {"uuid", "id"}, {"pri", "p", true}, {"rep", "r", true}, {"docs.count", "dc", true},
                    {"docs.deleted", "dd", true}, {"store.size", "ss", true}, {"pri.store.size", "pss", true}},
                   std::move(rows));
}

ReplyOr get_cat_count(Call& call) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  std::uint64_t documents = 0;
  for (const Day& day : days->days) documents += day.documents;
  const UnixMillis now = call.asking.now_ms;
  return cat_table(call, {{"epoch", "t", true}, {"timestamp", "ts"}, {"count", "dc", true}},
                   {{std::to_string(now / kSecondMs), format_date(now, "HH:mm:ss", {}), std::to_string(documents)}});
}

ReplyOr get_cat_nodes(Call& call) {
  return cat_table(call, {{"ip", "i"}, {"node.role", "r"}, {"master", "m"}, {"name", "n"}}, {{"127.0.0.1", "dm", "*", "weir"}});
}

ReplyOr get_cat_aliases(Call& call) {
  return cat_table(call, {{"alias", "a"}, {"index", "i"}, {"filter", "f"}, {"routing.index", "ri"}, {"routing.search", "rs"}, {"is_write_index", "w"}}, {});
}

ReplyOr get_cluster_health(Call&) {
  return reply(json::object{{"cluster_name", kCluster},
                            {"status", "green"},
                            {"timed_out", false},
                            {"number_of_nodes", 1},
                            {"number_of_data_nodes", 1},
                            {"active_primary_shards", 1},
                            {"active_shards", 1},
                            {"relocating_shards", 0},
                            {"initializing_shards", 0},
                            {"unassigned_shards", 0},
                            {"delayed_unassigned_shards", 0},
                            {"number_of_pending_tasks", 0},
                            {"number_of_in_flight_fetch", 0},
                            {"task_max_waiting_in_queue_millis", 0},
                            {"active_shards_percent_as_number", 100.0}});
}

ReplyOr get_cluster_settings(Call&) {
  return reply(json::object{{"persistent", json::object()}, {"transient", json::object()}});
}

/// No addresses: clients that sniff stay with the one they have.
ReplyOr get_nodes(Call& call) {
  json::object node{{"name", "weir"},
                    {"version", kLikeVersion},
                    {"build_hash", "weir-" + call.api.version()},
                    {"roles", json::array{"data", "ingest", "master"}},
                    {"attributes", json::object()},
                    {"ip", "127.0.0.1"},
                    {"host", "127.0.0.1"}};
  node["indices"] = json::object{{"search", json::object{{"open_contexts", call.asking.cursors.open_scrolls(call.asking.now_ms)}}}};
  return reply(json::object{{"_nodes", json::object{{"total", 1}, {"successful", 1}, {"failed", 0}}},
                            {"cluster_name", kCluster},
                            {"nodes", json::object{{kNodeId, std::move(node)}}}});
}

ReplyOr get_license(Call&) {
  return reply(json::object{{"license", json::object{{"status", "active"}, {"uid", uuid_of("license")}, {"type", "basic"}, {"issue_date_in_millis", 0},
                                                     {"max_nodes", 1000}, {"issued_to", "weir"}, {"issuer", "weir"}, {"start_date_in_millis", -1}}}});
}

ReplyOr get_xpack(Call&) {
  return reply(json::object{{"build", json::object{{"hash", "weir"}, {"date", "1970-01-01T00:00:00.000Z"}}},
                            {"license", json::object{{"uid", uuid_of("license")}, {"type", "basic"}, {"mode", "basic"}, {"status", "active"}}},
                            {"features", json::object()},
                            {"tagline", "You know, for flows"}});
}

ReplyOr get_empty(Call&) {
  return reply(json::object());
}

ReplyOr get_data_streams(Call&) {
  return reply(json::object{{"data_streams", json::array()}});
}

}  // namespace weir::serve::es
