#include "serve/es/json_writer.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cmath>
#include <iterator>

#include "flow/value_text.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void write(const json::value& value) {
    switch (value.kind()) {
      case json::kind::null:
        out_ += "null";
        break;
      case json::kind::bool_:
        out_ += value.get_bool() ? "true" : "false";
        break;
      case json::kind::int64:
        fmt::format_to(std::back_inserter(out_), "{}", value.get_int64());
        break;
      case json::kind::uint64:
        fmt::format_to(std::back_inserter(out_), "{}", value.get_uint64());
        break;
      case json::kind::double_:
        write_real(value.get_double());
        break;
      case json::kind::string:
        write_text({value.get_string().data(), value.get_string().size()});
        break;
      case json::kind::array:
        write_all(value.get_array(), '[', ']', [this](const json::value& element) { write(element); });
        break;
      case json::kind::object:
        write_all(value.get_object(), '{', '}', [this](const json::key_value_pair& member) {
          write_text(member.key());
          out_ += pretty_ ? ": " : ":";
          write(member.value());
        });
        break;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void write_real(double value) {
    if (!std::isfinite(value)) {
      out_ += "null";
      return;
    }
    const std::string text = fmt::format("{}", value);
    out_ += text;
    if (text.find_first_of(".e") == std::string::npos) out_ += ".0";
  }
  void write_text(std::string_view text) {
    out_ += '"';
    flow::append_json_escaped(out_, text);
    out_ += '"';
  }
  template <typename Range, typename Write>
  void write_all(const Range& range, char open, char close, Write write_one) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& element : range) {
      if (!first) out_ += ',';
      first = false;
      line();
      write_one(element);
    }
    --depth_;
    if (!first) line();
    out_ += close;
  }
  void line() {
    if (pretty_) out_ += '\n' + std::string(2 * depth_, ' ');
  }

  const bool pretty_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string write_json(const json::value& value, bool pretty) {
  Writer writer(pretty);
  writer.write(value);
  return writer.take() + (pretty ? "\n" : "");
}

}  // namespace weir::serve::es
