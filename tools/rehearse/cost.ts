import type { PricedItem } from "../cloud/model";
import { PRICES } from "../cloud/prices";
import { MODELS } from "../cloud/registry";
import type { RecordedResource } from "./records";

/** One position of an estimate. */
interface CostLine {
  readonly item: string;
  readonly quantity: number;
  /** For one, for an hour. */
  readonly unitPerHour: number;
  readonly perHour: number;
}

/** What a stack costs while it is up, for an hour. */
export interface Cost {
  readonly perHour: number;
  readonly currency: string;
  readonly lines: readonly CostLine[];
}

/**
 * Estimates what a stack's own resources cost, by the prices that their models have.
 * @param zones how many zones the cluster's load balancers stand in, each with an address
 * @throws Error if the price of something is not known
 */
export function estimate(resources: readonly RecordedResource[], zones: number): Cost {
  const items = new Map<string, PricedItem>();
  for (const { type, price } of MODELS.filter((model) => model.price)) {
    for (const resource of resources.filter((candidate) => candidate.type === type)) {
      for (const priced of price!(resource, { zones, resources })) {
        const quantity = (items.get(priced.item)?.quantity ?? 0) + priced.quantity;
        items.set(priced.item, { ...priced, quantity });
      }
    }
  }
  const lines = [...items.values()].filter(({ quantity }) => quantity > 0).map(toLine);
  const perHour = lines.reduce((sum, line) => sum + line.perHour, 0);
  return { perHour: round(perHour), currency: PRICES.currency, lines };
}

function toLine({ item, quantity, unitPerHour }: PricedItem): CostLine {
  return {
    item,
    quantity,
    unitPerHour: round(unitPerHour),
    perHour: round(quantity * unitPerHour),
  };
}

/** Four digits behind the point: what AWS's own price list has. */
function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
