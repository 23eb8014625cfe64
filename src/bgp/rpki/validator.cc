#include "bgp/rpki/validator.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "bgp/rpki/vrp_set.h"

namespace weir::bgp {

std::string_view to_string(Validity validity) {
  switch (validity) {
    case Validity::valid:
      return "valid";
    case Validity::invalid:
      return "invalid";
    case Validity::not_found:
      break;
  }
  return "not-found";
}

class VrpTable::Impl {
 public:
  void replace(std::size_t source, std::vector<Vrp> vrps) {
    const std::lock_guard writing(writing_);
    if (vrps.empty())
      sources_.erase(source);
    else
      sources_.insert_or_assign(source, std::move(vrps));
    std::vector<Vrp> all;
    for (const auto& [number, some] : sources_) all.insert(all.end(), some.begin(), some.end());
    auto made = std::make_shared<const VrpSet>(std::move(all));
    {
      const std::lock_guard swapping(swapping_);
      set_.swap(made);  // the old one goes, if nobody reads it, after the lock
    }
    version_.fetch_add(1, std::memory_order_release);
  }

  [[nodiscard]] std::shared_ptr<const VrpSet> get() const {
    const std::lock_guard lock(swapping_);
    return set_;
  }
  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  std::mutex writing_;  // held while a set is made
  std::map<std::size_t, std::vector<Vrp>> sources_;
  mutable std::mutex swapping_;  // held for two pointers' worth of work
  std::shared_ptr<const VrpSet> set_ = std::make_shared<const VrpSet>();
  std::atomic<std::uint64_t> version_{1};
};

VrpTable::VrpTable() : impl_(std::make_unique<Impl>()) {}
VrpTable::~VrpTable() = default;

void VrpTable::replace(std::size_t source, std::vector<Vrp> vrps) {
  impl_->replace(source, std::move(vrps));
}

std::size_t VrpTable::size() const {
  return impl_->get()->size();
}

std::size_t VrpTable::size4() const {
  return impl_->get()->size4();
}

/// Keeps the set it read last, and asks for another only when there is one.
class VrpTable::Reader::Impl {
 public:
  explicit Impl(const VrpTable::Impl& table) : table_(table) {}

  const VrpSet& set() {
    const std::uint64_t version = table_.version();
    if (version != version_) {
      set_ = table_.get();
      version_ = version;
    }
    return *set_;
  }

 private:
  const VrpTable::Impl& table_;
  std::shared_ptr<const VrpSet> set_;
  std::uint64_t version_ = 0;
};

VrpTable::Reader::Reader(const VrpTable& table) : impl_(std::make_unique<Impl>(*table.impl_)) {}
VrpTable::Reader::~Reader() = default;

Validity VrpTable::Reader::validate(const Prefix& prefix, std::uint32_t origin) {
  return impl_->set().validate(prefix, origin);
}

std::vector<Vrp> VrpTable::Reader::covering(const Prefix& prefix) {
  return impl_->set().covering(prefix);
}

}  // namespace weir::bgp
