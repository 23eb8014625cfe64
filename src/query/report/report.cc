#include "query/report/report.h"

#include <algorithm>
#include <utility>

#include "query/validate.h"

namespace weir::query::report {

Job::Job(const Context& context, const Parameters& parameters, std::string_view name, std::string_view title)
    : context_(context), parameters_(parameters) {
  outcome_.report = name;
  outcome_.title = title;
  outcome_.from_ms = parameters.base.from_ms;
  outcome_.to_ms = parameters.base.to_ms;
  outcome_.resolution_ms = parameters.base.resolution_ms;
}

Result<Answer> Job::ask(const Query& query) {
  if (const auto fine = validate(query); !fine) return std::unexpected(fine.error());
  ++outcome_.questions;
  auto answer = context_.engine.run(query);
  if (answer) outcome_.took_ms += answer->took_ms;
  return answer;
}

Result<TallyAnswer> Job::ask(Tally tally) {
  if (!context_.engine.tally) return fail(ErrorCode::unsupported, "records cannot be counted here");
  tally.options = context_.options;
  ++outcome_.questions;
  auto answer = context_.engine.tally(tally);
  if (answer) outcome_.took_ms += answer->took_ms;
  return answer;
}

Result<SearchAnswer> Job::ask(Search search) {
  if (!context_.engine.search) return fail(ErrorCode::unsupported, "records cannot be searched here");
  search.options = context_.options;
  ++outcome_.questions;
  auto answer = context_.engine.search(search);
  if (answer) outcome_.took_ms += answer->took_ms;
  return answer;
}

void Job::note(std::string sentence) {
  if (std::ranges::find(outcome_.notes, sentence) == outcome_.notes.end())
    outcome_.notes.push_back(std::move(sentence));
}

}  // namespace weir::query::report
