#pragma once

#include <string>

namespace pybridge {

// Sets the process's environment for an interpreter at `home` that ignores the user's own PYTHON* variables. Before it starts.
//
// The stable ABI has no PyConfig, so environment variables are the only way. Child processes keep PYTHONUTF8 and
// PYTHONNOUSERSITE; bootstrap.py takes the others away again.
void isolate_python_environment(const std::string &home);

} // namespace pybridge
