import { arn, hex } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { HOURS_PER_MONTH, PRICES } from "../prices";
import { T } from "../queries";
import { unless } from "../rules";

export const key: ResourceModel = {
  type: T.key,
  sources: {
    schema: awsProvider("kms/key"),
    latency: OBSERVED,
    price: "https://aws.amazon.com/kms/pricing/",
  },
  immutable: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  taggable: true,
  check: ({ deletionWindowInDays: days }) =>
    unless(
      days === undefined || ((days as number) >= 7 && (days as number) <= 30),
      "deletionWindowInDays",
      "expected deletionWindowInDays to be in the range (7 - 30)",
    ),
  simulate: ({ seed, provider }, view) => {
    const id = [8, 4, 4, 4, 12].map((digits, i) => hex(`${seed}${i}`, digits)).join("-");
    return { id, outputs: { keyId: id, arn: arn("kms", view.regionOf(provider), `key/${id}`) } };
  },
  latency: [8, 1],
  price: () => [{ item: "KMS key", quantity: 1, unitPerHour: PRICES.keyMonth / HOURS_PER_MONTH }],
};
