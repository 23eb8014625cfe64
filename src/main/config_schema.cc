#include "main/config_schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace weir::main {
namespace {

/// The next part of a dotted path: "store.retention.flows" -> "store".
std::string_view head(std::string_view path) {
  return path.substr(0, path.find('.'));
}

/// How many single-letter changes make `a` into `b`; for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string expected_names(std::string_view wrong, const std::vector<std::string_view>& names) {
  const auto nearest =
      std::ranges::min_element(names, {}, [&](std::string_view name) { return edit_distance(wrong, name); });
  if (nearest != names.end() && edit_distance(wrong, *nearest) <= 2) return fmt::format("'{}'", *nearest);
  return fmt::format("{} {}", names.size() == 1 ? "only" : "one of", fmt::join(names, ", "));
}

std::vector<std::string_view> names_of(const std::vector<Level>& levels) {
  std::vector<std::string_view> names;
  for (const Level& level : levels) {
    if (names.empty() || names.back() != head(level.path)) names.push_back(head(level.path));
  }
  return names;
}

/// The levels under `name`, with it taken off their paths.
std::vector<Level> under(const std::vector<Level>& levels, std::string_view name) {
  std::vector<Level> inner;
  for (const Level& level : levels) {
    if (head(level.path) == name && level.path.size() > name.size()) {
      inner.push_back({.path = level.path.substr(name.size() + 1), .read = level.read, .required = level.required});
    }
  }
  return inner;
}

void read_entry(const std::string& name, const YAML::Node& key, const YAML::Node& value, const std::string& shown,
                const std::vector<Level>& levels, Complaints& to) {
  if (const auto at = std::ranges::find(levels, std::string_view(name), &Level::path); at != levels.end()) {
    return at->read(value);
  }
  const std::vector<Level> inner = under(levels, name);
  if (inner.empty()) {
    return to.add(key.Mark(), fmt::format("unknown key '{}{}': expected {}", shown, log::escape(name),
                                          expected_names(name, names_of(levels))));
  }
  read_mapping(value, shown + name + ".", inner, to);
}

}  // namespace

void Complaints::add(const YAML::Mark& mark, std::string message) {
  // A mark is -1 where the library does not know.
  errors_.push_back(
      {.line = mark.line < 0 ? 0 : static_cast<std::size_t>(mark.line) + 1, .message = std::move(message)});
}

void complain_value(const YAML::Node& node, std::string_view path, const std::string& reason, const std::string& what,
                    Complaints& to) {
  std::string found = node.IsScalar() ? "'" + log::escape(node.Scalar(), 60) + "'"
                      : node.IsNull() ? "nothing"
                      : node.IsMap()  ? "a mapping"
                                      : "a list";
  to.add(node.Mark(),
         fmt::format("{}: {} cannot be used{}{}: expected {}", path, found, reason.empty() ? "" : ", ", reason, what));
}

std::optional<Scalar> scalar_of(const YAML::Node& node, std::string_view path, const std::string& what,
                                Complaints& to) {
  if (!node.IsScalar()) {
    complain_value(node, path, "", what, to);
    return std::nullopt;
  }
  // The parser tags quoted scalars "!", plain ones "?".
  return Scalar{.text = node.Scalar(), .quoted = node.Tag() == "!"};
}

void read_mapping(const YAML::Node& node, const std::string& shown, const std::vector<Level>& levels, Complaints& to) {
  if (node.IsNull()) {  // "store:" with everything under it commented out
    for (const Level& level : levels) {
      if (level.required) to.add(node.Mark(), fmt::format("missing key '{}{}'", shown, level.path));
    }
    return;
  }
  const std::string section = shown.empty() ? "the file" : shown.substr(0, shown.size() - 1);
  if (!node.IsMap()) {
    return to.add(node.Mark(), fmt::format("{} is not a mapping: expected 'key: value' lines with {}", section,
                                           expected_names("", names_of(levels))));
  }
  std::vector<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      to.add(entry.first.Mark(),
             fmt::format("a key of {} is not a word: expected {}", section, expected_names("", names_of(levels))));
      continue;
    }
    const std::string& name = entry.first.Scalar();
    if (std::ranges::find(seen, name) != seen.end()) {
      to.add(entry.first.Mark(), fmt::format("duplicate key '{}{}': expected each key once", shown, log::escape(name)));
      continue;
    }
    seen.push_back(name);
    read_entry(name, entry.first, entry.second, shown, levels, to);
  }
  for (const Level& level : levels) {
    if (level.required && std::ranges::find(seen, level.path) == seen.end()) {
      to.add(node.Mark(), fmt::format("missing key '{}{}': expected in every entry", shown, level.path));
    }
  }
}

}  // namespace weir::main
