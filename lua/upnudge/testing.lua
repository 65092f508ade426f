--- The public name of the made-up world in which policies are tested: `require "upnudge.testing"`.

return require "upnudge.tools.testing"
