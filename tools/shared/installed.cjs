// Says in one sentence what npm and Node.js would say in a page: the packages are not installed.
try {
  require.resolve("tsx/cjs");
} catch {
  process.stderr.write("The packages of this project are not installed.\n  fix: npm ci\n");
  process.exit(2);
}
