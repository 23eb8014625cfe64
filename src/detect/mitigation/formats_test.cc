// What is written and read again: the state, the audit log, templates, and the shapes of notices.
#include <unistd.h>

#include <fstream>

#include "base/digest.h"
#include "detect/mitigation/mitigation_json.h"
#include "detect/mitigation/notices.h"
#include "detect/mitigation/payload.h"
#include "detect/mitigation/test_mitigation.h"
#include "detect/mitigation/text_template.h"

namespace weir::detect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class State : public MitigatorTest {};
TEST_F(State, RoundTrips) {
  config.channels = {{.name = "hook", .kind = ChannelKind::webhook, .url = "http://127.0.0.1/"}};
  set_policy(PolicyMode::act, "filter");
  attack(3000);
  const std::uint64_t id = announce("2001:db8::7/128");
  BlastRadius radius;
  radius.customers = {{"Acme", 1.5, 2}};
  radius.days_before = {{.from_ms = 1, .to_ms = 2, .bits_per_second = 3, .packets_per_second = 4, .known = true}};
  mitigator->on_radius(id, radius);
  mitigator->on_effect(id, {.measured_ms = 5, .attack_before = 6});
  (void)propose("203.0.113.1/32");
  const auto read = read_state(saved);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->records.size(), 3U);
  EXPECT_EQ(read->standing.size(), 3U);
  EXPECT_EQ(write_state(*read), saved);
}
TEST_F(State, AnyCutIsRefused) {
  announce();
  for (std::size_t size = 0; size + 2 < saved.size(); size += 97)
    EXPECT_FALSE(read_state(std::string_view(saved).substr(0, size))) << size;
}
TEST_F(State, WrongMembersAreNamed) {
  announce();
  const auto with = [&](std::string from, std::string to) {
    std::string text = saved;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto read = read_state(text);
    return read ? "read" : read.error().message;
  };
  EXPECT_THAT(with("\"version\":1", "\"version\":2"), HasSubstr("version"));
  EXPECT_THAT(with("\"state\":\"active\"", "\"state\":\"acting\""), HasSubstr("'state'"));
  EXPECT_THAT(with("\"target\":\"192.0.2.7/32\"", "\"target\":\"192.0.2.7/99\""), HasSubstr("'target'"));
  EXPECT_THAT(with("\"dry_run\":false", "\"dry_run\":0"), HasSubstr("'dry_run'"));
  EXPECT_THAT(with("\"ttl_ms\":3600000", "\"ttl_ms\":-1"), HasSubstr("'ttl_ms'"));
  EXPECT_THAT(with("\"id\":1", "\"id\":7"), HasSubstr("order"));
}

class Log : public testing::Test {
 protected:
  Log() {
    directory = std::filesystem::path(testing::TempDir()) / ("weir-audit-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory);
    open();
  }
  ~Log() override { std::filesystem::remove_all(directory); }
  void open(std::uint64_t most = AuditLog::kMostOctets) {
    log = std::make_unique<AuditLog>(directory, most);
    ASSERT_TRUE(log->open(1));
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      AuditEntry entry{.at_ms = i, .who = "alice", .what = "did", .mitigation = 7, .why = "because \"" + std::to_string(i) + "\""};
      ASSERT_TRUE(log->append({&entry, 1}));
    }
  }
  [[nodiscard]] std::filesystem::path first() const { return directory / "audit-000001.jsonl"; }
  std::string content() {
    std::ifstream in(first());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& text) { std::ofstream(first(), std::ios::binary) << text; }

  std::filesystem::path directory;
  std::unique_ptr<AuditLog> log;
};
TEST_F(Log, GoesOnAfterARestart) {
  write(3);
  open();
  write(2);
  const AuditPage page = log->read(10, 0);
  ASSERT_EQ(page.entries.size(), 5U);
  EXPECT_TRUE(page.intact) << page.problem;
  EXPECT_EQ(page.entries[0].number, 5U);
  EXPECT_EQ(log->read(10, 8).entries.size(), 0U);
  EXPECT_EQ(log->read(2, 7).entries.size(), 2U);
}
TEST_F(Log, AChangedLineShows) {
  write(3);
  std::string text = content();
  text.replace(text.find("alice"), 5, "carol");
  put(text);
  EXPECT_FALSE(log->read(10, 0).intact);
}
TEST_F(Log, ALineThatWasTakenOutShows) {
  write(3);
  std::string text = content();
  const std::size_t second = text.find('\n') + 1;
  text.erase(second, text.find('\n', second) + 1 - second);
  put(text);
  EXPECT_THAT(log->read(10, 0).problem, HasSubstr("line 2 does not follow"));
}
TEST_F(Log, ACutLineIsKeptAndToldOf) {
  write(2);
  std::string text = content();
  put(text.substr(0, text.size() - 20));
  open();
  write(1);
  const AuditPage page = log->read(10, 0);
  EXPECT_TRUE(page.intact) << page.problem;
  ASSERT_EQ(page.entries.size(), 3U);
  EXPECT_EQ(page.entries[1].what, "recovered");
}
TEST_F(Log, ALineWithoutItsEndIsWhole) {
  write(2);
  std::string text = content();
  put(text.substr(0, text.size() - 1));
  open();
  const AuditPage page = log->read(10, 0);
  EXPECT_TRUE(page.intact) << page.problem;
  EXPECT_EQ(page.entries.size(), 3U);
}
TEST_F(Log, RotatesAndSaysSo) {
  open(1000);
  write(20);
  const AuditPage page = log->read(100, 0);
  EXPECT_TRUE(page.intact) << page.problem;
  EXPECT_TRUE(std::filesystem::exists(directory / "audit-000002.jsonl"));
  EXPECT_THAT(page.entries, Contains(testing::Field(&AuditEntry::what, "rotated")));
  for (std::size_t i = 1; i < page.entries.size(); ++i)
    EXPECT_EQ(page.entries[i].number + 1, page.entries[i - 1].number) << "no gap";
}
TEST_F(Log, AFileThatIsMissingInTheMiddleShows) {
  open(1000);
  write(20);
  std::filesystem::copy_file(directory / "audit-000001.jsonl", directory / "audit-000002.jsonl",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(log->read(100, 0).intact);
}

Delivery delivery() {
  Mitigation m;
  m.id = 7;
  m.action = "rtbh";
  m.target = prefix("192.0.2.7/32");
  m.customer = "A \"quoted\" & <Co>";
  m.routes = {{.peers = {"p"}, .what = UnicastRoute{prefix("192.0.2.7/32"), {}}}};
  Delivery out{.id = 3};
  out.notice = notice_of("announced", m, 1'795'000'000'000);
  return out;
}

TEST(Template, FillsAndQuotes) {
  const auto read = TextTemplate::parse(R"({"ip": "{{address}}", "for": "{{customer}}"})");
  ASSERT_TRUE(read);
  const auto values = template_values(delivery().notice);
  EXPECT_EQ(read->fill(values, Quoting::json), R"({"ip": "192.0.2.7", "for": "A \"quoted\" & <Co>"})");
  EXPECT_EQ(TextTemplate::parse("/v1/{{target}}")->fill(values, Quoting::url), "/v1/192.0.2.7%2F32");
  EXPECT_EQ(TextTemplate::parse("{{id}} {{prefix}} {{event}}")->fill(values, Quoting::none), "7 192.0.2.7/32 announced");
}
TEST(Template, MistakesHaveTheirPlace) {
  EXPECT_THAT(TextTemplate::parse("ab {{adress}}").error().message, HasSubstr("'adress' at character 4"));
  EXPECT_THAT(TextTemplate::parse("ab {{address").error().message, HasSubstr("without '}}' at character 4"));
  EXPECT_FALSE(TextTemplate::parse(std::string(100'000, 'a')));
}

TEST(Payload, AWebhookIsSigned) {
  const ChannelConfig channel{.name = "w", .kind = ChannelKind::webhook, .url = "http://x/", .secret = "s3cret"};
  const auto call = http_call(channel, delivery(), 1'795'000'001'000).value();
  EXPECT_THAT(call.headers, Contains("X-Weir-Timestamp: 1795000001"));
  EXPECT_THAT(call.headers, Contains("X-Weir-Delivery: 3"));
  EXPECT_THAT(call.headers, Contains("X-Weir-Signature: sha256=" + hmac_sha256_hex("s3cret", "1795000001." + call.body)));
}
TEST(Payload, ShapesOfChats) {
  ChannelConfig channel{.name = "w", .kind = ChannelKind::slack, .url = "http://x/", .secret = "k", .chat = "42"};
  EXPECT_THAT(http_call(channel, delivery(), 0)->body, HasSubstr("{\"text\":\"Mitigation 7 announced"));
  channel.kind = ChannelKind::teams;
  EXPECT_THAT(http_call(channel, delivery(), 0)->body, HasSubstr("application/vnd.microsoft.card.adaptive"));
  channel.kind = ChannelKind::telegram;
  EXPECT_EQ(http_call(channel, delivery(), 0)->url, "http://x//botk/sendMessage");
  EXPECT_THAT(http_call(channel, delivery(), 0)->body, HasSubstr("\"chat_id\":\"42\""));
  channel.kind = ChannelKind::pagerduty;
  EXPECT_THAT(http_call(channel, delivery(), 0)->body, HasSubstr("\"event_action\":\"trigger\""));
  EXPECT_THAT(http_call(channel, delivery(), 0)->body, HasSubstr("\"dedup_key\":\"weir-mitigation-7\""));
}
TEST(Payload, AMailHasNoSmuggledHeaders) {
  Delivery evil = delivery();
  evil.notice.title = "x\r\nBcc: all@example.org";
  const ChannelConfig channel{.name = "m", .kind = ChannelKind::mail, .from = "weir@example.org", .to = {"noc@example.org"}};
  const std::string text = mail_message(channel, evil, "host");
  EXPECT_THAT(text, HasSubstr("Subject: x  Bcc: all@example.org\r\n"));
  EXPECT_THAT(text.substr(0, text.find("\r\n\r\n")), Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(text, HasSubstr("Date: "));
  evil.notice.title = "für";
  EXPECT_THAT(mail_message(channel, evil, "host"), HasSubstr("Subject: =?UTF-8?Q?f=C3=BCr?="));
}
TEST(Payload, Syslog) {
  EXPECT_THAT(syslog_message(delivery().notice, "host", 12),
              testing::MatchesRegex("<37>1 2026-[^ ]* host weir 12 announced - .*Mitigation 7 announced.*"));
}
TEST(Payload, ScriptArguments) {
  const ChannelConfig channel{.name = "s", .kind = ChannelKind::script, .program = "/bin/true", .arguments = {"{{event}}", "--ip={{address}}"}};
  EXPECT_THAT(script_arguments(channel, delivery().notice).value(), ElementsAre("announced", "--ip=192.0.2.7"));
}

TEST(Config, MistakesAreNamed) {
  const auto says = [](void (*change)(MitigationConfig&)) {
    MitigationConfig config = live_config();
    config.people.clear();
    EXPECT_TRUE(validate(config));
    change(config);
    const auto valid = validate(config);
    return valid ? "valid" : valid.error().message;
  };
  EXPECT_THAT(says([](auto& c) { c.actions[1].name = "rtbh"; }), HasSubstr("'rtbh' stands there twice"));
  EXPECT_THAT(says([](auto& c) { c.actions[0].to.clear(); }), HasSubstr("no peers"));
  EXPECT_THAT(says([](auto& c) { c.actions[0].to[0].peers = {"nobody"}; }), HasSubstr("'nobody'"));
  EXPECT_THAT(says([](auto& c) { c.actions[0].ttl_ms = 7 * kDayMs; }), HasSubstr("ttl"));
  EXPECT_THAT(says([](auto& c) { c.actions[1].flow_action = FlowAction::rate; }), HasSubstr("'rate' is missing"));
  EXPECT_THAT(says([](auto& c) { c.actions[1].flow_action = FlowAction::redirect; }), HasSubstr("route target"));
  EXPECT_THAT(says([](auto& c) { c.actions[2].call = {"api"}; }), HasSubstr("no channel 'api'"));
  EXPECT_THAT(says([](auto& c) { c.policies = {{.mode = PolicyMode::act}}; }), HasSubstr("'action' is missing"));
  EXPECT_THAT(says([](auto& c) { c.policies = {{.mode = PolicyMode::act, .action = "x"}}; }), HasSubstr("no action 'x'"));
  EXPECT_THAT(says([](auto& c) { c.policies = {{.kinds = {"syn"}}}; }), HasSubstr("'syn'"));
  EXPECT_THAT(says([](auto& c) { c.policies = {{.notify = {"x"}}}; }), HasSubstr("no channel 'x'"));
  EXPECT_THAT(says([](auto& c) { c.channels = {{.name = "w"}}; }), HasSubstr("'url' is missing"));
  EXPECT_THAT(says([](auto& c) { c.channels = {{.name = "h", .kind = ChannelKind::http, .url = "http://x/{{y}}"}}; }),
              HasSubstr("url: unknown name 'y'"));
  EXPECT_THAT(says([](auto& c) { c.channels = {{.name = "s", .kind = ChannelKind::script, .program = "rm"}}; }),
              HasSubstr("whole path"));
  EXPECT_THAT(says([](auto& c) { c.people = {{.name = "a", .token_sha256 = "secret"}}; }), HasSubstr("token_sha256"));
}
TEST_F(State, TokensAreOfPeople) {
  config.people = {{.name = "alice", .token_sha256 = sha256_hex("open sesame")}};
  configure();
  EXPECT_EQ(mitigator->person("open sesame").value(), "alice");
  EXPECT_FALSE(mitigator->person("open"));
  EXPECT_FALSE(mitigator->person(""));
  config.people.clear();
  configure();
  EXPECT_THAT(mitigator->person("open sesame").error().message, HasSubstr("mitigation.people"));
}

}  // namespace
}  // namespace weir::detect
