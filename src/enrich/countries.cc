// src_country, dst_country: from the MMDB files, the first that knows the address. What a file does not know stays
// unknown.
#include "enrich/memory.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

template <Column Address, Column Country>
void country_side(const Job& job) {
  const auto read = [&](const Mmdb& mmdb, Mmdb::Entry entry) { return job.strings.intern(mmdb.country(entry)); };
  const auto& files = job.memory.databases->countries;
  const auto masks = job.batch.masks();
  const auto addresses = job.batch.values<Address>();
  const auto countries = job.batch.values<Country>();
  for (std::size_t row = 0; row < job.batch.size(); ++row) {
    if (!masks[row].has(Address)) continue;
    const flow::StringId country = job.memory.countries.find(files, addresses[row], read);
    if (country == 0) continue;
    countries[row] = country;
    masks[row].set(Country);
  }
}

}  // namespace

void find_countries(const Job& job) {
  if (job.memory.databases == nullptr || job.memory.databases->countries.empty()) return;
  country_side<Column::src_addr, Column::src_country>(job);
  country_side<Column::dst_addr, Column::dst_country>(job);
}

}  // namespace weir::enrich
