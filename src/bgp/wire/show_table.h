// The table form of `show ip bgp`: fixed columns under "Network  Next Hop  Metric LocPrf Weight Path". Inside bgp/wire/
// only.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bgp/wire/show_text.h"

namespace weir::bgp {

class ShowTable {
 public:
  explicit ShowTable(ShowResults& results) : results_(results) {}

  /// Takes the line if it is the heading of a table.
  bool take_heading(const ShownLine& line);
  /// Takes the line if it can be part of a table: "Route Distinguisher: ...", a row, the rest of a row. Only while
  /// open.
  bool take_line(const ShownLine& line);
  [[nodiscard]] bool open() const { return open_; }
  /// Ends the table: an unfinished row is counted as not understood.
  void close();

 private:
  /// Numbers stand right-aligned under their word.
  enum Number : std::size_t { kMetric, kLocalPref, kWeight, kNumbers };

  [[nodiscard]] std::size_t status_size(std::string_view text) const;
  [[nodiscard]] bool begins_row(const ShownLine& line) const;
  void take_row(const ShownLine& line);
  void take_rest(const ShownLine& line);
  /// What stands behind the network: as much of next hop, numbers and path as `words` has. `at` is where `words` begins
  /// in its line.
  void take_fields(std::string_view words, std::size_t at);
  void take_numbers(std::string_view words, std::size_t at);
  bool take_unaligned_numbers(std::string_view words);
  void set_number(Number number, std::string_view word);
  void finish_row();
  void drop_row(std::string_view why);
  [[nodiscard]] std::optional<Number> number_under(std::size_t end, std::size_t from) const;

  ShowResults& results_;
  bool open_ = false;
  std::size_t network_at_ = 0, next_hop_at_ = 0;
  std::array<std::size_t, kNumbers> number_ends_{};

  RouteDistinguisher distinguisher_;
  std::optional<Nlri> network_;  ///< of the last row that had one
  /// How many rows of this network had each next hop: the form does not tell the peer, and two paths of one network are
  /// two routes.
  std::map<IpAddress, std::uint32_t> next_hops_;

  // The row that is being read; it may take several lines.
  bool in_row_ = false;
  bool has_next_hop_ = false;
  bool has_numbers_ = false;
  std::size_t row_line_ = 0;
  std::string row_text_;  ///< its first line, for complaints
  ShownRoute route_;
  std::string path_;           ///< path and origin code, as far as read
  std::size_t last_size_ = 0;  ///< of the row's line before
};

}  // namespace weir::bgp
