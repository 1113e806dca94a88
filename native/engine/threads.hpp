// A small pool: work is split over outputs, never inside a sum, so that the bits do not depend on the number of threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "../core.hpp"
#include "../numerics/environment.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

inline void pause_briefly() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

class Pool {
  public:
    explicit Pool(int threads) : count(threads) {
        for (int i = 1; i < threads; ++i) workers.emplace_back([this, i] { work(i); });
    }
    ~Pool() {
        {
            const std::lock_guard<std::mutex> hold(mutex);
            closing = true;
            wanted.fetch_add(1, std::memory_order_release);
        }
        wake.notify_all();
        for (std::thread& worker : workers) worker.join();
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return count; }

    // Calls task(context, i) once for every i below threads(), each on its own thread, and returns when all are done.
    void run(void (*task)(void*, int), void* context) {
        current = task;
        argument = context;
        pending.store(count - 1, std::memory_order_relaxed);
        wanted.fetch_add(1, std::memory_order_seq_cst);
        if (sleeping.load(std::memory_order_seq_cst) > 0) {
            const std::lock_guard<std::mutex> hold(mutex);
            wake.notify_all();
        }
        task(context, 0);
        for (int spins = 0; pending.load(std::memory_order_acquire) > 0; ++spins) {
            if (spins < patience) {
                pause_briefly();
            } else {
                std::this_thread::yield();  // more threads than cores: let the others finish
            }
        }
    }

  private:
    static constexpr int patience = 4000;  // turns of a waiting loop before a thread gives up its core, some 50 microseconds

    const int count;
    std::vector<std::thread> workers;
    std::mutex mutex;
    std::condition_variable wake;
    std::atomic<unsigned> wanted{0};  // how many rounds were called for
    std::atomic<int> pending{0};      // workers that have not finished the present round
    std::atomic<int> sleeping{0};
    bool closing = false;
    void (*current)(void*, int) = nullptr;
    void* argument = nullptr;

    void work(int which) {
        const numerics::Environment environment;
        unsigned seen = 0;
        while (true) {
            for (int spins = 0; wanted.load(std::memory_order_acquire) == seen && spins < patience; ++spins) pause_briefly();
            if (wanted.load(std::memory_order_acquire) == seen) {
                std::unique_lock<std::mutex> hold(mutex);
                sleeping.fetch_add(1, std::memory_order_seq_cst);
                wake.wait(hold, [&] { return wanted.load(std::memory_order_seq_cst) != seen; });
                sleeping.fetch_sub(1, std::memory_order_seq_cst);
            }
            seen += 1;
            if (closing) return;
            current(argument, which);
            pending.fetch_sub(1, std::memory_order_release);
        }
    }
};

// Calls work(begin, end) for parts of 0..total, in parallel where `cost` (in multiply-adds, roughly) pays for waking the
// pool. Parts begin at multiples of `grain`.
template <class Work>
void split(Pool* pool, Index total, Index grain, double cost, const Work& work) {
    constexpr double worth_waking = 100000;
    if (pool == nullptr || cost < worth_waking || total < 2 * grain) return work(Index{0}, total);
    struct Shared {
        const Work* work;
        Index total, grain;
        int parts;
    } shared{&work, total, grain, pool->threads()};
    pool->run(
        [](void* context, int part) {
            const auto& s = *static_cast<const Shared*>(context);
            const Index grains = (s.total + s.grain - 1) / s.grain;
            const Index begin = grains * part / s.parts * s.grain;
            const Index last = grains * (part + 1) / s.parts * s.grain;
            const Index end = last < s.total ? last : s.total;
            if (begin < end) (*s.work)(begin, end);
        },
        &shared);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
