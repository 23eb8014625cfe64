#include "main/http_client.h"

#include <array>
#include <memory>

#include "fetch/curl_handle.h"

namespace weir::main {
namespace {

constexpr std::size_t kMostBody = std::size_t{256} << 20U;
constexpr long kConnectSeconds = 10;
constexpr long kTotalSeconds = 300;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size * count > kMostBody) return 0;  // makes curl fail
  body.append(data, size * count);
  return size * count;
}

std::string encoded(CURL* handle, const std::string& text) {
  const std::unique_ptr<char, void (*)(void*)> out(curl_easy_escape(handle, text.data(), static_cast<int>(text.size())),
                                                   curl_free);
  return out == nullptr ? "" : out.get();
}

std::string full_url(CURL* handle, std::string server, std::string_view path, const Parameters& parameters) {
  while (server.ends_with('/')) server.pop_back();
  server += path;
  char separator = path.contains('?') ? '&' : '?';
  for (const auto& [name, value] : parameters) {
    server += separator + encoded(handle, name) + "=" + encoded(handle, value);
    separator = '&';
  }
  return server;
}

std::unexpected<Error> no_reply(const std::string& server, CURLcode code, const char* details) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::cancelled, "ended by a signal");
  const std::string why = *details != '\0' ? details : curl_easy_strerror(code);
  const std::string help =
      code == CURLE_COULDNT_CONNECT ? "; is 'weir serve' running there? Otherwise use --server or --data" : "";
  return fail(ErrorCode::io, "no answer from " + server + ": " + why + help);
}

/// Sends the request that `prepare` completes.
template <typename Prepare>
Result<HttpReply> ask(const std::string& server, std::string_view path, const Parameters& parameters, Prepare prepare) {
  if (!server.starts_with("http://") && !server.starts_with("https://")) {
    return fail(ErrorCode::invalid, "'" + server + "' is not a server; write http://HOST:PORT");
  }
  const fetch::CurlHandle handle(curl_easy_init());
  if (handle == nullptr) return fail(ErrorCode::internal, "the HTTP client could not be started");
  CURL* curl = handle.get();
  HttpReply reply;
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(curl, CURLOPT_URL, full_url(curl, server, path, parameters).c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // a collector stands in the own network
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kTotalSeconds);
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  prepare(curl);
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) return no_reply(server, code, details.data());
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) reply.content_type = type;
  return reply;
}

}  // namespace

Result<HttpReply> http_get(const std::string& server, std::string_view path, const Parameters& parameters,
                           const std::atomic<bool>* stop) {
  return ask(server, path, parameters, [stop](CURL* curl) {
    if (stop != nullptr) fetch::end_on(curl, *stop);
  });
}

Result<HttpReply> http_post(const std::string& server, std::string_view path, const Parameters& parameters) {
  return ask(server, path, parameters, [](CURL* curl) { curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, ""); });
}

Result<HttpReply> http_post_json(const std::string& server, std::string_view path, const std::string& body,
                                 const std::string& token) {
  std::vector<std::string> lines = {"Content-Type: application/json"};
  if (!token.empty()) lines.push_back("Authorization: Bearer " + token);
  const fetch::CurlList headers = fetch::curl_list(lines);
  return ask(server, path, {}, [&](CURL* curl) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  });
}

Result<HttpReply> http_post_form(const std::string& server, std::string_view path, const Parameters& parameters,
                                 const std::atomic<bool>* stop) {
  const fetch::CurlHandle encoder(curl_easy_init());
  if (encoder == nullptr) return fail(ErrorCode::internal, "the HTTP client could not be started");
  const std::string query = full_url(encoder.get(), "", "", parameters);
  const std::string form = query.empty() ? "" : query.substr(1);
  return ask(server, path, {}, [&](CURL* curl) {
    if (stop != nullptr) fetch::end_on(curl, *stop);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form.data());
  });
}

}  // namespace weir::main
