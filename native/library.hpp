// Finds the libraries of the instruction sets beside the file that this code is in.
#pragma once

#include <string>
#include <vector>

#include "core.hpp"

namespace engineroom {

// The instruction sets that were built and that this processor has, the best first.
const std::vector<std::string>& instruction_sets();

// The core for `isa`, or the best one where it is empty. Throws std::invalid_argument where there is none.
const Core& core(const std::string& isa);

}  // namespace engineroom
