// Every form of time that an exporter sends -> milliseconds since the epoch.
#include <algorithm>

#include "decode/column_writer.h"

namespace weir::decode {
namespace {

using flow::Column;

/// The end of year 9999. Later times are garbage; bounding them keeps sums of times within 64 bits.
constexpr std::uint64_t kLatest = 253'402'300'799'999;
/// From NTP's epoch (1900) to Unix's (1970), RFC 5905 section 6.
constexpr std::uint64_t kNtpToUnix = 2'208'988'800;

UnixMillis bounded(std::uint64_t milliseconds) {
  return static_cast<UnixMillis>(std::min(milliseconds, kLatest));
}

UnixMillis of_seconds(std::uint64_t value) {
  return bounded(std::min(value, kLatest) * 1000);
}

/// RFC 7011 sections 6.1.9 and 6.1.10: the NTP timestamp format. `steps` is how many parts of a second the exporter can
/// tell apart; the fraction is rounded to them first, because exporters cut it and a millisecond would be lost. Seconds
/// with the top bit clear are of the era that begins in 2036.
UnixMillis of_ntp(std::uint64_t value, std::uint64_t steps) {
  const std::uint64_t fraction = value & 0xffff'ffff;
  std::uint64_t seconds = value >> 32U;
  if (value == 0) return 0;
  if ((seconds & 0x8000'0000) == 0) seconds += std::uint64_t{1} << 32U;
  const std::uint64_t parts = (fraction * steps + (std::uint64_t{1} << 31U)) >> 32U;
  return bounded((seconds - kNtpToUnix) * 1000 + parts / (steps / 1000));
}

/// One function for each form; time_writer() picks.
struct Seconds {
  static UnixMillis read(std::uint64_t value) { return of_seconds(value); }
};
struct Milliseconds {
  static UnixMillis read(std::uint64_t value) { return bounded(value); }
};
struct NtpMicroseconds {
  static UnixMillis read(std::uint64_t value) { return of_ntp(value, 1'000'000); }
};
struct NtpNanoseconds {
  static UnixMillis read(std::uint64_t value) { return of_ntp(value, 1'000'000'000); }
};

template <Column C, typename Form>
void put_time(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (UnixMillis& value : rows_of<C>(run)) {
    value = Form::read(load_any(run.records, at, step.at[0].length));
    at += run.stride;
  }
}

template <Column C>
Writer pick_time(AbstractType type, std::size_t length) {
  switch (type) {
    case AbstractType::date_time_seconds:
      return length >= 1 && length <= 8 ? put_time<C, Seconds> : nullptr;
    case AbstractType::date_time_milliseconds:
      return length >= 1 && length <= 8 ? put_time<C, Milliseconds> : nullptr;
    case AbstractType::date_time_microseconds:
      return length == 8 ? put_time<C, NtpMicroseconds> : nullptr;
    case AbstractType::date_time_nanoseconds:
      return length == 8 ? put_time<C, NtpNanoseconds> : nullptr;
    default:
      return nullptr;
  }
}

/// sysUptime at the export time less sysUptime at the packet, as a signed difference of 32-bit counters: it holds
/// across the wrap after 49.7 days, and for packets a little after the export time.
UnixMillis before_export(const MessageTimes& times, std::uint32_t uptime_now, std::uint64_t uptime_then) {
  const auto age = static_cast<std::int32_t>(uptime_now - static_cast<std::uint32_t>(uptime_then));
  return times.export_ms - age;
}

/// NetFlow: the Message's header has both clocks.
template <Column C>
void put_uptime(const Run& run, const Step& step) {
  const MessageTimes& times = run.context.times;
  std::size_t at = step.at[0].offset;
  for (UnixMillis& value : rows_of<C>(run)) {
    value = before_export(times, times.uptime_ms, load_any(run.records, at, step.at[0].length));
    at += run.stride;
  }
}

/// IPFIX: counted from systemInitTimeMilliseconds, of the record (the second field) or as announced in options data. If
/// neither is known, neither is the time.
template <Column C>
void put_uptime_since_init(const Run& run, const Step& step) {
  const RowContext& context = run.context;
  UnixMillis announced = context.own != nullptr ? context.own->system_init_ms() : 0;
  if (announced == 0 && context.whole != nullptr) announced = context.whole->system_init_ms();
  const auto values = rows_of<C>(run);
  const auto masks = masks_of(run);
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    const std::uint64_t own = load_any(run.records, record + step.at[1].offset, step.at[1].length);
    const UnixMillis init = own != 0 ? bounded(own) : announced;
    if (init == 0) continue;
    const auto now = static_cast<std::uint32_t>(context.times.export_ms - init);
    values[i] = before_export(context.times, now, load_any(run.records, record + step.at[0].offset, step.at[0].length));
    masks[i].set(C);
  }
}

template <Column C>
void put_delta(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (UnixMillis& value : rows_of<C>(run)) {
    const std::uint64_t delta = load_any(run.records, at, step.at[0].length);
    value = run.context.times.export_ms - bounded(delta / 1000 + (delta % 1000 != 0 ? 1 : 0));
    at += run.stride;
  }
}

/// The start or the end from the other one and the duration.
template <Column Missing, Column Known, int Sign>
void put_from_duration(const Run& run, const Step& step) {
  const std::uint64_t unit = step.element->id == 162 ? 1000 : 1;  // flowDurationMicroseconds
  const auto values = rows_of<Missing>(run);
  const auto known = rows_of<Known>(run);
  const auto masks = masks_of(run);
  std::size_t at = step.at[0].offset;
  for (std::size_t i = 0; i < run.count; ++i, at += run.stride) {
    if (!masks[i].has(Known)) continue;
    values[i] = known[i] + Sign * bounded(load_any(run.records, at, step.at[0].length) / unit);
    masks[i].set(Missing);
  }
}

template <Column C>
Writer pick_special(const Step& step) {
  const std::size_t length = step.at[0].length;
  if (length == 0 || length > 8) return nullptr;
  if (step.element->meaning == Meaning::delta_microseconds) return put_delta<C>;
  // A step that gives every row its time is NetFlow's; IPFIX decides by row.
  return step.sets.has(C) ? put_uptime<C> : put_uptime_since_init<C>;
}

}  // namespace

Writer time_writer(AbstractType type, Column column, std::size_t length) {
  return column == Column::flow_start ? pick_time<Column::flow_start>(type, length)
                                      : pick_time<Column::flow_end>(type, length);
}

Writer special_time_writer(const Step& step) {
  const bool start = step.column == Column::flow_start;
  if (step.element->meaning == Meaning::flow_duration) {
    if (step.at[0].length == 0 || step.at[0].length > 8) return nullptr;
    return start ? put_from_duration<Column::flow_start, Column::flow_end, -1>
                 : put_from_duration<Column::flow_end, Column::flow_start, 1>;
  }
  return start ? pick_special<Column::flow_start>(step) : pick_special<Column::flow_end>(step);
}

}  // namespace weir::decode
