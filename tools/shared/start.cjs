// Before a command line: one sentence if the packages are not installed, and none of Node's own warnings,
// which a user of these commands can do nothing about. `node --trace-warnings` still shows them.
try {
  require.resolve("tsx/cjs");
} catch {
  process.stderr.write("The packages of this project are not installed.\n  fix: npm ci\n");
  process.exit(2);
}

const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(" ")];
if (!flags.includes("--trace-warnings")) process.removeAllListeners("warning");
