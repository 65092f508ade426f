#!/usr/bin/awk -f
# Packages of a conda-lock.yml, see core/formats/conda_lock.c: by indentation alone.
function flush() { if (name != "") print name "\t" version; name = version = "" }
/^[^ #-]/ { flush(); inside = $1 == "package:" }
inside && /^- / { flush() }
{ gsub(/'|"/, "") }
inside && /^[- ] name: / { name = $NF }
inside && /^[- ] version: / { version = $NF }
END { flush() }
