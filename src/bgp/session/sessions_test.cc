// Real sockets: a real speaker hears what is announced, by way of gobgpd where it is installed; two of ours talk on loopback.
#include "bgp/session/sessions.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "base/temporary_directory.h"
#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

using namespace std::chrono_literals;

/// Waits until `true_now()`; fails with `what` when that takes too long.
template <typename Condition>
void wait_until(Condition true_now, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (!true_now()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited for " << what;
    std::this_thread::sleep_for(20ms);
  }
}

constexpr IpAddress loopback(std::uint32_t host) {
  return IpAddress::v4(0x7f00'0200 + host);  // 127.0.2.x
}

/// One Weir side: a table and its sessions, running.
struct Side {
  Rib rib;
  Sessions sessions{rib};
  std::thread thread;
  void start(const SessionsConfig& config) {
    const auto opened = sessions.open(config);
    ASSERT_TRUE(opened) << opened.error().message;
    thread = std::thread([this] { sessions.run(); });
  }
  ~Side() {
    sessions.stop();
    if (thread.joinable()) thread.join();
  }
  std::uint16_t bgp_port() { return sessions.status().listeners.bgp.at(0).port; }
  BgpState state() {
    const auto status = sessions.status();
    return status.bgp.empty() ? BgpState::idle : status.bgp[0].state;
  }
};

SessionsConfig speaker_config(std::uint32_t host, As as, std::uint32_t other, As other_as) {
  SessionsConfig config;
  config.bgp.as = as;
  config.bgp.router_id = host;
  config.bgp.connect_retry_ms = kSecondMs;
  PeerConfig peer;
  peer.name = "other";
  peer.remote = {loopback(other), 32};
  peer.as = other_as;
  peer.local_address = loopback(host);
  config.bgp.peers = {peer};
  return config;
}

OwnRoute own_route(std::string_view prefix) {
  OwnRoute route{.nlri = nlri(prefix), .next_hop = {}, .attributes = {}};
  route.attributes.origin = Origin::igp;
  (void)parse_community("65535:666", route.attributes);
  return route;
}

const std::vector<std::string> kOther = {"other"};

TEST(Sessions, TwoOfOursTalk) {
  Side passive, active;
  SessionsConfig waits = speaker_config(1, 64501, 2, 64502);
  waits.bgp.listen = {{loopback(1), 0}};
  waits.bgp.peers[0].passive = true;
  waits.bgp.peers[0].password = "correct horse";
  passive.start(waits);
  SessionsConfig calls = speaker_config(2, 64502, 1, 64501);
  calls.bgp.peers[0].port = passive.bgp_port();
  calls.bgp.peers[0].password = "correct horse";
  calls.bgp.peers[0].ttl_security = true;
  active.start(calls);
  wait_until([&] { return active.state() == BgpState::established && passive.state() == BgpState::established; },
             "the session");
  ASSERT_TRUE(active.sessions.announce(kOther, own_route("192.0.2.66/32")));
  wait_until([&] { return table_text(passive.rib) == "192.0.2.66/32"; }, "the route");
  const Candidate route = passive.rib.candidates(parse_ip("192.0.2.66").value(), kGlobalTable, false).at(0);
  EXPECT_EQ(to_string(route.attributes.as_path), "64502");
  EXPECT_EQ(route.next_hop, loopback(2));
  ASSERT_TRUE(active.sessions.withdraw(kOther, nlri("192.0.2.66/32")));
  wait_until([&] { return table_text(passive.rib).empty(); }, "the withdrawal");
}

TEST(Sessions, AReloadToAnotherPasswordAndBack) {
  Side passive, active;
  SessionsConfig waits = speaker_config(1, 64501, 2, 64502);
  waits.bgp.listen = {{loopback(1), 0}};
  waits.bgp.peers[0].passive = true;
  passive.start(waits);
  SessionsConfig calls = speaker_config(2, 64502, 1, 64501);
  calls.bgp.peers[0].port = passive.bgp_port();
  active.start(calls);
  const auto up = [&] { return active.state() == BgpState::established && passive.state() == BgpState::established; };
  wait_until(up, "the session");
  waits.bgp.peers[0].password = calls.bgp.peers[0].password = "correct horse";
  ASSERT_TRUE(passive.sessions.reload(waits));
  wait_until([&] { return !up(); }, "the end of the session");
  ASSERT_TRUE(active.sessions.reload(calls));
  wait_until(up, "the session with a password");
  waits.bgp.peers[0].password = calls.bgp.peers[0].password = "";
  ASSERT_TRUE(passive.sessions.reload(waits));
  ASSERT_TRUE(active.sessions.reload(calls));
  wait_until([&] { return up() && passive.sessions.status().bgp[0].established >= 1; }, "the session without");
}

TEST(Sessions, ATakenPortIsNamedWithItsKey) {
  Side first;
  SessionsConfig config;
  config.bmp.listen = {{loopback(3), 0}};
  first.start(config);
  const Endpoint taken = first.sessions.status().listeners.bmp.at(0);
  Rib rib;
  Sessions second(rib);
  config.bmp.listen = {taken};
  const auto opened = second.open(config);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::busy);
  EXPECT_NE(opened.error().message.find(to_string(taken)), std::string::npos);
  EXPECT_NE(opened.error().message.find("routes.bmp.listen"), std::string::npos);
}

TEST(Sessions, WithoutALoopNothingIsAnnounced) {
  Rib rib;
  Sessions sessions(rib);
  EXPECT_FALSE(sessions.announce(kOther, own_route("192.0.2.66/32")));
  EXPECT_TRUE(sessions.status().bgp.empty());
}

/// A gobgpd of our own, in a directory of its own.
class Gobgpd {
 public:
  Gobgpd(std::uint32_t host, std::uint32_t weir_host, std::uint16_t weir_port) : host_(to_string(loopback(host))) {
    std::ofstream(directory_ / "gobgpd.toml")
        << "[global.config]\nas = 64509\nrouter-id = \"10.0.0.9\"\nport = -1\n[[neighbors]]\n[neighbors.config]\n"
        << "neighbor-address = \"" << to_string(loopback(weir_host)) << "\"\npeer-as = 64501\n"
        << "[neighbors.transport.config]\nlocal-address = \"" << host_ << "\"\nremote-port = " << weir_port
        << "\n[neighbors.ebgp-multihop.config]\nenabled = true\nmultihop-ttl = 64\n"
        << "[neighbors.timers.config]\nconnect-retry = 1\nidle-hold-time-after-reset = 1\n";
    start();
  }
  ~Gobgpd() { kill(); }
  void start() {
    const std::string config = (directory_ / "gobgpd.toml").string();
    const std::string api = host_ + ":50059";
    std::array<std::string, 5> words = {"gobgpd", "-f", config, "--api-hosts", api};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (const int descriptor : {1, 2})
      ::posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0);
    ASSERT_EQ(::posix_spawnp(&process_, "gobgpd", &files, nullptr, arguments.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&files);
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  /// What it has in its table, as it prints it.
  std::string rib() const {
    const std::string command = "gobgp -u " + host_ + " -p 50059 global rib 2>&1";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string out;
    std::array<char, 4096> piece{};
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe.get())) out.append(piece.data(), got);
    return out;
  }

 private:
  std::string host_;
  const TemporaryDirectory made_;
  const std::filesystem::path& directory_ = made_.path();
  ::pid_t process_ = 0;
};

TEST(AnnouncingToOthers, GobgpdHearsItAndHearsItAgain) {
  if (std::system("command -v gobgpd >/dev/null && command -v gobgp >/dev/null") != 0)
    GTEST_SKIP() << "gobgpd is not installed (script/setup test)";
  Side weir;
  SessionsConfig config = speaker_config(11, 64501, 12, 64509);
  config.bgp.listen = {{loopback(11), 0}};
  config.bgp.peers[0].passive = true;
  weir.start(config);
  Gobgpd gobgpd(12, 11, weir.bgp_port());
  wait_until([&] { return weir.state() == BgpState::established; }, "the session");
  EXPECT_EQ(gobgpd.rib().find("/32"), std::string::npos) << "nothing unless told";
  for (const std::string_view prefix : {"192.0.2.66/32", "192.0.2.67/32"}) {
    OwnRoute route = own_route(prefix);
    route.next_hop = parse_ip("192.0.2.1").value();  // gobgpd takes none of 127.0.0.0/8
    ASSERT_TRUE(weir.sessions.announce(kOther, route));
  }
  const auto has = [&](std::string_view text) { return gobgpd.rib().find(text) != std::string::npos; };
  wait_until([&] { return has("192.0.2.66/32") && has("192.0.2.67/32"); }, "both routes");
  EXPECT_TRUE(has("64501")) << gobgpd.rib();
  EXPECT_TRUE(has("192.0.2.1 "));
  EXPECT_TRUE(has("65535:666") || has("blackhole")) << gobgpd.rib();
  ASSERT_TRUE(weir.sessions.withdraw(kOther, nlri("192.0.2.66/32")));
  wait_until([&] { return !has("192.0.2.66/32"); }, "the withdrawal");
  gobgpd.kill();
  wait_until([&] { return weir.state() != BgpState::established; }, "the loss");
  gobgpd.start();
  wait_until([&] { return has("192.0.2.67/32"); }, "the route told again");
  EXPECT_FALSE(has("192.0.2.66/32"));
}

}  // namespace
}  // namespace weir::bgp
