--- What the policy VM opens for a policy of a team's own, for the image that the build fills (lua/vm/image.h).

require "upnudge.language.authoring"
require "upnudge.language.later"
require "upnudge.language.schedule"
require "upnudge.language.schema.kind"
require "upnudge.language.schema.policy"
require "upnudge.language.validation"
require "upnudge.sandbox.activation"
require "upnudge.sandbox.budget"
require "upnudge.sandbox.library"
require "upnudge.sandbox.string"

return true
