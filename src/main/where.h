// Who answers a command: a running server, or a data directory opened for reading.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "flow/string_pool.h"
#include "main/command.h"
#include "main/http_client.h"
#include "store/store.h"

namespace weir::main {

struct Where {
  std::string server = "http://127.0.0.1:8080";
  std::string data;  ///< goes first when it is not empty
};

void add_where_options(CLI::App& app, Where& where);

/// Opens the data directory for reading. The error says what to do when a server has it open.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& data,
                                                                     flow::StringPool& strings);

/// GETs from the server, and makes an error of every answer but 200: what the server says in its problem document.
[[nodiscard]] Result<std::string> get_from_server(const std::string& server, std::string_view path,
                                                  const Parameters& parameters);

/// The same by POST.
[[nodiscard]] Result<std::string> post_to_server(const std::string& server, std::string_view path,
                                                 const Parameters& parameters);
/// POSTs JSON, and makes an error of every answer but 200 and 201.
[[nodiscard]] Result<std::string> post_to_server(const std::string& server, std::string_view path,
                                                 const std::string& body, const std::string& token);

/// The body of a reply, or the error that it tells of; `who` is told first.
[[nodiscard]] Result<std::string> body_of(Result<HttpReply> reply, const std::string& who);

}  // namespace weir::main
