#include "flow/as_names.h"

#include <algorithm>
#include <charconv>

namespace weir::flow {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `words` is in lower case.
bool holds(std::string_view text, std::string_view words) {
  return std::ranges::search(text, words, {}, lower).begin() != text.end() || words.empty();
}

bool begins(std::string_view text, std::string_view words) {
  return text.size() >= words.size() && std::ranges::equal(text.substr(0, words.size()), words, {}, lower);
}

/// How well an entry fits: smaller is better, kNot not at all.
enum Fit : unsigned { kExact, kNumberBegins, kNameBegins, kWordBegins, kNameHolds, kNot };

bool word_begins(std::string_view name, std::string_view words) {
  for (std::size_t i = 1; i < name.size(); ++i) {
    if ((name[i - 1] == ' ' || name[i - 1] == '-' || name[i - 1] == '.') && begins(name.substr(i), words)) return true;
  }
  return false;
}

unsigned fit_of(const AsName& entry, std::string_view words, std::string_view number) {
  char text[12];
  const auto end = std::to_chars(text, text + sizeof text, entry.as).ptr;
  const std::string_view digits(text, static_cast<std::size_t>(end - text));
  if (digits == number || (entry.name.size() == words.size() && begins(entry.name, words))) return kExact;
  if (!number.empty() && digits.starts_with(number)) return kNumberBegins;
  if (begins(entry.name, words)) return kNameBegins;
  if (!holds(entry.name, words)) return kNot;
  return word_begins(entry.name, words) ? kWordBegins : kNameHolds;
}

/// The digits of "15169", "AS15169", "as 15169"; empty when it is no number.
std::string_view number_in(std::string_view words) {
  if (words.starts_with("as")) words.remove_prefix(2);
  while (words.starts_with(' ')) words.remove_prefix(1);
  return std::ranges::all_of(words, [](char c) { return c >= '0' && c <= '9'; }) ? words : std::string_view();
}

}  // namespace

AsNames::AsNames(std::vector<AsName> names) : names_(std::move(names)) {
  std::ranges::stable_sort(names_, {}, &AsName::as);
  const auto rest = std::ranges::unique(names_, {}, &AsName::as);
  names_.erase(rest.begin(), rest.end());
  names_.shrink_to_fit();
}

const AsName* AsNames::find(std::uint32_t as) const {
  const auto at = std::ranges::lower_bound(names_, as, {}, &AsName::as);
  return at == names_.end() || at->as != as ? nullptr : &*at;
}

std::vector<const AsName*> AsNames::search(std::string_view text, std::size_t most) const {
  std::string words(text);
  std::ranges::transform(words, words.begin(), lower);
  const std::string_view number = number_in(words);
  if (words.empty() || most == 0) return {};
  struct Hit {
    unsigned fit;
    const AsName* entry;
  };
  std::vector<Hit> hits;
  for (const AsName& entry : names_) {
    if (const unsigned fit = fit_of(entry, words, number); fit != kNot) hits.push_back({fit, &entry});
  }
  std::ranges::stable_sort(hits, {}, &Hit::fit);  // within one fit by number
  std::vector<const AsName*> out;
  for (const Hit& hit : hits) {
    if (out.size() == most) break;
    out.push_back(hit.entry);
  }
  return out;
}

}  // namespace weir::flow
