#include "environment.h"

#include <cstdlib>
#include <vector>

#ifdef _WIN32
#include <stdlib.h>
#else
#include <unistd.h>
#endif

namespace pybridge {

namespace {

#ifdef _WIN32
char **variables() {
    return _environ;
}
void set_variable(const std::string &name, const std::string &value) {
    _putenv_s(name.c_str(), value.c_str());
}
void unset_variable(const std::string &name) {
    _putenv_s(name.c_str(), "");
}
#else
char **variables() {
    return environ;
}
void set_variable(const std::string &name, const std::string &value) {
    setenv(name.c_str(), value.c_str(), 1);
}
void unset_variable(const std::string &name) {
    unsetenv(name.c_str());
}
#endif

} // namespace

void isolate_python_environment(const std::string &home) {
    std::vector<std::string> foreign;
    for (char **variable = variables(); variable != nullptr && *variable != nullptr; ++variable) {
        const std::string entry = *variable;
        if (entry.compare(0, 6, "PYTHON") == 0) foreign.push_back(entry.substr(0, entry.find('=')));
    }
    for (const std::string &name : foreign)
        unset_variable(name);
    set_variable("PYTHONHOME", home);
    set_variable("PYTHONNOUSERSITE", "1");
    set_variable("PYTHONSAFEPATH", "1");
    set_variable("PYTHONUTF8", "1");
}

} // namespace pybridge
