#include "bridge_node.h"

#include "bind.h"
#include "class_instance.h"
#include "clock.h"
#include "core.h"
#ifdef PYTHON_BRIDGE_BENCH
#include "python_api.h"
#endif
#include "signals.h"

#include <memory>
#include <optional>
#include <utility>

namespace pybridge {

namespace {

constexpr size_t frames_a_lock = 32; // taken from the queue at once while draining

GDExtensionObjectPtr create(void *, GDExtensionBool notify) {
    // Owned by its Godot object from here on; `destroy` ends it.
    return std::make_unique<BridgeNode>(notify != 0).release()->object();
}

void destroy(void *, GDExtensionClassInstancePtr instance) {
    const std::unique_ptr<BridgeNode> owned(static_cast<BridgeNode *>(instance));
}

// The signal's name as emit_signal takes it.
std::optional<Variant> event_signal;

void emit(GDExtensionObjectPtr object, Frame frame) {
    const Variant topic = to_variant(frame.topic);
    const Variant body = to_variant(Bytes{std::move(frame.body)});
    const GDExtensionConstVariantPtr arguments[] = {event_signal->get(), topic.get(), body.get()};
    Variant result;
    GDExtensionCallError error = {};
    godot().method_call(godot().object_emit_signal, object, arguments, 3, result.get(), &error);
}

} // namespace

void BridgeNode::register_class() {
    GDExtensionClassCreationInfo5 info = {};
    info.is_exposed = 1;
    info.create_instance_func = create;
    info.free_instance_func = destroy;
    godot().register_class(godot().library, StringName(name).get(), StringName("Node").get(), &info);
    bind<&BridgeNode::start>(name, "start", {"config"});
    bind<&BridgeNode::post>(name, "post", {"topic", "frame"});
    bind<&BridgeNode::drain>(name, "drain", {"budget_usec"});
    bind<&BridgeNode::now>(name, "now_ns");
    bind<&BridgeNode::stop_speech>(name, "stop_speech");
    bind<&BridgeNode::epoch>(name, "epoch");
    bind<&BridgeNode::playhead>(name, "playhead");
    bind<&BridgeNode::quit_requested>(name, "quit_requested");
    bind<&BridgeNode::request_end>(name, "request_end");
    bind<&BridgeNode::ended>(name, "ended");
    bind<&BridgeNode::exit_code>(name, "exit_code");
    bind<&BridgeNode::error>(name, "error");
    bind<&BridgeNode::stats>(name, "stats");
#ifdef PYTHON_BRIDGE_BENCH
    bind<&BridgeNode::touch_gil>(name, "touch_gil");
#endif
    register_signal(name, "event", {{"topic", Crossing<std::string>::type}, {"frame", Crossing<Bytes>::type}});
    StringName event("event");
    event_signal.emplace(GDEXTENSION_VARIANT_TYPE_STRING_NAME, event.get());
}

void BridgeNode::unregister_class() {
    event_signal.reset();
    godot().unregister_class(godot().library, StringName(name).get());
}

BridgeNode::BridgeNode(bool notify) : object_(construct_object("Node", name, this, notify)) {
    ++core().live_bridges;
}

BridgeNode::~BridgeNode() {
    if (started_) core().interpreter.join();
    --core().live_bridges;
}

bool BridgeNode::start(const TextSettings &config) {
    const PythonConfig python = {config.text("library"), config.text("home"),   config.text("site"), config.text("executable"),
                                 config.text("code"),    config.text("module"), config.text("args")};
    if (!core().interpreter.start(python)) return false;
    started_ = true;
    core().marks.start();
    install_signal_handlers();
    return true;
}

bool BridgeNode::post(std::string topic, Bytes frame) {
    return core().to_python.push({std::move(topic), std::move(frame.data)});
}

int64_t BridgeNode::drain(int64_t budget_usec) {
    const int64_t until = now_ns() + budget_usec * 1000;
    std::deque<Frame> &taken = core().taken;
    int64_t given = 0;
    do {
        if (taken.empty() && core().to_godot.take(taken, frames_a_lock) == 0) break;
        Frame frame = std::move(taken.front());
        taken.pop_front();
        emit(object_, std::move(frame));
        ++given;
    } while (now_ns() < until);
    return given;
}

int64_t BridgeNode::now() const {
    return now_ns();
}
int64_t BridgeNode::stop_speech() {
    return core().voice.stop(now_ns());
}
int64_t BridgeNode::epoch() const {
    return core().voice.epoch();
}

std::vector<int64_t> BridgeNode::playhead() const {
    const SpeechVoice::Playhead::Values values = core().voice.playhead();
    return std::vector<int64_t>(values.begin(), values.end());
}

bool BridgeNode::quit_requested() const {
    return quit_signalled();
}
void BridgeNode::request_end() {
    core().interpreter.request_end();
}
bool BridgeNode::ended() {
    return core().interpreter.ended();
}
int64_t BridgeNode::exit_code() const {
    return core().interpreter.exit_code();
}
std::string BridgeNode::error() const {
    return core().interpreter.error();
}

Counters BridgeNode::stats() const {
    const FrameQueue::Counts down = core().to_godot.counts();
    const FrameQueue::Counts up = core().to_python.counts();
    const auto count = [](uint64_t value) { return static_cast<int64_t>(value); };
    return {
        {"dropped", count(down.dropped() + up.dropped())},
        {"to_godot_total", count(down.total)},
        {"to_godot_dropped_full", count(down.dropped_full)},
        {"to_godot_dropped_large", count(down.dropped_large)},
        {"to_godot_dropped_closed", count(down.dropped_closed)},
        {"to_python_total", count(up.total)},
        {"to_python_dropped_full", count(up.dropped_full)},
        {"to_python_dropped_large", count(up.dropped_large)},
        {"to_python_dropped_closed", count(up.dropped_closed)},
        {"underruns", count(core().voice.underruns())},
        {"marks_lost", count(core().voice.events_lost())},
        {"ring_frames", count(core().voice.waiting_frames())},
        {"mixes", core().mixes.load()},
        {"worst_mix_ns", core().worst_mix_ns.load()},
        {"live_bridges", core().live_bridges.load()},
        {"live_streams", core().live_streams.load()},
        {"live_playbacks", core().live_playbacks.load()},
    };
}

#ifdef PYTHON_BRIDGE_BENCH
// What the bridge must never do, for the benchmark to compare with.
void BridgeNode::touch_gil() {
    py().PyGILState_Release(py().PyGILState_Ensure());
}
#endif

} // namespace pybridge
