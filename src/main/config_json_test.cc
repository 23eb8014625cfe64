#include "main/config_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>

#include "main/config_schema.h"

namespace weir::main {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecretive = R"(
workers: 3
http_names: [weir.example.net]
snmp:
  community: hush-community
  user: noc
  auth: {protocol: SHA, password: hush-auth}
  privacy: {protocol: AES, password: hush-privacy}
  exporters:
    - {address: 192.0.2.9, community: hush-other}
rpki: {url: "https://me:hush-url@rpki.example.net/vrps.json"}
as_names: {url: "https://names.example.net/asn.txt"}
customers_by: people
mitigation:
  people:
    - {name: alice, token_sha256: 5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5}
  channels:
    - {name: noc, url: "https://hooks.example.net/hush-hook", secret: hush-secret}
routes:
  bgp:
    as: 64500
    peers:
      - {name: edge-1, address: 192.0.2.1, as: 64500, password: hush-md5}
  files:
    - {name: dump, paths: [/tmp/x], url: "https://x.example.net/rib?token=hush-token"}
interface_classes:
  - {exporter: "edge-*", interface: "*transit*", class: transit}
)";

Config config_of(const char* yaml) {
  auto config = parse_config(yaml);
  EXPECT_TRUE(config) << (config ? "" : config.error().front().message);
  return config ? *std::move(config) : Config{};
}

json::object told(const Config& running, const Config& wanted) {
  return json::parse(config_json(running, wanted, 1000)).as_object();
}

json::object value_of(const json::object& all, std::string_view key) {
  for (const json::value& one : all.at("values").as_array()) {
    if (one.at("key").as_string() == key) return one.as_object();
  }
  ADD_FAILURE() << key;
  return {};
}

TEST(ConfigJson, TellsValuesWithTheirDefaults) {
  Config config = config_of(kSecretive);
  config.file = "/etc/weir/weir.yaml";
  const json::object all = told(config, config);
  EXPECT_EQ(all.at("file"), "/etc/weir/weir.yaml");
  EXPECT_EQ(all.at("values").as_array().size(), config_keys().size());
  const json::object workers = value_of(all, "workers");
  EXPECT_EQ(workers.at("value"), "3");
  EXPECT_EQ(workers.at("default"), "0");
  EXPECT_EQ(workers.at("live"), false);
  EXPECT_EQ(value_of(all, "log.level").at("live"), true);
  EXPECT_EQ(value_of(all, "http_names").at("value"), "[weir.example.net]");
  EXPECT_EQ(value_of(all, "snmp.exporters").at("entries"), 1);
  EXPECT_EQ(value_of(all, "customers").at("entries"), 0);
  EXPECT_TRUE(value_of(all, "workers").at("entries").is_null());
  EXPECT_EQ(all.at("interface_classes").at(0).at("interface"), "*transit*");
  EXPECT_EQ(all.at("needs_restart").as_array().size(), 0U);
}

TEST(ConfigJson, SecretsAreOnlySaidToBeSet) {
  const Config config = config_of(kSecretive);
  const std::string text = config_json(config, config, 1000);
  EXPECT_THAT(text, Not(HasSubstr("hush")));
  EXPECT_THAT(text, Not(HasSubstr("5994471a")));
  const json::object all = told(config, config);
  for (const char* key : {"snmp.community", "snmp.auth.password", "snmp.privacy.password"}) {
    EXPECT_EQ(value_of(all, key).at("value"), "set") << key;
    EXPECT_EQ(value_of(all, key).at("default"), "not set") << key;
    EXPECT_EQ(value_of(all, key).at("secret"), true) << key;
    EXPECT_EQ(value_of(told(Config{}, Config{}), key).at("value"), "not set") << key;
  }
  EXPECT_EQ(value_of(all, "rpki.url").at("value"), "set") << "it holds a password";
  EXPECT_EQ(value_of(all, "as_names.url").at("value"), "https://names.example.net/asn.txt");
  EXPECT_EQ(all.at("people"), json::parse(R"([{"name":"alice","rights":["mitigations","customers"]}])"));
}

/// So that nobody adds a secret without saying that it is one.
TEST(ConfigJson, WhatSoundsSecretIsMarked) {
  std::vector<KeyDoc> docs;
  describe_struct(config_keys(), "", docs);
  std::size_t found = 0;
  for (const KeyDoc& doc : docs) {
    const std::string name = doc.path.substr(doc.path.rfind('.') + 1);
    constexpr auto kWords = std::to_array<std::string_view>({"password", "secret", "token", "community", "url", "headers", "credential"});
    for (const std::string_view word : kWords) {
      // "communities" are BGP's, and told to everybody.
      if (name.find(word) == std::string::npos) continue;
      EXPECT_NE(doc.tell, Tell::value) << doc.path << " is told as it is";
      ++found;
    }
  }
  EXPECT_GE(found, 12U);
}

TEST(ConfigJson, UrlsThatMayHoldCredentials) {
  EXPECT_TRUE(is_without_credentials("https://a.example/x"));
  EXPECT_FALSE(is_without_credentials("https://a:b@a.example/x"));
  EXPECT_FALSE(is_without_credentials("https://a.example/x?key=1"));
}

TEST(ConfigJson, ChangedKeysThatWaitForARestartAreNamed) {
  const Config running = config_of("workers: 1\n");
  const Config wanted = config_of("workers: 2\nlog: {level: debug}\n");
  EXPECT_EQ(told(running, wanted).at("needs_restart"), json::parse(R"(["workers"])"));
  EXPECT_EQ(value_of(told(running, wanted), "workers").at("value"), "1");
}

}  // namespace
}  // namespace weir::main
