// Random operations on Rib and on the model: the same answers for every address, time, exporter and next hop.
#include <gtest/gtest.h>

#include <random>

#include "bgp/test_rib.h"
#include "bgp/test_rib_model.h"

namespace weir::bgp {
namespace {

constexpr Family kLabelled{Afi::ipv4, Safi::labelled};
constexpr Family kVpn{Afi::ipv4, Safi::vpn};

class Duel {
 public:
  /// With `filler` prefixes of another view the sweep takes several pieces.
  Duel(std::uint64_t seed, std::size_t filler, UnixMillis history_ms)
      : random_(seed),
        options_{.hold_ms = 200 * kSecondMs, .history_ms = history_ms},
        rib_(options_),
        model_(options_),
        reader_(rib_) {
    for (int i = 0; i < 3; ++i) {
      std::vector<IpAddress> exporters;
      if (i == 2) exporters.push_back(ip("192.0.2.200"));
      sources_.push_back({.name = std::to_string(i),
                          .kind = SourceKind::bmp,
                          .preference = 100 - (i == 1 ? 50 : 0),
                          .exporters = exporters});
      rib_.set_source(sources_.back());
    }
    rib_.upkeep(now());
    model_.upkeep(now_s_);
    for (std::uint32_t i = 0; i < kViews; ++i) open(i);
    if (filler > 0) fill(filler);
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      now_s_ += below(4) == 0 ? below(20) : 0;
      change();
      if (swept_often_) {
        upkeep();
      } else {
        (void)rib_.upkeep(now());  // one piece of it
        model_.upkeep(now_s_);
      }
      for (int i = 0; i < 4; ++i) ask();
      if (testing::Test::HasFatalFailure()) FAIL() << "at step " << step;
      if (step % 200 == 0) check_counts();
    }
    check_counts();
  }
  void sweep_seldom() { swept_often_ = false; }

 private:
  static constexpr std::uint32_t kViews = 9;

  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  [[nodiscard]] UnixMillis now() const { return now_s_ * kSecondMs; }

  ViewInfo info(std::uint32_t i) {
    ViewInfo out;
    out.key.source = static_cast<SourceId>(i % 3);
    out.key.router = IpAddress::v4(0xc000'0200 + i / 3);
    out.key.peer = IpAddress::v4(0xc000'0210 + i);
    out.key.rib = static_cast<RibKind>(i % 5);
    if (i == 8) out.key.distinguisher = parse_rd("64500:8").value();
    out.router_id = i == 4 ? 0xc000'02fe : 0;
    out.internal = below(3) == 0;
    out.bgp_id = below(4);
    return out;
  }
  void open(std::uint32_t i) {
    // What the order of routes depends on changes too.
    const ViewInfo info = this->info(i);
    const SourceInfo& source = sources_[info.key.source];
    ASSERT_EQ(rib_.open_view(info, now()), i);
    model_.open(i, info, source.preference, source.exporters, now_s_);
  }
  void fill(std::size_t count) {
    ViewInfo info = this->info(0);
    info.key.peer = ip("203.0.113.1");
    info.key.router = ip("203.0.113.2");
    const ViewId view = rib_.open_view(info, now());
    for (std::uint32_t i = 0; i < count; ++i) {
      const Announcement route{{.prefix = Prefix::of(IpAddress::v4(0x2000'0000 + i * 256), 24), .rd = {}},
                               ip("192.0.2.1")};
      rib_.announce(view, path({1}), {&route, 1}, now());
    }
    filled_ = count;
  }

  Nlri some_nlri(Family family) {
    Nlri out;
    if (family.afi == Afi::ipv4) {
      out.prefix = Prefix::of(IpAddress::v4(0x0a00'0000 | (below(4) << 14U) | (below(4) << 6U)), 6 + below(27));
    } else {
      out.prefix = Prefix::of({0x2001'0db8'0000'0000U | std::uint64_t{below(4)} << 16U, 0}, 28 + below(40));
    }
    out.path_id = below(3) == 0 ? below(3) : 0;
    if (family.safi == Safi::labelled) out.label = 16 + below(3);
    if (family.safi == Safi::vpn) out.rd = parse_rd("64500:7").value();
    return out;
  }
  PathAttributes some_attributes() {
    PathAttributes out;
    out.origin = static_cast<Origin>(below(2));
    AsSegment segment;
    for (std::uint32_t i = 1 + below(2); i > 0; --i) segment.as.push_back(1 + below(3));
    out.as_path.segments.push_back(segment);
    if (below(2) == 0) out.med = below(3);
    if (below(4) == 0) out.local_pref = 100 + below(2);
    return out;
  }
  Family some_family() {
    static constexpr std::array<Family, 6> kSome = {kV4, kV4, kV4, kV6, kLabelled, kVpn};
    return kSome.at(below(6));
  }

  void change() {
    const ViewId view = below(kViews);
    const Family family = some_family();
    const std::uint32_t what = below(40);
    if (what > 0 && !model_.views[view].up) return;
    switch (what) {
      case 0:
        upkeep();
        open(view);
        break;
      case 1: {
        upkeep();
        const bool at_once = below(3) == 0;
        rib_.close_view(view, now(), at_once);
        model_.close(view, now_s_, at_once);
        break;
      }
      case 2:
        rib_.begin_refresh(view, family, now());
        model_.refresh(view, family);
        break;
      case 3:
        upkeep();
        rib_.end_of_rib(view, family, now());
        model_.end_of_rib(view, family, now_s_);
        break;
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
      case 11: {
        const Nlri nlri = some_nlri(family);
        rib_.withdraw(view, {&nlri, 1}, now());
        model_.withdraw(view, nlri, now_s_);
        break;
      }
      default: {
        const Announcement route{some_nlri(family), IpAddress::v4(0xc000'0201 + below(3))};
        const PathAttributes attributes = some_attributes();
        rib_.announce(view, attributes, {&route, 1}, now());
        model_.announce(view, family, attributes, route, now_s_);
      }
    }
  }

  void upkeep() {
    while (rib_.upkeep(now())) continue;
    model_.upkeep(now_s_);
  }

  /// For a failure: all that the table knows.
  std::string told(const Ask& ask) {
    std::string out;
    for (const Candidate& one : rib_.candidates(ask.address, ask.table, true)) {
      out += "\n" + to_string(one.prefix) + " view " + std::to_string(one.view_id) + " path " +
             std::to_string(one.nlri.path_id) + " " + to_string(one.attributes.as_path) + " since " +
             std::to_string(one.since_ms / kSecondMs) + " until " + std::to_string(one.until_ms / kSecondMs) +
             (one.stale ? " stale" : "") + " preference " + std::to_string(one.preference) + " bgp_id " +
             std::to_string(one.view.bgp_id) + (one.view.internal ? " internal" : "") + " med " +
             std::to_string(one.attributes.med.value_or(0)) + " pref " +
             std::to_string(one.attributes.local_pref.value_or(100)) + " origin " +
             std::to_string(static_cast<int>(one.attributes.origin));
    }
    return out;
  }

  void ask() {
    const Nlri near = some_nlri(below(3) == 0 ? kV6 : kV4);
    const std::optional<IpAddress> exporter =
        below(2) == 0 ? std::nullopt
                      : std::optional(IpAddress::v4(below(5) == 0   ? 0xc000'02fe
                                                    : below(4) == 0 ? 0xc000'02c8
                                                                    : 0xc000'0200 + below(4)));
    const std::string rd = below(4) != 0 ? "" : below(2) == 0 ? "64500:7" : "64500:8";
    const auto table = rib_.find_table(rd);
    Ask ask{.address = near.prefix.address, .next_hop = {}};
    ask.table = table.value_or(12'345);
    if (below(2) == 0) ask.next_hop = IpAddress::v4(0xc000'0201 + below(4));
    const UnixMillis time_s = below(3) == 0 ? 0 : now_s_ - below(300);
    ask.time_ms = time_s * kSecondMs;
    if (exporter) ask.exporter = reader_.exporter(*exporter);
    const RibReader::Pin pin(reader_);
    const Found found = reader_.find(ask);
    const auto expected =
        model_.find(rd.empty() ? RouteDistinguisher{} : *parse_rd(rd), ask.address, time_s, exporter, ask.next_hop);
    SCOPED_TRACE(to_string(ask.address) + " at " + std::to_string(time_s) + " of " + std::to_string(now_s_) +
                 ", exporter " + (exporter ? to_string(*exporter) : "none") + told(ask));
    ASSERT_EQ(found.choice, expected.choice);
    ASSERT_EQ(found.attributes == nullptr, expected.choice == Choice::none);
    if (found.attributes == nullptr) return;
    ASSERT_EQ(unsigned{found.length}, expected.length);
    ASSERT_EQ(found.view, expected.path.view);
    ASSERT_EQ(found.path_id, expected.path.nlri.path_id);
    ASSERT_EQ(found.next_hop, expected.path.next_hop);
    ASSERT_EQ(found.attributes->attributes(), expected.path.attributes);
  }

  void check_counts() {
    upkeep();
    const RibStatus status = rib_.status();
    EXPECT_EQ(status.routes, model_.routes() + filled_);
    EXPECT_EQ(status.past_routes, model_.past_routes());
    std::size_t stale = 0;
    std::size_t prefixes4 = 0;
    std::size_t prefixes6 = 0;
    for (const auto& [key, entry] : model_.entries) {
      for (const auto& path : entry.now) stale += path.stale || !model_.views[path.view].up ? 1 : 0;
      if (key.first.bits == 0 && !entry.now.empty()) ++(key.second.address.is_v4() ? prefixes4 : prefixes6);
    }
    EXPECT_EQ(status.stale_routes, stale);
    EXPECT_EQ(status.prefixes4, prefixes4 + filled_);
    EXPECT_EQ(status.prefixes6, prefixes6);
    std::size_t shown = 0;
    rib_.for_each(kGlobalTable, [&](const Prefix& prefix, std::span<const Candidate> candidates) {
      const auto at = model_.entries.find({RouteDistinguisher{}, prefix});
      if (at == model_.entries.end()) {
        EXPECT_GT(filled_, 0U) << to_string(prefix);
        return true;
      }
      EXPECT_EQ(candidates.size(), at->second.now.size()) << to_string(prefix);
      EXPECT_TRUE(candidates.front().best);
      ++shown;
      return true;
    });
    EXPECT_EQ(shown, prefixes4 + prefixes6);
  }

  std::mt19937_64 random_;
  RibOptions options_;
  Rib rib_;
  RibModel model_;
  RibReader reader_;
  std::vector<SourceInfo> sources_;
  UnixMillis now_s_ = kStart / kSecondMs;
  std::size_t filled_ = 0;
  bool swept_often_ = true;
};

TEST(RibModel, RandomChangesGiveTheSameAnswers) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    Duel duel(seed, 0, 1000 * kSecondMs);
    duel.run(1500);
  }
}

// What is dead but not yet swept is answered for as if it were gone.
TEST(RibModel, AnswersDoNotWaitForTheSweep) {
  for (std::uint64_t seed = 11; seed <= 13; ++seed) {
    SCOPED_TRACE(seed);
    // History ages from the sweep on, so that it cannot be the same here.
    Duel duel(seed, 9000, kDayMs);
    duel.sweep_seldom();
    duel.run(800);
  }
}

}  // namespace
}  // namespace weir::bgp
