/** Commands that change a stack's file change the project's own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { copyOfProject, describeEngine, Sandbox } from "./sandbox";

const STACK = "exercise-nodeport";
const FILE = `Pulumi.${STACK}.yaml`;
const SECRET = "correct-horse";

describeEngine("the real engine, and the stack files", () => {
  const project = copyOfProject();
  const sandbox = new Sandbox(project);
  after(() => {
    sandbox.remove();
    rmSync(project, { recursive: true, force: true });
  });

  const text = (): string => readFileSync(join(project, FILE), "utf8");
  const config = (): Record<string, unknown> =>
    (parse(text()) as { config: Record<string, unknown> }).config;

  it("leaves a file as it is, to the letter, by commands that set nothing", async () => {
    const before = text();
    await sandbox.run(`stack ls -s ${STACK}`);
    await sandbox.run(`config -s ${STACK}`);
    assert.equal(text(), before);
  });

  it("takes back config set, and config rm, with nothing else changed", async () => {
    const before = text();
    await sandbox.run(`config set --path jenkins.service none -s ${STACK}`);
    assert.equal(text(), before.replace("service: NodePort", "service: none"));
    await sandbox.run(`config set --path jenkins.service NodePort -s ${STACK}`);
    assert.equal(text(), before);
    await sandbox.run(`config set name ada -s ${STACK}`);
    assert.equal(config()["eks-exercises:name"], "ada");
    await sandbox.run(`config rm name -s ${STACK}`);
    assert.equal(text(), before);
  });

  it("takes back the file of a stack that is new", async () => {
    await sandbox.run("stack init mine");
    await sandbox.run("config set name ada -s mine");
    const mine = readFileSync(join(project, "Pulumi.mine.yaml"), "utf8");
    assert.deepEqual(parse(mine), { config: { "eks-exercises:name": "ada" } });
  });

  it("takes back no secret, which no one else could read, and says so", async () => {
    const before = text();
    const { code, text: said } = await sandbox.try(
      `config set --secret owner ${SECRET} -s ${STACK}`,
    );
    assert.notEqual(code, 0);
    assert.match(said, /was not changed: its secret .*\n {2}fix: /);
    assert.equal(text(), before);
    assert.doesNotMatch(said + (await sandbox.run(`config -s ${STACK}`)), new RegExp(SECRET));
  });

  it("keeps the salt of a backend of one's own, and works beside it", async () => {
    const own = join(sandbox.directory, "own");
    mkdirSync(own);
    const pulumi = (...args: string[]): string =>
      execFileSync("pulumi", [...args, "-s", STACK, "--non-interactive"], {
        cwd: project,
        encoding: "utf8",
        env: {
          ...process.env,
          PULUMI_HOME: own,
          PULUMI_BACKEND_URL: `file://${own}`,
          PULUMI_CONFIG_PASSPHRASE: "one's own",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      });
    const bare = text();
    pulumi("stack", "init");
    pulumi("config", "set", "--secret", "note", SECRET);
    pulumi("config", "rm", "note");
    const salt = /^encryptionsalt: .*$/m.exec(text())?.[0];
    assert.ok(salt);
    await sandbox.run(`config set name ada -s ${STACK}`);
    assert.ok(text().includes(salt), "the salt is lost");
    assert.equal(text().match(/^encryptionsalt/gm)?.length, 1);
    writeFileSync(join(project, FILE), bare);
    appendFileSync(join(project, FILE), `${salt}\n`);
    await sandbox.run(`config -s ${STACK}`);
    assert.equal(text(), `${bare}${salt}\n`);
    pulumi("config", "set", "--secret", "note", SECRET);
    assert.equal(pulumi("config", "get", "note").trim(), SECRET);
  });
});
