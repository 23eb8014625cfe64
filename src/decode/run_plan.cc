#include <array>

#include "decode/flow_plan.h"
#include "decode/rows.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::FlowBatch;
using flow::RowMask;

/// All records at once, one column after the other.
RunResult run_columns(const FlowPlan& plan, Bytes set, const RowContext& context, FlowBatch& out) {
  const std::size_t count = set.size() / plan.least_octets;
  const RunResult result{.records = count, .rest = set.subspan(count * plan.least_octets)};
  if (count == 0) return result;
  const std::size_t first = add_rows(out, count, plan.mask, context);
  const Run run{set, plan.least_octets, count, out, first, context};
  for (const Step& step : plan.forward) step.write(run, step);
  finish_rows(out, first, count, context);
  return result;
}

using Places = std::array<Slice, kMostFields>;

/// Finds the fields of one record (RFC 7011 section 7). False when it does not end within the Set.
bool locate(ByteReader& set, const std::vector<std::uint16_t>& lengths, Places& places) {
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::size_t length = lengths[i];
    if (length == kVariableLength) {
      length = set.u8();
      if (length == 255) length = set.u16();
    }
    places[i] = {static_cast<std::uint32_t>(set.position()), static_cast<std::uint32_t>(length)};
    set.skip(length);
  }
  return set.ok();
}

void clear(RowMask& mask, const RowMask& bits) {
  for (std::size_t i = 0; i < mask.words.size(); ++i) mask.words[i] &= ~bits.words[i];
}

/// Runs steps over the one record whose fields are at `places`.
void run_steps(const std::vector<Step>& steps, const Run& run, const Places& places) {
  for (const Step& compiled : steps) {
    Step step = compiled;
    for (std::size_t i = 0; i < kMostOperands; ++i) {
      if (step.fields[i] != kNoField) step.at[i] = places[step.fields[i]];
    }
    // A field of variable length: only now can be said how to read it.
    if (step.write == nullptr) step.write = writer_for(step);
    if (step.write != nullptr) {
      step.write(run, step);
    } else {
      clear(run.out.masks()[run.first], step.sets);
    }
  }
}

RowMask sets_of(const std::vector<Step>& steps) {
  RowMask mask;
  for (const Step& step : steps) mask |= step.sets;
  return mask;
}

/// The other direction of the record just written (RFC 5103): a row of its own, unless no packet went that way.
void add_reverse(const FlowPlan& plan, const Run& forward, const Places& places) {
  FlowBatch& out = forward.out;
  const std::size_t row = out.add_rows(1);
  copy_reversed(out, forward.first, row);
  const RowMask sets = sets_of(plan.reverse);
  out.masks()[row] |= sets;
  const Run run{forward.records, 0, 1, out, row, forward.context};
  run_steps(plan.reverse, run, places);
  const std::uint64_t volume = out.get_or<Column::bytes>(row, 0) | out.get_or<Column::packets>(row, 0);
  if (volume == 0) out.drop_rows(1);
}

RunResult run_records(const FlowPlan& plan, Bytes set, const RowContext& context, FlowBatch& out) {
  RunResult result;
  Places places;
  ByteReader reader(set);
  const std::size_t first = out.size();
  while (reader.remaining() >= plan.least_octets) {
    if (!locate(reader, plan.lengths, places)) {
      result.cut_short = true;
      break;
    }
    ++result.records;
    const std::size_t row = add_rows(out, 1, plan.mask, context);
    const Run run{set, 0, 1, out, row, context};
    run_steps(plan.forward, run, places);
    if (plan.two_rows) add_reverse(plan, run, places);
  }
  finish_rows(out, first, out.size() - first, context);
  result.rest = reader.rest();
  return result;
}

}  // namespace

RunResult run_plan(const FlowPlan& plan, Bytes set, const RowContext& context, flow::FlowBatch& out) {
  return plan.lengths.empty() ? run_columns(plan, set, context, out) : run_records(plan, set, context, out);
}

}  // namespace weir::decode
