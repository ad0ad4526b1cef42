/** The Kubernetes API, with a deadline on every question and errors that say what to do. */
import { CouldNotCheck } from "../shared/could-not-check";
import { pause, QUESTION_SECONDS, questionSignal, within } from "../shared/deadline";
import { kubeError, mayPass, statusOf } from "../shared/kube-errors";
import type { Chosen } from "./kubeconfig";
import type {
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  PolicyV1Api,
} from "./kube-types";

/** The parts of the API that the checks read. */
export interface Apis {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly networking: NetworkingV1Api;
  readonly discovery: DiscoveryV1Api;
  readonly policy: PolicyV1Api;
}

/** How often one question is asked when the server is busy or cuts the connection. */
const ATTEMPTS = 3;

/** A cluster that is asked. */
export class KubeClient {
  private constructor(
    readonly config: KubeConfig,
    readonly context: string,
    readonly server: string,
    private readonly apis: Apis,
    private readonly versionApi: {
      getCode(): Promise<{ major: string; minor: string; gitVersion: string }>;
    },
    private readonly signal: AbortSignal,
    /** Rejects where the cluster is not to be asked: it is out of reach, or not the stack's. */
    private readonly gate: () => Promise<void>,
  ) {}

  /** @param gate awaited before every question but the one for the version */
  static async of(
    chosen: Chosen,
    signal: AbortSignal,
    gate: () => Promise<void>,
  ): Promise<KubeClient> {
    const k = await import("@kubernetes/client-node");
    const cluster = chosen.config.getCurrentCluster();
    const configuration = k.createConfiguration({
      baseServer: new k.ServerConfiguration(cluster?.server ?? "", {}),
      authMethods: { default: chosen.config },
      promiseMiddleware: [
        {
          pre: (request) => {
            request.setSignal(questionSignal(signal));
            return Promise.resolve(request);
          },
          post: (response) => Promise.resolve(response),
        },
      ],
    });
    const apis = {
      core: new k.CoreV1Api(configuration),
      apps: new k.AppsV1Api(configuration),
      networking: new k.NetworkingV1Api(configuration),
      discovery: new k.DiscoveryV1Api(configuration),
      policy: new k.PolicyV1Api(configuration),
    };
    const version = new k.VersionApi(configuration);
    return new KubeClient(
      chosen.config,
      chosen.context,
      chosen.server,
      apis,
      version,
      signal,
      gate,
    );
  }

  /** Version of the API server, such as { minor: "1.36", text: "v1.36.2-eks-…" }. */
  async version(): Promise<{ minor: string; text: string }> {
    const info = await this.asked(() => this.versionApi.getCode());
    // EKS writes 36+, for what it has added of its own.
    return { minor: `${info.major}.${info.minor.replace(/\D.*$/, "")}`, text: info.gitVersion };
  }

  /**
   * Asks for one thing.
   * @returns undefined where there is no such thing
   * @throws CouldNotCheck where there is no answer
   */
  async find<T>(question: (apis: Apis) => Promise<T>): Promise<T | undefined> {
    await this.gate();
    try {
      return await this.asked(() => question(this.apis));
    } catch (error) {
      if (error instanceof NoSuchThing) return undefined;
      throw error;
    }
  }

  /** Asks for a list. @throws CouldNotCheck where there is no answer */
  async list<T>(question: (apis: Apis) => Promise<{ items: T[] }>): Promise<T[]> {
    return (await this.find(question))?.items ?? [];
  }

  private async asked<T>(question: () => Promise<T>): Promise<T> {
    // Also around what the client does before it sends: a credential plugin may hang.
    const limit = questionSignal(this.signal, QUESTION_SECONDS + 1);
    for (let attempt = 1; ; attempt++) {
      try {
        return await within(question(), limit);
      } catch (error) {
        if (this.signal.aborted && this.signal.reason instanceof CouldNotCheck) {
          throw this.signal.reason;
        }
        if (statusOf(error) === 404) throw new NoSuchThing();
        if (attempt >= ATTEMPTS || !mayPass(error)) {
          throw kubeError(error, this.server, QUESTION_SECONDS);
        }
        await pause(300 * attempt, limit);
      }
    }
  }
}

class NoSuchThing extends Error {}
