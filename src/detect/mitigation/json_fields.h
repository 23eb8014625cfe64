// Reads members of JSON objects by name, strictly: a member that is missing or of another type is a problem, and the first
// problem is kept. Inside detect/mitigation/ only.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ip_address.h"

namespace weir::detect {

class JsonFields {
 public:
  /// `value` outlives this.
  JsonFields(const boost::json::value& value, std::string where) : where_(std::move(where)) {
    object_ = value.if_object();
    if (object_ == nullptr) wrong("", "an object");
  }

  [[nodiscard]] std::string text(std::string_view name) {
    const auto* value = member(name);
    if (value == nullptr) return {};
    if (const auto* string = value->if_string()) return std::string(*string);
    wrong(name, "a text");
    return {};
  }
  [[nodiscard]] std::uint64_t number(std::string_view name) {
    const auto* value = member(name);
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->get_uint64();
    if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::uint64_t>(value->get_int64());
    wrong(name, "a whole number");
    return 0;
  }
  [[nodiscard]] std::int64_t time(std::string_view name) {
    const std::uint64_t value = number(name);
    if (value <= static_cast<std::uint64_t>(INT64_MAX / 4)) return static_cast<std::int64_t>(value);
    wrong(name, "a time");
    return 0;
  }
  [[nodiscard]] double real(std::string_view name) {
    const auto* value = member(name);
    if (value == nullptr) return 0;
    if (value->is_double()) return value->get_double();
    if (value->is_int64()) return static_cast<double>(value->get_int64());
    if (value->is_uint64()) return static_cast<double>(value->get_uint64());
    wrong(name, "a number");
    return 0;
  }
  [[nodiscard]] bool flag(std::string_view name) {
    const auto* value = member(name);
    if (value == nullptr) return false;
    if (const auto* flag = value->if_bool()) return *flag;
    wrong(name, "true or false");
    return false;
  }
  [[nodiscard]] Prefix prefix(std::string_view name) {
    const auto read = parse_prefix(text(name));
    if (!read) wrong(name, "a prefix");
    return read.value_or(Prefix{});
  }
  /// Nothing where it is null.
  [[nodiscard]] const boost::json::value* optional(std::string_view name) {
    const auto* value = member(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  /// Calls `each` with every item of a list.
  template <typename Each>
  void list(std::string_view name, Each each) {
    const auto* value = member(name);
    if (value == nullptr) return;
    const auto* array = value->if_array();
    if (array == nullptr) return wrong(name, "a list");
    for (const boost::json::value& item : *array) each(item);
  }
  /// One of the values 0 to `count` - 1 by its word.
  template <typename Enum>
  [[nodiscard]] Enum word(std::string_view name, std::size_t count, std::string_view (*name_of)(Enum)) {
    const std::string given = text(name);
    for (std::size_t i = 0; i < count; ++i) {
      if (name_of(static_cast<Enum>(i)) == given) return static_cast<Enum>(i);
    }
    wrong(name, "a known word");
    return Enum{};
  }
  template <typename T>
  [[nodiscard]] T take(Result<T> result) {
    if (!result && problem_.empty()) problem_ = where_ + ": " + result.error().message;
    return result ? *std::move(result) : T{};
  }
  void wrong(std::string_view name, std::string_view expected) {
    if (problem_.empty()) problem_ = where_ + ": '" + std::string(name) + "' is not " + std::string(expected);
  }

  template <typename T>
  [[nodiscard]] Result<T> finish(T value) const {
    if (!problem_.empty()) return fail(ErrorCode::malformed, problem_);
    return value;
  }

 private:
  [[nodiscard]] const boost::json::value* member(std::string_view name) {
    const auto* value = object_ == nullptr ? nullptr : object_->if_contains({name.data(), name.size()});
    if (value == nullptr) wrong(name, "there");
    return value;
  }

  const boost::json::object* object_ = nullptr;
  std::string where_;
  std::string problem_;
};

}  // namespace weir::detect
