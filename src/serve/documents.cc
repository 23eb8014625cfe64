#include "serve/documents.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <system_error>

#include "base/log.h"
#include "base/state_file.h"
#include "query/filter.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostName = 100;
constexpr std::size_t kMostTiles = 40;
constexpr std::size_t kMostOptions = 20;
constexpr std::size_t kMostText = 4096;
constexpr std::int64_t kMostRevision = std::int64_t{1} << 52;

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

const json::string* text_member(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value == nullptr ? nullptr : value->if_string();
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// Texts, numbers, true and false, and lists of texts, each small: what a tile is told. The page knows what they mean.
Result<void> check_options(const json::object& options, const std::string& where) {
  if (options.size() > kMostOptions)
    return invalid(where + " has more than " + std::to_string(kMostOptions) + " options");
  for (const auto& member : options) {
    const std::string name = where + ", option '" + log::escape(std::string_view(member.key()).substr(0, 64)) + "'";
    const json::value& value = member.value();
    if (!is_word(member.key())) return invalid(name + " is no name; letters a to z, digits, - and _");
    if (const auto* text = value.if_string()) {
      if (text->size() > kMostText) return invalid(name + " is longer than " + std::to_string(kMostText) + " octets");
    } else if (const auto* list = value.if_array()) {
      const bool fine = list->size() <= kMostOptions && std::ranges::all_of(*list, [](const json::value& one) {
                          return one.is_string() && one.get_string().size() <= kMostText;
                        });
      if (!fine) return invalid(name + " is a list of at most " + std::to_string(kMostOptions) + " texts");
    } else if (!value.is_number() && !value.is_bool()) {
      return invalid(name + " is a text, a number, true, false or a list of texts");
    }
  }
  return {};
}

Result<void> check_tile(const json::value& value, std::size_t at) {
  const std::string where = "tile " + std::to_string(at + 1);
  const auto* tile = value.if_object();
  if (tile == nullptr) return invalid(where + " is a JSON object");
  for (const auto& member : *tile) {
    constexpr auto kKnown = std::to_array<std::string_view>({"kind", "width", "options"});
    if (std::ranges::find(kKnown, std::string_view(member.key())) == kKnown.end())
      return invalid(where + " has an unknown member '" + log::escape(std::string_view(member.key()).substr(0, 64)) +
                     "'");
  }
  const auto* kind = text_member(*tile, "kind");
  if (kind == nullptr || !is_word(*kind)) return invalid(where + " has no 'kind', such as \"traffic\"");
  const json::value* width = tile->if_contains("width");
  if (width == nullptr || !width->is_int64() || width->get_int64() < 1 || width->get_int64() > 12)
    return invalid(where + ", width is a whole number from 1 to 12");
  const json::value* options = tile->if_contains("options");
  if (options == nullptr) return {};
  if (!options->is_object()) return invalid(where + ", options is a JSON object");
  return check_options(options->get_object(), where);
}

Result<void> check_dashboard(const json::object& document) {
  const json::value* tiles = document.if_contains("tiles");
  const auto* list = tiles == nullptr ? nullptr : tiles->if_array();
  if (list == nullptr) return invalid("tiles is a list of tiles");
  if (list->size() > kMostTiles)
    return invalid("tiles: at most " + std::to_string(kMostTiles) + " stand on a dashboard");
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto fine = check_tile((*list)[i], i); !fine) return fine;
  }
  return {};
}

Result<void> check_filter(const json::object& document) {
  const auto* filter = text_member(document, "filter");
  if (filter == nullptr) return invalid("filter is a text in the filter language");
  if (const auto parsed = query::parse_filter(*filter); !parsed) return invalid("filter: " + parsed.error().message);
  const auto* address = text_member(document, "address");
  if (address != nullptr && (address->size() > kMostText || !address->starts_with("/")))
    return invalid("address is the part of a link that begins with /, at most " + std::to_string(kMostText) +
                   " octets");
  return {};
}

constexpr auto kKinds =
    std::to_array<DocumentKind>({{"dashboards", "dashboard", check_dashboard}, {"filters", "filter", check_filter}});

Result<json::object> parse(std::string_view text) {
  if (text.size() > kMostDocumentOctets)
    return fail(ErrorCode::no_space, "it is larger than " + std::to_string(kMostDocumentOctets / 1024) + " KiB");
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::malformed, "it is no JSON: " + error.message());
  if (!value.is_object()) return fail(ErrorCode::malformed, "it is no JSON object");
  return std::move(value.get_object());
}

/// The member, 0 where it is absent.
Result<std::int64_t> revision_of(const json::object& document) {
  const json::value* value = document.if_contains("revision");
  if (value == nullptr) return 0;
  if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > kMostRevision)
    return invalid("revision is the whole number that was read with the document, 0 for a new one");
  return value->get_int64();
}

Result<void> check(const DocumentKind& kind, const json::object& document) {
  const auto* name = text_member(document, "name");
  if (name == nullptr || name->empty() || name->size() > kMostName)
    return invalid("name is a text of 1 to " + std::to_string(kMostName) + " octets");
  return kind.check(document);
}

std::unexpected<Error> wrong_id() {
  return invalid("a saved document's name in the address has 1 to 64 letters a to z, digits and hyphens");
}

}  // namespace

std::span<const DocumentKind> document_kinds() {
  return kKinds;
}

const DocumentKind* find_document_kind(std::string_view name) {
  const auto at = std::ranges::find(kKinds, name, &DocumentKind::name);
  return at == kKinds.end() ? nullptr : &*at;
}

bool is_document_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::filesystem::path Documents::file_of(const DocumentKind& kind, std::string_view id) const {
  return directory_ / std::string(kind.name) / (std::string(id) + ".json");
}

Result<json::object> Documents::read(const DocumentKind& kind, std::string_view id) const {
  if (!is_document_id(id)) return wrong_id();
  const auto none = [&] {
    return fail(ErrorCode::not_found, "there is no " + std::string(kind.one) + " '" + std::string(id) + "'");
  };
  if (directory_.empty()) return none();
  const auto octets = read_whole(file_of(kind, id), kMostDocumentOctets);
  if (!octets && octets.error().code == ErrorCode::not_found) return none();
  if (!octets) return std::unexpected(octets.error());
  auto document = parse(as_text(*octets));
  if (!document) return fail(ErrorCode::internal, file_of(kind, id).string() + ": " + document.error().message);
  return document;
}

Result<Documents::List> Documents::list(const DocumentKind& kind) const {
  List out;
  if (directory_.empty()) return out;
  std::error_code error;
  std::filesystem::directory_iterator at(directory_ / std::string(kind.name), error);
  if (error == std::errc::no_such_file_or_directory) return out;
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::string id = at->path().stem().string();
    if (at->path().extension() != ".json" || !is_document_id(id)) continue;
    if (out.documents.size() == kMostDocuments) break;
    auto document = read(kind, id);
    if (document && check(kind, *document)) {
      out.documents.push_back({id, *std::move(document)});
    } else {
      out.unreadable.push_back(id);
    }
  }
  if (error) return fail(ErrorCode::io, "cannot list the saved " + std::string(kind.name) + ": " + error.message());
  std::ranges::sort(out.documents, {},
                    [](const Listed& one) { return std::string(one.document.at("name").as_string()); });
  std::ranges::sort(out.unreadable);
  return out;
}

std::size_t Documents::count(const DocumentKind& kind) const {
  std::error_code error;
  std::filesystem::directory_iterator at(directory_ / std::string(kind.name), error);
  std::size_t out = 0;
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error))
    out += at->path().extension() == ".json" ? 1 : 0;
  return out;
}

Result<json::object> Documents::write(const DocumentKind& kind, std::string_view id, std::string_view text,
                                      UnixMillis now) {
  if (!is_document_id(id)) return wrong_id();
  if (directory_.empty()) return fail(ErrorCode::unsupported, "this Weir has no directory to save in");
  auto document = parse(text);
  if (!document) return std::unexpected(document.error());
  const auto given = revision_of(*document);
  if (!given) return std::unexpected(given.error());
  if (auto fine = check(kind, *document); !fine) return std::unexpected(fine.error());
  const std::scoped_lock lock(writing_);
  const auto there = read(kind, id);
  if (!there && there.error().code != ErrorCode::not_found && there.error().code != ErrorCode::internal)
    return std::unexpected(there.error());
  if (!there && count(kind) >= kMostDocuments)
    return fail(ErrorCode::no_space,
                "there are " + std::to_string(kMostDocuments) + " " + std::string(kind.name) + " already; delete some");
  const std::int64_t now_there = there ? revision_of(*there).value_or(0) : 0;
  if (now_there != *given)
    return fail(ErrorCode::busy,
                *given == 0 ? "there is a " + std::string(kind.one) + " of this name already; choose another name"
                            : "somebody else saved this " + std::string(kind.one) +
                                  " meanwhile; load it again, or save yours under another name");
  (*document)["revision"] = now_there + 1;
  (*document)["saved"] = now;
  const std::string out = json::serialize(*document) + "\n";
  if (out.size() > kMostDocumentOctets)
    return fail(ErrorCode::no_space, "it is larger than " + std::to_string(kMostDocumentOctets / 1024) + " KiB");
  if (auto written = write_atomically(file_of(kind, id), as_octets(out)); !written)
    return std::unexpected(written.error());
  return document;
}

Result<void> Documents::remove(const DocumentKind& kind, std::string_view id) {
  if (!is_document_id(id)) return wrong_id();
  const std::scoped_lock lock(writing_);
  std::error_code error;
  const bool was_there = !directory_.empty() && std::filesystem::remove(file_of(kind, id), error);
  if (error) return fail(ErrorCode::io, "cannot delete " + file_of(kind, id).string() + ": " + error.message());
  if (!was_there)
    return fail(ErrorCode::not_found, "there is no " + std::string(kind.one) + " '" + std::string(id) + "'");
  return {};
}

}  // namespace weir::serve
