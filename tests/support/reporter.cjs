// mocha's own report, and the counts for the runner: in the file that TEST_COUNTS names, for
// tests/run.ts, or else in one plain line at the end.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    this.skipped = [];
    runner.on("pending", (test) => this.skipped.push(test.titlePath()));
  }

  epilogue() {
    super.epilogue();
    const { passes: passed, failures: failed, pending } = this.stats;
    const file = process.env.TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed, skipped: this.skipped }));
    else console.log(`${passed} passed, ${failed} failed${pending ? `, ${pending} skipped` : ""}`);
  }
};
