// A Template and a Data Set of any octets, decoded column by column and record by record: the rows must be the same.
#include <cstdlib>
#include <string>

#include "decode/flow_plan.h"
#include "flow/value_text.h"

namespace {

using namespace weir;

std::string rows_of(const decode::FlowPlan& plan, Bytes set) {
  static flow::StringPool strings(4096, 1U << 20U);
  static decode::TextCache texts(strings);
  const decode::DecodeOptions options;
  decode::Tally tally;
  const decode::MessageTimes times{
      .received_ms = 1'700'000'000'300, .export_ms = 1'700'000'000'000, .uptime_ms = 1'000'000};
  const decode::RowContext context{.options = options, .times = times, .texts = texts, .tally = tally, .exporter = {}};
  flow::FlowBatch out;
  const decode::RunResult result = run_plan(plan, set, context, out);
  std::string text =
      std::to_string(result.records) + (result.cut_short ? "!" : "") + std::to_string(result.rest.size());
  for (std::size_t row = 0; row < out.size(); ++row) flow::append_json(text, out, row, strings);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(std::as_bytes(std::span(data, size)));
  const auto dialect = (input.u8() & 1U) == 0 ? decode::Dialect::netflow9 : decode::Dialect::ipfix;
  decode::TemplateRecord record;
  if (read_template(input, dialect, false, record) != decode::TemplateOutcome::definition) return 0;
  const decode::FlowPlan plan = compile(record, {.dialect = dialect});
  decode::FlowPlan located = plan;
  located.lengths.clear();
  for (const decode::FieldSpecifier& field : record.fields) located.lengths.push_back(field.length);
  if (rows_of(plan, input.peek_rest()) != rows_of(located, input.peek_rest())) std::abort();
  return 0;
}
