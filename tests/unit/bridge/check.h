#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

// The native tests' only tool: says what failed, where, and ends the process, so that a sanitizer's report comes last.
#define CHECK(condition)                                                                                                         \
    do {                                                                                                                         \
        if (!(condition)) {                                                                                                      \
            std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                                   \
            std::exit(1);                                                                                                        \
        }                                                                                                                        \
    } while (false)

#define CHECK_EQUAL(got, wanted)                                                                                                 \
    do {                                                                                                                         \
        const auto got_value = (got);                                                                                            \
        const auto wanted_value = (wanted);                                                                                      \
        if (!(got_value == wanted_value)) {                                                                                      \
            std::fprintf(stderr, "%s:%d: %s is %s, not %s\n", __FILE__, __LINE__, #got, shown(got_value).c_str(),                \
                         shown(wanted_value).c_str());                                                                           \
            std::exit(1);                                                                                                        \
        }                                                                                                                        \
    } while (false)

inline std::string shown(const std::string &value) {
    return "\"" + value + "\"";
}
template <class T>
std::string shown(const T &value) {
    return std::to_string(value);
}
