// SQL of people: what it gives, and everything that it must not reach.
#include <gtest/gtest.h>

#include <algorithm>

#include "store/duckdb/sql_check.h"
#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using test::kTen;

/// One open store for all tests: flows of the last hour in files, of this one in tables.
class SqlTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<TemporaryDirectory>();
    DuckDbOptions options;
    options.directory = directory_->path();
    running_ = std::make_unique<test::Running>(options);
    test::Traffic traffic(running_->strings);
    expected_ = {};
    running_->append(traffic.make(2000, kTen - 50 * kMinuteMs, kTen - kMinuteMs, &expected_));
    EXPECT_TRUE(test::eventually([] { return running_->store->status().hot_flows == 2000; }));
    EXPECT_TRUE(running_->store->settle(kTen + 2 * kHourMs));
    running_->append(traffic.make(1000, kTen, kTen + kMinuteMs, &expected_));
    running_->store->append({{.time_ms = kTen, .exporter = IpAddress::v4(0xC0000201), .if_index = 7, .in_octets = 100},
                             {.time_ms = kTen + 60'000, .exporter = IpAddress::v4(0xC0000201), .if_index = 7, .in_octets = 900},
                             {.time_ms = kTen + 30'000, .exporter = IpAddress::v4(0xC0000201), .if_index = 7, .in_octets = 400}});
    EXPECT_TRUE(test::eventually([] { return running_->store->status().hot_flows == 1000; }));
    std::ofstream(directory_->path() / "secret.csv") << "a,b\n1,2\n";
  }
  static void TearDownTestSuite() {
    running_.reset();
    directory_.reset();
  }

  static Result<query::SqlAnswer> ask(const std::string& sql, std::uint32_t most = 10'000) {
    const query::CancelFlag cancel{false};
    return running_->store->sql({sql, most, {}}, cancel);
  }
  /// The first cell.
  static std::string one(const std::string& sql) {
    const auto answer = ask(sql);
    EXPECT_TRUE(answer) << sql << ": " << answer.error().message;
    if (!answer || answer->rows.empty()) return "(nothing)";
    return answer->rows.front().front().value_or("NULL");
  }
  static std::string refusal(const std::string& sql) {
    const auto answer = ask(sql);
    EXPECT_FALSE(answer) << sql << " was answered";
    if (answer) return "";
    EXPECT_EQ(answer.error().code, ErrorCode::invalid) << sql << ": " << answer.error().message;
    return answer.error().message;
  }

  static inline std::unique_ptr<TemporaryDirectory> directory_;
  static inline std::unique_ptr<test::Running> running_;
  static inline test::Expected expected_;
};

TEST_F(SqlTest, SeesAllFlowsWhereverTheyLie) {
  EXPECT_EQ(one("SELECT count(*) FROM flows"), "3000");
  EXPECT_EQ(one("SELECT count(*) FROM (SELECT DISTINCT exporter FROM flows WHERE exporter LIKE '10.0.0.%')"), "3");
  EXPECT_EQ(one("select src_addr from flows where src_addr like '2001:db8:0:1:%' and not weir_in(src_addr, '2001:db8::/32')"),
            "(nothing)");
  EXPECT_EQ(one("SELECT count(*) > 0 FROM flows WHERE weir_in(dst_addr, '103.64.13.0/24')"), "true");
  EXPECT_EQ(one("SELECT max(if_index) FROM interface_counters"), "7");
  EXPECT_EQ(one("SELECT sum(flows) FROM rollup_1m"), one("SELECT sum(flows) FROM rollup_1h"));
}

TEST_F(SqlTest, TakesWhatPeopleWrite) {
  EXPECT_EQ(one("WITH a AS (SELECT proto, count(*) AS n FROM flows GROUP BY ALL), b AS (SELECT * FROM a) "
                "SELECT sum(n) FROM b -- all of them\n;"),
            "3000");
  EXPECT_EQ(one("SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC"), "2");
  EXPECT_EQ(one("SELECT upper('a') || CASE WHEN 1 IN (1, 2) THEN 'b' END"), "Ab");
  EXPECT_EQ(one("SELECT quantile_cont(n, 0.5) FROM range(5) AS t(n)"), "2.0");
  EXPECT_EQ(one("SELECT strftime(epoch_ms(min(time) - min(time)), '%Y') FROM flows"), "1970");
  EXPECT_EQ(one("SELECT row_number() OVER (ORDER BY time DESC) FROM flows LIMIT 1"), "1");
  EXPECT_EQ(one("SELECT count(*) FROM flows f JOIN flows g USING (time, src_addr) WHERE f.bytes > 4611686018427387904"), "0");
  EXPECT_EQ(one("VALUES ('x')"), "x");
  EXPECT_EQ(one("SELECT 'it''s' AS \"strange \"\" name\""), "it's");
}

TEST_F(SqlTest, KeepsTheOrderAndTellsTheTypes) {
  const auto answer = ask("SELECT time, bytes, as_path, bytes / 2 AS half FROM flows ORDER BY time DESC, bytes LIMIT 2000");
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->columns.size(), 4U);
  EXPECT_EQ(answer->columns[0].type, "BIGINT");
  EXPECT_TRUE(answer->columns[0].number);
  EXPECT_EQ(answer->columns[2].name, "as_path");
  EXPECT_FALSE(answer->columns[2].number);
  EXPECT_EQ(answer->rows.size(), 2000U);
  EXPECT_TRUE(std::ranges::is_sorted(answer->rows, std::ranges::greater(),
                                     [](const auto& row) { return std::stoll(*row.front()); }));
}

TEST_F(SqlTest, BoundsItsAnswer) {
  const auto some = ask("SELECT time FROM flows", 10);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->rows.size(), 10U);
  EXPECT_TRUE(some->left_out);
  const auto all = ask("SELECT 1", 1);
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->left_out);
  EXPECT_NE(refusal("SELECT concat(" + std::string(30'000, 'x') + "'')").size(), 0U);
  EXPECT_NE(refusal(std::string(query::kMostSqlOctets + 1, ' ')).find("longer than"), std::string::npos);
}

TEST_F(SqlTest, EndsWhenItIsCancelled) {
  const query::CancelFlag cancel{true};
  const auto answer = running_->store->sql({"SELECT count(*) FROM flows a, flows b, flows c", 10, {}}, cancel);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
  const query::CancelFlag goes_on{false};
  query::RunOptions soon;
  soon.time_limit_ms = 50;
  const auto late = running_->store->sql({"SELECT count(*) FROM flows a, flows b, flows c WHERE a.bytes < b.bytes + c.bytes", 10, soon},
                                         goes_on);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::cancelled);
}

TEST_F(SqlTest, SaysWhatIsWrongAndWhere) {
  EXPECT_NE(refusal("SELEC 1").find("syntax error"), std::string::npos);
  EXPECT_EQ(refusal("SELECT getenv('HOME')"), "the function 'getenv' is not allowed here (line 1, column 8)");
  EXPECT_NE(refusal("SELECT *\n  FROM hosts").find("there is no table 'hosts' here"), std::string::npos);
  EXPECT_NE(refusal("SELECT nothing_such FROM flows").find("nothing_such"), std::string::npos);
  EXPECT_NE(refusal("SELECT CAST('x' AS INTEGER)").find("Could not convert"), std::string::npos);
  EXPECT_NE(refusal("").size(), 0U);
  EXPECT_NE(refusal("SELECT '\xff'").find("UTF-8"), std::string::npos);
  EXPECT_NE(refusal(std::string("SELECT 1\0, 2", 12)).size(), 0U);
}

TEST_F(SqlTest, DoesNotEscape) {
  const std::string here = directory_->path().string();
  const std::vector<std::string> statements = {
      // Files, by every door there is.
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_csv_auto('" + here + "/secret.csv')",
      "SELECT * FROM '" + here + "/secret.csv'",
      "SELECT * FROM '/etc/passwd'",
      "FROM '/etc/passwd.csv'",
      "SELECT * FROM \"/etc/passwd\"",
      "SELECT * FROM read_parquet('" + here + "/cold/**')",
      "SELECT * FROM parquet_scan('x')",
      "SELECT * FROM parquet_metadata('x')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM read_blob('/etc/passwd')",
      "SELECT * FROM read_json('/etc/passwd')",
      "SELECT * FROM read_ndjson_objects('/etc/passwd')",
      "SELECT * FROM sniff_csv('/etc/passwd')",
      "SELECT * FROM glob('/*')",
      "SELECT * FROM GLOB('/*')",
      "SELECT * FROM main.glob('/*')",
      "SELECT * FROM system.main.glob('/*')",
      "SELECT (SELECT count(*) FROM glob('/*'))",
      "SELECT 1 WHERE EXISTS (FROM read_csv('/etc/passwd'))",
      "SELECT 1 ORDER BY (SELECT max(file) FROM glob('/*'))",
      "SELECT 1 LIMIT (SELECT count(*) FROM glob('/*'))",
      "SELECT sum(1) FILTER (WHERE (SELECT count(*) FROM glob('/*')) > 0)",
      "SELECT sum(1) OVER (ORDER BY (SELECT count(*) FROM glob('/*')))",
      "SELECT CASE WHEN true THEN (SELECT content FROM read_text('/etc/passwd')) END",
      "SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('/*')))",
      "SELECT * FROM flows JOIN read_csv('/etc/passwd') ON true",
      "SELECT * FROM flows, LATERAL (SELECT * FROM glob('/*'))",
      "(SELECT 1) UNION ALL (SELECT 1 FROM glob('/*'))",
      "VALUES ((SELECT count(*) FROM glob('/*')))",
      // The engine's settings, catalog, other tables.
      "SELECT * FROM duckdb_settings()",
      "SELECT * FROM duckdb_settings",
      "SELECT * FROM duckdb_secrets()",
      "SELECT * FROM duckdb_tables",
      "SELECT * FROM sqlite_master",
      "SELECT * FROM information_schema.tables",
      "SELECT * FROM pg_catalog.pg_class",
      "SELECT * FROM pragma_database_list",
      "SELECT * FROM hot.main.meta",
      "SELECT * FROM hot.meta",
      "SELECT * FROM memory.main.flows",
      "SELECT * FROM main.flows",
      "SELECT * FROM meta",
      "SELECT current_setting('memory_limit')",
      "SELECT getvariable('x')",
      "SELECT getenv('HOME')",
      "SELECT current_database()",
      "SELECT version()",
      "SELECT nextval('x')",
      "SELECT txid_current()",
      "SELECT weir_text(1::UINTEGER)",
      "SELECT weir_address(0, 0)",
      // SQL within SQL.
      "SELECT * FROM query('SELECT 1')",
      "SELECT * FROM query_table('flows')",
      "SELECT * FROM json_execute_serialized_sql('{}')",
      "SELECT json_serialize_sql('SELECT 1')",
      "PREPARE p AS SELECT 1",
      "EXECUTE p",
      "SELECT $1",
      "SELECT ?",
      // What is no SELECT.
      "COPY flows TO '" + here + "/out.csv'",
      "COPY (SELECT 1) TO '/tmp/out.csv'",
      "ATTACH '" + here + "/hot.duckdb' AS x",
      "DETACH hot",
      "USE hot",
      "SET memory_limit = '1TB'",
      "RESET memory_limit",
      "SET VARIABLE x = 1",
      "PRAGMA database_list",
      "PRAGMA enable_external_access",
      "CALL pragma_version()",
      "INSTALL httpfs",
      "LOAD httpfs",
      "EXPORT DATABASE '/tmp/x'",
      "IMPORT DATABASE '/tmp/x'",
      "CREATE TABLE x (a INTEGER)",
      "CREATE OR REPLACE VIEW flows AS SELECT 1",
      "CREATE MACRO m() AS 1",
      "CREATE SECRET (TYPE s3)",
      "DROP VIEW flows",
      "DELETE FROM flows",
      "INSERT INTO flows SELECT * FROM flows",
      "UPDATE flows SET bytes = 1",
      "TRUNCATE flows",
      "CHECKPOINT",
      "VACUUM",
      "BEGIN",
      "COMMIT",
      "ROLLBACK",
      "EXPLAIN ANALYZE SELECT 1",
      "DESCRIBE flows",
      "SHOW TABLES",
      "SUMMARIZE flows",
      "SELECT * FROM (DESCRIBE flows)",
      "SELECT * FROM (SHOW ALL TABLES)",
      "PIVOT flows ON proto USING sum(bytes)",
      "SELECT 1; SELECT 2",
      "SELECT 1; DROP VIEW flows",
      "SELECT 1) AS theirs); DROP VIEW flows; --",
      "SELECT 1) -- ",
      "SELECT 1 /* ",
      // Names of a WITH that reach further than they are seen.
      "SELECT * FROM (WITH \"/etc/passwd.csv\" AS (SELECT 1) SELECT 1) AS a, \"/etc/passwd.csv\"",
      "WITH \"" + here + "/secret.csv\" AS (SELECT * FROM \"" + here + "/secret.csv\") SELECT * FROM \"" + here + "/secret.csv\"",
      "WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings",
      "WITH a AS (SELECT * FROM sqlite_master), sqlite_master AS (SELECT 1) SELECT * FROM a",
      "WITH RECURSIVE meta AS (SELECT * FROM meta UNION ALL SELECT * FROM meta) SELECT * FROM meta",
      "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT * FROM n",
      "WITH x AS (INSERT INTO meta VALUES ('a', 'b') RETURNING *) SELECT * FROM x",
      "WITH x AS (SELECT 1) SELECT (SELECT 1 FROM glob('/*')) FROM x",
      // Much of little.
      "SELECT repeat('x', 2000000000)",
      "SELECT range(10000000000)",
      "SELECT lpad('', 2000000000, 'x')",
      "SELECT list_resize([1], 10000000000)",
      // Other forms of naming.
      "SELECT * FROM flows AT (VERSION => 1)",
      "SELECT pg_catalog.version()",
      "SELECT \"getenv\"('HOME')",
      "SELECT GetEnv('HOME')",
      "SELECT 'HOME'.getenv()",
      "SELECT COLUMNS(x -> getenv('HOME') = x) FROM flows",
  };
  for (const std::string& statement : statements) EXPECT_NE(refusal(statement).size(), 0U) << statement;
  EXPECT_EQ(one("SELECT count(*) FROM flows"), "3000") << "all is as it was";
  EXPECT_FALSE(std::filesystem::exists(directory_->path() / "out.csv"));
}

TEST_F(SqlTest, ANameOfAWithGoesFirst) {
  EXPECT_EQ(one("WITH flows AS (SELECT 7 AS a) SELECT a FROM flows"), "7");
  EXPECT_EQ(one("WITH \"/etc/passwd\" AS (SELECT 7 AS a) SELECT a FROM \"/etc/passwd\""), "7");
}

TEST_F(SqlTest, DeepNestingIsRefusedInPeace) {
  for (const std::size_t depth : {std::size_t{300}, std::size_t{3000}}) {
    EXPECT_NE(refusal("SELECT " + std::string(depth, '(') + "1" + std::string(depth, ')') + " + nothing").size(), 0U);
    std::string sum = "SELECT 1";
    for (std::size_t i = 0; i < depth; ++i) sum += "+1";
    const auto answer = ask(sum);
    if (!answer) {
      EXPECT_EQ(answer.error().code, ErrorCode::invalid) << answer.error().message;
    }
    std::string selects;
    for (std::size_t i = 0; i < std::min<std::size_t>(depth, 3000); ++i) selects += "SELECT * FROM (";
    EXPECT_NE(refusal(selects + "SELECT nothing" + std::string(std::min<std::size_t>(depth, 3000), ')')).size(), 0U);
  }
}

TEST_F(SqlTest, TheLastReadingsOfInterfaces) {
  const query::CancelFlag cancel{false};
  const auto readings = running_->store->last_counters(kTen, cancel);
  ASSERT_TRUE(readings) << readings.error().message;
  ASSERT_EQ(readings->size(), 2U);
  EXPECT_EQ(readings->at(0).in_octets, 900U);
  EXPECT_EQ(readings->at(1).in_octets, 400U);
  EXPECT_EQ(readings->at(0).exporter, IpAddress::v4(0xC0000201));
  EXPECT_TRUE(running_->store->last_counters(kTen + kHourMs, cancel)->empty());
}

TEST(SqlCheck, RefusesTreesThatItDoesNotKnow) {
  const auto tables = std::to_array<std::string_view>({"flows"});
  for (const std::string_view tree :
       {"", "{}", "[]", "{\"error\":false}", "{\"error\":false,\"statements\":[]}", "{\"error\":false,\"statements\":{}}",
        R"({"error":false,"statements":[{"node":{"type":"NEW_NODE","cte_map":{"map":[]}}}]})",
        R"({"error":false,"statements":[{"node":{"type":"SELECT_NODE","cte_map":7,"select_list":[]}}]})",
        R"({"error":false,"statements":[{"node":{"type":"SELECT_NODE","cte_map":{"map":[{"key":"a"}]}}}]})",
        R"({"error":false,"statements":[{"x":{"class":"NEW_CLASS"}}]})",
        R"({"error":false,"statements":[{"x":{"class":7}}]})",
        R"({"error":false,"statements":[{"x":{"alias":"","sample":null,"type":"NEW_TABLE"}}]})",
        R"({"error":false,"statements":[{"x":{"alias":"","sample":null,"type":"TABLE_FUNCTION"}}]})"}) {
    EXPECT_FALSE(check_sql_tree(tree, "", tables)) << tree;
  }
}

TEST(SqlCheck, NoFunctionOfTheListReadsAnything) {
  const auto functions = allowed_sql_functions();
  for (const std::string_view word : {"read", "glob", "env", "setting", "query", "pragma", "file", "load", "secret", "copy",
                                      "variable", "sql", "nextval", "current"}) {
    for (const std::string_view function : functions) EXPECT_EQ(function.find(word), std::string_view::npos) << function;
  }
}

}  // namespace
}  // namespace weir::store
