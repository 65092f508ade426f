--- The first of the table.

return "first"
