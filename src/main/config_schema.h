// The machinery under config_keys.cc: a table of keys that reads a YAML mapping into a struct, and that the reference
// page and the example file are written from. This header alone of main/ shows YAML.
#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "main/config.h"
#include "main/config_value.h"

namespace weir::main {

/// Where errors go while a file is read.
class Complaints {
 public:
  void add(const YAML::Mark& mark, std::string message);
  [[nodiscard]] std::vector<ConfigError> take() { return std::move(errors_); }

 private:
  std::vector<ConfigError> errors_;
};

/// What is told of a key's value to those who may see the configuration but not its secrets.
enum class Tell : std::uint8_t {
  value,
  url,     ///< unless there may be credentials in it
  secret,  ///< only whether it is set
};

inline constexpr const char* kListOfMappings = "list of mappings";

/// One line of the reference.
struct KeyDoc {
  std::string path;  ///< "store.memory", "exporters[].name"
  std::string type;
  std::string fallback;  ///< the default as it would be written; "" for none
  std::string meaning;
  std::string example;  ///< for keys without a default
  bool live = false;    ///< a reload takes it over
  bool required = false;
  Tell tell = Tell::value;
};

/// One key of a struct T. `path` has dots where mappings nest.
template <typename T>
struct Key {
  std::string_view path;
  std::string_view meaning;
  std::string_view example;
  std::string type;  ///< for the reference
  bool live = false;
  bool required = false;
  Tell tell = Tell::value;
  std::function<void(const YAML::Node&, std::string_view path, T&, Complaints&)> read;
  /// The value as it would be written; "" where there is none, and for lists of mappings.
  std::function<std::string(const T&)> show;
  /// For lists of mappings: how many there are. Empty for other keys.
  std::function<std::size_t(const T&)> entries;
  /// For lists of mappings: appends the lines of what an entry contains.
  std::function<void(const std::string& prefix, std::vector<KeyDoc>&)> describe_inner;
};

/// The scalar in `node`; nothing, with a complaint, when it is none. `what` is said to be expected.
[[nodiscard]] std::optional<Scalar> scalar_of(const YAML::Node& node, std::string_view path, const std::string& what,
                                              Complaints& to);
void complain_value(const YAML::Node& node, std::string_view path, const std::string& reason, const std::string& what,
                    Complaints& to);

/// The names at one level of a table, for reading: how a key of a mapping is looked up.
struct Level {
  std::string_view path;
  std::function<void(const YAML::Node&)> read;
  bool required = false;
};
/// Reads a mapping: complains about keys that are unknown, duplicate or missing. `shown` is put before paths in
/// messages.
void read_mapping(const YAML::Node& node, const std::string& shown, const std::vector<Level>& levels, Complaints& to);

template <typename T>
void read_struct(const YAML::Node& node, const std::string& shown, const std::vector<Key<T>>& keys, T& out,
                 Complaints& to) {
  std::vector<Level> levels;
  for (const Key<T>& key : keys) {
    levels.push_back({.path = key.path,
                      .read = [&](const YAML::Node& value) { key.read(value, shown + std::string(key.path), out, to); },
                      .required = key.required});
  }
  read_mapping(node, shown, levels, to);
}

template <typename T>
void describe_struct(const std::vector<Key<T>>& keys, const std::string& prefix, std::vector<KeyDoc>& out) {
  for (const Key<T>& key : keys) {
    const std::string path = prefix + std::string(key.path);
    out.push_back({.path = path,
                   .type = key.type,
                   .fallback = key.required ? "" : key.show(T{}),
                   .meaning = std::string(key.meaning),
                   .example = std::string(key.example),
                   .live = key.live,
                   .required = key.required,
                   .tell = key.tell});
    const std::size_t first = out.size();
    if (key.describe_inner) key.describe_inner(path + "[].", out);
    for (std::size_t i = first; i < out.size(); ++i) out[i].live = key.live;
  }
}

/// A key that holds one value. `at` gives where it is kept: anything that the kind's value converts to.
template <typename T, typename Kind, typename At>
[[nodiscard]] Key<T> one(std::string_view path, Kind kind, At at, std::string_view meaning) {
  Key<T> key;
  key.path = path;
  key.meaning = meaning;
  key.read = [kind, at](const YAML::Node& node, std::string_view shown, T& out, Complaints& to) {
    const auto scalar = scalar_of(node, shown, kind.what(), to);
    if (!scalar) return;
    auto value = kind.read(*scalar);
    if (!value) return complain_value(node, shown, value.error(), kind.what(), to);
    auto& place = at(out);
    place = static_cast<std::remove_cvref_t<decltype(place)>>(*std::move(value));
  };
  key.type = kind.what();
  key.show = [kind, at](const T& from) -> std::string {
    const auto& place = at(from);
    if constexpr (requires { place.has_value(); }) {
      return place ? kind.show(static_cast<typename Kind::Value>(*place)) : "";
    } else {
      return kind.show(static_cast<typename Kind::Value>(place));
    }
  };
  return key;
}

/// A key that holds a list of values.
template <typename T, typename Kind, typename At>
[[nodiscard]] Key<T> list_of(std::string_view path, Kind kind, At at, std::string_view meaning) {
  Key<T> key;
  key.path = path;
  key.meaning = meaning;
  key.read = [kind, at](const YAML::Node& node, std::string_view shown, T& out, Complaints& to) {
    if (!node.IsSequence()) return complain_value(node, shown, "", "a list, each: " + kind.what(), to);
    auto& list = at(out);
    list.clear();
    for (const YAML::Node& item : node) {
      const auto scalar = scalar_of(item, shown, kind.what(), to);
      if (!scalar) continue;
      auto value = kind.read(*scalar);
      if (value)
        list.push_back(*std::move(value));
      else
        complain_value(item, shown, value.error(), kind.what(), to);
    }
  };
  key.type = "list, each: " + kind.what();
  key.show = [kind, at](const T& from) {
    std::string text;
    for (const auto& value : at(from)) text += (text.empty() ? "[" : ", ") + kind.show(value);
    return text.empty() ? text : text + "]";
  };
  return key;
}

/// A key that holds a list of mappings. `unique` names an item by what must not repeat; it may return "".
template <typename T, typename Item, typename At, typename Unique>
[[nodiscard]] Key<T> list_of_structs(std::string_view path, std::vector<Key<Item>> keys, At at, Unique unique,
                                     std::string_view meaning) {
  Key<T> key;
  key.path = path;
  key.meaning = meaning;
  key.read = [keys, at, unique](const YAML::Node& node, std::string_view shown, T& out, Complaints& to) {
    if (node.IsNull()) return;
    if (!node.IsSequence()) return complain_value(node, shown, "", "a list of mappings", to);
    auto& list = at(out);
    list.clear();
    std::vector<std::string> seen;
    for (const YAML::Node& node_of_item : node) {
      Item item{};
      read_struct(node_of_item, std::string(shown) + "[].", keys, item, to);
      const std::string name = unique(item);
      if (!name.empty() && std::ranges::find(seen, name) != seen.end()) {
        to.add(node_of_item.Mark(), "duplicate " + name + " in '" + std::string(shown) + "': expected each once");
      }
      seen.push_back(name);
      list.push_back(std::move(item));
    }
  };
  key.type = kListOfMappings;
  key.show = [](const T&) { return std::string(); };
  key.entries = [at](const T& from) { return std::size_t{at(from).size()}; };
  key.describe_inner = [keys](const std::string& prefix, std::vector<KeyDoc>& out) {
    describe_struct(keys, prefix, out);
  };
  return key;
}

/// Marks: `live(one(...))`, `required(one(...))`, `secret(one(...))`, `example(one(...), "192.0.2.1")`.
template <typename T>
[[nodiscard]] Key<T> live(Key<T> key) {
  key.live = true;
  return key;
}
template <typename T>
[[nodiscard]] Key<T> required(Key<T> key) {
  key.required = true;
  return key;
}
template <typename T>
[[nodiscard]] Key<T> secret(Key<T> key) {
  key.tell = Tell::secret;
  return key;
}
/// An address that may hold a user's name, a password or a token.
template <typename T>
[[nodiscard]] Key<T> may_hold_credentials(Key<T> key) {
  key.tell = Tell::url;
  return key;
}
template <typename T>
[[nodiscard]] Key<T> example(Key<T> key, std::string_view text) {
  key.example = text;
  return key;
}

/// THE table of keys (config_keys.cc).
[[nodiscard]] const std::vector<Key<Config>>& config_keys();

}  // namespace weir::main
