# Writes laws.hpp: every file of ops/, optimizers/ and schedules/ is included and its laws are registered, so that adding a law
# is adding its file. native/ops/relu.hpp defines ops::relu_laws, native/schedules/cosine.hpp schedules::cosine_schedules.
function(write_laws target)
  set(includes "")
  set(laws "")
  set(rates "")
  foreach(room ops optimizers schedules)
    file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}/${room}" "${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.hpp")
    list(SORT headers)
    foreach(header ${headers})
      get_filename_component(stem "${header}" NAME_WE)
      string(APPEND includes "#include \"${room}/${header}\"\n")
      if(room STREQUAL schedules)
        string(APPEND rates "    schedules::${stem}_schedules(rates);\n")
      else()
        string(APPEND laws "    ${room}::${stem}_laws(laws);\n")
      endif()
    endforeach()
  endforeach()
  file(GENERATE OUTPUT "${target}" CONTENT "// Written by laws.cmake.
#pragma once

${includes}
namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

template <class T>
void register_laws(Laws<T>& laws) {
${laws}}

inline void register_schedules(Rates& rates) {
${rates}}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
")
endfunction()
