/** AWS, asked by its SDK; each client is loaded when it is first used. */
import { CouldNotCheck } from "./could-not-check";
import { redact, firstLine } from "./redact";
import { QUESTION_SECONDS, questionSignal, within } from "./deadline";
import { textOf } from "./kube-errors";

/** Thrown where AWS says that there is no such thing. */
class NotInAws extends Error {}

const REGIONAL = { maxAttempts: 3 };

// Which Node.js later versions of the SDK want is nothing to tell a student about.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** AWS in one region. The SDK's own environment variables hold, AWS_ENDPOINT_URL among them. */
export class Aws {
  constructor(
    readonly region: string,
    private readonly profile: string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  private get settings() {
    return { ...REGIONAL, region: this.region, ...(this.profile && { profile: this.profile }) };
  }

  async eks() {
    const sdk = await import("@aws-sdk/client-eks");
    return { sdk, client: new sdk.EKSClient(this.settings) };
  }

  async ec2() {
    const sdk = await import("@aws-sdk/client-ec2");
    return { sdk, client: new sdk.EC2Client(this.settings) };
  }

  async logs() {
    const sdk = await import("@aws-sdk/client-cloudwatch-logs");
    return { sdk, client: new sdk.CloudWatchLogsClient(this.settings) };
  }

  async kms() {
    const sdk = await import("@aws-sdk/client-kms");
    return { sdk, client: new sdk.KMSClient(this.settings) };
  }

  async autoScaling() {
    const sdk = await import("@aws-sdk/client-auto-scaling");
    return { sdk, client: new sdk.AutoScalingClient(this.settings) };
  }

  async iam() {
    const sdk = await import("@aws-sdk/client-iam");
    return { sdk, client: new sdk.IAMClient(this.settings) };
  }

  async loadBalancersV2() {
    const sdk = await import("@aws-sdk/client-elastic-load-balancing-v2");
    return { sdk, client: new sdk.ElasticLoadBalancingV2Client(this.settings) };
  }

  async classicLoadBalancers() {
    const sdk = await import("@aws-sdk/client-elastic-load-balancing");
    return { sdk, client: new sdk.ElasticLoadBalancingClient(this.settings) };
  }

  /**
   * Asks one question.
   * @throws NotInAws where there is no such thing, CouldNotCheck where there is no answer
   */
  async ask<T>(question: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const limit = questionSignal(this.signal);
    try {
      return await within(question({ abortSignal: limit }), limit);
    } catch (error) {
      if (this.signal.aborted && this.signal.reason instanceof CouldNotCheck) {
        throw this.signal.reason;
      }
      throw awsError(error, this.region);
    }
  }

  /** Asks for all pages of a list. */
  async all<T, Page>(
    pages: (options: { abortSignal: AbortSignal }) => AsyncIterable<Page>,
    items: (page: Page) => readonly T[] | undefined,
  ): Promise<T[]> {
    return this.ask(async (options) => {
      const found: T[] = [];
      for await (const page of pages(options)) found.push(...(items(page) ?? []));
      return found;
    });
  }
}

const ABSENT =
  /NotFound|NoSuchEntity|LoadBalancerNotFound|InvalidGroup\.|InvalidAMIID|InvalidLaunchTemplate/;

function awsError(error: unknown, region: string): Error {
  if (error instanceof CouldNotCheck || error instanceof NotInAws) return error;
  const { name = "", message = "" } = error as Error;
  const text = textOf(error);
  if (ABSENT.test(name) && !/ENOTFOUND/.test(text)) return new NotInAws(message);
  if (/Credentials|could not load credentials|TokenProvider|SSO/i.test(`${name} ${message}`)) {
    return new CouldNotCheck(
      `there are no credentials for AWS that work: ${firstLine(redact(message))}`,
      "aws sts get-caller-identity; sign in (aws configure, aws sso login), or name a profile: AWS_PROFILE",
    );
  }
  if (
    /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch/.test(
      name,
    )
  ) {
    return new CouldNotCheck(
      `AWS does not accept your credentials (${name})`,
      "aws sts get-caller-identity; sign in again (aws sso login)",
    );
  }
  if (/AccessDenied|Unauthorized/.test(name)) {
    return new CouldNotCheck(
      `AWS does not let you look: ${firstLine(redact(message))}`,
      "aws sts get-caller-identity",
    );
  }
  if (/abort|timeout/i.test(text)) {
    return new CouldNotCheck(
      `AWS (${region}) did not answer within ${QUESTION_SECONDS} seconds`,
      "aws sts get-caller-identity",
    );
  }
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET/.test(text)) {
    return new CouldNotCheck(
      `AWS (${region}) could not be reached: ${firstLine(redact(text))}`,
      "aws sts get-caller-identity",
    );
  }
  return new CouldNotCheck(
    `AWS (${region}) answered: ${firstLine(redact(`${name}: ${message}`))}`,
    "aws sts get-caller-identity",
  );
}

/** An answer, or undefined if AWS has no such thing. */
export async function undefinedIfMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotInAws) return undefined;
    throw error;
  }
}
