#include "serve/assets.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace weir::serve {
namespace {

constexpr std::array<Asset, 3> kAssets = {{
    {.path = "/assets/app-1f.js",
     .content_type = "text/javascript",
     .etag = "\"js\"",
     .hashed = true,
     .identity = "plain",
     .gzip = "gz",
     .brotli = "br"},
    {.path = "/index.html",
     .content_type = "text/html",
     .etag = "\"page\"",
     .hashed = false,
     .identity = "<html>",
     .gzip = {},
     .brotli = {}},
    {.path = "/weir.svg",
     .content_type = "image/svg+xml",
     .etag = "\"svg\"",
     .hashed = false,
     .identity = "<svg>",
     .gzip = "gz",
     .brotli = {}},
}};

Response get(std::string path, std::string accept_encoding = {}, std::string if_none_match = {}) {
  Request request;
  request.path = std::move(path);
  request.accept_encoding = std::move(accept_encoding);
  request.if_none_match = std::move(if_none_match);
  return serve_asset(kAssets, request);
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Assets, RootIsTheIndexPage) {
  const Response page = get("/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.static_body, "<html>");
  EXPECT_EQ(page.content_type, "text/html");
  EXPECT_EQ(header(page, "ETag"), "\"page\"");
}

TEST(Assets, WhatIsNotThereIs404) {
  EXPECT_EQ(get("/nothing.js").status, 404U);
  EXPECT_EQ(get("/assets/").status, 404U);
}

TEST(Assets, OnlyHashedNamesAreKeptForEver) {
  EXPECT_EQ(header(get("/assets/app-1f.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(get("/"), "Cache-Control"), "no-cache");
}

TEST(Assets, AMatchingTagIsNotSentAgain) {
  for (const auto* tags : {"\"page\"", "\"other\", \"page\"", "W/\"page\"", "*"}) {
    const Response page = get("/", "", tags);
    EXPECT_EQ(page.status, 304U) << tags;
    EXPECT_EQ(header(page, "ETag"), "\"page\"");
    EXPECT_TRUE(page.static_body.empty());
  }
  EXPECT_EQ(get("/", "", "\"js\"").status, 200U);
}

TEST(Assets, TheSmallestAcceptedFormIsSent) {
  const auto form = [](std::string_view path, std::string accepted) {
    const Response response = get(std::string(path), std::move(accepted));
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    return std::string(response.static_body) + " " + header(response, "Content-Encoding");
  };
  EXPECT_EQ(form("/assets/app-1f.js", "gzip, deflate, br"), "br br");
  EXPECT_EQ(form("/assets/app-1f.js", "gzip"), "gz gzip");
  EXPECT_EQ(form("/assets/app-1f.js", "br;q=0, gzip;q=0.5"), "gz gzip");
  EXPECT_EQ(form("/assets/app-1f.js", "br;q=0.0,gzip;q=0"), "plain ");
  EXPECT_EQ(form("/assets/app-1f.js", ""), "plain ");
  EXPECT_EQ(form("/assets/app-1f.js", "brotli, xgzip"), "plain ");
  EXPECT_EQ(form("/weir.svg", "br"), "<svg> ") << "there is no brotli form of it";
}

std::string gunzip(std::string_view packed) {
  std::string out(1U << 22U, '\0');
  std::string in(packed);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(EmbeddedAssets, AreSortedAndHoldThePage) {
  const auto assets = embedded_assets();
  EXPECT_TRUE(std::ranges::is_sorted(assets, {}, &Asset::path));
  const auto page = std::ranges::find(assets, "/index.html", &Asset::path);
  ASSERT_NE(page, assets.end());
  EXPECT_TRUE(page->identity.starts_with("<!doctype html>"));
}

TEST(EmbeddedAssets, PackedFormsHoldTheSame) {
  for (const Asset& asset : embedded_assets()) {
    EXPECT_TRUE(asset.etag.starts_with('"') && asset.etag.ends_with('"')) << asset.path;
    if (!asset.gzip.empty()) {
      EXPECT_EQ(gunzip(asset.gzip), asset.identity) << asset.path;
    }
  }
}

TEST(EmbeddedAssets, ThePageHasNothingInline) {
  for (const Asset& asset : embedded_assets()) {
    if (!asset.path.ends_with(".html")) continue;
    EXPECT_EQ(asset.identity.find("<style"), std::string_view::npos) << asset.path;
    EXPECT_EQ(asset.identity.find(" style="), std::string_view::npos) << asset.path;
    for (auto at = asset.identity.find("<script"); at != std::string_view::npos;
         at = asset.identity.find("<script", at + 1)) {
      const auto tag = asset.identity.substr(at, asset.identity.find('>', at) - at);
      EXPECT_NE(tag.find(" src=\"/"), std::string_view::npos) << tag;
    }
    EXPECT_EQ(asset.identity.find("://"), std::string_view::npos) << "the page loads nothing from elsewhere";
  }
}

}  // namespace
}  // namespace weir::serve
