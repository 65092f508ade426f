--- The methods of strings in the VM of the tests.

return { tested = function(text)
    return "tested " .. text
end }
