#include "decode/domain_table.h"

#include <algorithm>
#include <utility>

namespace weir::decode {

using flow::Counter;

std::size_t KnownTemplate::octets() const {
  std::size_t octets = sizeof(KnownTemplate) + record.fields.capacity() * sizeof(FieldSpecifier);
  if (flow) {
    octets += sizeof(FlowPlan) + (flow->forward.capacity() + flow->reverse.capacity()) * sizeof(Step);
    octets += flow->lengths.capacity() * sizeof(std::uint16_t);
  }
  if (options) octets += sizeof(OptionsPlan) + options->fields.capacity() * sizeof(OptionsPlan::Field);
  return octets;
}

std::size_t DomainTable::Hash::operator()(const DomainKey& key) const noexcept {
  const std::uint64_t ports =
      std::uint64_t{key.session.source_port} << 48U | std::uint64_t{key.session.local_port} << 32U | key.domain;
  return flow::KeyHash::of_words(flow::KeyHash()(key.session.source) ^ static_cast<std::uint64_t>(key.protocol), ports);
}

Domain& DomainTable::of(const DomainKey& key, UnixMillis now, const Domain* keep) {
  if (const auto found = index_.find(key); found != index_.end()) {
    domains_.splice(domains_.begin(), domains_, found->second);
    found->second->last_seen_ms = std::max(found->second->last_seen_ms, now);
    return *found->second;
  }
  Source& source = sources_[key.session.source];
  if (source.exporter == nullptr) source.exporter = &exporters_.of(key.session.source);
  ++source.domains;
  domains_.emplace_front();
  Domain& domain = domains_.front();
  domain.key = key;
  domain.exporter = source.exporter;
  domain.last_seen_ms = now;
  index_.emplace(key, domains_.begin());
  make_room(keep);
  return domain;
}

const Domain* DomainTable::find(const DomainKey& key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &*found->second;
}

flow::ExporterState& DomainTable::exporter_of(IpAddress source) {
  const auto found = sources_.find(source);
  return found != sources_.end() ? *found->second.exporter : exporters_.of(source);
}

void DomainTable::forget(Place place) {
  Domain& domain = *place;
  if (!domain.templates.empty() || domain.announced.size() != 0) changed_ = true;
  Source& source = sources_[domain.key.session.source];
  source.templates -= domain.templates.size();
  for (const auto& [id, known] : domain.templates) template_octets_ -= known->octets();
  facts_ -= domain.announced.size();
  parked_octets_ -= domain.parked_octets;
  if (--source.domains == 0) sources_.erase(domain.key.session.source);
  index_.erase(domain.key);
  domains_.erase(place);
}

void DomainTable::make_room(const Domain* keep) {
  const std::size_t most = std::max<std::size_t>(options_.most_sessions, 1);
  const auto full = [&] { return domains_.size() > most || template_octets_ > options_.template_octets; };
  for (auto at = domains_.end(); full() && at != domains_.begin();) {
    --at;
    if (at == domains_.begin() || &*at == keep) continue;  // the front is the one in use
    const auto victim = at++;
    forget(victim);
  }
}

bool DomainTable::add_template(Domain& domain, std::unique_ptr<KnownTemplate> known) {
  const std::uint16_t id = known->record.id;
  auto& slot = domain.templates[id];
  Source& source = sources_[domain.key.session.source];
  if (slot) {
    template_octets_ -= slot->octets();
  } else if (source.templates >= options_.most_templates_per_exporter) {
    domain.templates.erase(id);
    return false;
  } else {
    ++source.templates;
  }
  template_octets_ += known->octets();
  slot = std::move(known);
  changed_ = true;
  make_room(&domain);
  return true;
}

void DomainTable::remove_template(Domain& domain, std::uint16_t id) {
  const auto found = domain.templates.find(id);
  if (found == domain.templates.end()) return;
  template_octets_ -= found->second->octets();
  --sources_[domain.key.session.source].templates;
  domain.templates.erase(found);
  changed_ = true;
}

void DomainTable::learn(Domain& domain, const AnnouncedFact& fact) {
  const std::size_t before = domain.announced.size();
  const std::size_t own = options_.most_names_per_domain > before ? options_.most_names_per_domain - before : 0;
  const std::size_t all = options_.most_names > facts_ ? options_.most_names - facts_ : 0;
  switch (domain.announced.learn(fact.fact, fact.key, fact.value, std::min(own, all))) {
    case Announced::Learned::nothing_new:
      return;
    case Announced::Learned::refused:
      return domain.exporter->add(Counter::too_many_names);
    case Announced::Learned::changed:
      break;
  }
  if (fact.fact == Fact::interface_description) {
    domain.exporter->describe_interface(static_cast<std::uint32_t>(fact.key), static_cast<flow::StringId>(fact.value));
  }
  facts_ += domain.announced.size() - before;
  changed_ = true;
}

bool DomainTable::park(Domain& domain, ParkedSet set) {
  const std::size_t octets = set.octets();
  // One exporter that never sends its Templates must not take the room of all others.
  if (domain.parked_octets + octets > options_.parked_octets / 2) return false;
  if (parked_octets_ + octets > options_.parked_octets) return false;
  parked_octets_ += octets;
  domain.parked_octets += octets;
  domain.parked.push_back(std::move(set));
  return true;
}

std::vector<ParkedSet> DomainTable::unpark(Domain& domain, std::uint16_t template_id) {
  std::vector<ParkedSet> out;
  for (ParkedSet& set : domain.parked) {
    if (set.template_id != template_id) continue;
    parked_octets_ -= set.octets();
    domain.parked_octets -= set.octets();
    out.push_back(std::move(set));
  }
  if (!out.empty()) std::erase_if(domain.parked, [&](const ParkedSet& set) { return set.template_id == template_id; });
  return out;
}

void DomainTable::expire_templates(Domain& domain, UnixMillis now) {
  std::vector<std::uint16_t> old;
  for (const auto& [id, known] : domain.templates) {
    if (now - known->refreshed_ms > options_.template_lifetime_ms) old.push_back(id);
  }
  for (const std::uint16_t id : old) {
    remove_template(domain, id);
    domain.exporter->add(Counter::templates_expired);
  }
}

void DomainTable::expire_parked(Domain& domain, UnixMillis now) {
  const auto too_late = [&](const ParkedSet& set) { return now - set.times.received_ms > options_.parked_age_ms; };
  for (const ParkedSet& set : domain.parked) {
    if (!too_late(set)) continue;
    parked_octets_ -= set.octets();
    domain.parked_octets -= set.octets();
    domain.exporter->add(Counter::sets_unparked_too_late);
  }
  std::erase_if(domain.parked, too_late);
}

void DomainTable::age(UnixMillis now) {
  for (auto at = domains_.begin(); at != domains_.end();) {
    const auto place = at++;
    expire_templates(*place, now);
    expire_parked(*place, now);
    if (now - place->last_seen_ms > options_.template_lifetime_ms) forget(place);
  }
}

}  // namespace weir::decode
