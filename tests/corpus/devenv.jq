#!/usr/bin/env -S jq -rf
# The nodes that can be reached from the root.
. as $lock
| def reach($seen; $todo):
    if ($todo | length) == 0 then $seen
    else $todo[0] as $name
      | if $seen[$name] then reach($seen; $todo[1:])
        else reach($seen + {($name): true};
                   $todo[1:] + [$lock.nodes[$name].inputs // {} | .[] | strings]) end end;
  reach({}; [.root]) | keys[] | select($lock.nodes[.].locked) | . + "\t"
