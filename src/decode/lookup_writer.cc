// Values that are looked up or decided row by row: texts, names, VRFs, applications, sampling rates. Each fills only
// rows that have none yet, so that of several elements of one Template the first by rank wins where it says something.
#include "decode/column_writer.h"
#include "decode/sampling_rate.h"

namespace weir::decode {
namespace {

using flow::Column;

Bytes octets_of(const Run& run, Slice slice, std::size_t record) {
  return run.records.subspan(record + slice.offset, slice.length);
}

template <Column C>
void put_text(const Run& run, const Step& step) {
  const auto values = rows_of<C>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    if (masks[i].has(C)) continue;
    const flow::StringId text = run.context.texts.of_text(octets_of(run, step.at[0], record));
    if (text == 0) continue;
    values[i] = text;
    masks[i].set(C);
  }
}

/// A name in a data record is that of the interface that metered: the outgoing one where the direction says so.
void put_interface_name(const Run& run, const Step& step) {
  const auto masks = masks_of(run);
  const auto in = rows_of<Column::in_if_name>(run);
  const auto out = rows_of<Column::out_if_name>(run);
  const auto directions = rows_of<Column::direction>(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    const bool egress = masks[i].has(Column::direction) && directions[i] == run.context.texts.direction_out();
    const Column column = egress ? Column::out_if_name : Column::in_if_name;
    if (masks[i].has(column)) continue;
    const flow::StringId text = run.context.texts.of_text(octets_of(run, step.at[0], record));
    if (text == 0) continue;
    (egress ? out : in)[i] = text;
    masks[i].set(column);
  }
}

void put_application(const Run& run, const Step& step) {
  const RowContext& context = run.context;
  const auto values = rows_of<Column::application>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    if (masks[i].has(Column::application)) continue;
    const std::uint64_t key = application_key(octets_of(run, step.at[0], record));
    if (key == 0) continue;  // not classified
    flow::StringId name = context.own != nullptr ? context.own->application_name(key) : 0;
    if (name == 0 && context.whole != nullptr) name = context.whole->application_name(key);
    values[i] = name != 0 ? name : context.texts.of_application(key);
    masks[i].set(Column::application);
  }
}

/// The distinguisher of a VRF, where the exporter announced one.
void put_distinguisher_of(const Run& run, std::size_t row, std::uint32_t vrf) {
  const RowContext& context = run.context;
  const auto masks = masks_of(run);
  if (masks[row].has(Column::route_distinguisher)) return;
  RouteDistinguisher rd = context.own != nullptr ? context.own->vrf_distinguisher(vrf) : RouteDistinguisher{};
  if (rd.bits == 0 && context.whole != nullptr) rd = context.whole->vrf_distinguisher(vrf);
  if (rd.bits == 0) return;
  rows_of<Column::route_distinguisher>(run)[row] = context.texts.of_distinguisher(rd);
  masks[row].set(Column::route_distinguisher);
}

void put_egress_vrf(const Run& run, const Step& step) {
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    put_distinguisher_of(run, i,
                         static_cast<std::uint32_t>(load_any(run.records, record + step.at[0].offset, step.at[0].length)));
  }
}

void put_distinguisher(const Run& run, const Step& step) {
  const auto values = rows_of<Column::route_distinguisher>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    const RouteDistinguisher rd{load_any(run.records, record + step.at[0].offset, step.at[0].length)};
    if (rd.bits == 0 || masks[i].has(Column::route_distinguisher)) continue;
    values[i] = run.context.texts.of_distinguisher(rd);
    masks[i].set(Column::route_distinguisher);
  }
}

void put_vrf(const Run& run, const Step& step) {
  const RowContext& context = run.context;
  const auto values = rows_of<Column::vrf>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    const auto vrf = static_cast<std::uint32_t>(load_any(run.records, record + step.at[0].offset, step.at[0].length));
    put_distinguisher_of(run, i, vrf);
    if (masks[i].has(Column::vrf)) continue;
    flow::StringId name = context.own != nullptr ? context.own->vrf_name(vrf) : 0;
    if (name == 0 && context.whole != nullptr) name = context.whole->vrf_name(vrf);
    values[i] = name != 0 ? name : context.texts.of_number(vrf);
    masks[i].set(Column::vrf);
  }
}

/// Runs over the rows without a rate; `rate(record)` gives one, 0 unknown.
template <typename Rate>
void put_rate(const Run& run, Rate rate) {
  const auto values = rows_of<Column::sampling_rate>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    if (masks[i].has(Column::sampling_rate)) continue;
    const std::uint32_t found = rate(record);
    if (found == 0) continue;
    values[i] = found;
    masks[i].set(Column::sampling_rate);
  }
}

std::uint64_t number_at(const Run& run, Slice slice, std::size_t record) {
  return load_any(run.records, record + slice.offset, slice.length);
}

void put_plain_rate(const Run& run, const Step& step) {
  put_rate(run, [&](std::size_t record) { return bounded_rate(number_at(run, step.at[0], record)); });
}

void put_interval_rate(const Run& run, const Step& step) {
  put_rate(run, [&](std::size_t record) {
    return rate_of_interval(number_at(run, step.at[0], record), number_at(run, step.at[1], record),
                            step.at[1].length != 0);
  });
}

void put_size_rate(const Run& run, const Step& step) {
  put_rate(run, [&](std::size_t record) {
    return rate_of_size(number_at(run, step.at[0], record), number_at(run, step.at[1], record));
  });
}

void put_probability_rate(const Run& run, const Step& step) {
  put_rate(run, [&](std::size_t record) {
    return rate_of_probability(number_at(run, step.at[0], record), step.at[0].length);
  });
}

void put_sampler_rate(const Run& run, const Step& step) {
  const RowContext& context = run.context;
  put_rate(run, [&](std::size_t record) {
    const std::uint64_t sampler = number_at(run, step.at[0], record);
    const std::uint32_t rate = context.own != nullptr ? context.own->sampler_rate(sampler) : 0;
    return rate == 0 && context.whole != nullptr ? context.whole->sampler_rate(sampler) : rate;
  });
}

/// The device that measured, in the messages of a proxy; compiled in only for sources that may say so.
void put_exporter(const Run& run, const Step& step) {
  const auto values = rows_of<Column::exporter>(run);
  std::size_t at = step.at[0].offset;
  for (std::size_t i = 0; i < run.count; ++i, at += run.stride) {
    const IpAddress address = step.at[0].length == 4
                                  ? IpAddress::v4(static_cast<std::uint32_t>(load_be<4>(run.records, at)))
                                  : IpAddress{load_be<8>(run.records, at), load_be<8>(run.records, at + 8)};
    if (!address.is_unspecified()) values[i] = address;
  }
}

Writer text_writer(const Step& step) {
  return step.column == Column::vrf ? put_text<Column::vrf> : put_text<Column::application>;
}

}  // namespace

Writer lookup_writer(const Step& step) {
  const std::size_t length = step.at[0].length;
  const bool number = length >= 1 && length <= 8;
  switch (step.element->meaning) {
    case Meaning::text:
      return text_writer(step);
    case Meaning::interface_name:
      return put_interface_name;
    case Meaning::application_id:
      return put_application;
    case Meaning::vrf_id:
      return number ? put_vrf : nullptr;
    case Meaning::egress_vrf_id:
      return number ? put_egress_vrf : nullptr;
    case Meaning::distinguisher:
      return length == 8 ? put_distinguisher : nullptr;
    case Meaning::rate:
      return number ? put_plain_rate : nullptr;
    case Meaning::packet_interval:
    case Meaning::packet_space:
      return put_interval_rate;
    case Meaning::sample_size:
    case Meaning::sample_population:
      return put_size_rate;
    case Meaning::sample_probability:
      return number ? put_probability_rate : nullptr;
    case Meaning::sampler:
      return number ? put_sampler_rate : nullptr;
    case Meaning::exporter_address:
      return length == 4 || length == 16 ? put_exporter : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace weir::decode
