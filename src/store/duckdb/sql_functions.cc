// Functions that only compute: from their arguments to a value, in memory that is bounded by them. Not on the list: what
// reads files, settings, the catalog or the environment (read_*, glob, getenv, current_setting, query, getvariable, ...), what
// has side effects (nextval, set_*, error is harmless but useless), and what makes much of little (repeat, range as a list,
// lpad, rpad).
#include <array>

#include "store/duckdb/sql_check.h"

namespace weir::store {
namespace {

constexpr auto kFunctions = std::to_array<std::string_view>({
    "!__postfix", "!~~", "!~~*", "%", "&", "&&", "*", "**", "+", "-", "/", "//", "<<", "<@", ">>", "@>", "^", "^@", "abs", "age",
    "any_value", "approx_count_distinct", "approx_quantile", "approx_top_k", "arbitrary", "arg_max", "arg_max_null", "arg_min",
    "arg_min_null", "array_agg", "array_contains", "array_extract", "array_length", "array_slice", "array_to_string", "ascii",
    "avg", "bar", "base64", "bin", "bit_and", "bit_count", "bit_or", "bit_xor", "bool_and", "bool_or", "ceil", "ceiling",
    "century", "chr", "coalesce", "concat", "concat_ws", "contains", "corr", "count", "count_if", "count_star", "countif",
    "covar_pop", "covar_samp", "cume_dist", "date_add", "date_diff", "date_part", "date_sub", "date_trunc", "datediff",
    "datepart", "datetrunc", "day", "dayname", "dayofmonth", "dayofweek", "dayofyear", "decade", "degrees", "dense_rank",
    "entropy", "ends_with", "epoch", "epoch_ms", "epoch_us", "exp", "extract", "factorial", "favg", "first", "first_value",
    "flatten", "floor", "format", "format_bytes", "fsum", "gcd", "geomean", "greatest", "group_concat", "hash", "hex",
    "histogram", "hour", "if", "ifnull", "ilike_escape", "instr", "isfinite", "isinf", "isnan", "isodow", "isoyear", "kahan_sum",
    "kurtosis", "lag", "last", "last_day", "last_value", "lcm", "lead", "least", "left", "len", "length", "levenshtein",
    "like_escape", "list", "list_aggregate", "list_apply", "list_avg", "list_concat", "list_contains", "list_count",
    "list_distinct", "list_element", "list_extract", "list_filter", "list_has", "list_has_all", "list_has_any", "list_max",
    "list_min", "list_position", "list_reverse", "list_slice", "list_sort", "list_sum", "list_transform", "list_unique",
    "list_value", "listagg", "ln", "log", "log10", "log2", "lower", "ltrim", "mad", "make_date", "make_timestamp", "map_extract",
    "map_keys", "map_values", "max", "max_by", "md5", "mean", "median", "microsecond", "millisecond", "min", "min_by", "minute",
    "mod", "mode", "month", "monthname", "not_ilike_escape", "not_like_escape", "now", "nth_value", "ntile", "nullif",
    "percent_rank", "pi", "position", "pow", "power", "prefix", "product", "quantile", "quantile_cont", "quantile_disc",
    "quarter", "radians", "rank", "rank_dense", "regexp_extract", "regexp_extract_all", "regexp_full_match", "regexp_matches",
    "regexp_replace", "regexp_split_to_array", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2", "regr_slope",
    "regr_sxx", "regr_sxy", "regr_syy", "replace", "reverse", "right", "round", "row", "row_number", "rtrim", "second", "sem",
    "sign", "skewness", "split", "split_part", "sqrt", "starts_with", "stddev", "stddev_pop", "stddev_samp", "str_split",
    "strftime", "string_agg", "string_split", "string_to_array", "strip_accents", "strlen", "strpos", "strptime", "struct_extract",
    "struct_pack", "substr", "substring", "suffix", "sum", "sum_no_overflow", "time_bucket", "timezone", "to_base", "to_days",
    "to_hex", "to_hours", "to_microseconds", "to_milliseconds", "to_minutes", "to_months", "to_seconds", "to_timestamp",
    "to_weeks", "to_years", "translate", "trim", "trunc", "try_strptime", "typeof", "ucase", "lcase", "unicode", "unnest", "upper",
    "var_pop", "var_samp", "variance", "week", "weekday", "weekofyear", "weir_in", "xor", "year", "yearweek", "|", "||", "~", "~~",
    "~~*", "~~~",
});

}  // namespace

std::span<const std::string_view> allowed_sql_functions() {
  return kFunctions;
}

}  // namespace weir::store
