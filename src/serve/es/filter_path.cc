#include "serve/es/filter_path.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "serve/es/field.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;
using Path = std::vector<std::string>;

constexpr std::size_t kMostPaths = 100;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t cut = text.find(at);
    if (cut != 0) out.emplace_back(text.substr(0, cut));
    text = cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1);
  }
  return out;
}

/// What is left of the paths one name further down; `whole` when one of them ends here.
std::vector<Path> step(const std::vector<Path>& paths, std::string_view name, bool& whole) {
  std::vector<Path> out;
  for (const Path& path : paths) {
    if (path.front() == "**") {
      out.push_back(path);
      const Path behind(path.begin() + 1, path.end());
      if (behind.empty() || (glob_matches(behind.front(), name) && behind.size() == 1)) whole = true;
      else if (glob_matches(behind.front(), name)) out.emplace_back(behind.begin() + 1, behind.end());
      continue;
    }
    if (!glob_matches(path.front(), name)) continue;
    if (path.size() == 1) whole = true;
    else out.emplace_back(path.begin() + 1, path.end());
  }
  if (out.size() > kMostPaths) out.resize(kMostPaths);
  return out;
}

bool keep(json::value& value, const std::vector<Path>& paths) {
  if (json::array* list = value.if_array()) {
    json::array kept;
    for (json::value& element : *list) {
      if (keep(element, paths)) kept.push_back(std::move(element));
    }
    *list = std::move(kept);
    return !list->empty();
  }
  json::object* object = value.if_object();
  if (object == nullptr) return false;
  json::object kept;
  for (auto& member : *object) {
    bool whole = false;
    const std::vector<Path> below = step(paths, member.key(), whole);
    if (whole || (!below.empty() && keep(member.value(), below))) kept[member.key()] = std::move(member.value());
  }
  *object = std::move(kept);
  return !object->empty();
}

void drop(json::value& value, const std::vector<Path>& paths) {
  if (json::array* list = value.if_array()) {
    for (json::value& element : *list) drop(element, paths);
    return;
  }
  json::object* object = value.if_object();
  if (object == nullptr) return;
  json::object kept;
  for (auto& member : *object) {
    bool whole = false;
    const std::vector<Path> below = step(paths, member.key(), whole);
    if (whole) continue;
    if (!below.empty()) drop(member.value(), below);
    kept[member.key()] = std::move(member.value());
  }
  *object = std::move(kept);
}

}  // namespace

void apply_filter_path(json::value& value, std::string_view text) {
  std::vector<Path> wanted;
  std::vector<Path> unwanted;
  for (const std::string& one : split(text, ',')) {
    const bool minus = one.starts_with('-');
    Path path = split(std::string_view(one).substr(minus ? 1 : 0), '.');
    if (!path.empty() && wanted.size() + unwanted.size() < kMostPaths) (minus ? unwanted : wanted).push_back(std::move(path));
  }
  if (!wanted.empty() && !keep(value, wanted)) value = json::object();
  if (!unwanted.empty()) drop(value, unwanted);
}

}  // namespace weir::serve::es
