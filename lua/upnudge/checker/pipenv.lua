--- pipenv: `pipenv lock`, which resolves anew. The environment that it makes for that lies in the copy.

return {
    name = "pipenv", title = "pipenv", formats = { "pipfile" },
    needs = { "pipenv" }, install = "apt install pipenv, or https://pipenv.pypa.io",
    command = { "lock" },
    environment = { "PIPENV_VENV_IN_PROJECT=1", "PIPENV_NOSPIN=1", "PIPENV_YES=1", "PIPENV_IGNORE_VIRTUALENVS=1",
        "PIPENV_DONT_LOAD_ENV=1", "NO_COLOR=1" },
    reads = { "Pipfile" },
    audit = require "upnudge.checker.pip".audit,
    hint = "pipenv update",
    telling = { "ERROR", "Error", "ResolutionFailure" },
}
