#include "yaml.h"

un_status un_yaml_parse(un_tree *out, un_slice text, un_error *error) {
    (void)text;
    *out = (un_tree){0};
    return un_fail(error, UN_FORMAT, "YAML is not read yet");
}
