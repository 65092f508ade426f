/*
 * Readers that npm has, and V8's own, for parse.sh. Usage: readers.js READER FILE, with NODE_PATH.
 * Prints the median of up to 31 rounds, in microseconds of processor time, V8's own threads included.
 */
"use strict";
const fs = require("fs");

const readers = {
    "JSON.parse": () => JSON.parse,
    "jsonc-parser": () => require("jsonc-parser").parse,
    "js-yaml": () => require("js-yaml").load,
    "yaml": () => require("yaml").parse,
    "smol-toml": () => require("smol-toml").parse,
    "@iarna/toml": () => require("@iarna/toml").parse,
    "@yarnpkg/lockfile": () => require("@yarnpkg/lockfile").parse,
    "@yarnpkg/parsers": () => require("@yarnpkg/parsers").parseSyml,
    "@snyk/gemfile": () => require("@snyk/gemfile").interpret,
    "hcl2-parser": () => require("hcl2-parser").parseToObject,
    "txml": () => require("txml").parse,
    "fast-xml-parser": () => {
        const { XMLParser } = require("fast-xml-parser");
        return (text) => new XMLParser({ ignoreAttributes: false }).parse(text, true);
    },
};

function spent() {
    const { user, system } = process.cpuUsage();
    return user + system;
}

const [name, file] = process.argv.slice(2);
const read = readers[name](), text = fs.readFileSync(file, "utf8"), times = [], began = spent();
while (times.length < 31 && (times.length < 3 || spent() - began < 1e6)) {
    const start = spent();
    read(text);
    times.push(spent() - start);
}
console.log(times.sort((a, b) => a - b)[times.length >> 1]);
