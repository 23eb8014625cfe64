#include "main/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/markdown.h"
#include "flow/columns.h"
#include "main/config_schema.h"
#include "query/filter_reference.h"
#include "query/query_reference.h"
#include "query/report/reference.h"
#include "serve/openapi.h"

namespace weir::main {
namespace {

using flow::ColumnInfo;
using flow::ColumnType;

std::vector<KeyDoc> all_docs() {
  std::vector<KeyDoc> docs;
  describe_struct(config_keys(), "", docs);
  // The directory depends on who asks; the meaning says how.
  for (KeyDoc& doc : docs) {
    if (doc.path == "data") doc.fallback.clear();
  }
  return docs;
}

std::string_view type_name(ColumnType type) {
  switch (type) {
    case ColumnType::u8:
    case ColumnType::u16:
    case ColumnType::u32:
    case ColumnType::u64:
      return "number";
    case ColumnType::time_ms:
      return "time";
    case ColumnType::ip:
      return "address";
    case ColumnType::mac:
      return "MAC address";
    case ColumnType::string:
      return "text";
    case ColumnType::prefix:
      return "prefix";
    case ColumnType::real:
      return "real number";
  }
  return "";
}

std::string_view role_name(const ColumnInfo& column) {
  if (column.role == flow::Role::time) return "time";
  return column.role == flow::Role::measure ? "measure" : "dimension";
}

/// The keys as they nest in the file.
struct Branch {
  std::string name;
  const KeyDoc* doc = nullptr;
  std::vector<Branch> inner;
};

void place(std::vector<Branch>& level, std::string_view path, const KeyDoc& doc) {
  const std::size_t dot = path.find('.');
  std::string name(path.substr(0, dot));
  if (name.ends_with("[]")) name.resize(name.size() - 2);
  auto at = std::ranges::find(level, name, &Branch::name);
  if (at == level.end()) at = level.insert(level.end(), {.name = name, .doc = nullptr, .inner = {}});
  if (dot == std::string_view::npos)
    at->doc = &doc;
  else
    place(at->inner, path.substr(dot + 1), doc);
}

/// What a key means and how it is written, in lines of bearable length.
void append_comment(const KeyDoc& doc, const std::string& indent, std::string& out) {
  constexpr std::size_t kWidth = 100;
  std::string text = doc.meaning + ". " + (doc.type == kListOfMappings ? "A list" : "Value: " + doc.type) + ".";
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  const std::string lead = indent.empty() ? "# " : "#" + indent + "# ";
  while (text.size() > kWidth) {
    const std::size_t space = text.rfind(' ', kWidth);
    if (space == std::string::npos) break;
    out += lead + text.substr(0, space) + "\n";
    text.erase(0, space + 1);
  }
  out += lead + text + "\n";
}

/// Lines begin with '#', so that taking it away makes a key count; explanations have a second one.
void write_example(const std::vector<Branch>& level, std::size_t depth, bool list_entry, std::string& out) {
  const std::string indent(depth, ' ');
  for (std::size_t i = 0; i < level.size(); ++i) {
    const Branch& branch = level[i];
    const KeyDoc* doc = branch.doc;
    const bool list = doc != nullptr && doc->type == kListOfMappings;
    if (depth == 0) out += '\n';
    if (doc != nullptr) append_comment(*doc, indent, out);
    std::string before = indent;
    if (list_entry && i == 0) before.replace(depth - 2, 2, "- ");
    const std::string value = doc == nullptr || list ? "" : doc->example.empty() ? doc->fallback : doc->example;
    out += fmt::format("#{}{}:{}{}\n", before, branch.name, value.empty() ? "" : " ", value);
    write_example(branch.inner, depth + (list ? 4 : 2), list, out);
  }
}

/// What the keys alone do not tell.
constexpr std::string_view kPrecedence = R"(
Names, classes and sampling rates can be set where an exporter announces nothing, or wrong things. What goes before
what:

- sampling rate: the interface's override, the exporter's override, the override for all, what the exporter announces,
  the interface's default, the exporter's default, the default for all;
- interface name: the configured one, what the exporter announces, what the router tells when it is asked;
- interface class: the interface's own, the first rule of `interface_classes` that matches in all three patterns;
- direction: what the exporter says, else from the classes: `transit`, `peering` and `ix` lead outside.

Both the flow and the routing table may tell AS numbers, masks and the BGP next hop. `routes.prefer`, of all exporters or
of one, says whose word counts:

- `table`: the table's wherever it has a route, else the flow's;
- `auto`: the table's where the route is from the exporter's own view (its BMP or BGP session); else the flow's where it
  says something: an AS that is neither 0, 23456, 65535 or 4294967295 nor private or for documentation, a mask that is
  not 0, a next hop that is not unspecified; else the table's;
- `flow`: the flow's, but 0, 23456, 65535 and 4294967295 are replaced, and a private AS where the table has a public
  one. A router may export the AS of its neighbour instead of the origin: then choose `table`.

The AS path, the first AS and the communities go with `routes.prefer.as`: what an sFlow agent told of its path stays
unless the table's word counts. Without a route, what the exporter told stays. `next_hop` is always the flow's; the
table's BGP next hop stands in where the flow has none. A route with an empty AS path is your own: its path is empty and
its AS the first of `network.as`. Where neither table nor flow knows an AS, `as_databases` is asked.

A flow's VRF chooses the routing table: what `exporters[].vrfs` says for its name, else the route distinguisher that the
exporter tells, else the name as `routes.vrfs` or a BMP session tells it; a VRF that none of them knows uses the global
table.

Customers: the longest prefix that holds the address, else its AS, else the interface. Regions: the longest prefix that
has one, of `regions` or of a customer, else that of the customer found. Of one prefix in both, `regions` counts.
)";

}  // namespace

Result<std::string> reference_page(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string (*)()>, 8> kPages = {{
      {"config", config_reference},
      {"example", config_example},
      {"columns", columns_reference},
      {"metrics", metrics_reference},
      {"filter", query::filter_reference_markdown},
      {"query", query::query_reference_markdown},
      {"reports", query::report::reports_reference_markdown},
      {"api-routes", serve::api_routes_markdown},
  }};
  for (const auto& [page, write] : kPages) {
    if (page == name) return write();
  }
  return fail(ErrorCode::invalid, "'" + std::string(name) +
                                      "' is not a reference page; use config, example, columns, metrics, filter, query, "
                                      "reports or api-routes");
}

std::string config_reference() {
  std::string out =
      "# Configuration\n\n"
      "`weir serve` runs without any configuration. What differs from the defaults goes into a YAML file, given by\n"
      "`--config FILE`; `weir check FILE` says whether it is valid. The file is read strictly: an unknown or duplicate "
      "key, a\n"
      "value of the wrong kind and a number with a leading zero are errors with file, line and what was expected.\n\n"
      "`kill -HUP` reloads the file. Keys marked *live* take effect then, without losing a flow; the others need a "
      "restart, and\n"
      "the log says so. A file with an error is not taken over: the old configuration stays, and the log says why.\n\n"
      "A dot stands for nesting: `log.level` is the key `level` under the key `log`. `[]` stands for each entry of a "
      "list.\n\n"
      "| key | value | default | | meaning |\n|---|---|---|---|---|\n";
  for (const KeyDoc& doc : all_docs()) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_code(doc.path), markdown_cell(doc.type),
                       doc.required ? "required" : markdown_code(doc.fallback), doc.live ? "live" : "", markdown_cell(doc.meaning));
  }
  out += kPrecedence;
  return out;
}

std::string config_example() {
  std::string out =
      "# Configuration of Weir. Every key is here, with its default or an example. Take away the # in front of a key, "
      "and of\n"
      "# the keys that it stands under, to change it.\n"
      "# Check it with: weir check FILE      Reload it with: systemctl reload weir, or kill -HUP\n";
  const std::vector<KeyDoc> docs = all_docs();
  std::vector<Branch> root;
  for (const KeyDoc& doc : docs) place(root, doc.path, doc);
  write_example(root, 0, false, out);
  return out;
}

std::string columns_reference() {
  std::string out =
      "# Columns\n\n"
      "What is known of a flow. The names are the same in filters, `--by`, JSON, CSV and on the page; the alias is "
      "understood in\n"
      "filters too. A column that an exporter does not give is unknown, not zero. Derived columns are computed from "
      "others when\n"
      "they are asked for.\n\n"
      "| column | alias | type | unit | use | meaning |\n|---|---|---|---|---|---|\n";
  for (const ColumnInfo& column : flow::kColumns) {
    out += fmt::format("| {} | {} | {} | {} | {}{} | {} |\n", markdown_code(column.name), markdown_code(column.alias),
                       type_name(column.type), column.unit, role_name(column),
                       column.storage == flow::Storage::derived ? ", derived" : "", markdown_cell(column.meaning));
  }
  return out;
}

}  // namespace weir::main
