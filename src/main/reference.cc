#include "main/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "flow/columns.h"
#include "main/config_schema.h"
#include "query/filter_reference.h"

namespace weir::main {
namespace {

using flow::ColumnInfo;
using flow::ColumnType;

/// For the inside of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

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

}  // namespace

Result<std::string> reference_page(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string (*)()>, 5> kPages = {{
      {"config", config_reference},
      {"example", config_example},
      {"columns", columns_reference},
      {"metrics", metrics_reference},
      {"filter", query::filter_reference_markdown},
  }};
  for (const auto& [page, write] : kPages) {
    if (page == name) return write();
  }
  return fail(ErrorCode::invalid,
              "'" + std::string(name) + "' is not a reference page; use config, example, columns, metrics or filter");
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
    out += fmt::format("| {} | {} | {} | {} | {} |\n", code(doc.path), cell(doc.type),
                       doc.required ? "required" : code(doc.fallback), doc.live ? "live" : "", cell(doc.meaning));
  }
  out +=
      "\nNames, classes and sampling rates can be set where an exporter announces nothing, or wrong things. What goes "
      "before\n"
      "what:\n\n"
      "- sampling rate: the interface's override, the exporter's override, the override for all, what the exporter "
      "announces,\n"
      "  the interface's default, the exporter's default, the default for all;\n"
      "- interface name: the configured one, what the exporter announces;\n"
      "- interface class: the interface's own, the first rule of `interface_classes` that matches;\n"
      "- direction: what the exporter says, else from the classes: `transit`, `peering` and `ix` lead outside.\n";
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
    out += fmt::format("| {} | {} | {} | {} | {}{} | {} |\n", code(column.name), code(column.alias),
                       type_name(column.type), column.unit, role_name(column),
                       column.storage == flow::Storage::derived ? ", derived" : "", cell(column.meaning));
  }
  return out;
}

}  // namespace weir::main
