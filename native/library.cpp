#include "library.hpp"

#include <dlfcn.h>

#include <map>
#include <stdexcept>

namespace engineroom {
namespace {

struct InstructionSet {
    const char* name;
    bool (*supported)();
};

// Best first. A library is opened only where its instructions exist: even loading it could run some.
#if defined(__x86_64__)
const InstructionSet known[] = {
    {"avx512",
     [] {
         return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
     }},
    {"avx2",
     [] {
         return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2");
     }},
    {"scalar", [] { return true; }},
};
#elif defined(__aarch64__)
const InstructionSet known[] = {{"neon", [] { return true; }}, {"scalar", [] { return true; }}};
#else
const InstructionSet known[] = {{"scalar", [] { return true; }}};
#endif

std::string own_folder() {
    Dl_info info;
    if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return ".";
    const std::string path = info.dli_fname;
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

const Core* open(const std::string& isa) {
    const std::string path = own_folder() + "/engineroom_core_" + isa + ".so";
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return nullptr;
    void* entry = dlsym(library, ("engineroom_core_isa_" + isa).c_str());
    if (entry == nullptr) return nullptr;
    return reinterpret_cast<CoreEntry>(entry)();
}

const std::map<std::string, const Core*>& cores() {
    static const std::map<std::string, const Core*> opened = [] {
        std::map<std::string, const Core*> made;
        for (const InstructionSet& set : known) {
            if (!set.supported()) continue;
            if (const Core* core = open(set.name)) made[set.name] = core;
        }
        return made;
    }();
    return opened;
}

}  // namespace

const std::vector<std::string>& instruction_sets() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (const InstructionSet& set : known) {
            if (cores().count(set.name) > 0) made.emplace_back(set.name);
        }
        return made;
    }();
    return names;
}

const Core& core(const std::string& isa) {
    const std::vector<std::string>& names = instruction_sets();
    if (names.empty()) throw std::runtime_error("no library of the core lies beside the extension; install engineroom again");
    const auto found = cores().find(isa.empty() ? names.front() : isa);
    if (found == cores().end()) {
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
        throw std::invalid_argument("this machine runs the instruction sets " + all + ", got " + isa +
                                    "; leave isa out to take the best");
    }
    return *found->second;
}

}  // namespace engineroom
