/** Things that a cluster leaves behind, planted in moto. */
import { ACCOUNT } from "./account";
import { NETWORK } from "./network";
import { OTHERS, OURS, type Planted } from "./owners";

const PLANTS = { ...NETWORK, ...ACCOUNT };

/** All kinds that can be planted. */
export const KINDS = Object.keys(PLANTS);

/** Plants one of ours. */
export function planted(kind: string, owner = OURS): Promise<Planted> {
  return PLANTS[kind]!(owner);
}

/** Plants one of each kind for every other cluster. */
export async function plantOthers(): Promise<void> {
  for (const owner of OTHERS) {
    for (const kind of KINDS) {
      // They come with others, under the same name.
      if (["IAM role", "launch template"].includes(kind)) continue;
      await planted(kind, owner);
    }
  }
}
