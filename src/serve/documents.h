// Small JSON documents that people save on the server: dashboards, and filters of Explore. One file each,
// DIR/KIND/ID.json, so that they can be copied and kept under version control.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace weir::serve {

/// THE table of what can be saved; to add a kind, add a row and the function that looks at its documents.
struct DocumentKind {
  std::string_view name;  ///< "dashboards": its address and its folder
  std::string_view one;   ///< "dashboard"
  /// What is wrong with one, as a sentence that names the member; nothing: it is fine.
  Result<void> (*check)(const boost::json::object& document);
};
[[nodiscard]] std::span<const DocumentKind> document_kinds();
/// Null when there is none of that name.
[[nodiscard]] const DocumentKind* find_document_kind(std::string_view name);

inline constexpr std::size_t kMostDocumentOctets = 65'536;
inline constexpr std::size_t kMostDocuments = 500;  ///< of one kind

/// Letters a to z, digits and hyphens, 1 to 64 of them: safe as a file's name and in an address.
[[nodiscard]] bool is_document_id(std::string_view id);

/// Thread rule: any thread at any time. Writing is atomic: who reads sees a document before or after.
class Documents {
 public:
  /// An empty directory: nothing can be saved, and nothing is there.
  explicit Documents(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Listed {
    std::string id;
    boost::json::object document;
  };
  /// By name. A file that cannot be read as a document is told in `unreadable`, never an error of the whole.
  struct List {
    std::vector<Listed> documents;
    std::vector<std::string> unreadable;
  };
  [[nodiscard]] Result<List> list(const DocumentKind& kind) const;
  /// Errors: invalid id, not_found, malformed file.
  [[nodiscard]] Result<boost::json::object> read(const DocumentKind& kind, std::string_view id) const;
  /// Saves `text`, a JSON object with at least `name`. Its member `revision` is the one that was read, 0 for a new one;
  /// what is saved carries the next revision and `saved`, the time. Errors: invalid (what is wrong with it), busy
  /// (somebody else saved another revision meanwhile), no_space (too many, too large, disk full).
  [[nodiscard]] Result<boost::json::object> write(const DocumentKind& kind, std::string_view id, std::string_view text,
                                                  UnixMillis now);
  [[nodiscard]] Result<void> remove(const DocumentKind& kind, std::string_view id);

 private:
  [[nodiscard]] std::filesystem::path file_of(const DocumentKind& kind, std::string_view id) const;
  [[nodiscard]] std::size_t count(const DocumentKind& kind) const;

  const std::filesystem::path directory_;
  mutable std::mutex writing_;  ///< revisions are compared and written as one
};

}  // namespace weir::serve
