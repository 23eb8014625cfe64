#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/clock.h"

namespace weir::log {
namespace {

// The one logger of the process. A log is the one thing every place may reach without being handed it.
std::atomic<Format> g_format{Format::text};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("weir", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warning";
    case Level::error: return "error";
  }
  return "error";
}

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

/// The length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none (or it is ASCII).
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if (lead == 0xe0 && second < 0xa0) return 0;                        // overlong
  if (lead == 0xed && second > 0x9f) return 0;                        // surrogate
  if (lead == 0xf0 && second < 0x90) return 0;                        // overlong
  if (lead == 0xf4 && second > 0x8f) return 0;                        // above U+10FFFF
  if (lead == 0xc2 && second < 0xa0) return 0;                        // C1 control characters move terminals too
  return length;
}

/// `text` for the inside of a JSON string. What escape() made readable stays readable: its backslashes are doubled.
std::string json_inside(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void configure(Format format, Level least) {
  g_format.store(format, std::memory_order_relaxed);
  logger().set_level(to_spdlog(least));
}

Result<Level> parse_level(std::string_view text) {
  for (const Level level : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (text == name(level) || (level == Level::warn && text == "warn")) return level;
  }
  return fail(ErrorCode::invalid, "'" + std::string(text) + "' is not a log level; use debug, info, warning or error");
}

Result<Format> parse_format(std::string_view text) {
  if (text == "text") return Format::text;
  if (text == "json") return Format::json;
  return fail(ErrorCode::invalid, "'" + std::string(text) + "' is not a log format; use text or json");
}

void write(Level level, std::string_view what, std::string_view details) {
  if (!logger().should_log(to_spdlog(level))) return;
  const std::string time = to_iso8601(now_ms());
  if (g_format.load(std::memory_order_relaxed) == Format::json) {
    logger().log(to_spdlog(level), R"({{"time":"{}","level":"{}","message":"{}","details":"{}"}})", time, name(level),
                 json_inside(what), json_inside(details));
  } else {
    logger().log(to_spdlog(level), "{} {} {}{}{}", time, name(level), what, details.empty() ? "" : ": ", details);
  }
}

std::string escape(std::string_view text, std::size_t most) {
  std::string out;
  const bool cut = text.size() > most;
  if (cut) text = text.substr(0, most);
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t used = 1;
    if (is_plain(c)) {
      out += text.front();
    } else if (const std::size_t length = utf8_length(text); length > 0) {
      out += text.substr(0, length);
      used = length;
    } else {
      out += fmt::format("\\x{:02x}", c);
    }
    text.remove_prefix(used);
  }
  if (cut) out += "...";
  return out;
}

bool RateLimit::admit(std::int64_t now) {
  std::int64_t due = next_.load(std::memory_order_relaxed);
  if (now < due || !next_.compare_exchange_strong(due, now + interval_ms_, std::memory_order_relaxed)) {
    held_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  reported_.store(held_.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
  return true;
}

}  // namespace weir::log
