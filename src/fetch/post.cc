#include "fetch/post.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fetch/curl_handle.h"

namespace weir::fetch {
namespace {

constexpr std::size_t kMostSaid = 500;

std::size_t keep_beginning(char* data, std::size_t size, std::size_t count, void* to) {
  auto& said = *static_cast<std::string*>(to);
  said.append(data, std::min(size * count, kMostSaid - std::min(kMostSaid, said.size())));
  return size * count;
}

/// What is still to be sent.
std::size_t give_body(char* into, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<std::string_view*>(from);
  const std::size_t given = rest.copy(into, size * count);
  rest.remove_prefix(given);
  return given;
}

/// One request, with what all kinds have in common.
class Handle {
 public:
  Handle(const std::string& url, UnixMillis timeout_ms, const std::atomic<bool>& stop)
      : handle_(curl_easy_init()), stop_(stop) {
    if (handle_ == nullptr) return;
    CURL* curl = get();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "weir");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_beginning);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &said_);
    end_on(curl, stop_);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details_.data());
  }
  [[nodiscard]] CURL* get() const { return handle_.get(); }
  [[nodiscard]] const std::string& said() const { return said_; }

  Result<void> perform() {
    if (handle_ == nullptr) return fail(ErrorCode::internal, "the client could not be started");
    const CURLcode code = curl_easy_perform(get());
    if (code == CURLE_OK) return {};
    if (stop_.load(std::memory_order_relaxed)) return fail(ErrorCode::cancelled, "stopped");
    return fail(ErrorCode::io, details_[0] != '\0' ? details_.data() : curl_easy_strerror(code));
  }

 private:
  CurlHandle handle_;
  const std::atomic<bool>& stop_;
  std::string said_;
  std::array<char, CURL_ERROR_SIZE> details_{};
};

}  // namespace

Result<void> send(const Post& post, const std::atomic<bool>& stop) {
  Handle handle(post.url, post.timeout_ms, stop);
  std::vector<std::string> headers = post.headers;
  headers.emplace_back("Expect:");  // else curl waits for "100 Continue" before larger bodies
  const CurlList list = curl_list(headers);
  if (CURL* curl = handle.get()) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, post.method.c_str());
    if (!post.body.empty() || post.method == "POST") {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post.body.data());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  }
  if (auto done = handle.perform(); !done) return done;
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status < 300) return {};
  return fail(ErrorCode::io, "the server answered " + std::to_string(status) +
                                 (handle.said().empty() ? "" : ": " + handle.said()));
}

Result<void> send(const Mail& mail, const std::atomic<bool>& stop) {
  Handle handle(mail.url, mail.timeout_ms, stop);
  const CurlList to = curl_list(mail.to);
  std::string_view rest = mail.message;
  if (CURL* curl = handle.get()) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(mail.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (!mail.user.empty()) {
      curl_easy_setopt(curl, CURLOPT_USERNAME, mail.user.c_str());
      curl_easy_setopt(curl, CURLOPT_PASSWORD, mail.password.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail.from.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  }
  return handle.perform();
}

}  // namespace weir::fetch
