/** The runner of the command lines, each run in a process of its own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { DIRECTORY } from "../../support/shipped";

const OPTIONS = `{ json: { type: "boolean" }, report: { type: "string" } }`;

/** Runs a command line whose main is given as source text; it may use UserError. */
function run(main: string, args: readonly string[], options = OPTIONS, flags: string[] = []) {
  const script = `
    require("./tools/shared/start.cjs");
    require("tsx/cjs");
    const { runCommandLine } = require("./tools/shared/command-line.ts");
    const { UserError } = require("./tools/shared/user-error.ts");
    runCommandLine({ name: "try", help: "Tries it.", options: ${options}, main: ${main} });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "-e", script, "--", "main.cjs", ...args],
    { cwd: DIRECTORY, encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return { code: status, stdout, stderr };
}

const ECHO = "(...typed) => { console.log(JSON.stringify(typed)); return 0; }";

describe("command-line runner", function () {
  this.timeout(30_000);

  it("passes options and positionals, and sets the exit code that main returns", () => {
    const { stdout } = run(ECHO, ["dev", "--json", "--report", "out"]);
    assert.equal(stdout, '[{"json":true,"report":"out"},["dev"]]\n');
    assert.equal(run("async () => 5", []).code, 5);
  });

  it("passes every argument on as typed if the command has no options of its own", () => {
    const { stdout } = run(ECHO, ["up", "-s", "dev", "--help"], "undefined");
    assert.equal(stdout, '[{},["up","-s","dev","--help"]]\n');
  });

  it("ignores the leading -- that pnpm and yarn pass on", () => {
    assert.equal(run(ECHO, ["--", "--json"]).stdout, '[{"json":true},[]]\n');
  });

  for (const args of [["--help"], ["-h"], ["dev", "--help"]]) {
    it(`prints the help and exits with 0 on ${args.join(" ")}`, () => {
      assert.deepEqual(run(ECHO, args), { code: 0, stdout: "Tries it.\n", stderr: "" });
    });
  }

  it("refuses an unknown option with the nearest one, the allowed ones and the way to the help", () => {
    assert.deepEqual(run(ECHO, ["--jsn"]), {
      code: 2,
      stdout: "",
      stderr:
        "Unknown option '--jsn'. The nearest is --json\n" +
        "  allowed: --json, --report, --help\n  fix: npm run try -- --help\n",
    });
  });

  it("refuses an option without its value", () => {
    const { code, stderr } = run(ECHO, ["--report"]);
    assert.equal(code, 2);
    assert.match(stderr, /^Option '--report <value>' argument missing\n {2}allowed: --json/);
  });

  it("prints a user error without its stack, with what is allowed and the fix", () => {
    const thrown = `() => { throw new UserError("size: x", { allowed: "1 or 2", fix: "try 2" }); }`;
    assert.deepEqual(run(thrown, []), {
      code: 2,
      stdout: "",
      stderr: "size: x\n  allowed: 1 or 2\n  fix: try 2\n",
    });
    assert.equal(run(`() => { throw new UserError("x", { exitCode: 1 }); }`, []).code, 1);
  });

  it("prints a settings error of the program without its stack", () => {
    const { code, stderr } = run(
      `() => { throw new (require("./settings/problems.ts").ProgramError)("no zone"); }`,
      [],
    );
    assert.deepEqual({ code, stderr }, { code: 2, stderr: "no zone\n" });
  });

  it("prints a bug with its stack, and exits with 70", () => {
    const { code, stdout, stderr } = run("function buggy() { undefined.x; }", []);
    assert.deepEqual({ code, stdout }, { code: 70, stdout: "" });
    assert.match(
      stderr,
      /^try failed by a bug of its own.*\nTypeError: Cannot read .*\n +at .*buggy/,
    );
  });

  it("hides Node's own warnings unless --trace-warnings asks for them", () => {
    const warns = `() => { process.emitWarning("soon gone", "ExperimentalWarning"); return 0; }`;
    assert.equal(run(warns, []).stderr, "");
    assert.match(run(warns, [], OPTIONS, ["--trace-warnings"]).stderr, /soon gone/);
  });
});

describe("a command line, when npm took options for itself,", function () {
  this.timeout(60_000);

  /** What a user types, with npm's own variables for it. */
  function npm(...args: string[]) {
    const { status, stdout, stderr } = spawnSync("npm", ["run", ...args], {
      cwd: DIRECTORY,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    });
    const own = stderr.replaceAll(/^npm (warn|error).*\n/gm, "");
    return { code: status, stdout, stderr: own };
  }

  it("still takes those without a value", () => {
    const { code, stdout } = npm("rehearse", "exercise-clusterip", "--json");
    assert.equal(code, 0);
    assert.match(stdout.slice(stdout.indexOf("{")), /^\{\n {2}"stacks": \[/);
  });

  it("takes those with their value behind an equals sign", () => {
    const { code, stderr } = npm("verify", "--config=nowhere.yaml", "--timeout=soon");
    assert.equal(code, 2);
    assert.match(stderr, /^--timeout is soon/);
  });

  it("refuses those whose value npm passed on as an argument, with the command to type", () => {
    const { code, stderr } = npm("rehearse", "exercise-clusterip", "--report", "out");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^npm took --report for itself.*\n {2}fix: npm run rehearse -- --report VALUE/,
    );
  });

  for (const [typed, fix] of [
    [["up", "-s", "exercise-cluster"], "up -s exercise-cluster"],
    [["up", "--stack", "exercise-cluster", "--yes"], "up -s exercise-cluster --yes"],
    [["preview", "--stack=exercise-cluster"], "preview -s exercise-cluster"],
  ] as const) {
    it(`refuses npm run sandbox ${typed.join(" ")}, with the command to type`, () => {
      const { code, stderr } = npm("sandbox", ...typed);
      assert.equal(code, 2, stderr);
      assert.match(
        stderr,
        new RegExp(`^npm took .* for itself.*\\n {2}fix: npm run sandbox -- ${fix}\\n$`),
      );
    });
  }
});
