/** Whether the cluster that kubectl is connected to is the stack's, asked once for all checks. */
import { CouldNotCheck } from "../shared/could-not-check";
import { KubeClient } from "./kube-client";
import type { LiveEks } from "./eks";
import { chooseCluster, connect, type Chosen } from "./kubeconfig";
import type { Target } from "./target";

/** What connecting came to. */
export interface Connected {
  readonly chosen: Chosen;
  readonly version: { minor: string; text: string };
  /** Set where the kubeconfig leads elsewhere: the API server of the stack's cluster. */
  readonly elsewhere?: string;
}

/** The cluster, and the one answer to whether it may be asked. */
export class Connection {
  private answer: Promise<Connected> | undefined;

  private constructor(
    private readonly target: Target,
    private readonly eks: LiveEks,
    private readonly chosen: Chosen,
    readonly kube: KubeClient,
  ) {}

  /** @throws CouldNotCheck where there is no kubeconfig to go by */
  static async of(target: Target, eks: LiveEks, signal: AbortSignal): Promise<Connection> {
    const chosen = await chooseCluster(target, signal);
    const gate = async (): Promise<void> => connection.pass();
    const kube = await KubeClient.of(chosen, signal, gate);
    const connection: Connection = new Connection(target, eks, chosen, kube);
    return connection;
  }

  get secrets(): readonly string[] {
    return this.chosen.secrets;
  }

  /** Said where another than the current context is used. */
  get note(): string | undefined {
    return this.chosen.note;
  }

  /** @throws CouldNotCheck where the cluster does not answer, or nobody can tell whose it is */
  connected(): Promise<Connected> {
    this.answer ??= this.ask();
    return this.answer;
  }

  private async ask(): Promise<Connected> {
    const version = await this.kube.version();
    const found = { chosen: this.chosen, version };
    if (!this.target.eks) return found;
    const { isNamed, server } = this.chosen;
    const isOfEks = /\.eks\.amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(server);
    let endpoint: string | undefined;
    try {
      endpoint = (await this.eks.cluster()).endpoint;
    } catch (error) {
      // By its names alone the context is the stack's: that will do where AWS cannot be asked.
      if (isNamed) return found;
      const why = error instanceof CouldNotCheck ? error.why : String(error);
      throw new CouldNotCheck(
        `whether ${server} is the stack's cluster cannot be told: ${why}`,
        connect(this.target),
      );
    }
    // A tunnel or a proxy has an address of its own; one of EKS's addresses is no tunnel.
    const isSame = sameHost(server, endpoint ?? "") || (isNamed && !isOfEks);
    return isSame ? found : { ...found, elsewhere: endpoint ?? "another" };
  }

  /** Lets a question pass, or says why none is asked. */
  private async pass(): Promise<void> {
    let connected: Connected;
    try {
      connected = await this.connected();
    } catch (error) {
      if (error instanceof CouldNotCheck) {
        throw new CouldNotCheck(`the cluster was not asked: ${error.why}`);
      }
      throw error;
    }
    if (connected.elsewhere !== undefined) {
      throw new CouldNotCheck(
        `the cluster was not asked: kubectl is connected to another one, ${this.chosen.server}`,
        connect(this.target),
      );
    }
  }
}

function sameHost(a: string, b: string): boolean {
  try {
    return new URL(a).host.toLowerCase() === new URL(b).host.toLowerCase();
  } catch {
    return false;
  }
}
