// A Template compiled once into a flat plan that runs over all records of a Data Set: column by column where the
// records have a fixed length, record by record where they have not, or where a record becomes two rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "decode/column_writer.h"
#include "decode/template_record.h"
#include "flow/batch.h"

namespace weir::decode {

/// What the compiler of plans must know beside the Template.
struct PlanOptions {
  Dialect dialect = Dialect::netflow9;
  bool trust_exporter_address = false;  ///< IPFIX 130, 131, 403 and 404 name the exporter
  bool split_connections = false;       ///< initiator and responder counters as two rows
  bool inner_addresses = false;         ///< of a Template with the fields of two IP headers, the inner ones
};

struct FlowPlan {
  std::size_t least_octets = 0;  ///< of a record; of every record when `lengths` is empty
  std::vector<std::uint16_t>
      lengths;  ///< of the fields; empty when all records have one length and become one row each
  bool fixed_length = true;
  std::vector<Step> forward;
  std::vector<Step> reverse;  ///< RFC 5103: what the second row has of its own
  flow::RowMask mask;         ///< columns that the forward steps give to every row of a fixed-length record
  bool two_rows = false;
};

/// Compiles the Template of data records. Elements that Weir does not know, or whose length it cannot read, are
/// skipped.
[[nodiscard]] FlowPlan compile(const TemplateRecord& record, const PlanOptions& options);

/// What run_plan() found.
struct RunResult {
  std::size_t records = 0;
  bool cut_short = false;  ///< a record did not end within the Set
  Bytes rest;              ///< what is left behind the last whole record, shorter than a record
};
/// Appends the rows of a Data Set (its content, without the Set header) to `out`.
RunResult run_plan(const FlowPlan& plan, Bytes set, const RowContext& context, flow::FlowBatch& out);

}  // namespace weir::decode
