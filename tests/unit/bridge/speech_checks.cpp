// What the voice does, sample by sample, in a time of its own.

#include "check.h"
#include "speech_marks.h"
#include "voice_rig.h"

#include <algorithm>

using pybridge::SpeechEvent;
using pybridge::SpeechVoice;
using Kind = pybridge::SpeechEvent::Kind;

namespace {

void same_rate_is_heard_as_it_is() {
    VoiceRig rig;
    const std::vector<int16_t> samples = sine(1000, 440.0, 48000.0, 0.5);
    CHECK_EQUAL(rig.push(1, samples), int64_t{1000});
    rig.mix(3);
    for (size_t i = 0; i < samples.size(); ++i)
        CHECK_EQUAL(rig.heard[i], static_cast<float>(samples[i]) / 32768.0F);
    CHECK(std::all_of(rig.heard.begin() + 1000, rig.heard.end(), [](float value) { return value == 0.0F; }));
    CHECK_EQUAL(rig.events.size(), size_t{2});
    CHECK(rig.events[0].kind == Kind::Audible && rig.events[1].kind == Kind::Finished);
    CHECK_EQUAL(rig.events[0].at_ns, VoiceRig::time_of(0, 1)); // sin(0) is silent
    CHECK_EQUAL(rig.events[1].at_ns, VoiceRig::time_of(1, 1000 - 512));
}

void audible_is_the_first_sample_over_the_threshold() {
    VoiceRig rig;
    std::vector<int16_t> samples = level(700, 103); // -50.05 dBFS
    samples[600] = -104;                            // -49.97 dBFS
    rig.push(1, samples);
    rig.mix(2);
    CHECK(rig.events[0].kind == Kind::Audible);
    CHECK_EQUAL(rig.events[0].at_ns, VoiceRig::time_of(1, 600 - 512));
}

void a_silent_utterance_finishes_without_being_audible() {
    VoiceRig rig;
    rig.push(0, level(100, 0));
    rig.push(1, {});
    rig.mix();
    CHECK_EQUAL(rig.events.size(), size_t{2});
    CHECK(rig.events[0].kind == Kind::Finished && rig.events[0].utterance == 0);
    CHECK(rig.events[1].kind == Kind::Finished && rig.events[1].utterance == 1);
}

void utterances_follow_each_other_without_a_gap() {
    VoiceRig rig;
    rig.push(1, level(300, 8192));
    rig.push(2, level(300, 16384));
    rig.mix(2);
    CHECK_EQUAL(rig.heard[299], 0.25F);
    CHECK_EQUAL(rig.heard[300], 0.5F);
    CHECK_EQUAL(rig.heard[599], 0.5F);
    CHECK_EQUAL(rig.heard[600], 0.0F);
    CHECK_EQUAL(rig.events[1].at_ns, VoiceRig::time_of(0, 300)); // finished 1
    CHECK_EQUAL(rig.events[2].at_ns, VoiceRig::time_of(0, 300)); // audible 2
}

void a_stop_fades_within_five_milliseconds_and_cuts_all_that_waited() {
    VoiceRig rig;
    const double amplitude = 0.5;
    rig.push(1, sine(48000, 440.0, 48000.0, amplitude));
    rig.push(2, level(500, 8192));
    rig.push(3, level(500, 8192), false);
    rig.mix(2);
    CHECK_EQUAL(rig.voice.stop(77), int64_t{2});
    rig.mix(2);
    const size_t silent = 2 * VoiceRig::block + 240;
    CHECK(std::abs(rig.heard[silent - 30]) > 0.0F);
    CHECK(std::all_of(rig.heard.begin() + silent, rig.heard.end(), [](float value) { return value == 0.0F; }));
    const double own_step = 2.0 * 3.14159265358979323846 * 440.0 / 48000.0 * amplitude;
    for (size_t i = 1; i < rig.heard.size(); ++i)
        CHECK(std::abs(rig.heard[i] - rig.heard[i - 1]) < own_step * 1.1);
    CHECK_EQUAL(rig.events.size(), size_t{4}); // audible 1 and three cuts
    for (size_t i = 1; i < 4; ++i) {
        CHECK(rig.events[i].kind == Kind::Cut);
        CHECK_EQUAL(rig.events[i].utterance, static_cast<int64_t>(i));
        CHECK_EQUAL(rig.events[i].asked_ns, int64_t{77});
        CHECK_EQUAL(rig.events[i].at_ns, VoiceRig::time_of(2, 240));
        CHECK_EQUAL(rig.events[i].heard_frames, int64_t{i == 1 ? 2 * 512 + 240 : 0});
    }
}

void after_a_stop_the_next_epoch_sounds_in_the_same_block() {
    VoiceRig rig;
    rig.push(1, level(5000, 8192));
    rig.mix();
    rig.voice.stop(0);
    rig.push(2, level(100, 16384));
    rig.mix();
    CHECK_EQUAL(rig.heard[512 + 240], 0.5F);
    CHECK(rig.events.back().kind == Kind::Finished && rig.events.back().utterance == 2);
}

void a_push_of_an_old_epoch_never_sounds() {
    VoiceRig rig;
    const int64_t old = rig.voice.epoch();
    rig.push(1, level(100, 8192), false);
    rig.voice.stop(0);
    const std::vector<int16_t> samples = level(100, 8192);
    CHECK(rig.voice.push(1, old, 48000, samples.data(), 100, true).refusal == SpeechVoice::Refusal::EpochOver);
    // The same number in the new epoch is a new utterance, not the rest of the stopped one.
    rig.push(1, level(100, 16384));
    rig.mix();
    CHECK_EQUAL(rig.heard[0], 0.5F);
    CHECK_EQUAL(rig.heard[100], 0.0F);
    CHECK(rig.events[0].kind == Kind::Cut && rig.events[1].kind == Kind::Audible && rig.events[2].kind == Kind::Finished);
}

void each_cut_says_when_its_own_stop_was_asked() {
    VoiceRig rig;
    rig.push(1, level(100, 8192));
    rig.voice.stop(11);
    rig.push(2, level(100, 8192));
    rig.voice.stop(22);
    rig.mix();
    CHECK_EQUAL(rig.events[0].asked_ns, int64_t{11});
    CHECK_EQUAL(rig.events[1].asked_ns, int64_t{22});
}

void a_stream_that_runs_dry_is_an_underrun_and_goes_on() {
    VoiceRig rig;
    rig.push(1, level(1500, 8192), false);
    rig.mix(4);
    CHECK_EQUAL(rig.voice.underruns(), uint64_t{1});
    CHECK_EQUAL(rig.heard.back(), 0.0F);
    CHECK_EQUAL(rig.voice.playhead()[4], int64_t{0});
    rig.push(1, level(100, 8192), false);
    rig.mix();
    CHECK_EQUAL(rig.heard.back(), 0.0F); // 2 ms are not worth a start
    rig.push(1, level(5000, 8192), true);
    rig.mix(20);
    CHECK_EQUAL(rig.voice.underruns(), uint64_t{1});
    CHECK_EQUAL(std::count(rig.heard.begin(), rig.heard.end(), 0.25F), std::ptrdiff_t{6600 - 240}); // 240 fade in
    CHECK(rig.events.back().kind == Kind::Finished);
}

void a_stream_whose_end_is_there_does_not_wait() {
    VoiceRig rig;
    rig.push(1, level(200, 8192), false);
    rig.mix();
    CHECK_EQUAL(rig.heard[0], 0.0F); // 4 ms of an unfinished utterance wait for more
    rig.push(1, {}, true);
    rig.mix();
    CHECK_EQUAL(rig.heard[512], 0.25F);
    CHECK(rig.events.back().kind == Kind::Finished);
    CHECK_EQUAL(rig.voice.underruns(), uint64_t{0});
}

void a_starved_utterance_can_be_stopped() {
    VoiceRig rig;
    rig.push(1, level(1500, 8192), false);
    rig.mix(5);
    rig.voice.stop(5);
    rig.mix();
    CHECK(rig.events.back().kind == Kind::Cut);
    CHECK_EQUAL(rig.events.back().at_ns, VoiceRig::time_of(5, 0));
    CHECK(rig.events.back().heard_frames >= 1500 - 16 && rig.events.back().heard_frames <= 1500);
}

void an_utterance_left_open_ends_where_the_next_begins() {
    VoiceRig rig;
    rig.push(1, level(300, 8192), false);
    rig.push(2, level(300, 16384));
    rig.mix(2);
    CHECK_EQUAL(rig.heard[299], 0.25F);
    CHECK_EQUAL(rig.heard[300], 0.5F);
    CHECK_EQUAL(rig.events.size(), size_t{4});
}

double error_db(double hertz, int32_t rate, double mix_rate) {
    VoiceRig rig;
    const size_t count = static_cast<size_t>(rate);
    const double amplitude = 0.5;
    rig.push(1, sine(count, hertz, rate, amplitude), true, rate);
    rig.mix(100);
    double signal = 0.0;
    double error = 0.0;
    for (int i = 2000; i < 40000; ++i) {
        const double wanted = amplitude * std::sin(2.0 * 3.14159265358979323846 * hertz * i / mix_rate);
        signal += wanted * wanted;
        error += (rig.heard[static_cast<size_t>(i)] - wanted) * (rig.heard[static_cast<size_t>(i)] - wanted);
    }
    return 10.0 * std::log10(error / signal);
}

void resampling_keeps_a_sine_and_the_length() {
    for (const int32_t rate : {16000, 22050, 24000, 44100}) {
        CHECK(error_db(440.0, rate, VoiceRig::mix_rate) < -60.0);
        CHECK(error_db(5000.0, rate, VoiceRig::mix_rate) < -60.0);
        VoiceRig rig;
        rig.push(1, sine(static_cast<size_t>(rate), 440.0, rate, 0.5), true, rate);
        rig.mix(100);
        CHECK(rig.events.back().kind == Kind::Finished);
        CHECK(std::abs(rig.events.back().at_ns - 2'000'000'000) < 25'000); // one frame of 48 kHz and rounding
    }
}

void the_playhead_is_where_the_latest_block_began() {
    VoiceRig rig;
    CHECK_EQUAL(rig.voice.playhead()[2], int64_t{0});
    rig.push(7, level(1200, 8192), true, 24000);
    rig.mix(2);
    const SpeechVoice::Playhead::Values head = rig.voice.playhead();
    CHECK_EQUAL(head[0], int64_t{7});
    CHECK_EQUAL(head[1], int64_t{256});
    CHECK_EQUAL(head[2], int64_t{24000});
    CHECK_EQUAL(head[3], VoiceRig::time_of(1, 0));
    CHECK_EQUAL(head[4], int64_t{1});
    rig.mix(4);
    CHECK_EQUAL(rig.voice.playhead()[1], int64_t{1200});
    CHECK_EQUAL(rig.voice.playhead()[4], int64_t{0});
}

void blocks_asked_for_in_one_go_follow_each_other_in_time() {
    pybridge::MixTimeline timeline;
    CHECK_EQUAL(timeline.begin(1'000'000'000, 480, 48000.0), int64_t{1'000'000'000});
    CHECK_EQUAL(timeline.begin(1'000'100'000, 480, 48000.0), int64_t{1'010'000'000});
    CHECK_EQUAL(timeline.begin(1'000'200'000, 480, 48000.0), int64_t{1'020'000'000});
    CHECK_EQUAL(timeline.begin(1'029'000'000, 480, 48000.0), int64_t{1'029'000'000});
}

void a_full_ring_takes_what_fits() {
    VoiceRig rig;
    const uint64_t room = rig.voice.room();
    CHECK(room >= 60 * 24000);
    CHECK_EQUAL(rig.push(1, level(room + 5, 8192)), static_cast<int64_t>(room));
    CHECK_EQUAL(rig.voice.room(), uint64_t{0});
    rig.mix();
    CHECK_EQUAL(rig.voice.room(), uint64_t{512});
    CHECK_EQUAL(rig.push(1, level(5, 8192)), int64_t{5}); // `last` counts only now
    rig.mix(static_cast<int>(room / 512) + 1);
    CHECK(rig.events.back().kind == Kind::Finished);
    CHECK_EQUAL(rig.voice.underruns(), uint64_t{0});
}

void too_many_utterances_are_refused_and_none_is_lost() {
    VoiceRig rig;
    int64_t accepted = 0;
    while (rig.push(accepted + 1, level(10, 8192)) == 10)
        ++accepted;
    CHECK(accepted >= 500);
    CHECK_EQUAL(rig.voice.room(), uint64_t{0});
    rig.mix(30);
    CHECK_EQUAL(std::count_if(rig.events.begin(), rig.events.end(),
                              [](const SpeechEvent &event) { return event.kind == Kind::Finished; }),
                static_cast<std::ptrdiff_t>(accepted));
}

void marks_are_the_fields_of_flow_mark() {
    const pybridge::Frame cut = pybridge::mark_of({Kind::Cut, 3, 10, 4, 9});
    CHECK_EQUAL(cut.topic, std::string("cut"));
    CHECK_EQUAL(cut.body, std::string("{\"utterance\":3,\"at_ns\":10,\"heard_frames\":4,\"asked_ns\":9}\n"));
    const pybridge::Frame audible = pybridge::mark_of({Kind::Audible, 3, 10, 0, 0});
    CHECK_EQUAL(audible.topic + audible.body, std::string("audible{\"utterance\":3,\"at_ns\":10}\n"));
}

void a_queue_is_bounded_by_frames_and_bytes() {
    pybridge::FrameQueue queue({3, 10, 1});
    CHECK(queue.push({"a", "1234"}));
    CHECK(queue.push({"b", "1234"}));
    CHECK(!queue.push({"c", ""})); // an eleventh byte
    CHECK(queue.wait(0.0)->topic == "a");
    CHECK(queue.push({"c", ""}));
    CHECK(queue.push({"d", ""}));
    CHECK(!queue.push({"e", ""})); // a fourth frame
    CHECK(queue.push_reserved({"f", ""}));
    CHECK(!queue.push_reserved({"g", ""}));
    CHECK(!queue.push({"h", "0123456789"}));
    queue.close();
    CHECK(!queue.push({"i", ""}));
    const pybridge::FrameQueue::Counts counts = queue.counts();
    CHECK_EQUAL(counts.total, uint64_t{5});
    CHECK_EQUAL(counts.dropped_full, uint64_t{3});
    CHECK_EQUAL(counts.dropped_large, uint64_t{1});
    CHECK_EQUAL(counts.dropped_closed, uint64_t{1});
    std::string order;
    while (const std::optional<pybridge::Frame> frame = queue.wait(60.0))
        order += frame->topic;
    CHECK_EQUAL(order, std::string("bcdf"));
}

} // namespace

int main() {
    same_rate_is_heard_as_it_is();
    audible_is_the_first_sample_over_the_threshold();
    a_silent_utterance_finishes_without_being_audible();
    utterances_follow_each_other_without_a_gap();
    a_stop_fades_within_five_milliseconds_and_cuts_all_that_waited();
    after_a_stop_the_next_epoch_sounds_in_the_same_block();
    a_push_of_an_old_epoch_never_sounds();
    each_cut_says_when_its_own_stop_was_asked();
    a_stream_that_runs_dry_is_an_underrun_and_goes_on();
    a_stream_whose_end_is_there_does_not_wait();
    a_starved_utterance_can_be_stopped();
    an_utterance_left_open_ends_where_the_next_begins();
    resampling_keeps_a_sine_and_the_length();
    the_playhead_is_where_the_latest_block_began();
    blocks_asked_for_in_one_go_follow_each_other_in_time();
    a_full_ring_takes_what_fits();
    too_many_utterances_are_refused_and_none_is_lost();
    marks_are_the_fields_of_flow_mark();
    a_queue_is_bounded_by_frames_and_bytes();
    std::puts("19 checks hold");
}
