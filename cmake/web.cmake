# The user interface in the program: web/ is built into web-dist in the build directory, and its files are embedded by a
# generated assembler file (.incbin) with an index, as library weir_web_assets. It is built again only when web/ or
# docs/routers/ changes. -DWEIR_WEB=OFF needs no Node and embeds one page that says so.
if(WEIR_SANITIZE OR WEIR_FUZZ)
  option(WEIR_WEB "build the user interface into the program" OFF)
else()
  option(WEIR_WEB "build the user interface into the program" ON)
endif()

if(NOT WEIR_WEB)
  add_library(weir_web_assets STATIC ${CMAKE_SOURCE_DIR}/web/fallback/fallback_assets.cc)
  target_include_directories(weir_web_assets PRIVATE ${CMAKE_SOURCE_DIR}/src)
  return()
endif()

enable_language(ASM)
file(GLOB_RECURSE web_inputs CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/public/* ${CMAKE_SOURCE_DIR}/docs/routers/*.txt)
list(APPEND web_inputs
  ${CMAKE_SOURCE_DIR}/web/index.html ${CMAKE_SOURCE_DIR}/web/package.json ${CMAKE_SOURCE_DIR}/web/package-lock.json
  ${CMAKE_SOURCE_DIR}/web/vite.config.ts ${CMAKE_SOURCE_DIR}/web/tsconfig.json ${CMAKE_SOURCE_DIR}/web/build.sh
  ${CMAKE_SOURCE_DIR}/web/embed.mjs)

set(web_dist ${CMAKE_BINARY_DIR}/web-dist)
set(web_generated ${CMAKE_BINARY_DIR}/web-generated)
add_custom_command(
  OUTPUT ${web_generated}/web_assets.S ${web_generated}/web_assets.cc
  COMMAND ${CMAKE_SOURCE_DIR}/web/build.sh ${web_dist} ${web_generated}
  DEPENDS ${web_inputs}
  COMMENT "Building the user interface"
  VERBATIM)
add_library(weir_web_assets STATIC ${web_generated}/web_assets.S ${web_generated}/web_assets.cc)
target_include_directories(weir_web_assets PRIVATE ${CMAKE_SOURCE_DIR}/src)
