/** moto's server: an imitation of AWS, with state, for the AWS SDK. Not AWS. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { motoServer } from "./installed";
import { Daemon, freePorts, Hopeless, until } from "./processes";

/** Why moto cannot be started; undefined if it can. */
export function noMotoBecause(): string | undefined {
  return motoServer().missing;
}

/** A running server on loopback. */
export class Moto {
  private constructor(
    /** The `endpoint` for AWS clients, with any region and any credentials. */
    readonly endpoint: string,
    private readonly daemon: Daemon,
  ) {}

  static async start(): Promise<Moto> {
    const [port] = (await freePorts(1)) as [number];
    const directory = mkdtempSync(join(tmpdir(), "eks-exercises-moto-"));
    process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
    const args = ["--host", "127.0.0.1", "--port", String(port)];
    // With AWS's managed policies, to attach them; without its thousands of images, for speed.
    const environment = {
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
    };
    const log = join(directory, "log");
    const daemon = Daemon.start("moto", motoServer().path, args, log, environment);
    const moto = new Moto(`http://127.0.0.1:${port}`, daemon);
    await until("moto's server", async () => {
      if (!daemon.isRunning) throw new Hopeless(`moto ended:\n${daemon.lastWords}`);
      return (await fetch(`${moto.endpoint}/moto-api/`)).ok;
    });
    return moto;
  }

  /** Forgets everything. */
  async reset(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }
}
