// Who is measured in detail: places that are few go to the targets nearest to their thresholds.
#include <algorithm>

#include "detect/engine.h"

namespace weir::detect {
namespace {

constexpr std::uint32_t kIdleS = 150;         // longer than the past that is held
constexpr std::size_t kLightestKept = 256;
constexpr float kHeavierBy = 1.25F;           // to take another's place: two alike must not push each other out in turn

}  // namespace

std::uint16_t Engine::take_detail(const Target& target, Way way, std::uint32_t customer, bool scanner) {
  std::uint16_t index = 0;
  if (!free_details_.empty()) {
    index = free_details_.back();
    free_details_.pop_back();
  } else if (details_.size() <= sizes_.details) {
    index = static_cast<std::uint16_t>(details_.size());
    details_.emplace_back();
  } else {
    index = lighter_detail(target.score[static_cast<std::size_t>(way)]);
    if (index == 0) return 0;
    free_detail(index);
    free_details_.pop_back();  // which is the one just freed
  }
  details_[index] = std::make_unique<Detail>();
  Detail& detail = *details_[index];
  detail.key = target.key();
  detail.way = way;
  detail.rule_set = target.rule_set;
  detail.customer = customer;
  detail.made_s = detail.last_s = now_s_;
  detail.newest_s = std::int64_t{now_s_} + 1;
  detail.is_scanner = scanner;
  detail.index = index;
  return index;
}

void Engine::free_detail(std::uint16_t index) {
  Detail& detail = *details_[index];
  free_evidence(detail);
  const std::uint64_t hash = detail.key.hash();
  if (Target* target = table_of(detail).find(detail.key, hash)) {
    std::uint16_t& place = target->detail[static_cast<std::size_t>(detail.way)];
    if (place == index) place = 0;
  }
  details_[index].reset();
  free_details_.push_back(index);
}

std::uint16_t Engine::lighter_detail(float score) {
  while (!lightest_.empty()) {
    const std::uint16_t index = lightest_.back();
    const Detail* detail = details_[index].get();
    if (detail != nullptr && detail->attack == 0) {
      if (detail->score_at(now_s_) * kHeavierBy >= score) return 0;
      lightest_.pop_back();
      return index;
    }
    lightest_.pop_back();
  }
  return 0;
}

void Engine::sweep_details() {
  lightest_.clear();
  for (std::uint16_t i = 1; i < details_.size(); ++i) {
    Detail* detail = details_[i].get();
    if (detail == nullptr || detail->attack != 0) continue;
    if (now_s_ - detail->last_s > kIdleS) {
      free_detail(i);
    } else {
      lightest_.push_back(i);
    }
  }
  const auto heavier = [this](std::uint16_t a, std::uint16_t b) {
    return details_[a]->score_at(now_s_) > details_[b]->score_at(now_s_);
  };
  if (lightest_.size() > kLightestKept) {
    const auto middle = lightest_.end() - static_cast<std::ptrdiff_t>(kLightestKept);
    std::ranges::nth_element(lightest_, middle, heavier);
    lightest_.erase(lightest_.begin(), middle);
  }
  std::ranges::sort(lightest_, heavier);
}

void Engine::take_evidence(Detail& detail) {
  std::uint16_t index = 0;
  if (!free_evidences_.empty()) {
    index = free_evidences_.back();
    free_evidences_.pop_back();
  } else if (evidences_.size() <= sizes_.evidences) {
    index = static_cast<std::uint16_t>(evidences_.size());
    evidences_.push_back(std::make_unique<EvidenceCollector>());
    evidence_owner_.push_back(0);
  } else {
    // The lightest that is no attack gives way to one twice as heavy.
    float least = detail.score / 2;
    for (std::uint16_t i = 1; i < evidences_.size(); ++i) {
      const Detail* owner = details_[evidence_owner_[i]].get();
      if (owner == nullptr || owner->attack != 0) continue;
      if (const float score = owner->score_at(now_s_); score < least) {
        least = score;
        index = i;
      }
    }
    if (index == 0) return;
    details_[evidence_owner_[index]]->evidence = 0;
  }
  evidence_owner_[index] = detail.index;
  evidences_[index]->clear(now_s_);
  detail.evidence = index;
}

void Engine::free_evidence(Detail& detail) {
  if (detail.evidence == 0) return;
  evidence_owner_[detail.evidence] = 0;
  free_evidences_.push_back(detail.evidence);
  detail.evidence = 0;
}

}  // namespace weir::detect
