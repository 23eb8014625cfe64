#include "detect/mitigation/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/digest.h"
#include "detect/mitigation/text_template.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

constexpr std::string_view kJson = "Content-Type: application/json";

std::string whole_text(const Notice& notice) {
  return notice.text.empty() ? notice.title : notice.title + "\n" + notice.text;
}

json::object slack(const Notice& notice) {
  // Slack takes &, < and > as markup (its own rules of escaping).
  std::string text;
  for (const char c : whole_text(notice)) {
    if (c == '&') text += "&amp;";
    else if (c == '<') text += "&lt;";
    else if (c == '>') text += "&gt;";
    else text += c;
  }
  return {{"text", text}};
}

json::object teams(const Notice& notice) {
  const json::object title{{"type", "TextBlock"}, {"text", notice.title}, {"weight", "Bolder"}, {"wrap", true}};
  const json::object text{{"type", "TextBlock"}, {"text", notice.text}, {"wrap", true}};
  const json::object card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                          {"type", "AdaptiveCard"},
                          {"version", "1.4"},
                          {"body", json::array{title, text}}};
  return {{"type", "message"},
          {"attachments", json::array{json::object{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                                   {"content", card}}}}};
}

json::object pagerduty(const ChannelConfig& channel, const Notice& notice) {
  boost::system::error_code problem;
  json::value document = json::parse(notice.document, problem);
  return {{"routing_key", channel.secret},
          {"event_action", notice.is_over ? "resolve" : "trigger"},
          {"dedup_key", notice.key},
          {"payload", json::object{{"summary", notice.title.substr(0, 1024)},
                                   {"source", "weir"},
                                   {"severity", notice.is_urgent ? "critical" : "info"},
                                   {"timestamp", to_iso8601(notice.at_ms)},
                                   {"custom_details", problem ? json::value() : std::move(document)}}}};
}

void sign(const ChannelConfig& channel, const Delivery& delivery, UnixMillis now, HttpCall& call) {
  const std::string stamp = std::to_string(now / kSecondMs);
  call.headers.push_back("X-Weir-Event: " + delivery.notice.event);
  call.headers.push_back("X-Weir-Delivery: " + std::to_string(delivery.id));
  call.headers.push_back("X-Weir-Timestamp: " + stamp);
  if (!channel.secret.empty())
    call.headers.push_back("X-Weir-Signature: sha256=" + hmac_sha256_hex(channel.secret, stamp + "." + call.body));
}

Result<HttpCall> by_template(const ChannelConfig& channel, const Notice& notice) {
  const auto url = TextTemplate::parse(channel.url);
  const auto body = TextTemplate::parse(channel.body);
  if (!url) return std::unexpected(url.error());
  if (!body) return std::unexpected(body.error());
  const auto values = template_values(notice);
  return HttpCall{.method = channel.method,
                  .url = url->fill(values, Quoting::url),
                  .headers = channel.headers,
                  .body = body->fill(values, Quoting::json)};
}

/// Text of a header: one line; not ASCII as RFC 2047 encoded words.
std::string header_text(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string line(text);
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x7f; };
  if (std::ranges::all_of(line, is_plain)) return line;
  std::string out = "=?UTF-8?Q?";
  for (const char c : line) {
    const auto octet = static_cast<unsigned char>(c);
    if (std::isalnum(octet) != 0) {
      out += c;
    } else {
      out += '=';
      out += kDigits[octet >> 4U];
      out += kDigits[octet & 0xfU];
    }
  }
  return out + "?=";
}

/// "Mon, 23 Nov 2026 18:00:00 +0000" (RFC 5322 section 3.3).
std::string mail_date(UnixMillis time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_time<seconds> at{seconds(time / kSecondMs)};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{at - day};
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

Result<HttpCall> http_call(const ChannelConfig& channel, const Delivery& delivery, UnixMillis now) {
  const Notice& notice = delivery.notice;
  HttpCall call{.method = "POST", .url = channel.url, .headers = {std::string(kJson)}, .body = {}};
  switch (channel.kind) {
    case ChannelKind::webhook:
      call.body = notice.document;
      sign(channel, delivery, now, call);
      return call;
    case ChannelKind::slack: call.body = json::serialize(slack(notice)); return call;
    case ChannelKind::teams: call.body = json::serialize(teams(notice)); return call;
    case ChannelKind::telegram:
      if (call.url.empty()) call.url = "https://api.telegram.org";
      call.url += "/bot" + channel.secret + "/sendMessage";
      call.body = json::serialize(json::object{{"chat_id", channel.chat}, {"text", whole_text(notice)}});
      return call;
    case ChannelKind::pagerduty:
      if (call.url.empty()) call.url = "https://events.pagerduty.com/v2/enqueue";
      call.body = json::serialize(pagerduty(channel, notice));
      return call;
    case ChannelKind::http: return by_template(channel, notice);
    default: return fail(ErrorCode::internal, "channel '" + channel.name + "' does not speak HTTP");
  }
}

std::string mail_message(const ChannelConfig& channel, const Delivery& delivery, std::string_view host) {
  const Notice& notice = delivery.notice;
  std::string to;
  for (const std::string& address : channel.to) to += (to.empty() ? "" : ", ") + header_text(address);
  std::string out = "Date: " + mail_date(notice.at_ms) + "\r\nFrom: " + header_text(channel.from) + "\r\nTo: " + to +
                    "\r\nSubject: " + header_text(notice.title) +
                    fmt::format("\r\nMessage-ID: <weir-{}-{}@{}>", delivery.id, notice.at_ms, host) +
                    "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit"
                    "\r\nAuto-Submitted: auto-generated\r\n\r\n";
  for (const char c : whole_text(notice)) {
    if (c == '\r') continue;
    if (c == '\n') out += '\r';
    out += c;
  }
  return out + "\r\n";
}

std::string syslog_message(const Notice& notice, std::string_view host, int process) {
  constexpr int kFacility = 4;  // security/authorization
  const int severity = notice.is_urgent ? 1 : 5;
  std::string text = whole_text(notice);
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return fmt::format("<{}>1 {} {} weir {} {} - \xEF\xBB\xBF{}", kFacility * 8 + severity, to_iso8601(notice.at_ms),
                     host.empty() ? "-" : host, process, notice.event, text);
}

Result<std::vector<std::string>> script_arguments(const ChannelConfig& channel, const Notice& notice) {
  const auto values = template_values(notice);
  std::vector<std::string> out;
  for (const std::string& argument : channel.arguments) {
    const auto read = TextTemplate::parse(argument);
    if (!read) return std::unexpected(read.error());
    out.push_back(read->fill(values, Quoting::none));
  }
  return out;
}

}  // namespace weir::detect
