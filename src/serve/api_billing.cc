// Bills at the 95th percentile: listed, shown, frozen, checked, exported.
#include "base/digest.h"
#include "billing/bill_text.h"
#include "query/format.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/query_request.h"

namespace weir::serve {
namespace {

Response wrong(std::string_view parameter, const std::string& message) {
  boost::json::object more;
  if (!parameter.empty()) more["parameter"] = parameter;
  return problem(400, parameter.empty() ? message : std::string(parameter) + ": " + message, more);
}

Response failure(const Error& error) {
  if (error.code == ErrorCode::busy) return problem(409, error.message);
  if (error.code == ErrorCode::cancelled) return problem(504, "the question took too long and was ended");
  return problem(error);
}

/// What all but the list need.
struct Asked {
  std::string group;
  std::string month;
  std::string format = "json";
  std::string samples = "no";
  std::string store = "yes";
};

std::expected<Asked, query::OptionError> read_asked(const Request& request) {
  const auto all = all_parameters(request);
  if (!all) return std::unexpected(all.error());
  Asked out;
  const std::pair<std::string_view, std::string*> places[] = {{"group", &out.group},
                                                              {"month", &out.month},
                                                              {"format", &out.format},
                                                              {"samples", &out.samples},
                                                              {"store", &out.store}};
  for (const auto& [name, text] : *all) {
    bool known = false;
    for (const auto& [place, to] : places) {
      if (place != name) continue;
      *to = text;
      known = true;
    }
    if (!known) return std::unexpected(query::OptionError{name, "there is no parameter of this name", std::nullopt});
  }
  if (out.group.empty()) return std::unexpected(query::OptionError{"group", "say which", std::nullopt});
  // A bill is a file of this name, three octets of it for some characters; names of files have at most 255.
  constexpr std::size_t kLongestGroup = 80;
  if (out.group.size() > kLongestGroup)
    return std::unexpected(query::OptionError{"group", "no group has a name as long as this", std::nullopt});
  return out;
}

using Answer = Response (*)(billing::Ledger&, const Asked&, const billing::Month&, UnixMillis);

Response with_bill(const Sources& sources, const Request& request, UnixMillis now, Answer answer) {
  if (sources.ledger == nullptr) return problem(404, "nothing is billed here");
  const auto asked = read_asked(request);
  if (!asked) return wrong(asked.error().option, asked.error().message);
  auto month = asked->month.empty() ? billing::month_of(now, sources.ledger->config().time_zone)
                                    : billing::parse_month(asked->month);
  if (!month) return wrong("month", month.error().message);
  return answer(*sources.ledger, *asked, *month, now);
}

Response json_response(std::string body) {
  Response out;
  out.body = std::move(body);
  return out;
}

/// The digest is of the file's content, which is the bill's canonical form.
std::string digest_of(const billing::Bill& bill) {
  return bill.frozen ? sha256_hex(billing::bill_json(bill)) : "";
}

}  // namespace

Response get_billing(const Sources& sources, UnixMillis now) {
  if (sources.ledger == nullptr) return problem(404, "nothing is billed here");
  const auto entries = sources.ledger->list(now);
  if (!entries) return failure(entries.error());
  return json_response(billing::entries_json(sources.ledger->config(), *entries));
}

Response get_bill(const Sources& sources, const Request& request, UnixMillis now) {
  return with_bill(sources, request, now,
                   [](billing::Ledger& ledger, const Asked& asked, const billing::Month& month, UnixMillis time) {
                     const auto format = query::parse_format(asked.format);
                     if (!format) return wrong("format", format.error().message);
                     const auto bill = ledger.show(asked.group, month, time);
                     if (!bill) return failure(bill.error());
                     Response out;
                     switch (*format) {
                       case query::Format::json:
                         out.body = billing::bill_answer(*bill, digest_of(*bill), asked.samples == "yes");
                         break;
                       case query::Format::csv:
                         out.content_type = "text/csv; charset=utf-8; header=present";
                         out.headers.emplace_back("Content-Disposition", "attachment; filename=\"bill-" +
                                                                             to_string(month) + ".csv\"");
                         out.body = billing::samples_csv(*bill);
                         break;
                       case query::Format::table:
                         out.content_type = "text/plain; charset=utf-8";
                         out.body = billing::bill_table(*bill, digest_of(*bill));
                         break;
                     }
                     return out;
                   });
}

Response get_bill_file(const Sources& sources, const Request& request, UnixMillis now) {
  return with_bill(sources, request, now,
                   [](billing::Ledger& ledger, const Asked& asked, const billing::Month& month, UnixMillis) {
                     auto file = ledger.frozen_file(asked.group, month);
                     return file ? json_response(*std::move(file)) : failure(file.error());
                   });
}

Response verify_bill(const Sources& sources, const Request& request, UnixMillis now) {
  return with_bill(sources, request, now,
                   [](billing::Ledger& ledger, const Asked& asked, const billing::Month& month, UnixMillis) {
                     const auto check = ledger.verify(asked.group, month, asked.store != "no");
                     return check ? json_response(billing::check_json(*check)) : failure(check.error());
                   });
}

Response freeze_bill(const Sources& sources, const Request& request, UnixMillis now) {
  return with_bill(sources, request, now,
                   [](billing::Ledger& ledger, const Asked& asked, const billing::Month& month, UnixMillis time) {
                     const auto bill = ledger.freeze(asked.group, month, time);
                     return bill ? json_response(billing::bill_answer(*bill, digest_of(*bill), false))
                                 : failure(bill.error());
                   });
}

}  // namespace weir::serve
