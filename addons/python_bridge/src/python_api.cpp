#include "python_api.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace pybridge {

namespace {

PythonApi api;

#ifdef _WIN32

void *open_library(const std::string &path) {
    return reinterpret_cast<void *>(LoadLibraryExA(path.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH));
}
void *find_symbol(void *library, const char *name) {
    return reinterpret_cast<void *>(GetProcAddress(static_cast<HMODULE>(library), name));
}
std::string load_error() {
    return "Windows error " + std::to_string(GetLastError());
}

#else

void *open_library(const std::string &path) {
    return dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
}
void *find_symbol(void *library, const char *name) {
    return dlsym(library, name);
}
std::string load_error() {
    const char *said = dlerror();
    return said != nullptr ? said : "no reason given";
}

#endif

std::string missing(const std::string &library, const char *symbol) {
    return library + " lacks " + symbol + "; the bridge needs a shared library of CPython 3.11 or later.";
}

} // namespace

std::string load_python(const std::string &path) {
    // Never closed: Python threads can outlive all else in the process.
    void *library = open_library(path);
    if (library == nullptr) return "Python's library could not be loaded (" + load_error() + "); set up the environment again.";
#define PYTHON_BRIDGE_FIND(result, name, arguments)                                                                              \
    api.name = reinterpret_cast<result(*) arguments>(find_symbol(library, #name));                                               \
    if (api.name == nullptr) return missing(path, #name);
    PYTHON_BRIDGE_FUNCTIONS(PYTHON_BRIDGE_FIND)
#undef PYTHON_BRIDGE_FIND
    api.utf8_mode = static_cast<int *>(find_symbol(library, "Py_UTF8Mode"));
    api.none = static_cast<PyObject *>(find_symbol(library, "_Py_NoneStruct"));
    api.value_error_at = static_cast<PyObject **>(find_symbol(library, "PyExc_ValueError"));
    api.buffer_error_at = static_cast<PyObject **>(find_symbol(library, "PyExc_BufferError"));
    if (api.utf8_mode == nullptr || api.none == nullptr || api.value_error_at == nullptr || api.buffer_error_at == nullptr)
        return missing(path, "its constants");
    return "";
}

const PythonApi &py() {
    return api;
}

} // namespace pybridge
