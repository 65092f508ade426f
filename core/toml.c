#include "toml.h"

un_status un_toml_parse(un_tree *out, un_slice text, un_error *error) {
    (void)text;
    *out = (un_tree){0};
    return un_fail(error, UN_FORMAT, "TOML is not read yet");
}
