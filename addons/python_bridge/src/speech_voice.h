#pragma once

#include "mix_timeline.h"
#include "resampler.h"
#include "seqlock.h"
#include "speech_ring.h"
#include "spsc.h"
#include "stop_switch.h"
#include "wake.h"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace pybridge {

// The layout of Godot's native struct AudioFrame.
struct AudioFrame {
    float left;
    float right;
};

// What the mixer did, for the thread that makes marks of it. Stamps are `MixTimeline`'s.
struct SpeechEvent {
    enum class Kind { Audible, Finished, Cut };

    Kind kind;
    int64_t utterance;
    int64_t at_ns;
    int64_t heard_frames; // Cut: frames of it, at its own rate, that were mixed before the silence
    int64_t asked_ns;     // Cut: when the stop was asked for
};

// The co-host's one voice: PCM in from one thread, stopped by any, mixed by the audio thread. Knows neither Godot nor Python.
class SpeechVoice {
public:
    enum class Refusal { None, EpochOver, Full };
    struct Pushed {
        Refusal refusal;
        int64_t frames;
    };

    // [utterance, frame in it, its rate in Hz, stamp of that frame, 1 while it sounds] of the latest block; rate 0 = nothing yet.
    using Playhead = SeqLock<5>;
    static constexpr size_t playhead_time = 3; // the others: utterance, frame in it, rate, (time), sounding

    // ---- the producer's side; any thread, one at a time through a lock that the mixer never sees
    Pushed push(int64_t utterance, int64_t epoch, int32_t rate, const int16_t *samples, size_t count, bool last);
    // The rate at which the open utterance was begun, or 0 when `utterance` is not it.
    int32_t open_rate(int64_t utterance);
    uint64_t room();

    // ---- any thread
    int64_t stop(int64_t now_ns) { return stop_.stop(now_ns); }
    int64_t epoch() const { return stop_.epoch(); }
    Playhead::Values playhead() const { return playhead_.load(); }
    uint64_t waiting_frames() const { return ring_.waiting(); }
    uint64_t underruns() const { return underruns_.load(std::memory_order_relaxed); }
    uint64_t events_lost() const { return events_lost_.load(std::memory_order_relaxed); }

    // ---- the audio thread. Fills all of `frames`. `scale` is the player's pitch.
    void mix(AudioFrame *out, int frames, double mix_rate, double scale, int64_t asked_ns);

    // ---- the marks' thread
    const SpeechEvent *next_event() const { return events_.peek(); }
    void pop_event() { events_.pop(); }
    Wake &wake() { return wake_; }

private:
    enum class State { Idle, Playing, Starved, Stopping };
    struct Block;

    void notice_stop();
    bool begin_next(Block &block);
    void play(Block &block);
    void starve(Block &block);
    void fade_out(Block &block);
    void finish(const Block &block);
    void cut(const Block &block);

    void look_for_end();
    bool readable() const;
    float next_sample();
    float held_tail();
    void note_audible(const Block &block, float value);
    void note_position(const Block &block, bool sounding);
    void report(const SpeechEvent &event);

    SpeechRing ring_;
    StopSwitch stop_;
    const Resampler resampler_;
    Spsc<SpeechEvent, 2048> events_;
    Wake wake_;
    Playhead playhead_;
    std::mutex producer_;
    std::atomic<uint64_t> underruns_{0};
    std::atomic<uint64_t> events_lost_{0};

    // ---- the audio thread's own
    State state_ = State::Idle;
    MixTimeline timeline_;
    int64_t seen_epoch_ = 1;
    uint64_t written_ = 0;  // what of the ring this block may read
    uint64_t start_ = 0;    // of the utterance, a ring index
    uint64_t position_ = 0; // a ring index, and `fraction_` beyond it
    double fraction_ = 0.0;
    double step_ = 1.0;  // utterance frames a mixed frame
    uint64_t limit_ = 0; // ring index behind the last sample known of the utterance
    bool ended_ = false; // nothing follows `limit_`
    int64_t utterance_ = 0;
    int64_t utterance_epoch_ = 0;
    int32_t rate_ = 0;
    bool audible_ = false;
    float last_ = 0.0F; // the sample mixed last, held while fading without data
    int ramp_frames_ = 1;
    int fade_left_ = 0;
    int attack_left_ = 0;
    Playhead::Values head_{};
};

} // namespace pybridge
