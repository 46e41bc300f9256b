#include "bridge_node.h"
#include "core.h"
#include "godot_api.h"
#include "speech_stream.h"

#ifdef _WIN32
#define PYTHON_BRIDGE_EXPORT __declspec(dllexport)
#else
#define PYTHON_BRIDGE_EXPORT __attribute__((visibility("default")))
#endif

namespace pybridge {

namespace {

bool registered = false;

void initialize(void *, GDExtensionInitializationLevel level) {
    if (level != GDEXTENSION_INITIALIZATION_SCENE || !load_godot_methods()) return;
    register_speech_classes();
    BridgeNode::register_class();
    registered = true;
}

void deinitialize(void *, GDExtensionInitializationLevel level) {
    if (level != GDEXTENSION_INITIALIZATION_SCENE || !registered) return;
    core().interpreter.join();
    core().keys.stop();
    core().marks.stop();
    BridgeNode::unregister_class();
    unregister_speech_classes();
    registered = false;
}

} // namespace

} // namespace pybridge

// Godot's way in, named in python_bridge.gdextension.
extern "C" PYTHON_BRIDGE_EXPORT GDExtensionBool python_bridge_init(GDExtensionInterfaceGetProcAddress find,
                                                                   GDExtensionClassLibraryPtr library,
                                                                   GDExtensionInitialization *initialization) {
    if (!pybridge::load_godot_api(find, library)) return 0;
    initialization->minimum_initialization_level = GDEXTENSION_INITIALIZATION_SCENE;
    initialization->userdata = nullptr;
    initialization->initialize = pybridge::initialize;
    initialization->deinitialize = pybridge::deinitialize;
    return 1;
}
