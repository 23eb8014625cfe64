#include "store/duckdb/compile_network.h"

#include <algorithm>
#include <map>

#include "store/duckdb/compile_literal.h"

namespace weir::store {
namespace {

// Behind this many networks a chain of ranges costs more than one hash lookup for each length.
constexpr std::size_t kMostRanges = 16;

constexpr std::uint64_t kFirstV4 = IpAddress::kMappedV4;
constexpr std::uint64_t kLastV4 = IpAddress::kMappedV4 | 0xffff'ffffU;

struct Words {
  std::string hi;
  std::string lo;
};

std::string between(const std::string& word, std::uint64_t first, std::uint64_t last) {
  if (first == last) return word + " = " + sql_number(first);
  if (first == 0 && last == ~std::uint64_t{0}) return word + " IS NOT NULL";
  return word + " BETWEEN " + sql_number(first) + " AND " + sql_number(last);
}

/// One network as a range. A prefix fixes whole bits, so that at most one of the two words varies within bounds.
std::string range_sql(const Words& words, const Prefix& network) {
  const IpAddress last = network.last();
  if (network.address.hi == last.hi)
    return between(words.hi, last.hi, last.hi) + " AND " + between(words.lo, network.address.lo, last.lo);
  return between(words.hi, network.address.hi, last.hi);
}

bool covers_v4(const Prefix& network) {
  return !network.address.is_v4() && network.address <= IpAddress::v4(0) &&
         IpAddress::v4(~std::uint32_t{0}) <= network.last();
}

void append_or(std::string& out, const std::string& condition) {
  if (!out.empty()) out += " OR ";
  out += "(" + condition + ")";
}

/// All networks of one length: mask the column, look it up.
std::string same_length_sql(const Words& words, const std::vector<Prefix>& networks) {
  const Prefix& one = networks.front();
  const bool v4 = one.address.is_v4();
  const unsigned length = one.length;
  std::vector<std::string> his;
  std::vector<std::string> los;
  for (const Prefix& network : networks) {
    his.push_back(sql_number(network.address.hi));
    los.push_back(sql_number(network.address.lo));
  }
  const unsigned host_bits = (v4 ? 32U : 128U) - std::min(length, v4 ? 32U : 128U);
  const auto masked = [](const std::string& word, unsigned bits) {
    if (bits == 0) return word;
    return bits >= 64 ? std::string("0::UBIGINT")
                      : "(" + word + " & " + sql_number(~std::uint64_t{0} << bits) + "::UBIGINT)";
  };
  if (v4) return words.hi + " = 0 AND " + sql_in(masked(words.lo, host_bits), los, "UBIGINT");
  if (host_bits >= 64) return sql_in(masked(words.hi, host_bits - 64), his, "UBIGINT");
  std::string pairs;
  for (std::size_t i = 0; i < his.size(); ++i)
    pairs += (i == 0 ? "(" : ",(") + his[i] + "::UBIGINT," + los[i] + "::UBIGINT)";
  return "(" + words.hi + ", " + masked(words.lo, host_bits) + ") IN (VALUES " + pairs + ")";
}

std::string many_sql(const Words& words, const std::vector<Prefix>& networks) {
  std::map<std::pair<bool, unsigned>, std::vector<Prefix>> by_length;
  for (const Prefix& network : networks) by_length[{network.address.is_v4(), network.length}].push_back(network);
  std::string out;
  for (const auto& [key, same] : by_length) append_or(out, same_length_sql(words, same));
  return out;
}

std::string family_sql(const Words& words, const std::vector<Prefix>& networks) {
  if (networks.size() > kMostRanges) return many_sql(words, networks);
  std::string out;
  for (const Prefix& network : networks) append_or(out, range_sql(words, network));
  return out;
}

/// Drops networks that lie in others.
std::vector<Prefix> outermost(std::vector<Prefix> networks) {
  std::ranges::sort(networks);
  std::vector<Prefix> out;
  for (const Prefix& network : networks) {
    const bool inside = !out.empty() && out.back().length <= network.length && out.back().contains(network.address);
    if (!inside) out.push_back(network);
  }
  return out;
}

}  // namespace

std::string networks_sql(flow::Column column, std::vector<Prefix> networks) {
  const Words words{sql_name(column, "_hi"), sql_name(column, "_lo")};
  std::vector<Prefix> v4;
  std::vector<Prefix> v6;
  bool over_v4 = false;
  for (const Prefix& network : outermost(std::move(networks))) {
    (network.address.is_v4() ? v4 : v6).push_back(network);
    over_v4 = over_v4 || covers_v4(network);
  }
  std::string out;
  if (!v4.empty()) out = family_sql(words, v4);
  if (!v6.empty()) {
    std::string condition = family_sql(words, v6);
    // IPv4 addresses are held IPv4-mapped, and ::/0 does not mean them.
    if (over_v4) {
      condition = "(" + condition + ") AND (" + words.hi + " <> 0 OR " + words.lo + " NOT BETWEEN " +
                  sql_number(kFirstV4) + " AND " + sql_number(kLastV4) + ")";
    }
    append_or(out, condition);
  }
  return out.empty() ? "false" : out;
}

}  // namespace weir::store
