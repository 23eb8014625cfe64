#include "bgp/rpki/rtr_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace weir::bgp {
namespace {

using rtr::ErrorReason;

/// The ranges of RFC 8210 section 6; a cache cannot make us ask all the time or keep VRPs for ever.
UnixMillis in_range(std::uint32_t seconds, std::uint32_t least, std::uint32_t most) {
  return UnixMillis{std::clamp(seconds, least, most)} * kSecondMs;
}

}  // namespace

void RtrSession::sent(std::size_t octets) {
  sent_ += octets;
  if (sent_ < out_.size()) return;
  out_.clear();
  sent_ = 0;
}

void RtrSession::connected(UnixMillis now) {
  disconnected();
  retry_at_once_ = false;
  heard_ms_ = now;
  ask(now, !session_.has_value());
}

void RtrSession::disconnected() {
  // A restarted cache may hang up on who asks about its former life, before its reason can be read. It is asked for
  // all.
  if (phase_ == Phase::asked && !for_all_) {
    forget_session();
    retry_at_once_ = true;
  }
  phase_ = Phase::idle;
  version_agreed_ = false;
  in_.clear();
  out_.clear();
  sent_ = 0;
  pending_ = {};
}

void RtrSession::ask(UnixMillis now, bool for_all) {
  for_all_ = for_all;
  phase_ = Phase::asked;
  heard_ms_ = now;
  pending_.clear();
  send(for_all ? rtr::reset_query(version_) : rtr::serial_query(version_, *session_, serial_));
}

void RtrSession::forget_session() {
  session_.reset();
  serial_ = 0;
}

std::unexpected<Error> RtrSession::refuse(ErrorReason reason, std::string what) {
  send(rtr::error_report(version_, reason, what));
  forget_session();
  return fail(ErrorCode::malformed, "the cache broke the protocol: " + what);
}

bool RtrSession::expire(UnixMillis now) {
  const UnixMillis age = expire_ms_ > 0 ? expire_ms_ : times_.expire_ms;
  if (!updated_ms_ || now < *updated_ms_ + age) return false;
  updated_ms_.reset();
  forget_session();
  vrps_ = {};
  ++changes_;
  return true;
}

Result<void> RtrSession::tick(UnixMillis now) {
  if (waits_for_end() && now >= heard_ms_ + kSilentMs) return fail(ErrorCode::io, "the cache says nothing");
  if (!waits_for_end() && phase_ != Phase::idle && now >= ask_at_ms_) ask(now, !session_.has_value());
  return {};
}

Result<void> RtrSession::receive(Bytes octets, UnixMillis now) {
  heard_ms_ = now;
  in_.insert(in_.end(), octets.begin(), octets.end());
  ByteReader reader(in_);
  std::size_t done = 0;
  while (reader.remaining() >= rtr::kHeaderSize) {
    const auto header = rtr::read_header(reader);
    if (!header) return refuse(ErrorReason::corrupt_data, header.error().message);
    if (reader.remaining() < header->length - rtr::kHeaderSize) break;
    if (auto taken = take(*header, reader.bytes(header->length - rtr::kHeaderSize), now); !taken) return taken;
    done = reader.position();
  }
  in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(done));
  return {};
}

Result<void> RtrSession::take(const rtr::Header& header, Bytes rest, UnixMillis now) {
  ByteReader reader(rest);
  const auto body = rtr::read_body(header, reader);
  if (!body) return refuse(ErrorReason::corrupt_data, body.error().message);
  // A notify may come before the versions are agreed on, and may then be of any version (section 7).
  if (!version_agreed_ && std::holds_alternative<rtr::SerialNotify>(*body)) return {};
  if (auto agreed = agree_on_version(header, *body); !agreed) return agreed;
  return std::visit([&](const auto& what) { return on(what, header, now); }, *body);
}

/// Section 7: a cache that knows only a lower version answers in it, or says that it does not know ours.
Result<void> RtrSession::agree_on_version(const rtr::Header& header, const rtr::Body& body) {
  const auto* error = std::get_if<rtr::ErrorReport>(&body);
  if (error != nullptr && error->reason == ErrorReason::unsupported_version && header.version < version_) {
    version_ = header.version;
    retry_at_once_ = true;
    return fail(ErrorCode::unsupported, "the cache speaks version " + std::to_string(header.version) + " only");
  }
  if (header.version == version_) {
    version_agreed_ = true;
    return {};
  }
  if (error != nullptr) return {};
  if (version_agreed_ || header.version > version_) {
    return refuse(ErrorReason::unexpected_version, "version " + std::to_string(header.version) + " was not agreed on");
  }
  version_ = header.version;
  version_agreed_ = true;
  return {};
}

Result<void> RtrSession::on(const rtr::SerialNotify& notify, const rtr::Header& header, UnixMillis now) {
  if (waits_for_end()) return {};
  if (session_ && *session_ != header.session) forget_session();
  if (!session_ || notify.serial != serial_) ask(now, !session_.has_value());
  return {};
}

Result<void> RtrSession::on(const rtr::CacheResponse&, const rtr::Header& header, UnixMillis) {
  if (phase_ != Phase::asked) return refuse(ErrorReason::corrupt_data, "an answer that was not asked for");
  if (!for_all_ && *session_ != header.session) {
    return refuse(ErrorReason::corrupt_data, "another session than the one asked about");
  }
  session_ = header.session;
  phase_ = Phase::receiving;
  return {};
}

Result<void> RtrSession::on(const rtr::CacheReset&, const rtr::Header&, UnixMillis now) {
  if (phase_ != Phase::asked || for_all_) return refuse(ErrorReason::corrupt_data, "a reset that was not asked for");
  forget_session();
  ask(now, true);
  return {};
}

Result<void> RtrSession::on(const rtr::PrefixChange& change, const rtr::Header&, UnixMillis) {
  if (phase_ != Phase::receiving) return refuse(ErrorReason::corrupt_data, "a prefix outside an answer");
  if (for_all_ && !change.announced) {
    return refuse(ErrorReason::withdrawal_of_unknown, "a withdrawal where everything was asked for");
  }
  if (pending_.size() >= kMostVrps) return refuse(ErrorReason::internal, "too many VRPs");
  pending_.push_back(change);
  return {};
}

Result<void> RtrSession::on(const rtr::EndOfData& end, const rtr::Header& header, UnixMillis now) {
  if (phase_ != Phase::receiving || *session_ != header.session) {
    return refuse(ErrorReason::corrupt_data, "an end that belongs to no answer");
  }
  if (auto applied = apply_pending(); !applied) return applied;
  serial_ = end.serial;
  if (header.version > 0) {
    refresh_ms_ = in_range(end.refresh, 1, 86'400);
    expire_ms_ = in_range(end.expire, 600, 172'800);
  }
  updated_ms_ = now;
  ask_at_ms_ = now + (refresh_ms_ > 0 ? refresh_ms_ : times_.refresh_ms);
  phase_ = Phase::settled;
  return {};
}

Result<void> RtrSession::on(const rtr::ErrorReport& error, const rtr::Header&, UnixMillis now) {
  if (error.reason == ErrorReason::no_data) {
    phase_ = Phase::no_data;
    pending_.clear();
    forget_session();
    ask_at_ms_ = now + times_.retry_ms;
    return {};
  }
  forget_session();
  return fail(ErrorCode::io, "the cache reports error " + std::to_string(static_cast<unsigned>(error.reason)) + ": " +
                                 log::escape(error.text));
}

Result<void> RtrSession::on(const rtr::Other&, const rtr::Header&, UnixMillis) {
  return {};
}

Result<void> RtrSession::apply_pending() {
  std::ranges::stable_sort(pending_, {}, &rtr::PrefixChange::vrp);
  const std::vector<Vrp> none;
  const std::vector<Vrp>& before = for_all_ ? none : vrps_;
  std::vector<Vrp> after;
  after.reserve(before.size() + pending_.size());
  auto old = before.begin();
  for (auto change = pending_.begin(); change != pending_.end();) {
    const Vrp& vrp = change->vrp;
    const auto here = std::lower_bound(old, before.end(), vrp);
    after.insert(after.end(), old, here);
    bool present = here != before.end() && *here == vrp;
    old = present ? std::next(here) : here;
    const Vrp same = vrp;
    for (; change != pending_.end() && change->vrp == same; ++change) {
      if (change->announced && present) return refuse(ErrorReason::duplicate_announcement, "a VRP announced twice");
      if (!change->announced && !present) return refuse(ErrorReason::withdrawal_of_unknown, "an unknown VRP withdrawn");
      present = change->announced;
    }
    if (present) after.push_back(same);
  }
  after.insert(after.end(), old, before.end());
  pending_ = {};
  if (after == vrps_ && updated_ms_) return {};
  vrps_ = std::move(after);
  ++changes_;
  return {};
}

}  // namespace weir::bgp
