--- What the policy VM opens to answer with a policy of ours, for the image that the build fills (lua/vm/image.h).

require "math"
require "string"
require "table"
require "upnudge.language.context"
require "upnudge.language.facts"
require "upnudge.language.lists"
require "upnudge.language.notice"
require "upnudge.language.schema.absent"
require "upnudge.language.text"
require "upnudge.language.words"
require "upnudge.language.words.en"
require "upnudge.lib.shell"

return true
