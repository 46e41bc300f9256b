// Producer, stoppers, mixer, marks' reader and playhead readers at once, for the sanitizers and for what must always hold:
// what was stopped never sounds again, and every utterance that was taken ends in exactly one `finished` or `cut`.

#include "check.h"
#include "frame_queue.h"
#include "voice_rig.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <thread>

using pybridge::AudioFrame;
using pybridge::SpeechEvent;
using pybridge::SpeechVoice;
using Kind = pybridge::SpeechEvent::Kind;

namespace {

constexpr int utterances = 2500; // below 32,768, since a sample's value is its utterance
constexpr int ramp_frames = 240;
constexpr int block = 512;

// Told by the number alone, so that a torn playhead shows.
size_t length_of(int64_t utterance) {
    return 200 + static_cast<size_t>(utterance * 7919 % 6000);
}

struct Ending {
    int audible = 0;
    int finished = 0;
    int cut = 0;
    int64_t heard = 0;
};

struct Stress {
    SpeechVoice voice;
    std::atomic<bool> producing{true};
    std::atomic<bool> mixing{true};
    std::atomic<int64_t> blocks{0};                              // mixed so far
    std::array<std::atomic<int64_t>, utterances + 1> epoch_of{}; // 0 = not taken
    std::array<int64_t, utterances + 1> sounded{};               // frames mixed beyond a fade
    std::map<int64_t, Ending> endings;
    std::vector<int64_t> order;
    int64_t stops = 0;

    void produce(unsigned seed, bool whole) {
        std::mt19937 random(seed);
        for (int64_t utterance = 1; utterance <= utterances; ++utterance) {
            const std::vector<int16_t> samples(length_of(utterance), static_cast<int16_t>(utterance));
            const int64_t epoch = voice.epoch();
            size_t done = 0;
            epoch_of[static_cast<size_t>(utterance)].store(epoch);
            while (done < samples.size()) {
                const size_t left = samples.size() - done;
                const size_t count = whole ? left : std::min<size_t>(left, 1 + random() % 2000);
                const auto pushed = voice.push(utterance, epoch, 48000, samples.data() + done, count, count == left);
                if (pushed.refusal == SpeechVoice::Refusal::EpochOver) {
                    if (done == 0) epoch_of[static_cast<size_t>(utterance)].store(0);
                    break;
                }
                done += static_cast<size_t>(pushed.frames);
                if (pushed.refusal == SpeechVoice::Refusal::Full || random() % 4 == 0) std::this_thread::yield();
            }
            while (voice.waiting_frames() > 60000)
                std::this_thread::yield();
        }
        producing.store(false);
    }

    void stop_often(unsigned seed, int64_t &count) {
        std::mt19937 random(seed);
        while (producing.load()) {
            // Counted in blocks, not in time: on a busy machine time passes and nothing is mixed.
            const int64_t until = blocks.load() + 1 + random() % 40;
            while (blocks.load() < until && producing.load())
                std::this_thread::yield();
            voice.stop(asked_++);
            ++count;
        }
    }

    void mix(bool whole) {
        int64_t now = 0;
        int quiet = 0;
        while (quiet < 4) {
            const int64_t epoch = voice.epoch();
            AudioFrame out[block];
            voice.mix(out, block, 48000.0, 1.0, now += 10'666'666);
            ++blocks;
            bool sound = false;
            for (int i = 0; i < block; ++i) {
                CHECK(out[i].left == out[i].right);
                if (out[i].left != 0.0F) sound = true;
                const float value = out[i].left * 32768.0F;
                if (!whole || i < ramp_frames || value == 0.0F) continue;
                // Beyond the fade only whole levels are heard, and none of an epoch that was over before this block.
                const auto utterance = static_cast<size_t>(value);
                CHECK(static_cast<float>(utterance) == value && utterance <= utterances);
                CHECK(epoch_of[utterance].load() >= epoch);
                ++sounded[utterance];
            }
            quiet = sound || producing.load() || voice.waiting_frames() > 0 ? 0 : quiet + 1;
        }
        mixing.store(false);
        voice.wake().post();
    }

    void read_marks() {
        for (bool last = false;;) {
            while (const SpeechEvent *event = voice.next_event()) {
                Ending &ending = endings[event->utterance];
                if (event->kind == Kind::Audible) {
                    CHECK(ending.finished + ending.cut == 0);
                    ++ending.audible;
                } else {
                    if (event->kind == Kind::Finished) ++ending.finished;
                    if (event->kind == Kind::Cut) ++ending.cut;
                    ending.heard = event->heard_frames;
                    order.push_back(event->utterance);
                }
                voice.pop_event();
            }
            if (last) return;
            last = !mixing.load(); // what was reported before the mixer ended is read once more
            if (!last) voice.wake().wait();
        }
    }

    void read_playhead() const {
        while (mixing.load()) {
            const SpeechVoice::Playhead::Values head = voice.playhead();
            if (head[2] == 0) continue;
            CHECK_EQUAL(head[2], int64_t{48000});
            CHECK(head[1] >= 0 && head[1] <= static_cast<int64_t>(length_of(head[0])));
        }
    }

    void run(bool whole) {
        std::array<int64_t, 2> stopped{};
        std::thread producer([&] { produce(1, whole); });
        std::thread stopper([&] { stop_often(2, stopped[0]); });
        std::thread other_stopper([&] { stop_often(3, stopped[1]); });
        std::thread marks([&] { read_marks(); });
        std::thread reader([&] { read_playhead(); });
        mix(whole);
        producer.join();
        stopper.join();
        other_stopper.join();
        marks.join();
        reader.join();
        stops = stopped[0] + stopped[1];
        // No two stops share an epoch.
        CHECK_EQUAL(voice.epoch(), 1 + stops);
        CHECK_EQUAL(voice.events_lost(), uint64_t{0});
        check_endings(whole);
    }

    void check_endings(bool whole) const {
        int finished = 0;
        int cut = 0;
        for (int64_t utterance = 1; utterance <= utterances; ++utterance) {
            const auto found = endings.find(utterance);
            const bool taken = epoch_of[static_cast<size_t>(utterance)].load() != 0;
            CHECK(taken == (found != endings.end()));
            if (!taken) continue;
            const Ending &ending = found->second;
            const auto length = static_cast<int64_t>(length_of(utterance));
            CHECK_EQUAL(ending.finished + ending.cut, 1);
            CHECK(ending.audible <= 1);
            CHECK(ending.heard <= length);
            if (whole) CHECK(sounded[static_cast<size_t>(utterance)] <= (ending.cut != 0 ? ending.heard : length));
            finished += ending.finished;
            cut += ending.cut;
        }
        for (size_t i = 1; i < order.size(); ++i)
            CHECK(order[i - 1] < order[i]);
        // A stress without both proves nothing.
        CHECK(finished > 0 && cut > 0);
        std::printf("%s: %d finished, %d cut, %lld stops, %llu underruns\n", whole ? "whole" : "streamed", finished, cut,
                    static_cast<long long>(stops), static_cast<unsigned long long>(voice.underruns()));
    }

private:
    std::atomic<int64_t> asked_{1};
};

void stress_queue() {
    constexpr int producers = 3;
    constexpr int frames_each = 20000;
    pybridge::FrameQueue queue({256, 16384, 8});
    std::atomic<int64_t> refused{0};
    std::atomic<int64_t> received{0};
    std::vector<std::thread> threads;
    for (int producer = 0; producer < producers; ++producer) {
        threads.emplace_back([&, producer] {
            for (int i = 0; i < frames_each; ++i) {
                if (!queue.push({std::to_string(producer), std::to_string(i)})) ++refused;
            }
        });
    }
    std::thread waiting([&] {
        while (queue.wait(60.0))
            ++received;
    });
    std::thread taking([&] {
        std::deque<pybridge::Frame> taken;
        while (!queue.closed())
            received += static_cast<int64_t>(queue.take(taken, 32));
    });
    for (std::thread &thread : threads)
        thread.join();
    queue.close();
    waiting.join();
    taking.join();
    CHECK_EQUAL(received.load() + refused.load(), int64_t{producers * frames_each});
    CHECK_EQUAL(static_cast<int64_t>(queue.counts().dropped()), refused.load());
}

} // namespace

int main() {
    for (const bool whole : {true, false}) {
        const auto stress = std::make_unique<Stress>();
        stress->run(whole);
    }
    stress_queue();
    std::puts("no stale sound, no lost mark, no lost frame");
}
