// A small pool: work is split over outputs, never inside a sum, so that the bits do not depend on the number of threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
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

// Parts of a job are claimed one by one by whichever thread is awake, so a worker that the machine keeps waiting is not
// waited for: the caller does its part.
class Pool {
  public:
    explicit Pool(int threads) : count(threads) {
        for (int i = 1; i < threads; ++i) workers.emplace_back([this, i] { work(i); });
    }
    ~Pool() {
        {
            const std::lock_guard<std::mutex> hold(mutex);
            closing.store(true, std::memory_order_seq_cst);
        }
        wake.notify_all();
        for (std::thread& worker : workers) worker.join();
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return count; }

    // Calls job(context, part, thread) once for every part below threads(), and returns when all are done. `thread` says
    // which thread it runs on.
    void run(void (*job)(void*, int, int), void* context) {
        current = job;
        argument = context;
        done.store(0, std::memory_order_relaxed);
        round += 1;
        ticket.store(static_cast<std::uint64_t>(round) << 32 | static_cast<std::uint64_t>(count) << 16, std::memory_order_seq_cst);
        if (sleeping.load(std::memory_order_seq_cst) > 0) {
            const std::lock_guard<std::mutex> hold(mutex);
            wake.notify_all();
        }
        while (claim(0)) {
        }
        for (int turns = 0; done.load(std::memory_order_acquire) < count; ++turns) {
            if (turns < patience) {
                pause_briefly();
            } else {
                std::this_thread::yield();  // more threads than cores: let the others finish
            }
        }
    }

  private:
    static constexpr int patience = 2000;  // turns of a waiting loop before a thread gives up its core, tens of microseconds

    const int count;
    std::vector<std::thread> workers;
    std::mutex mutex;
    std::condition_variable wake;
    std::atomic<std::uint64_t> ticket{0};  // the round, its number of parts and the next part to claim: 32, 16 and 16 bits
    std::atomic<int> done{0};              // parts of the round that are finished
    std::atomic<int> sleeping{0};
    std::atomic<bool> closing{false};
    std::uint32_t round = 0;
    void (*current)(void*, int, int) = nullptr;
    void* argument = nullptr;

    static bool open(std::uint64_t t) { return (t & 0xffff) < (t >> 16 & 0xffff); }

    // Does one part, if one is left. A claimed part keeps the round from ending, so `current` and `argument` are its own.
    bool claim(int thread) {
        std::uint64_t t = ticket.load(std::memory_order_acquire);
        do {
            if (!open(t)) return false;
        } while (!ticket.compare_exchange_weak(t, t + 1, std::memory_order_acq_rel, std::memory_order_acquire));
        current(argument, static_cast<int>(t & 0xffff), thread);
        done.fetch_add(1, std::memory_order_release);
        return true;
    }

    void work(int thread) {
        const numerics::Environment environment;
        const auto wanted = [&] { return open(ticket.load(std::memory_order_seq_cst)) || closing.load(std::memory_order_seq_cst); };
        while (true) {
            for (int turns = 0; turns < patience && !wanted(); ++turns) pause_briefly();
            if (!wanted()) {
                std::unique_lock<std::mutex> hold(mutex);
                sleeping.fetch_add(1, std::memory_order_seq_cst);
                wake.wait(hold, wanted);
                sleeping.fetch_sub(1, std::memory_order_seq_cst);
            }
            while (claim(thread)) {
            }
            if (closing.load(std::memory_order_seq_cst)) return;
        }
    }
};

// Calls work(begin, end, thread) for parts of 0..total, in parallel where `cost` (in multiply-adds, roughly) pays for waking
// the pool. Parts begin at multiples of `grain`.
template <class Work>
void split_by_thread(Pool* pool, Index total, Index grain, double cost, const Work& work) {
    constexpr double worth_waking = 200000;
    if (pool == nullptr || cost < worth_waking || total < 2 * grain) return work(Index{0}, total, 0);
    struct Shared {
        const Work* work;
        Index total, grain;
        int parts;
    } shared{&work, total, grain, pool->threads()};
    pool->run(
        [](void* context, int part, int thread) {
            const auto& s = *static_cast<const Shared*>(context);
            const Index grains = (s.total + s.grain - 1) / s.grain;
            const Index begin = grains * part / s.parts * s.grain;
            const Index last = grains * (part + 1) / s.parts * s.grain;
            const Index end = last < s.total ? last : s.total;
            if (begin < end) (*s.work)(begin, end, thread);
        },
        &shared);
}

// The same for work(begin, end).
template <class Work>
void split(Pool* pool, Index total, Index grain, double cost, const Work& work) {
    split_by_thread(pool, total, grain, cost, [&](Index begin, Index end, int) { work(begin, end); });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
