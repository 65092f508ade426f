return { describe = function() end, run = function() return 0 end }
