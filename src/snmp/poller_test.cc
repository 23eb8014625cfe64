#include "snmp/poller.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weir::snmp {
namespace {

const IpAddress kFirst = IpAddress::v4(0xc000'0201);
const IpAddress kSecond = IpAddress::v4(0xc000'0202);

/// What the agents of a test answer, and what they were asked.
struct Network {
  struct Router {
    bool answers = true;
    std::uint64_t uptime_cs = 1000;
    std::string interface = "xe-0/0/0";
  };
  std::map<IpAddress, Router> routers;
  std::vector<Endpoint> opened;
  std::vector<std::string> communities;
  int polls = 0;
  int uptimes = 0;
};

class FakeAgent final : public Agent {
 public:
  FakeAgent(Network& network, IpAddress address) : network_(network), router_(network.routers[address]) {}
  Result<std::uint64_t> uptime() override {
    ++network_.uptimes;
    if (!router_.answers) return fail(ErrorCode::io, "it does not answer");
    return router_.uptime_cs;
  }
  Result<Reading> read(const std::atomic<bool>& stop) override {
    ++network_.polls;
    if (stop) return fail(ErrorCode::cancelled, "stopped");
    if (!router_.answers) return fail(ErrorCode::io, "it does not answer");
    Reading out;
    out.name = "router";
    out.uptime_cs = router_.uptime_cs;
    out.interfaces.push_back({7, {router_.interface, "to the world", 10'000'000'000}});
    flow::InterfaceCounters counters;
    counters.if_index = 7;
    counters.in_octets = 5;
    out.counters.push_back(counters);
    return out;
  }

 private:
  Network& network_;
  Network::Router& router_;
};

class PollerTest : public testing::Test {
 protected:
  PollerTest() {
    config_.credentials.community = "public";
    config_.interval_ms = 10 * kMinuteMs;
  }
  void make() {
    poller_.emplace(
        config_, exporters_, table_,
        [this](std::vector<flow::InterfaceCounters>&& some) {
          readings_.insert(readings_.end(), some.begin(), some.end());
        },
        [this](const Endpoint& at, const Credentials& credentials, UnixMillis) -> Result<std::unique_ptr<Agent>> {
          network_.opened.push_back(at);
          network_.communities.push_back(credentials.community);
          return std::make_unique<FakeAgent>(network_, at.address);
        });
  }
  void see(IpAddress exporter) { exporters_.of(exporter).saw(flow::ExportProtocol::ipfix, 1); }
  bool check(UnixMillis now) {
    return poller_->check([now] { return now; });
  }
  [[nodiscard]] std::string name_of(IpAddress exporter, std::uint32_t index = 7) const {
    const auto table = table_.get();
    const flow::InterfaceInfo* info = table->find(exporter, index);
    return info == nullptr ? "" : info->name;
  }

  SnmpConfig config_;
  Network network_;
  flow::ExporterTable exporters_;
  flow::CurrentInterfaceTable table_;
  std::vector<flow::InterfaceCounters> readings_;
  std::optional<Poller> poller_;
};

TEST_F(PollerTest, AsksExportersThatWereSeen) {
  make();
  EXPECT_FALSE(check(0));
  exporters_.of(kSecond).add(flow::Counter::datagrams);  // nothing of it could be read: perhaps no router at all
  see(kFirst);
  EXPECT_TRUE(check(1));
  EXPECT_EQ("xe-0/0/0", name_of(kFirst));
  ASSERT_EQ(1U, network_.opened.size());
  EXPECT_EQ((Endpoint{kFirst, 161}), network_.opened[0]);
  const AgentStatus status = poller_->status().at(0);
  EXPECT_EQ("router", status.name);
  EXPECT_EQ(1U, status.interfaces);
  EXPECT_EQ(1, status.polled_ms);
  EXPECT_EQ(1U, status.polls);
}

TEST_F(PollerTest, TellsTheCountersOfEachInterface) {
  see(kFirst);
  make();
  ASSERT_TRUE(check(5));
  ASSERT_EQ(1U, readings_.size());
  EXPECT_EQ(kFirst, readings_[0].exporter);
  EXPECT_EQ(5, readings_[0].time_ms);
  EXPECT_EQ(7U, readings_[0].if_index);
  EXPECT_EQ(5U, readings_[0].in_octets);
}

TEST_F(PollerTest, WithoutCredentialsOnlyThoseConfiguredAreAsked) {
  config_.credentials = {};
  config_.exporters.push_back({.exporter = kSecond, .agent = {}, .credentials = {.community = "secret"}});
  see(kFirst);
  make();
  EXPECT_TRUE(check(0));
  ASSERT_EQ(1U, network_.opened.size());
  EXPECT_EQ(kSecond, network_.opened[0].address);
  EXPECT_EQ("secret", network_.communities[0]);
}

TEST_F(PollerTest, AnotherAddressAndPortOfTheAgent) {
  config_.exporters.push_back({.exporter = kFirst, .agent = kSecond, .port = 1161});
  make();
  EXPECT_TRUE(check(0));
  EXPECT_EQ((Endpoint{kSecond, 1161}), network_.opened.at(0));
  EXPECT_EQ("public", network_.communities.at(0));
  EXPECT_EQ("xe-0/0/0", name_of(kFirst)) << "the names are the exporter's, not the agent's";
}

TEST_F(PollerTest, OneThatIsSwitchedOffIsNotAsked) {
  config_.exporters.push_back({.exporter = kFirst, .off = true});
  see(kFirst);
  make();
  EXPECT_FALSE(check(0));
  EXPECT_TRUE(network_.opened.empty());
  EXPECT_TRUE(poller_->status().empty());
}

TEST_F(PollerTest, AsksAgainAfterTheInterval) {
  see(kFirst);
  make();
  ASSERT_TRUE(check(0));
  network_.routers[kFirst].interface = "renamed";
  EXPECT_FALSE(check(config_.interval_ms - 1));
  EXPECT_EQ("xe-0/0/0", name_of(kFirst));
  EXPECT_TRUE(check(config_.interval_ms));
  EXPECT_EQ("renamed", name_of(kFirst));
  EXPECT_EQ(2, network_.polls);
}

TEST_F(PollerTest, AfterARestartOfTheRouterItIsAskedAtOnce) {
  see(kFirst);
  make();
  ASSERT_TRUE(check(0));
  EXPECT_FALSE(check(kMinuteMs));
  EXPECT_EQ(1, network_.uptimes);
  network_.routers[kFirst] = {.uptime_cs = 10, .interface = "renumbered"};
  EXPECT_FALSE(check(kMinuteMs + 1)) << "sysUpTime is asked for once a minute";
  EXPECT_TRUE(check(2 * kMinuteMs));
  EXPECT_EQ("renumbered", name_of(kFirst));
  EXPECT_EQ(1U, poller_->status().at(0).restarts);
}

TEST_F(PollerTest, OneThatDoesNotAnswerKeepsItsNamesAndIsAskedLessAndLess) {
  see(kFirst);
  make();
  ASSERT_TRUE(check(0));
  network_.routers[kFirst].answers = false;
  UnixMillis now = config_.interval_ms;
  const UnixMillis since = now;
  for (const UnixMillis minutes : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_FALSE(check(now));
    EXPECT_EQ(now + minutes * kMinuteMs, poller_->status().at(0).next_ms);
    now = poller_->status().at(0).next_ms;
  }
  EXPECT_EQ("xe-0/0/0", name_of(kFirst));
  EXPECT_EQ("it does not answer", poller_->status().at(0).error);
  EXPECT_EQ(since, poller_->status().at(0).failing_since_ms);
  EXPECT_EQ(8U, poller_->status().at(0).failures);
  network_.routers[kFirst].answers = true;
  EXPECT_TRUE(check(now));
  EXPECT_EQ("", poller_->status().at(0).error);
  EXPECT_EQ(0, poller_->status().at(0).failing_since_ms);
  EXPECT_EQ(now + config_.interval_ms, poller_->status().at(0).next_ms);
}

TEST_F(PollerTest, OneThatDoesNotAnswerDoesNotKeepOthersBack) {
  see(kFirst);
  see(kSecond);
  network_.routers[kFirst].answers = false;
  make();
  EXPECT_TRUE(check(0));
  EXPECT_EQ("xe-0/0/0", name_of(kSecond));
}

TEST_F(PollerTest, WhatWasRememberedIsInForceBeforeTheFirstPoll) {
  make();
  poller_->restore({{kFirst, "router", 5, {{7, {"old", "", 0}}}}});
  EXPECT_EQ("old", name_of(kFirst));
  see(kFirst);
  EXPECT_TRUE(check(10));
  EXPECT_EQ("xe-0/0/0", name_of(kFirst));
  const std::vector<Device> devices = poller_->devices();
  ASSERT_EQ(1U, devices.size());
  EXPECT_EQ(10, devices[0].polled_ms);
  EXPECT_EQ("xe-0/0/0", devices[0].interfaces.at(0).info.name);
}

TEST_F(PollerTest, StopEndsACheck) {
  see(kFirst);
  make();
  poller_->stop();
  EXPECT_FALSE(check(0));
  EXPECT_EQ(0, network_.polls);
}

TEST_F(PollerTest, OtherSettingsTakeEffectAtTheNextCheck) {
  see(kFirst);
  make();
  ASSERT_TRUE(check(0));
  config_.credentials.community = "other";
  poller_->reconfigure(config_);
  EXPECT_TRUE(check(1));
  EXPECT_EQ("other", network_.communities.back());
}

}  // namespace
}  // namespace weir::snmp
