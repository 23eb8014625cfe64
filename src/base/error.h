// Errors as values. On the data path nothing throws: a function that can fail returns Result<T>.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// What kind of failure it was; callers branch on this, people read `message`.
enum class ErrorCode : unsigned char {
  malformed,     ///< input that breaks its format
  unsupported,   ///< well-formed input that Weir does not handle
  not_found,     ///< a file, table or name that is not there
  invalid,       ///< an argument or setting that cannot be used
  io,            ///< the operating system refused
  no_space,      ///< the disk or a bound is full
  busy,          ///< somebody else holds it
  cancelled,     ///< the caller or a limit stopped it
  internal,      ///< a bug in Weir or in a library
};

/// One failure. `message` is one line that says what, where and, if it is not obvious, what to do.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

/// Makes the error side of a Result: `return fail(ErrorCode::io, "...")`.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

/// "malformed", "not found", ...: for metrics labels and JSON.
[[nodiscard]] std::string_view to_string(ErrorCode code);

}  // namespace weir
