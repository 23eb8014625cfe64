#include "fetch/transfer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "fetch/curl_handle.h"

namespace weir::fetch {
namespace {

constexpr long kMostRedirects = 5;
constexpr long kConnectMs = 15'000;
/// A server that sends nothing for this long is given up.
constexpr long kSilentSeconds = 60;

/// The file that is being written, and why that ended if it did.
class Sink {
 public:
  Sink(const Request& request, const std::atomic<bool>& stop) : request_(request), stop_(stop) {}
  ~Sink() {
    if (fd_ >= 0) ::close(fd_);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  [[nodiscard]] bool open() {
    fd_ = ::open(request_.into.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    return fd_ >= 0 || refused("open");
  }

  [[nodiscard]] bool take(std::string_view data) {
    if (octets_ + data.size() > request_.most_octets) {
      why_ = "the file is larger than " + std::to_string(request_.most_octets) + " bytes";
      return false;
    }
    octets_ += data.size();
    while (!data.empty()) {
      const ssize_t wrote = ::write(fd_, data.data(), data.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return refused("write");
      data.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
  }

  [[nodiscard]] bool sync() { return ::fsync(fd_) == 0 || refused("sync"); }
  [[nodiscard]] bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t octets() const { return octets_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  bool refused(std::string_view what) {
    why_ = "cannot " + std::string(what) + " " + request_.into.string() + ": " + std::strerror(errno);
    return false;
  }

  const Request& request_;
  const std::atomic<bool>& stop_;
  int fd_ = -1;
  std::uint64_t octets_ = 0;
  std::string why_;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
  return static_cast<Sink*>(to)->take({data, size * count}) ? size * count : 0;  // 0 makes curl fail
}

std::string header(CURL* curl, const char* name) {
  curl_header* found = nullptr;
  // Of the last answer: those of redirects do not count.
  return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

CurlList conditions(const Validators& known) {
  std::vector<std::string> lines;
  if (!known.etag.empty()) lines.push_back("If-None-Match: " + known.etag);
  if (!known.last_modified.empty()) lines.push_back("If-Modified-Since: " + known.last_modified);
  return curl_list(lines);
}

void prepare(CURL* curl, const Request& request, Sink& sink, curl_slist* headers) {
  const bool secure = request.url.starts_with("https://");
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirects);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "weir");
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
}

std::unexpected<Error> no_answer(CURLcode code, const Sink& sink, const char* details) {
  if (sink.stopped()) return fail(ErrorCode::cancelled, "stopped");
  if (!sink.why().empty()) return fail(ErrorCode::io, sink.why());
  return fail(ErrorCode::io, *details != '\0' ? details : curl_easy_strerror(code));
}

}  // namespace

Result<Reply> transfer(const Request& request, const std::atomic<bool>& stop) {
  const CurlHandle handle(curl_easy_init());
  if (handle == nullptr) return fail(ErrorCode::internal, "the HTTP client could not be started");
  CURL* curl = handle.get();
  Sink sink(request, stop);
  if (!sink.open()) return fail(ErrorCode::io, sink.why());
  const auto headers = conditions(request.known);
  prepare(curl, request, sink, headers.get());
  end_on(curl, stop);
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details.data());
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) return no_answer(code, sink, details.data());

  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const bool asked_for_changes = headers != nullptr;
  if (status == 304 && asked_for_changes) return Reply{.unchanged = true, .validators = request.known, .octets = 0};
  if (status != 200) return fail(ErrorCode::io, "the server answered " + std::to_string(status));
  if (sink.octets() == 0) return fail(ErrorCode::malformed, "the server sent an empty file");
  if (!sink.sync()) return fail(ErrorCode::io, sink.why());
  return Reply{.unchanged = false,
               .validators = {.etag = header(curl, "ETag"), .last_modified = header(curl, "Last-Modified")},
               .octets = sink.octets()};
}

std::string shown(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  std::string out = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = out.find('/', host);
  const std::size_t at = out.rfind('@', slash);
  if (at != std::string::npos && at >= host) out.erase(host, at + 1 - host);
  return out;
}

bool is_web_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme) && url.size() > scheme.size() && url.find_first_of(" \t\r\n") == std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace weir::fetch
