#include "speech_voice.h"

#include <algorithm>
#include <cmath>

namespace pybridge {

namespace {

constexpr double ramp_s = 0.005;      // fade at a stop or a gap: shorter clicks, longer is heard as a late stop
constexpr int prebuffer_ms = 20;      // for an utterance whose end is not there yet
constexpr int rebuffer_ms = 40;       // after a gap
constexpr float audible = 0.0031623F; // -50 dBFS

} // namespace

// What one call of `mix` fills, from `at` on.
struct SpeechVoice::Block {
    AudioFrame *out;
    int frames;
    double mix_rate;
    double scale;
    int64_t start_ns;
    int at = 0;

    bool full() const { return at >= frames; }
    void put(float value) { out[at++] = {value, value}; }
    void silence() {
        while (!full())
            put(0.0F);
    }
    int64_t time_ns() const { return start_ns + static_cast<int64_t>(at * 1e9 / mix_rate); }
};

SpeechVoice::Pushed SpeechVoice::push(int64_t utterance, int64_t epoch, int32_t rate, const int16_t *samples, size_t count,
                                      bool last) {
    const std::lock_guard<std::mutex> lock(producer_);
    if (epoch != stop_.epoch()) return {Refusal::EpochOver, 0};
    if (!ring_.takes_borders()) return {Refusal::Full, 0};
    const size_t taken = ring_.push(utterance, epoch, rate, samples, count, last);
    return {taken < count ? Refusal::Full : Refusal::None, static_cast<int64_t>(taken)};
}

int32_t SpeechVoice::open_rate(int64_t utterance) {
    const std::lock_guard<std::mutex> lock(producer_);
    return ring_.open_utterance() == utterance ? ring_.open_rate() : 0;
}

uint64_t SpeechVoice::room() {
    const std::lock_guard<std::mutex> lock(producer_);
    return ring_.room();
}

void SpeechVoice::mix(AudioFrame *out, int frames, double mix_rate, double scale, int64_t asked_ns) {
    Block block{out, frames, mix_rate, scale, timeline_.begin(asked_ns, frames, mix_rate)};
    ramp_frames_ = std::max(1, static_cast<int>(mix_rate * ramp_s));
    written_ = ring_.written(); // before any border is looked at: every border below it can then be seen
    step_ = rate_ / mix_rate * scale;
    notice_stop();
    if (state_ == State::Playing) note_position(block, true);
    if (state_ == State::Idle) head_[playhead_time] = block.time_ns(); // silence is mixed too: that is how one sees it run
    while (!block.full()) {
        switch (state_) {
        case State::Idle:
            if (!begin_next(block)) block.silence();
            break;
        case State::Playing:
            play(block);
            break;
        case State::Starved:
            starve(block);
            break;
        case State::Stopping:
            fade_out(block);
            break;
        }
    }
    ring_.release(position_);
    playhead_.store(head_);
}

void SpeechVoice::notice_stop() {
    const int64_t epoch = stop_.epoch();
    if (epoch == seen_epoch_) return;
    seen_epoch_ = epoch;
    if (state_ == State::Playing) fade_left_ = ramp_frames_; // a starved one is fading already, or silent
    if (state_ == State::Playing || state_ == State::Starved) state_ = State::Stopping;
}

// From idle to the next utterance of the present epoch. What was stopped while it waited is cut here, unheard.
bool SpeechVoice::begin_next(Block &block) {
    while (const Border *border = ring_.next_border()) {
        if (!border->begin) {
            ring_.pop_border();
            continue;
        }
        if (border->epoch < seen_epoch_) {
            report({SpeechEvent::Kind::Cut, border->utterance, block.time_ns(), 0, stop_.ended_ns(border->epoch)});
            ring_.pop_border();
            continue;
        }
        // A border of a later epoch than this block has seen: the next block will.
        if (border->epoch > seen_epoch_ || border->at > written_) return false;
        const Border *end = ring_.next_border(1);
        const bool whole = end != nullptr && end->at <= written_;
        const uint64_t wanted = static_cast<uint64_t>(border->rate) * prebuffer_ms / 1000 + Resampler::ahead;
        if (!whole && written_ - border->at < wanted) {
            position_ = border->at;
            return false;
        }
        start_ = position_ = border->at;
        fraction_ = 0.0;
        utterance_ = border->utterance;
        utterance_epoch_ = border->epoch;
        rate_ = border->rate;
        step_ = rate_ / block.mix_rate * block.scale;
        audible_ = false;
        attack_left_ = 0;
        ring_.pop_border();
        state_ = State::Playing;
        note_position(block, true);
        return true;
    }
    position_ = written_; // samples without a living border were stopped
    return false;
}

void SpeechVoice::play(Block &block) {
    look_for_end();
    while (!block.full() && readable()) {
        float value = next_sample();
        if (attack_left_ > 0) value *= 1.0F - static_cast<float>(attack_left_--) / static_cast<float>(ramp_frames_);
        note_audible(block, value);
        block.put(value);
        last_ = value;
    }
    if (readable()) return;
    if (ended_) {
        finish(block);
    } else if (!block.full()) {
        underruns_.fetch_add(1, std::memory_order_relaxed);
        fade_left_ = ramp_frames_;
        note_position(block, false);
        state_ = State::Starved;
    }
}

void SpeechVoice::starve(Block &block) {
    look_for_end();
    while (!block.full() && fade_left_ > 0)
        block.put(held_tail());
    if (block.full()) return;
    const uint64_t wanted = static_cast<uint64_t>(rate_) * rebuffer_ms / 1000 + Resampler::ahead;
    if (ended_ || limit_ - position_ >= wanted) {
        attack_left_ = ramp_frames_;
        note_position(block, true);
        state_ = State::Playing;
    } else {
        block.silence();
    }
}

void SpeechVoice::fade_out(Block &block) {
    look_for_end();
    while (!block.full() && fade_left_ > 0) {
        if (readable()) last_ = next_sample();
        const float value = held_tail();
        note_audible(block, value);
        block.put(value);
    }
    if (fade_left_ == 0) cut(block);
}

float SpeechVoice::held_tail() {
    return last_ * static_cast<float>(fade_left_--) / static_cast<float>(ramp_frames_ + 1);
}

void SpeechVoice::finish(const Block &block) {
    report({SpeechEvent::Kind::Finished, utterance_, block.time_ns(), 0, 0});
    note_position(block, false);
    state_ = State::Idle;
}

void SpeechVoice::cut(const Block &block) {
    const int64_t heard = static_cast<int64_t>(position_ - start_);
    report({SpeechEvent::Kind::Cut, utterance_, block.time_ns(), heard, stop_.ended_ns(utterance_epoch_)});
    note_position(block, false);
    state_ = State::Idle;
}

void SpeechVoice::look_for_end() {
    const Border *end = ring_.next_border();
    ended_ = end != nullptr && end->at <= written_;
    limit_ = ended_ ? end->at : written_;
}

bool SpeechVoice::readable() const {
    return ended_ ? position_ < limit_ : position_ + Resampler::ahead < limit_;
}

float SpeechVoice::next_sample() {
    const bool as_it_is = step_ == 1.0 && fraction_ == 0.0;
    const float value = as_it_is ? static_cast<float>(ring_.sample(position_)) / 32768.0F
                                 : resampler_.at(ring_, start_, limit_, position_, fraction_);
    fraction_ += step_;
    const double whole = std::floor(fraction_);
    position_ = std::min(position_ + static_cast<uint64_t>(whole), limit_);
    fraction_ -= whole;
    return value;
}

void SpeechVoice::note_audible(const Block &block, float value) {
    if (audible_ || std::abs(value) < audible) return;
    audible_ = true;
    report({SpeechEvent::Kind::Audible, utterance_, block.time_ns(), 0, 0});
}

void SpeechVoice::note_position(const Block &block, bool sounding) {
    head_ = {utterance_, static_cast<int64_t>(position_ - start_), rate_, block.time_ns(), sounding ? 1 : 0};
}

void SpeechVoice::report(const SpeechEvent &event) {
    if (!events_.push(event)) events_lost_.fetch_add(1, std::memory_order_relaxed);
    wake_.post();
}

} // namespace pybridge
