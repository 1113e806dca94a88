// The core without Python: reads a plan and raw data, runs steps, prints what came out. Sanitizers, fuzzing and other
// processors run this.
//
//   engineroom_driver PLAN X Y SEED STEPS [isa=NAME] [threads=N] [state=FILE step=T] [out=FILE] [repeat=N]
//
// X and Y are the rows as they lie in memory (the plan's float type; classes are int32), state and out the flat state.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "library.hpp"

namespace {

using engineroom::Index;

std::vector<char> contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::invalid_argument("cannot read " + path + "; give the path of a file");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// FNV-1a over the elements' bits, every NaN as the quiet one.
template <class Bits>
unsigned long long digest(const std::vector<char>& values, Bits infinity, Bits quiet) {
    unsigned long long hash = 0xcbf29ce484222325u;
    for (std::size_t i = 0; i < values.size(); i += sizeof(Bits)) {
        Bits bits;
        std::memcpy(&bits, values.data() + i, sizeof bits);
        if ((bits & static_cast<Bits>(~Bits{0} >> 1)) > infinity) bits = quiet;
        for (std::size_t byte = 0; byte < sizeof bits; ++byte) {
            hash = (hash ^ (bits >> (8 * byte) & 0xff)) * 0x100000001b3u;
        }
    }
    return hash;
}

int drive(int count, char** words) {
    if (count < 6) {
        std::fprintf(stderr, "usage: engineroom_driver PLAN X Y SEED STEPS [isa=] [threads=] [state= step=] [out=] [repeat=]\n");
        return 2;
    }
    std::map<std::string, std::string> options{{"isa", ""}, {"threads", "1"}, {"step", "0"}, {"repeat", "1"}};
    for (int i = 6; i < count; ++i) {
        const std::string word = words[i];
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) throw std::invalid_argument("expected name=value, got " + word);
        options[word.substr(0, equals)] = word.substr(equals + 1);
    }
    const std::vector<char> text = contents(words[1]), x = contents(words[2]), y = contents(words[3]);
    const engineroom::Core& core = engineroom::core(options["isa"]);
    const std::unique_ptr<engineroom::Engine> engine(
        core.make(std::string(text.begin(), text.end()), std::strtoull(words[4], nullptr, 10), std::atoi(options["threads"].c_str())));
    const engineroom::Facts facts = engine->facts();
    const std::size_t width = facts.float64 ? 8 : 4;
    const auto inputs = static_cast<std::size_t>(facts.inputs), targets = static_cast<std::size_t>(facts.targets);
    const std::size_t rows = x.size() / (inputs * width);
    const std::size_t y_size = rows * (facts.classes > 0 ? sizeof(std::int32_t) : targets * width);
    if (x.size() != rows * inputs * width || y.size() != y_size) {
        throw std::invalid_argument("X and Y do not have the plan's columns, or not the same rows");
    }
    engine->bind({static_cast<Index>(rows), x.data(), y.data()});

    std::vector<char> state(static_cast<std::size_t>(facts.state_size) * width);
    if (options.count("state") > 0) {
        const std::vector<char> from = contents(options["state"]);
        if (from.size() != state.size()) throw std::invalid_argument("the state does not have the plan's size");
        engine->load(from.data(), std::atoll(options["step"].c_str()));
    }
    const long long steps = std::atoll(words[5]);
    std::vector<double> losses(static_cast<std::size_t>(steps > 0 ? steps : 1));
    engineroom::Outcome outcome{0, engineroom::Reason::completed};
    double best = 0;
    for (int i = 0; i < std::atoi(options["repeat"].c_str()); ++i) {
        const auto begin = std::chrono::steady_clock::now();
        outcome = engine->run(steps, {}, losses.data(), nullptr);
        const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (i == 0 || taken < best) best = taken;
    }
    const std::int64_t t = engine->snapshot(state.data());
    const unsigned long long hash = facts.float64 ? digest<std::uint64_t>(state, 0x7ff0000000000000u, 0x7ff8000000000000u)
                                                  : digest<std::uint32_t>(state, 0x7f800000u, 0x7fc00000u);
    static constexpr const char* reasons[] = {"completed", "stopped", "nonfinite"};
    std::printf("isa %s threads %d step %lld reason %s loss %a digest %016llx\n", core.isa, engine->threads(),
                static_cast<long long>(t), reasons[static_cast<int>(outcome.reason)],
                outcome.done > 0 ? losses[static_cast<std::size_t>(outcome.done - 1)] : 0.0, hash);
    if (steps > 0) std::fprintf(stderr, "%.4g us a step\n", best / static_cast<double>(steps) * 1e6);
    if (options.count("out") > 0) {
        std::ofstream file(options["out"], std::ios::binary);
        file.write(state.data(), static_cast<std::streamsize>(state.size()));
        if (!file) throw std::invalid_argument("cannot write " + options["out"]);
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        return drive(count, words);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
