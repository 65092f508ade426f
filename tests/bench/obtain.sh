# Notifiers of others, obtained: sourced by whoever compares us with them (bench/peers.sh, torture/run.sh).
# `place` says where to; each function leaves there what it fetched and its log, and fails where that cannot be had.
# shellcheck shell=bash

# What would silence a notice.
unset CI CONTINUOUS_INTEGRATION BUILD_NUMBER RUN_ID TF_BUILD NO_UPDATE_NOTIFIER UPNUDGE_QUIET UPNUDGE_POLICY NODE_ENV
unset AI_AGENT AGENT CLAUDECODE CODEX_THREAD_ID CODEX_SANDBOX CURSOR_AGENT GEMINI_CLI OPENCODE PIP_NO_INDEX
unset COPILOT_CLI AUGMENT_AGENT CLINE_ACTIVE ANTIGRAVITY_AGENT GOOSE_TERMINAL QWEN_CODE
export TERM=xterm PIP_DISABLE_PIP_VERSION_CHECK=0

# version_of PACKAGE
version_of() { node -p "JSON.parse(require('fs').readFileSync('$place/node_modules/$1/package.json')).version"; }

# update-notifier, with configstore on which it stands, simple-update-notifier, and update.mjs, which is a tool that has
# nothing but update-notifier.
obtain_npm() {
    if ! [ -d "$place/node_modules/update-notifier" ] || ! [ -d "$place/node_modules/simple-update-notifier" ]; then
        command -v npm >/dev/null || return 1
        echo '{ "private": true }' >"$place/package.json"
        (cd "$place" && npm install --no-audit --no-fund --ignore-scripts update-notifier simple-update-notifier) \
            >"$place/npm.log" 2>&1 || return 1
    fi
    echo "import notifier from 'update-notifier'; notifier({ pkg: { name: 'webshop', version: '1.0.0' } }).notify();" \
        >"$place/update.mjs"
}

# Debian's own pip has its check turned off, and never speaks, for pip did not install it. One in a virtual environment is
# pip's own; PIP_DISABLE_PIP_VERSION_CHECK=0 turns on what Debian turned off there as well.
obtain_pip() { [ -x "$place/pip/bin/python" ] || /usr/bin/python3 -m venv "$place/pip" >"$place/pip.log" 2>&1; }
pip_version() { "$place/pip/bin/python" -c 'import pip; print(pip.__version__)'; }
