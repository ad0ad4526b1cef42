/**
 * A stand-in for Pulumi's language host for Node.js (pulumi-language-nodejs), which no package registry
 * has. It serves what the engine asks of a host when it runs a program or a policy pack, and leaves the
 * work to the real @pulumi/pulumi/cmd/run, run-policy-pack and run-plugin of the project.
 *
 * It differs from the real host (sdk/nodejs/cmd/pulumi-language-nodejs in Pulumi's repository): the
 * program talks to the engine's resource monitor directly, with no proxy between; there are no pipes for
 * synchronous invokes; a policy pack does not find the stack's configuration in its environment; nothing
 * is generated or packed.
 */
const { spawn } = require("node:child_process");
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const grpc = require("@grpc/grpc-js");
const language = require("@pulumi/pulumi/proto/language_pb");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const plugin = require("@pulumi/pulumi/proto/plugin_pb");
const { version } = require("@pulumi/pulumi/package.json");

/** How cmd/run ends when it has shown the user an error that needs no more words. */
const ERROR_IS_SHOWN = 32;
const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
const children = new Set();

/** The path of one of Pulumi's own scripts, in the version that the program in the directory has. */
function script(directory, name) {
  return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
}

/** Starts Node.js; the caller gets its output and its end. */
function node(args, options) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** What `runtime.options` in Pulumi.yaml sets. */
function options(info) {
  const { typescript = true, nodeargs = "", tsconfig } = info.getOptions()?.toJavaScript() ?? {};
  return {
    nodeArguments: nodeargs.split(/\s+/).filter(Boolean),
    environment: {
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    },
  };
}

/** Configuration as cmd/run reads it: `aws:region` under `aws:config:region`. */
function configuration(request) {
  const entries = request
    .getConfigMap()
    .toArray()
    .map(([key, value]) => [key.replace(":", ":config:"), value]);
  return JSON.stringify(Object.fromEntries(entries));
}

function run({ request }, callback) {
  const info = request.getInfo();
  const { nodeArguments, environment } = options(info);
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  const child = node(
    [
      ...nodeArguments,
      script(info.getProgramDirectory(), "run"),
      ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    {
      env: {
        ...process.env,
        ...environment,
        PULUMI_CONFIG: configuration(request),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    },
  );
  // The engine shows what the host writes.
  child.stdout.pipe(process.stdout);
  child.stderr.pipe(process.stderr);
  child.on("close", (code, signal) => {
    const response = new language.RunResponse();
    if (code === ERROR_IS_SHOWN) response.setBail(true);
    else if (code !== 0) {
      response.setError(`Program exited with non-zero exit code: ${code ?? signal}`);
    }
    callback(null, response);
  });
}

function runPlugin(call) {
  const { request } = call;
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const { nodeArguments, environment } = options(info);
  const isPolicyPack = request.getKind() === "analyzer";
  const path = script(directory, isPolicyPack ? "run-policy-pack" : "run-plugin");
  // A policy pack expects its folder last, every other plugin first.
  const args = isPolicyPack
    ? [...request.getArgsList(), directory]
    : [directory, ...request.getArgsList()];
  const child = node([path, ...nodeArguments, ...args], {
    cwd: isPolicyPack ? directory : request.getPwd(),
    env: {
      ...Object.fromEntries(
        request.getEnvList().map((entry) => {
          const at = entry.indexOf("=");
          return [entry.slice(0, at), entry.slice(at + 1)];
        }),
      ),
      ...environment,
    },
  });
  const send = (set) => {
    const response = new language.RunPluginResponse();
    set(response);
    call.write(response);
  };
  child.stdout.on("data", (bytes) => send((response) => response.setStdout(bytes)));
  child.stderr.on("data", (bytes) => send((response) => response.setStderr(bytes)));
  child.on("close", (code) => {
    send((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => child.kill());
}

/** The providers that the project's packages need, by their own `pulumi` entry in package.json. */
function requiredPackages({ request }, callback) {
  const response = new language.GetRequiredPackagesResponse();
  let scope;
  for (let at = request.getInfo().getProgramDirectory(); !scope; at = dirname(at)) {
    const folder = join(at, "node_modules", "@pulumi");
    if (existsSync(folder)) scope = folder;
    else if (at === dirname(at)) break;
  }
  for (const name of scope ? readdirSync(scope) : []) {
    const file = join(scope, name, "package.json");
    if (!existsSync(file)) continue;
    const package_ = JSON.parse(readFileSync(file, "utf8"));
    if (!package_.pulumi?.resource) continue;
    const dependency = new plugin.PackageDependency();
    dependency.setKind("resource");
    dependency.setName(package_.pulumi.name ?? name);
    dependency.setVersion(`v${package_.version}`);
    response.addPackages(dependency);
  }
  callback(null, response);
}

/**
 * Installs what a package or a plugin needs, as `npm install` does; not again where it can be resolved,
 * in the folder or above, since tests share the packages of the project.
 */
function installDependencies(call) {
  const directory = call.request.getInfo().getProgramDirectory();
  const { dependencies = {} } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const here = createRequire(join(directory, "package.json"));
  const isThere = (name) => here.resolve.paths(name).some((path) => existsSync(join(path, name)));
  if (Object.keys(dependencies).every(isThere)) return call.end();
  const child = spawn("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const send = (set) => (bytes) => {
    const response = new language.InstallDependenciesResponse();
    response[set](bytes);
    call.write(response);
  };
  child.stdout.on("data", send("setStdout"));
  child.stderr.on("data", send("setStderr"));
  child.on("close", (code) => {
    children.delete(child);
    if (code === 0) call.end();
    else call.emit("error", new Error(`npm install failed with code ${code}`));
  });
}

function about(_, callback) {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  callback(null, response);
}

function pluginInfo(_, callback) {
  const response = new plugin.PluginInfo();
  response.setVersion(version);
  callback(null, response);
}

function end() {
  for (const child of children) child.kill();
}

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(LanguageRuntimeService, {
  handshake: (_, callback) => callback(null, new language.LanguageHandshakeResponse()),
  getPluginInfo: pluginInfo,
  getRequiredPackages: requiredPackages,
  run,
  runPlugin,
  installDependencies,
  about,
  cancel: (_, callback) => {
    end();
    callback(null, new (require("google-protobuf/google/protobuf/empty_pb").Empty)());
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  console.log(port);
});
process.on("SIGTERM", () => process.exit(1)).on("exit", end);
