// A plan made runnable: its buffers in one block of memory, its operations as functions with their operands.
#pragma once

#include <memory>
#include <new>

#include "laws.hpp"
#include "operation.hpp"
#include "update.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// Zeroed memory on a 64-byte boundary.
template <class T>
class Block {
  public:
    Block() = default;
    explicit Block(Index count)
        : memory(static_cast<T*>(::operator new(static_cast<std::size_t>(count) * sizeof(T), std::align_val_t(64)))) {
        for (Index i = 0; i < count; ++i) memory.get()[i] = T{};
    }
    T* get() const { return memory.get(); }

  private:
    struct Free {
        void operator()(T* p) const { ::operator delete(p, std::align_val_t(64)); }
    };
    std::unique_ptr<T, Free> memory;
};

template <class T>
class Program {
  public:
    // For batches of up to `capacity` rows. `viewing` leaves out backward and update.
    Program(const PlanText& plan, Index capacity, bool viewing) : buffers(plan.buffers.size()) {
        Laws<T> laws;
        register_laws(laws);
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            const BufferLine& line = plan.buffers[i];
            Buffer<T>& buffer = buffers[i];
            buffer.line = &line;
            buffer.capacity = line.batched ? capacity : 1;
            for (const Index n : line.shape) buffer.columns *= n;
        }
        begins[0] = 0;
        int phase = 0;
        for (const OperationLine& line : plan.operations) {
            const int its = static_cast<int>(line.phase);
            if (its < phase) throw std::invalid_argument("the plan's phases are out of order at " + line.where);
            if (viewing && its > static_cast<int>(Phase::loss)) break;
            for (; phase < its; ++phase) begins[phase + 1] = operations.size();
            add(laws, line);
        }
        for (; phase < 4; ++phase) begins[phase + 1] = operations.size();
        input = only(Role::input);
        const Buffer<T>* numbers = find(Role::target);
        target = numbers != nullptr ? find(Role::target) : only(Role::classes);
        output = find(plan.output);
        if (output == nullptr) throw std::invalid_argument("the plan's output " + plan.output + " is no buffer of it");
        if (begins[2] - begins[1] != 1) throw std::invalid_argument("a plan needs exactly one operation in its loss phase");
        examples = operations[begins[1]].out[0];
    }

    // Takes memory for batches of up to `rows` rows, no more than the capacity. Inputs and targets are to be pointed at data
    // unless `copies_data`; parameters are those of `parameters_of` where it is given, and nothing is learned then.
    void allocate(Index rows, bool copies_data, int threads, const Program* parameters_of) {
        constexpr Index aligned = 64 / static_cast<Index>(sizeof(T));
        std::vector<Index> places(buffers.size(), -1);
        Index total = 0;
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            Buffer<T>& buffer = buffers[i];
            const Role role = buffer.line->role;
            if (parameters_of != nullptr && (role == Role::gradient || role == Role::slot)) continue;
            if (parameters_of != nullptr && role == Role::parameter) {
                buffer.data = parameters_of->buffers[i].data;
                continue;
            }
            if (!copies_data && (role == Role::input || role == Role::target || role == Role::classes)) continue;
            if (buffer.line->batched) buffer.capacity = rows;
            places[i] = total;
            const Index size = buffer.columns * buffer.capacity;
            total += (size + aligned - 1) / aligned * aligned + Buffer<T>::slack / static_cast<Index>(sizeof(T));
        }
        Index scratch = 0;
        for (const Operation<T>& op : operations) scratch = op.scratch > scratch ? op.scratch : scratch;
        scratch = (scratch + aligned - 1) / aligned * aligned + Buffer<T>::slack / static_cast<Index>(sizeof(T));
        memory = Block<T>(total + scratch * threads);
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            if (places[i] < 0) continue;
            Buffer<T>& buffer = buffers[i];
            if (buffer.line->role == Role::classes) {
                classes = Block<std::int32_t>(buffer.columns * buffer.capacity);
                buffer.classes = classes.get();
            } else {
                buffer.data = memory.get() + places[i];
            }
        }
        step.scratch = memory.get() + total;
        step.scratch_stride = scratch;
    }

    void run(Phase phase) {
        const auto which = static_cast<std::size_t>(phase);
        for (std::size_t i = begins[which]; i < begins[which + 1]; ++i) operations[i].run(operations[i], step);
    }
    void run() {
        for (const Operation<T>& op : operations) op.run(op, step);
    }

    const Buffer<T>* find(const std::string& name) const {
        for (const Buffer<T>& buffer : buffers) {
            if (buffer.line->name == name) return &buffer;
        }
        return nullptr;
    }
    Buffer<T>* find(const std::string& name) { return const_cast<Buffer<T>*>(static_cast<const Program&>(*this).find(name)); }

    std::vector<Buffer<T>> buffers;
    std::vector<Operation<T>> operations;
    Buffer<T>*input = nullptr, *target = nullptr, *output = nullptr, *examples = nullptr;
    Step<T> step;

  private:
    std::size_t begins[5] = {};
    Block<T> memory;
    Block<std::int32_t> classes;
    std::vector<std::unique_ptr<Moment<T>>> moments;
    std::vector<std::string> moment_keys;

    Buffer<T>* find(Role role) {
        for (Buffer<T>& buffer : buffers) {
            if (buffer.line->role == role) return &buffer;
        }
        return nullptr;
    }
    Buffer<T>* only(Role role) {
        Buffer<T>* found = find(role);
        if (found == nullptr) throw std::invalid_argument("a plan needs a buffer of inputs and one of targets or classes");
        return found;
    }

    void add(const Laws<T>& laws, const OperationLine& line) {
        const Law<T>* law = laws.find(line.law);
        Operation<T> op;
        op.line = &line;
        if (law == nullptr) op.fail("no law is called " + line.law);
        operands(op, line.reads, law->reads, law->reads_needed, "reads", op.in);
        operands(op, line.writes, law->writes, law->writes_needed, "writes", op.out);
        if (line.phase == Phase::update) op.moment = moment(line);
        op.run = law->run;
        law->prepare(op);
        operations.push_back(op);
    }

    void operands(const Operation<T>& op, const std::vector<std::string>& names, int most, int needed, const char* what,
                  Buffer<T>** to) {
        const auto count = static_cast<int>(names.size());
        if (count < needed || count > most) {
            op.fail(std::string("the law ") + what + " " + std::to_string(needed) + " to " + std::to_string(most) +
                    " buffers, got " + std::to_string(count));
        }
        for (int i = 0; i < count; ++i) {
            const std::string& name = names[static_cast<std::size_t>(i)];
            if (name == "-" && i >= needed) continue;
            to[i] = find(name);
            if (to[i] == nullptr) op.fail("no buffer is called " + name);
        }
    }

    Moment<T>* moment(const OperationLine& line) {
        std::string key = line.law;
        for (const auto& [name, value] : line.attributes) key += " " + name + " " + std::to_string(bits_of(value));
        for (std::size_t i = 0; i < moments.size(); ++i) {
            if (moment_keys[i] == key) return moments[i].get();
        }
        moment_keys.push_back(key);
        moments.push_back(std::make_unique<Moment<T>>());
        return moments.back().get();
    }
    static std::uint64_t bits_of(double value) { return numerics::bit_cast<std::uint64_t>(value); }
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
