// Writers: each puts the values of one field of many records into one column. A compiled Template (flow_plan.h) is a
// list of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/byte_reader.h"
#include "decode/information_element.h"
#include "decode/row_context.h"
#include "flow/batch.h"

namespace weir::decode {

struct Step;

/// Records and the rows they become. The caller has checked that every record is wholly within `records`.
struct Run {
  Bytes records;  ///< back to back, `stride` octets each
  std::size_t stride = 0;
  std::size_t count = 0;
  flow::FlowBatch& out;
  std::size_t first = 0;  ///< the row of the first record; there are rows for all of them
  const RowContext& context;
};

using Writer = void (*)(const Run&, const Step&);

/// A field's place in a record. length 0: the field is absent.
struct Slice {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

inline constexpr std::uint16_t kNoField = 0xffff;
/// The most fields that one value is made of.
inline constexpr std::size_t kMostOperands = 3;

/// One step of a plan: which writer, over which fields.
struct Step {
  Writer write = nullptr;
  std::array<Slice, kMostOperands> at;  ///< the places of the fields in a fixed-length record
  std::array<std::uint16_t, kMostOperands> fields{kNoField, kNoField, kNoField};  ///< their numbers in the Template
  const InformationElement* element = nullptr;                                    ///< of the first field
  flow::Column column = flow::Column::time;
  bool if_empty = false;  ///< only rows where what was written before is zero or unspecified
  flow::RowMask
      sets;  ///< columns that the step gives to every row; a writer that decides by row sets their bits itself
};

/// The writer of a number, address, MAC or time of `length` octets into `column`; null when a value of that length
/// cannot be read. In later rows of one element list `if_empty` fills only what is still zero.
[[nodiscard]] Writer value_writer(AbstractType type, flow::Column column, std::size_t length, bool if_empty);
/// The writer of everything else.
[[nodiscard]] Writer special_writer(const Step& step);
/// The writer for a step whose `at` is known; null when there is none.
[[nodiscard]] Writer writer_for(const Step& step);

// What the files of writers share.

/// The rows of a run in one column.
template <flow::Column C>
[[nodiscard]] inline std::span<flow::Value<C>> rows_of(const Run& run) {
  return run.out.values<C>().subspan(run.first, run.count);
}
[[nodiscard]] inline std::span<flow::RowMask> masks_of(const Run& run) {
  return run.out.masks().subspan(run.first, run.count);
}
/// An unsigned integer of 1 to 8 octets. The caller has checked the record's bounds.
[[nodiscard]] inline std::uint64_t load_any(Bytes records, std::size_t offset, std::size_t length) {
  switch (length) {
    case 1:
      return load_be<1>(records, offset);
    case 2:
      return load_be<2>(records, offset);
    case 3:
      return load_be<3>(records, offset);
    case 4:
      return load_be<4>(records, offset);
    case 5:
      return load_be<5>(records, offset);
    case 6:
      return load_be<6>(records, offset);
    case 7:
      return load_be<7>(records, offset);
    case 8:
      return load_be<8>(records, offset);
    default:
      return 0;
  }
}

[[nodiscard]] Writer time_writer(AbstractType type, flow::Column column, std::size_t length);
[[nodiscard]] Writer special_time_writer(const Step& step);
[[nodiscard]] Writer lookup_writer(const Step& step);
[[nodiscard]] Writer frame_writer(const Step& step);

}  // namespace weir::decode
