--- The last of the table; does not come to an end.

error "no luck"
