// Templates of requests and arguments: text with {{names}} in it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::detect {

struct Notice;

/// How a value is written where it is put in.
enum class Quoting : unsigned char {
  none,
  json,  ///< inside a JSON string
  url,   ///< percent-encoded
};

class TextTemplate {
 public:
  static constexpr std::size_t kMostOctets = 64 * 1024;

  /// Errors: a name that is not known, an opening without a close; with the place.
  [[nodiscard]] static Result<TextTemplate> parse(std::string_view text);
  /// Values by name; what is absent is empty.
  [[nodiscard]] std::string fill(const std::map<std::string, std::string>& values, Quoting quoting) const;

 private:
  struct Part {
    std::string text;
    bool is_name = false;
  };
  std::vector<Part> parts_;
};

/// event, title, text, target, prefix, id, action, kind, customer, attack, rule, until, ...: of the notice's document.
[[nodiscard]] std::map<std::string, std::string> template_values(const Notice& notice);

}  // namespace weir::detect
