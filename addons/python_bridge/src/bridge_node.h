#pragma once

#include "variant.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pybridge {

// The class `PythonBridge` (a Node) that scripts see. All of it is for the main thread, and none of it takes the GIL.
class BridgeNode {
public:
    static constexpr const char *name = "PythonBridge";

    static void register_class();
    static void unregister_class();

    explicit BridgeNode(bool notify);
    ~BridgeNode();
    BridgeNode(const BridgeNode &) = delete;
    BridgeNode &operator=(const BridgeNode &) = delete;

    GDExtensionObjectPtr object() const { return object_; }

private:
    bool start(const TextSettings &config);
    bool post(std::string topic, Bytes frame);
    int64_t drain(int64_t budget_usec);
    int64_t now() const;
    int64_t stop_speech();
    int64_t epoch() const;
    std::vector<int64_t> playhead() const;
    bool quit_requested() const;
    void request_end();
    bool ended();
    int64_t exit_code() const;
    std::string error() const;
    Counters stats() const;
#ifdef PYTHON_BRIDGE_BENCH
    void touch_gil();
#endif

    GDExtensionObjectPtr object_;
    bool started_ = false; // this node started Python, so this node ends it
};

} // namespace pybridge
