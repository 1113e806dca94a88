// The text of a plan becomes structures; every fault is one sentence with its line number.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "../core.hpp"
#include "../numerics/isa.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

enum class Role { input, target, classes, parameter, slot, activation, gradient, loss };

struct Init {
    std::string kind;  // constant, uniform, normal; empty where there is none
    double first = 0, second = 0;
};

struct BufferLine {
    std::string name;
    Role role;
    bool batched;              // its first dimension is the batch
    std::vector<Index> shape;  // without the batch
    Init init;
};

using Attributes = std::map<std::string, double>;

struct OperationLine {
    Phase phase;
    std::string law;
    std::vector<std::string> reads, writes;
    Attributes attributes;
    std::string where;  // for messages: line number and text
};

struct PlanText {
    bool float64 = false;
    Index batch = 0;
    bool shuffled = false;
    std::string output, schedule;
    Attributes rates;
    std::vector<BufferLine> buffers;
    std::vector<OperationLine> operations;
};

class PlanReader {
  public:
    explicit PlanReader(const std::string& source) : text(source) {}

    PlanText read() {
        expect_header();
        while (next_line()) fact();
        if (plan.batch < 1) fail("the plan has no line `batch`");
        if (plan.output.empty()) fail("the plan has no line `output`");
        if (plan.schedule.empty()) fail("the plan has no line `schedule`");
        if (!typed) fail("the plan has no line `dtype`");
        return plan;
    }

  private:
    const std::string& text;
    PlanText plan;
    std::size_t position = 0;
    int number = 0;
    bool typed = false;
    std::string line;
    std::vector<std::string> words;

    [[noreturn]] void fail(const std::string& what) const {
        throw std::invalid_argument("a plan cannot be read at line " + std::to_string(number) + " (" + line + "): " + what +
                                    "; pass the text of a Plan unchanged");
    }

    bool next_line() {
        while (position < text.size()) {
            const std::size_t end = text.find('\n', position);
            line = text.substr(position, end == std::string::npos ? end : end - position);
            position = end == std::string::npos ? text.size() : end + 1;
            number += 1;
            words.clear();
            std::size_t at = 0;
            while ((at = line.find_first_not_of(' ', at)) != std::string::npos) {
                const std::size_t stop = line.find(' ', at);
                words.push_back(line.substr(at, stop == std::string::npos ? stop : stop - at));
                at = stop == std::string::npos ? line.size() : stop;
            }
            if (!words.empty()) return true;
        }
        return false;
    }

    void expect_header() {
        if (!next_line() || words.size() != 2 || words[0] != "engineroom-plan") fail("expected `engineroom-plan 1`");
        if (words[1] != "1") fail("this engine reads version 1 of plans, not version " + words[1]);
    }

    void fact() {
        const std::string& kind = words[0];
        if (kind == "buffer") return buffer();
        if (kind == "op") return operation();
        if (words.size() < 2) fail("expected a value after `" + kind + "`");
        if (kind == "numerics") {
            if (words[1] != "1") fail("this engine keeps version 1 of the numerics contract, not " + words[1]);
        } else if (kind == "dtype") {
            if (words[1] != "float32" && words[1] != "float64") fail("dtype must be float32 or float64");
            plan.float64 = words[1] == "float64";
            typed = true;
        } else if (kind == "batch") {
            plan.batch = whole(words[1]);
        } else if (kind == "order") {
            if (words[1] != "shuffled" && words[1] != "sequential") fail("order must be shuffled or sequential");
            plan.shuffled = words[1] == "shuffled";
        } else if (kind == "output") {
            plan.output = words[1];
        } else if (kind == "schedule") {
            plan.schedule = words[1];
            plan.rates = attributes(2);
        } else {
            fail("no fact is called `" + kind + "`");
        }
    }

    void buffer() {
        if (words.size() < 4) fail("a buffer needs a name, a role and a shape");
        BufferLine made{words[1], role(words[2]), false, {}, {}};
        for (const BufferLine& other : plan.buffers) {
            if (other.name == made.name) fail("the buffer " + made.name + " is there already");
        }
        std::size_t at = 0;
        const std::string& shape = words[3];
        while (at <= shape.size()) {
            std::size_t stop = shape.find('x', at);
            if (stop == std::string::npos) stop = shape.size();
            const std::string part = shape.substr(at, stop - at);
            if (part == "B" && at == 0) {
                made.batched = true;
            } else {
                made.shape.push_back(whole(part));
            }
            at = stop + 1;
        }
        if (words.size() > 4) {
            if (words[4] != ";" || words.size() < 7 || words.size() > 8) fail("expected `; kind numbers` after the shape");
            made.init = {words[5], real(words[6]), words.size() > 7 ? real(words[7]) : 0};
            const bool two = made.init.kind == "uniform" || made.init.kind == "normal";
            if (!two && made.init.kind != "constant") fail("initial weights are constant, uniform or normal");
            if ((words.size() == 8) != two) fail("constant takes one number, uniform and normal take two");
        }
        if (made.role == Role::parameter && made.init.kind.empty()) fail("a parameter needs its initial weights");
        plan.buffers.push_back(made);
    }

    Role role(const std::string& word) const {
        static constexpr const char* names[] = {"input", "target",     "classes",  "parameter",
                                                "slot",  "activation", "gradient", "loss"};
        for (int i = 0; i < 8; ++i) {
            if (word == names[i]) return static_cast<Role>(i);
        }
        fail("no role is called `" + word + "`");
    }

    void operation() {
        if (words.size() < 4) fail("an operation needs a phase, a law, what it reads and what it writes");
        OperationLine made;
        static constexpr const char* phases[] = {"forward", "loss", "backward", "update"};
        int phase = 0;
        while (phase < 4 && words[1] != phases[phase]) phase += 1;
        if (phase == 4) fail("no phase is called `" + words[1] + "`");
        made.phase = static_cast<Phase>(phase);
        made.law = words[2];
        std::size_t at = 3;
        bool writing = false;
        for (; at < words.size() && words[at] != ";"; ++at) {
            if (words[at] == "->") {
                writing = true;
            } else {
                (writing ? made.writes : made.reads).push_back(words[at]);
            }
        }
        if (!writing) fail("expected `->` between what is read and what is written");
        made.attributes = attributes(at);
        made.where = "line " + std::to_string(number) + " (" + line + ")";
        plan.operations.push_back(made);
    }

    Attributes attributes(std::size_t at) const {
        Attributes made;
        if (at >= words.size()) return made;
        if (words[at] != ";") fail("expected `;` before the numbers");
        for (at += 1; at < words.size(); ++at) {
            const std::size_t equals = words[at].find('=');
            if (equals == std::string::npos) fail("expected name=number, got `" + words[at] + "`");
            made[words[at].substr(0, equals)] = real(words[at].substr(equals + 1));
        }
        return made;
    }

    Index whole(const std::string& word) const {
        Index value = 0;
        if (word.empty() || word.size() > 15) fail("expected a whole number, got `" + word + "`");
        for (const char c : word) {
            if (c < '0' || c > '9') fail("expected a whole number, got `" + word + "`");
            value = value * 10 + (c - '0');
        }
        if (value < 1) fail("expected a whole number from 1 on, got `" + word + "`");
        return value;
    }

    // A hex float as float.hex() writes it. By hand, because strtod asks the locale for its decimal point.
    double real(const std::string& word) const {
        std::size_t at = 0;
        const bool negative = word[at] == '-';
        if (negative) at += 1;
        const std::string rest = word.substr(at);
        if (rest == "inf") return negative ? -__builtin_inf() : __builtin_inf();
        if (rest == "nan") return __builtin_nan("");
        if (rest.rfind("0x", 0) != 0) fail("expected a hex float, got `" + word + "`");
        at = 2;
        std::uint64_t mantissa = 0;
        int exponent = 0, digits = 0;
        bool fraction = false;
        for (; at < rest.size() && rest[at] != 'p'; ++at) {
            const char c = rest[at];
            if (c == '.' && !fraction) {
                fraction = true;
                continue;
            }
            int digit = -1;
            if (c >= '0' && c <= '9') digit = c - '0';
            if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
            if (digit < 0 || ++digits > 15) fail("expected a hex float, got `" + word + "`");
            mantissa = mantissa * 16 + static_cast<std::uint64_t>(digit);
            if (fraction) exponent -= 4;
        }
        if (digits == 0 || at + 2 > rest.size()) fail("expected a hex float, got `" + word + "`");
        at += 1;
        const bool down = rest[at] == '-';
        if (rest[at] == '-' || rest[at] == '+') at += 1;
        int power = 0;
        for (; at < rest.size(); ++at) {
            if (rest[at] < '0' || rest[at] > '9' || power > 9999) fail("expected a hex float, got `" + word + "`");
            power = power * 10 + (rest[at] - '0');
        }
        const double value = __builtin_ldexp(static_cast<double>(mantissa), exponent + (down ? -power : power));
        return negative ? -value : value;
    }
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
