// acme.js
// Node asks the command and reads JSON. Standard error is inherited: a notice goes there by itself, where somebody
// watches, and so does what a dry upgrade says.
const { spawnSync } = require("child_process");

function upnudge(command, environment, ...words) {
  const all = [command, environment, "--app", "acme-in-node", "--json", ...words];
  const { error, stdout } = spawnSync("upnudge", all, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (error) throw error;
  return JSON.parse(stdout);
}

// At each activation: what there is to say, and a check in the background, unless that was done lately.
function activate(environment) {
  upnudge("notify", environment, "--hint", "acme upgrades");
  return upnudge("check", environment, "--detach", "--max-age", "1d", "--", `${environment}/dry-upgrade`);
}

function check(environment) {
  return upnudge("check", environment, "--", `${environment}/dry-upgrade`);
}

const [task, environment] = process.argv.slice(2);
const { error, outcome, reason } = (task === "check" ? check : activate)(environment);
if (task === "check" && outcome !== "checked") {
  console.error(`acme: ${error || reason}`);
  process.exitCode = error || outcome === "failed" ? 1 : 0;
}
