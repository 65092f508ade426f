--- Devbox: `devbox update` without installing.

return {
    name = "devbox", title = "devbox", formats = { "devbox" },
    needs = { "devbox" }, install = "https://www.jetify.com/docs/devbox/installing_devbox",
    command = { "update", "--no-install" },
    environment = { "DEVBOX_NO_PROMPT=true", "DO_NOT_TRACK=1", "NO_COLOR=1" },
    reads = { "devbox.json" },
    hint = "devbox update",
    telling = { "^Error" },
}
