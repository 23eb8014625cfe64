// What all users of libcurl here have in common: handles and lists that free themselves, and the end of a transfer on demand.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace weir::fetch {

struct FreeCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurl>;
using CurlList = std::unique_ptr<curl_slist, FreeCurl>;

/// Empty where there are no texts.
[[nodiscard]] inline CurlList curl_list(const std::vector<std::string>& texts) {
  curl_slist* list = nullptr;
  for (const std::string& text : texts) list = curl_slist_append(list, text.c_str());
  return CurlList(list);
}

/// Lets a transfer end soon after `stop` is set, which outlives it. curl then says CURLE_ABORTED_BY_CALLBACK.
inline void end_on(CURL* curl, const std::atomic<bool>& stop) {
  using Ended = int (*)(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  const Ended is_ended = [](void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
  };
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_ended);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);
}

}  // namespace weir::fetch
