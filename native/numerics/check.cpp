// The native primitives by themselves, for the tests and for measuring errors. No Python, no library:
//
//     g++ -std=c++20 -O3 -ffp-contract=off -fno-math-errno -march=x86-64-v3 -DENGINEROOM_ISA_AVX2 check.cpp -o check
//     g++ -std=c++20 -O3 -ffp-contract=off -fno-math-errno check.cpp -o check          (one element, software fma)
//
//     check NAME float32|float64          function on standard input, raw elements; results on standard output.
//                                         NAME: exp ... cos; pow (x then y), fma (a, b, c), reduce, reduce_dot
//     check random KIND SEED STREAM STEP N    KIND: words, uniform, normal, permutation
//     check exhaustive NAME [EVERY]       the greatest error over all 2^32 floats (or every EVERY-th), against the C library's
//                                         functions in double; some minutes a function
//     check time float32|float64          nanoseconds an element
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "elementary.hpp"
#include "environment.hpp"
#include "random.hpp"
#include "reduce.hpp"

namespace {

namespace numerics = engineroom::numerics;
using numerics::Vec;

template <class T>
using Function = void (*)(const std::vector<T>&, std::vector<T>&);

// f on full vectors, then on what is left as single elements: both must agree bit for bit.
template <class T, class F>
void map(const std::vector<T>& in, std::vector<T>& out, F f) {
    constexpr auto width = static_cast<std::size_t>(Vec<T>::size);
    std::size_t i = 0;
    for (; i + width <= in.size(); i += width) f(Vec<T>::load(&in[i])).store(&out[i]);
    for (; i < in.size(); ++i) f(Vec<T, 1>::load(&in[i])).store(&out[i]);
}

double reference_sigmoid(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

template <class T>
struct Named {
    const char* name;
    Function<T> run;
    double (*reference)(double);
};

#define UNARY(f, reference) \
    {#f, [](const std::vector<T>& in, std::vector<T>& out) { map(in, out, [](auto v) { return f(v); }); }, reference}

template <class T>
const std::vector<Named<T>>& unary() {
    static const std::vector<Named<T>> all = {
        UNARY(exp, std::exp),   UNARY(expm1, std::expm1), UNARY(log, std::log),
        UNARY(log1p, std::log1p), UNARY(tanh, std::tanh),   UNARY(sigmoid, reference_sigmoid),
        UNARY(erf, std::erf),   UNARY(sin, std::sin),     UNARY(cos, std::cos),
    };
    return all;
}

template <class T>
std::vector<T> read_all() {
    std::vector<T> data;
    T buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, sizeof(T), 4096, stdin)) > 0;) data.insert(data.end(), buffer, buffer + n);
    return data;
}

template <class T>
void write_all(const std::vector<T>& data) {
    std::fwrite(data.data(), sizeof(T), data.size(), stdout);
}

template <class T>
int apply(const char* name) {
    const std::vector<T> in = read_all<T>();
    if (std::strcmp(name, "reduce") == 0 || std::strcmp(name, "reduce_dot") == 0) {
        const std::size_t n = in.size() / 2;
        const bool dot = name[6] != 0;
        write_all<double>({dot ? numerics::reduce_dot(in.data(), in.data() + n, n) : numerics::reduce(in.data(), in.size())});
        return 0;
    }
    if (std::strcmp(name, "fma") == 0 || std::strcmp(name, "fma_software") == 0 || std::strcmp(name, "pow") == 0) {
        const bool power = name[0] == 'p', software = name[3] != 0;
        const std::size_t n = in.size() / (power ? 2 : 3);
        std::vector<T> out(n);
        constexpr auto width = static_cast<std::size_t>(Vec<T>::size);
        for (std::size_t i = 0; i < n; i += width) {
            const int count = static_cast<int>(n - i < width ? n - i : width);
            const auto a = Vec<T>::load_first(&in[i], count), b = Vec<T>::load_first(&in[n + i], count);
            if (power) {
                pow(a, b).store_first(&out[i], count);
            } else if (!software) {
                fma(a, b, Vec<T>::load_first(&in[2 * n + i], count)).store_first(&out[i], count);
            } else {
                for (std::size_t j = i; j < i + static_cast<std::size_t>(count); ++j) {
                    out[j] = numerics::software::fma(in[j], in[n + j], in[2 * n + j]);
                }
            }
        }
        write_all(out);
        return 0;
    }
    for (const auto& f : unary<T>()) {
        if (std::strcmp(f.name, name) != 0) continue;
        std::vector<T> out(in.size());
        f.run(in, out);
        write_all(out);
        return 0;
    }
    return 2;
}

int random(char** arguments) {
    const char* kind = arguments[0];
    const auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 0); };
    const auto seed = number(1), step = number(3);
    const auto stream = static_cast<numerics::Stream>(number(2));
    const std::size_t n = number(4);
    if (std::strcmp(kind, "permutation") == 0) {
        std::vector<std::int64_t> order(n);
        numerics::permutation(seed, stream, step, n, order.data());
        write_all(order);
        return 0;
    }
    if (std::strcmp(kind, "words") == 0) {
        std::vector<std::uint32_t> words;
        numerics::for_random(seed, stream, step, n, [&](std::size_t, numerics::Words w) {
            words.insert(words.end(), w.w, w.w + 4);
        });
        write_all(words);
        return 0;
    }
    std::vector<double> values(n);
    const bool uniform = std::strcmp(kind, "uniform") == 0;
    numerics::for_random(seed, stream, step, n, [&](std::size_t i, numerics::Words w) {
        values[i] = uniform ? numerics::uniform(w, 0.0, 1.0) : numerics::normal(w, 0.0, 1.0);
    });
    write_all(values);
    return 0;
}

// Distance of y from the exact value in units of the last place of the float nearest to it.
double ulps(float y, double exact) {
    const auto nearest = static_cast<float>(exact);
    if (std::isnan(exact)) return std::isnan(y) ? 0 : INFINITY;
    if (std::isinf(nearest) || std::isinf(y)) return y == nearest ? 0 : 1;
    int exponent;
    std::frexp(nearest, &exponent);
    const int place = nearest == 0 || exponent - 24 < -149 ? -149 : exponent - 24;
    return std::ldexp(std::fabs(static_cast<double>(y) - exact), -place);
}

int exhaustive(const char* name, std::uint64_t every) {
    for (const auto& f : unary<float>()) {
        if (std::strcmp(f.name, name) != 0) continue;
        double worst = 0;
        float at = 0;
        std::uint64_t wrong = 0;
        std::vector<float> in(1 << 16), out(1 << 16);
        for (std::uint64_t start = 0; start < (std::uint64_t{1} << 32); start += every * in.size()) {
            for (std::size_t i = 0; i < in.size(); ++i) in[i] = numerics::bit_cast<float>(static_cast<std::uint32_t>(start + every * i));
            f.run(in, out);
            for (std::size_t i = 0; i < in.size(); ++i) {
                const double exact = f.reference(static_cast<double>(in[i]));
                if (out[i] == static_cast<float>(exact)) {
                    if (out[i] == 0 && std::signbit(out[i]) != std::signbit(exact)) wrong += 1u << 20;
                    continue;
                }
                const double error = ulps(out[i], exact);
                if (error > 0) ++wrong;
                if (error > worst) worst = error, at = in[i];
            }
        }
        std::printf("%-8s greatest error %.4f ulp at %a; %.4f %% not correctly rounded\n", name, worst,
                    static_cast<double>(at), 100.0 * static_cast<double>(wrong * every) / 4294967296.0);
        return 0;
    }
    return 2;
}

template <class T>
int time_all() {
    std::vector<T> in(4096), out(4096);
    for (std::size_t i = 0; i < in.size(); ++i) {
        in[i] = static_cast<T>(numerics::uniform(numerics::random_words(1, numerics::Stream::initial, 0, i), 0.01, 5));
    }
    const auto clock = [](auto f) {
        double best = 1e9;
        for (int trial = 0; trial < 5; ++trial) {
            const auto start = std::chrono::steady_clock::now();
            for (int i = 0; i < 200; ++i) f();
            const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
            best = std::fmin(best, took.count() / 200);
        }
        return best;
    };
    for (const auto& f : unary<T>()) {
        std::printf("%-12s %7.2f ns\n", f.name, clock([&] { f.run(in, out); }) / 4096);
    }
    volatile double sink = 0;
    std::printf("%-12s %7.2f ns\n", "reduce_dot", clock([&] { sink = numerics::reduce_dot(in.data(), out.data(), 4096); }) / 4096);
    for (const std::size_t n : {1000u, 60000u, 1000000u}) {
        std::vector<std::int32_t> order(n);
        const int repeat = n > 100000 ? 5 : 50;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < repeat; ++i) numerics::permutation(1, numerics::Stream::order, 0, n, order.data());
        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
        std::printf("permutation of %zu: %.2f ns an element\n", n, took.count() / repeat / static_cast<double>(n));
    }
    return sink == 1e300;
}

}  // namespace

int main(int count, char** arguments) {
    const numerics::Environment environment;
    if (count == 7 && std::strcmp(arguments[1], "random") == 0) return random(arguments + 2);
    if ((count == 3 || count == 4) && std::strcmp(arguments[1], "exhaustive") == 0) {
        return exhaustive(arguments[2], count == 4 ? std::strtoull(arguments[3], nullptr, 0) : 1);
    }
    if (count != 3) return 2;
    const bool wide = std::strcmp(arguments[2], "float64") == 0;
    if (std::strcmp(arguments[1], "time") == 0) return wide ? time_all<double>() : time_all<float>();
    return wide ? apply<double>(arguments[1]) : apply<float>(arguments[1]);
}
