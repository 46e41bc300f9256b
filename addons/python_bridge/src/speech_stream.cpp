#include "speech_stream.h"

#include "class_instance.h"
#include "clock.h"
#include "core.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

namespace pybridge {

namespace {

constexpr const char *stream_class = "SpeechStream";
constexpr const char *playback_class = "SpeechPlayback";

class Playback;

// Whose `_mix` gets the voice: the ring has one reader.
std::atomic<Playback *> owner{nullptr};
// Held, never waited for, while the voice is mixed: a script can call mix_audio() on a playback as well.
std::atomic_flag mixing = ATOMIC_FLAG_INIT;

class Stream {
public:
    explicit Stream(bool notify) : object_(construct_object("AudioStream", stream_class, this, notify)) { ++core().live_streams; }
    ~Stream() { --core().live_streams; }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    GDExtensionObjectPtr object() const { return object_; }

private:
    GDExtensionObjectPtr object_;
};

class Playback {
public:
    explicit Playback(bool notify) : object_(construct_object("AudioStreamPlayback", playback_class, this, notify)) {
        ++core().live_playbacks;
        godot().method_ptrcall(godot().audio_mix_rate, godot().singleton(StringName("AudioServer").get()), nullptr, &mix_rate_);
    }
    ~Playback() {
        Playback *self = this;
        owner.compare_exchange_strong(self, nullptr);
        --core().live_playbacks;
    }
    Playback(const Playback &) = delete;
    Playback &operator=(const Playback &) = delete;

    GDExtensionObjectPtr object() const { return object_; }

    void start() {
        owner.store(this);
        playing_.store(true);
    }
    void stop() { playing_.store(false); }
    bool playing() const { return playing_.load(); }
    double position_s() const { return static_cast<double>(mixed_frames_.load(std::memory_order_relaxed)) / mix_rate_; }

    // Fills all of `frames`: a playback that gives fewer is ended by Godot.
    void mix(AudioFrame *out, int frames, double scale) {
        const int64_t asked_ns = now_ns();
        if (owner.load() != this || mixing.test_and_set(std::memory_order_acquire)) {
            std::fill(out, out + frames, AudioFrame{0.0F, 0.0F});
            return;
        }
        core().voice.mix(out, frames, mix_rate_, scale, asked_ns);
        mixing.clear(std::memory_order_release);
        mixed_frames_.fetch_add(frames, std::memory_order_relaxed);
        core().mixes.fetch_add(1, std::memory_order_relaxed);
        const int64_t took_ns = now_ns() - asked_ns;
        if (took_ns > core().worst_mix_ns.load(std::memory_order_relaxed)) core().worst_mix_ns.store(took_ns);
    }

private:
    GDExtensionObjectPtr object_;
    double mix_rate_ = 44100.0;
    std::atomic<bool> playing_{false};
    std::atomic<int64_t> mixed_frames_{0};
};

// ---- the virtual methods. In their calls a float is a double, an int an int64_t, an AudioFrame* an AudioFrame**.

using Arguments = const GDExtensionConstTypePtr *;

Playback &playback(GDExtensionClassInstancePtr self) {
    return *static_cast<Playback *>(self);
}

void stream_instantiate(GDExtensionClassInstancePtr, Arguments, GDExtensionTypePtr result) {
    // `result` is a null Ref: given the object this way it takes the first reference over, and Godot frees it.
    godot().ref_set_object(result, std::make_unique<Playback>(true).release()->object());
}
void playback_start(GDExtensionClassInstancePtr self, Arguments, GDExtensionTypePtr) {
    playback(self).start();
}
void playback_stop(GDExtensionClassInstancePtr self, Arguments, GDExtensionTypePtr) {
    playback(self).stop();
}
void playback_is_playing(GDExtensionClassInstancePtr self, Arguments, GDExtensionTypePtr result) {
    Crossing<bool>::write(playback(self).playing(), result);
}
void playback_position(GDExtensionClassInstancePtr self, Arguments, GDExtensionTypePtr result) {
    *static_cast<double *>(result) = playback(self).position_s();
}
void playback_mix(GDExtensionClassInstancePtr self, Arguments arguments, GDExtensionTypePtr result) {
    AudioFrame *out = *static_cast<AudioFrame *const *>(arguments[0]);
    const double scale = *static_cast<const double *>(arguments[1]);
    const int64_t frames = Crossing<int64_t>::read(arguments[2]);
    playback(self).mix(out, static_cast<int>(frames), scale);
    Crossing<int64_t>::write(frames, result);
}
void give_zero_length(GDExtensionClassInstancePtr, Arguments, GDExtensionTypePtr result) {
    *static_cast<double *>(result) = 0.0;
}
void give_zero(GDExtensionClassInstancePtr, Arguments, GDExtensionTypePtr result) {
    Crossing<int64_t>::write(0, result);
}
void give_true(GDExtensionClassInstancePtr, Arguments, GDExtensionTypePtr result) {
    Crossing<bool>::write(true, result);
}
void do_nothing(GDExtensionClassInstancePtr, Arguments, GDExtensionTypePtr) {}

struct VirtualMethod {
    const char *name;
    uint32_t hash; // of its signature, from extension_api.json
    GDExtensionClassCallVirtual function;
};

// A class's virtual methods by their interned names. Godot looks them up in the mixer's thread, so the names are made before.
class VirtualTable {
public:
    explicit VirtualTable(const std::vector<VirtualMethod> &methods) : methods_(methods) {
        for (const VirtualMethod &method : methods_)
            names_.push_back(std::make_unique<StringName>(method.name));
    }

    GDExtensionClassCallVirtual find(const void *interned, uint32_t hash) const {
        for (size_t i = 0; i < methods_.size(); ++i) {
            if (names_[i]->interned() != interned) continue;
            if (methods_[i].hash == hash) return methods_[i].function;
            std::fprintf(stderr, "python_bridge: %s has another signature in this Godot; speech stays silent.\n",
                         methods_[i].name);
        }
        return nullptr;
    }

private:
    std::vector<VirtualMethod> methods_;
    std::vector<std::unique_ptr<StringName>> names_;
};

std::optional<VirtualTable> stream_virtuals;
std::optional<VirtualTable> playback_virtuals;

GDExtensionClassCallVirtual find_virtual(void *table, GDExtensionConstStringNamePtr name, uint32_t hash) {
    return static_cast<const VirtualTable *>(table)->find(*static_cast<const void *const *>(name), hash);
}

template <class Instance>
GDExtensionObjectPtr create(void *, GDExtensionBool notify) {
    // Owned by its Godot object from here on; `destroy` ends it.
    return std::make_unique<Instance>(notify != 0).release()->object();
}

template <class Instance>
void destroy(void *, GDExtensionClassInstancePtr instance) {
    const std::unique_ptr<Instance> owned(static_cast<Instance *>(instance));
}

template <class Instance>
void register_class(const char *name, const char *base, VirtualTable &virtuals) {
    GDExtensionClassCreationInfo5 info = {};
    info.is_exposed = 1;
    info.create_instance_func = create<Instance>;
    info.free_instance_func = destroy<Instance>;
    info.get_virtual_func = find_virtual;
    info.class_userdata = &virtuals;
    godot().register_class(godot().library, StringName(name).get(), StringName(base).get(), &info);
}

} // namespace

void register_speech_classes() {
    stream_virtuals.emplace(std::vector<VirtualMethod>{{"_instantiate_playback", 3093715447, stream_instantiate},
                                                       {"_get_length", 1740695150, give_zero_length},
                                                       {"_is_monophonic", 36873697, give_true}});
    playback_virtuals.emplace(std::vector<VirtualMethod>{{"_start", 373806689, playback_start},
                                                         {"_stop", 3218959716, playback_stop},
                                                         {"_is_playing", 36873697, playback_is_playing},
                                                         {"_mix", 925936155, playback_mix},
                                                         {"_get_playback_position", 1740695150, playback_position},
                                                         {"_get_loop_count", 3905245786, give_zero},
                                                         {"_seek", 373806689, do_nothing},
                                                         {"_tag_used_streams", 3218959716, do_nothing}});
    register_class<Stream>(stream_class, "AudioStream", *stream_virtuals);
    register_class<Playback>(playback_class, "AudioStreamPlayback", *playback_virtuals);
}

void unregister_speech_classes() {
    godot().unregister_class(godot().library, StringName(playback_class).get());
    godot().unregister_class(godot().library, StringName(stream_class).get());
    playback_virtuals.reset();
    stream_virtuals.reset();
}

} // namespace pybridge
