// The detailed form of `show ip bgp PREFIX`: one entry, its paths below each other. Inside bgp/wire/ only.
//
// A path is: a line with its AS path; a line "NEXTHOP from PEER (BGP ID)"; then fields, each begun by its word
// ("Origin", "Community:"). Text that people paste has lost its indentation and is wrapped anywhere, so a line is told
// by its words, and by its indentation only where the words leave it open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bgp/wire/show_text.h"

namespace weir::bgp {

/// One community as routers print it: as numbers, by name, or as one number (the notation before "new-format").
bool read_community(std::string_view word, PathAttributes& into);

class ShowEntry {
 public:
  explicit ShowEntry(ShowResults& results) : results_(results) {}

  /// Takes the line if it begins an entry.
  bool take_heading(const ShownLine& line);
  /// Takes a line of the entry; what is not understood is counted. Only while open.
  void take_line(const ShownLine& line);
  [[nodiscard]] bool open() const { return open_; }
  /// Ends the entry: gives out its last path, and says how many are missing.
  void close();

 private:
  /// The field whose text may go on in the next line.
  enum class Field : std::uint8_t {
    none,
    heading,
    paths,
    advertised,  ///< addresses or names of peers, or numbers of groups
    origin,
    communities,
    extended_communities,
    large_communities,
    originator,
    path_id,
    passed_over,  ///< known and of no use, or unknown
  };
  struct Keyword;

  bool begin_field(const ShownLine& line);
  [[nodiscard]] bool goes_on(const ShownLine& line) const;
  void end_field();
  void read_heading(std::string_view text);
  void read_paths(std::string_view text);
  void read_origin(std::string_view text);
  void read_origin_word(std::string_view word);
  void read_communities(std::string_view text, bool extended);
  void read_originator(std::string_view text);
  void read_path_id(std::string_view text);

  bool take_from(const ShownLine& line);
  void begin_path(std::string_view next_hop, std::string_view from, std::size_t line);
  void end_path();
  void drop_held();

  ShowResults& results_;
  bool open_ = false;
  std::size_t heading_line_ = 0;
  std::optional<Nlri> network_;
  std::uint64_t announced_ = 0, found_ = 0;

  Field field_ = Field::none;
  std::size_t field_line_ = 0;
  std::string field_text_;

  /// Lines that may be an AS path: known to be one when "from" comes.
  struct Held {
    std::string text;
    std::size_t line = 0;
    std::size_t indent = 0;
  };
  std::vector<Held> held_;
  bool groups_first_ = false;  ///< the first of them is the numbers of update-groups
  bool in_path_ = false;
  bool used_ = true;  ///< the path is one that the router uses, not a copy it keeps
  ShownRoute route_;
};

}  // namespace weir::bgp
