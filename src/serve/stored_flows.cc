#include "serve/stored_flows.h"

#include <algorithm>

namespace weir::serve {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr std::array kNeeded = {Column::time,       Column::time_received, Column::flow_start,   Column::flow_end,
                                Column::exporter,   Column::sampling_rate, Column::in_if,        Column::out_if,
                                Column::direction,  Column::src_addr,      Column::dst_addr,     Column::src_port,
                                Column::dst_port,   Column::proto,         Column::tcp_flags,    Column::icmp_type,
                                Column::fragment,   Column::bytes,         Column::packets,      Column::flows,
                                Column::suspect,    Column::src_as,        Column::dst_as,       Column::src_mask,
                                Column::dst_mask,   Column::src_country,   Column::src_customer, Column::dst_customer};

template <std::size_t... I>
void set_value(flow::FlowBatch& batch, std::size_t row, Column column, std::uint64_t number, const std::string* text,
               flow::StringPool& strings, std::index_sequence<I...>) {
  const auto set = [&]<std::size_t Index>() {
    constexpr auto kColumn = static_cast<Column>(Index);
    if constexpr (flow::is_stored(kColumn)) {
      using Value = flow::Value<kColumn>;
      if constexpr (std::is_same_v<Value, IpAddress>) {
        if (text == nullptr) return;
        if (const auto address = parse_ip(*text)) batch.set<kColumn>(row, *address);
      } else if constexpr (flow::info(kColumn).type == ColumnType::string) {
        if (text != nullptr && !text->empty()) batch.set<kColumn>(row, strings.intern(*text));
      } else {
        if (text == nullptr) batch.set<kColumn>(row, static_cast<Value>(number));
      }
    }
  };
  (void)((static_cast<std::size_t>(column) == I ? (set.template operator()<I>(), true) : false) || ...);
}

}  // namespace

void set_from_cell(flow::FlowBatch& batch, std::size_t row, Column column, const query::Cell& cell,
                   flow::StringPool& strings) {
  if (std::holds_alternative<std::monostate>(cell)) return;
  std::uint64_t number = 0;
  if (const auto* whole = std::get_if<std::uint64_t>(&cell)) number = *whole;
  if (const auto* real = std::get_if<double>(&cell)) number = static_cast<std::uint64_t>(std::max(*real, 0.0));
  set_value(batch, row, column, number, std::get_if<std::string>(&cell), strings,
            std::make_index_sequence<flow::kColumnCount>());
}

StoredFlows::StoredFlows(store::Store& store, flow::StringPool& strings, UnixMillis from_ms, UnixMillis to_ms,
                         query::ExpressionPtr filter)
    : store_(store), strings_(strings) {
  search_.from_ms = from_ms;
  search_.to_ms = to_ms;
  search_.filter = std::move(filter);
  search_.columns.assign(kNeeded.begin(), kNeeded.end());
  search_.order = {{.column = Column::time_received, .descending = false}};
  search_.most = kPage;
}

void StoredFlows::add_columns(std::span<const Column> columns) {
  for (const Column column : columns) {
    if (flow::is_stored(column) && std::ranges::find(search_.columns, column) == search_.columns.end()) {
      search_.columns.push_back(column);
    }
  }
}

Result<flow::FlowBatch> StoredFlows::next(const query::CancelFlag& cancel) {
  flow::FlowBatch batch;
  if (done_) return batch;
  auto answer = store_.search(search_, cancel);
  if (!answer) return std::unexpected(answer.error());
  search_.after = answer->next;
  done_ = answer->next.empty();
  if (answer->rows.empty()) return batch;
  batch.add_rows(answer->rows.size());
  for (std::size_t row = 0; row < answer->rows.size(); ++row) {
    for (std::size_t i = 0; i < answer->columns.size(); ++i) {
      set_from_cell(batch, row, answer->columns[i], answer->rows[row][i], strings_);
    }
  }
  return batch;
}

}  // namespace weir::serve
